import { type Topic, deadLetterSuffix } from '../../schemas/topics.ts';
import type { BusRecord, CallLimit, EventBus, PublishedPosition } from '../bus/bus.ts';
import { deadLetterHeaders } from '../bus/dead-letter-headers.ts';
import type { Metrics } from '../metrics/metrics.ts';
import type { EventCodec, EventEnvelope, EventPublisher } from './event-bus.ts';

/** Longest cause kept in a dead letter's header, characters. */
const maxMessageLength = 2000;

/** Creates the publisher of typed events over a bus and a codec. Calls for one topic reach the bus in call order, however long encoding takes. */
export function createPublisher(bus: EventBus, codec: EventCodec, metrics: Metrics): EventPublisher {
  const handedOver = new Map<string, Promise<unknown>>();
  return {
    async publish<Event extends EventEnvelope>(topic: Topic<Event>, events: readonly Event[], limit?: CallLimit): Promise<PublishedPosition[]> {
      const before = handedOver.get(topic.name);
      const begun = (async () => {
        const values = await Promise.all(events.map(async (event) => await codec.encode(topic, event)));
        await before;
        const records = values.map((value, index): BusRecord => ({ key: events[index]?.streamId ?? '', value }));
        return { values, sending: bus.publish(topic.name, records, limit) };
      })();
      handedOver.set(
        topic.name,
        begun.catch(() => undefined),
      );
      const { values, sending } = await begun;
      const positions = await sending;
      metrics.count(
        'bus_published_bytes_total',
        { topic: topic.name },
        values.reduce((sum, value) => sum + value.length, 0),
      );
      return positions;
    },
    async deadLetter(topic, record, failure): Promise<void> {
      const headers = {
        ...record.headers,
        [deadLetterHeaders.code]: failure.code,
        [deadLetterHeaders.message]: failure.message.slice(0, maxMessageLength),
        [deadLetterHeaders.group]: failure.group,
        [deadLetterHeaders.topic]: topic,
        [deadLetterHeaders.partition]: String(failure.partition),
        [deadLetterHeaders.offset]: String(failure.offset),
        [deadLetterHeaders.timeMs]: String(Date.now()),
      };
      await bus.publish(`${topic}${deadLetterSuffix}`, [{ key: record.key, value: record.value, headers }]);
      metrics.count('component_dead_letters_total', { component: failure.group, topic, code: failure.code });
    },
  };
}
