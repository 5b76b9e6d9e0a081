import type { EventBus, TopicSpec } from '../core/bus/bus.ts';
import type { Service } from '../core/service/service.ts';

/**
 * Makes sure that every topic exists before the services that use them start. A bus that is away is waited for by `ensureTopics` itself,
 * with back-off; meanwhile the bus says in `unhealthy` what is wrong. `start` resolves when the topics are there or the process stops.
 */
export function createTopicsService(bus: EventBus, topics: readonly TopicSpec[]): Service {
  const stopping = new AbortController();
  let waitsFor = 'It waits for its topics.';
  return {
    name: 'bus',
    start: async () => {
      try {
        await bus.ensureTopics(topics, { signal: stopping.signal });
        waitsFor = '';
      } catch (error) {
        if (!stopping.signal.aborted) throw error;
      }
    },
    stop: async () => {
      stopping.abort();
      await bus.close();
    },
    readiness: () => {
      const reason = bus.unhealthy() ?? waitsFor;
      return { ready: reason === '', reason };
    },
  };
}
