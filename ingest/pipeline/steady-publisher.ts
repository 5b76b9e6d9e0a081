import { isRetryable, messageOf } from '../../core/errors/app-error.ts';
import type { EventEnvelope, EventPublisher } from '../../core/events/event-bus.ts';
import type { Logger } from '../../core/log/logger.ts';
import type { Metrics } from '../../core/metrics/metrics.ts';
import type { Clock } from '../../core/time/clock.ts';
import type { Topic } from '../../schemas/topics.ts';
import { backoffMs } from '../backoff.ts';

/** What {@link SteadyPublisher} needs. */
export interface SteadyPublisherDeps {
  publisher: EventPublisher;
  metrics: Metrics;
  log: Logger;
  clock: Clock;
  /** Ends every retry. */
  signal: AbortSignal;
}

/** Publishes until it has worked: a bus that is away is waited for, an event that the bus refuses is counted and left out. */
export class SteadyPublisher {
  readonly #deps: SteadyPublisherDeps;

  constructor(deps: SteadyPublisherDeps) {
    this.#deps = deps;
  }

  /** Resolves to the number of events that are on the bus: all of them, or none when the bus refused them or the signal aborted. */
  async publish<Event extends EventEnvelope>(topic: Topic<Event>, events: readonly Event[]): Promise<number> {
    if (events.length === 0) return 0;
    const { publisher, metrics, log, clock, signal } = this.#deps;
    for (let attempt = 1; ; attempt += 1) {
      try {
        await publisher.publish(topic, events);
        metrics.count('component_sent_events_total', { component: 'ingest', topic: topic.name }, events.length);
        return events.length;
      } catch (error) {
        if (!isRetryable(error)) {
          metrics.count('component_errors_total', { component: 'ingest', code: 'E_BUS_REJECTED', stage: 'publish' });
          log.error({ topic: topic.name, err: error }, 'Events could not be published and are lost.');
          return 0;
        }
        if (signal.aborted) return 0;
        metrics.count('component_retries_total', { component: 'ingest', code: 'E_BUS_UNAVAILABLE' });
        if (attempt === 1) log.warn({ topic: topic.name, reason: messageOf(error) }, 'The event bus does not answer; publishing is tried again.');
        await clock.sleep(backoffMs(attempt, { firstMs: 100, mostMs: 5_000 }), signal).catch(() => undefined);
      }
    }
  }
}
