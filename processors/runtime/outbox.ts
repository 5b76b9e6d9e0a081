import type { EventEnvelope, EventPublisher } from '../../core/events/event-bus.ts';
import type { ConsumedRecord } from '../../core/bus/bus.ts';
import type { Topic } from '../../schemas/topics.ts';
import type { Emit } from '../processor.ts';

/** An event on its way out and the record that caused it. */
export interface Outgoing {
  topic: Topic<EventEnvelope>;
  event: EventEnvelope;
  cause: ConsumedRecord;
}

/** Collects what one batch causes, in order. */
export interface Outbox {
  /** An `emit` whose events are put down to `cause`; nothing is kept until `keep` is called, so a failed attempt leaves no trace. */
  attempt(cause: ConsumedRecord): { emit: Emit; keep: () => void };
  readonly events: readonly Outgoing[];
}

/** Creates an empty outbox. */
export function createOutbox(): Outbox {
  const events: Outgoing[] = [];
  return {
    events,
    attempt(cause) {
      const emitted: Outgoing[] = [];
      return {
        emit: (topic, event) => void emitted.push({ topic, event, cause }),
        keep: () => void events.push(...emitted),
      };
    },
  };
}

/** Publishes events topic by topic, in order within a topic; resolves when all are durable. @throws as `EventPublisher.publish` */
export async function publishAll(publisher: EventPublisher, events: readonly Outgoing[]): Promise<void> {
  const byTopic = new Map<Topic<EventEnvelope>, EventEnvelope[]>();
  for (const { topic, event } of events) {
    const list = byTopic.get(topic);
    if (list === undefined) byTopic.set(topic, [event]);
    else list.push(event);
  }
  await Promise.all([...byTopic].map(async ([topic, list]) => await publisher.publish(topic, list)));
}
