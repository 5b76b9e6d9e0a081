import type { EventBus, TopicSpec } from '../core/bus/bus.ts';
import { isRetryable, messageOf } from '../core/errors/app-error.ts';
import type { Logger } from '../core/log/logger.ts';
import type { Service } from '../core/service/service.ts';
import type { Clock } from '../core/time/clock.ts';

/** First wait of the back-off while the bus does not answer, doubled up to {@link longestRetryMs}. */
const firstRetryMs = 500;
const longestRetryMs = 10_000;

/**
 * Makes sure that every topic exists before the services that use them start. While the bus is away it says so, waits and tries again;
 * `start` resolves when the topics are there (or the process stops).
 */
export function createTopicsService(bus: EventBus, topics: readonly TopicSpec[], log: Logger, clock: Clock): Service {
  const stopping = new AbortController();
  let reason = 'It has not started yet.';
  return {
    name: 'bus',
    start: async () => {
      for (let waitMs = firstRetryMs; !stopping.signal.aborted; waitMs = Math.min(waitMs * 2, longestRetryMs)) {
        try {
          await bus.ensureTopics(topics);
          reason = '';
          return;
        } catch (error) {
          if (!isRetryable(error)) throw error;
          reason = messageOf(error);
          log.warn({ reason, retryInMs: waitMs }, 'The event bus does not answer yet; waiting for it.');
          await clock.sleep(waitMs, stopping.signal).catch(() => undefined);
        }
      }
    },
    stop: async () => {
      stopping.abort();
      await bus.close();
    },
    readiness: () => {
      const trouble = reason === '' ? (bus.unhealthy() ?? '') : reason;
      return { ready: trouble === '', reason: trouble };
    },
  };
}
