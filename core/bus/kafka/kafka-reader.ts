import { randomUUID } from 'node:crypto';

import type { Kafka } from 'kafkajs';

import { UnavailableError } from '../../errors/app-error.ts';
import type { ConsumedRecord } from '../bus.ts';
import { headersOf } from './kafka-subscription.ts';
import type { KafkaTopics } from './kafka-topics.ts';

/** A reading that gets nothing for this long fails, milliseconds. */
const patienceMs = 30_000;

/**
 * Reads a run of records of one partition. kafkajs reads in groups only, so a group is made for it and deleted afterwards: good for tools,
 * too slow (a join each time) for anything frequent.
 *
 * @param name topic on the brokers, prefix included
 */
export async function readRecords(
  kafka: Kafka,
  topics: KafkaTopics,
  from: { name: string; topic: string; partition: number; offset: number; maxRecords: number; prefix: string },
): Promise<ConsumedRecord[]> {
  const bounds = (await topics.bounds(from.name)).find((bound) => bound.partition === from.partition);
  const first = Math.max(from.offset, bounds?.startOffset ?? 0);
  const end = bounds?.endOffset ?? 0;
  if (first >= end || from.maxRecords < 1) return [];
  const groupId = `${from.prefix}sightline-read-${randomUUID()}`;
  const consumer = kafka.consumer({ groupId, maxWaitTimeInMs: 100, allowAutoTopicCreation: false });
  const records: ConsumedRecord[] = [];
  let timer: NodeJS.Timeout | undefined;
  try {
    await consumer.connect();
    await consumer.subscribe({ topics: [from.name], fromBeginning: true });
    const count = await topics.count(from.name);
    await new Promise<void>((resolve, reject) => {
      timer = setTimeout(() => reject(new UnavailableError('E_BUS_UNAVAILABLE', `Kafka sent no records of "${from.name}" in time.`)), patienceMs);
      consumer.on(consumer.events.CRASH, ({ payload }) => reject(payload.error));
      consumer.on(consumer.events.GROUP_JOIN, () => {
        const others = Array.from({ length: count }, (_, partition) => partition).filter((partition) => partition !== from.partition);
        if (others.length > 0) consumer.pause([{ topic: from.name, partitions: others }]);
        consumer.seek({ topic: from.name, partition: from.partition, offset: String(first) });
      });
      const run = consumer.run({
        autoCommit: false,
        eachBatch: async ({ batch }) => {
          if (batch.partition !== from.partition) return;
          for (const message of batch.messages) {
            const offset = Number(message.offset);
            if (offset < first || offset >= end || records.length >= from.maxRecords) continue;
            records.push({
              topic: from.topic,
              partition: from.partition,
              offset,
              key: message.key?.toString('utf8') ?? '',
              value: message.value ?? Buffer.alloc(0),
              headers: headersOf(message.headers),
              timestampMs: Number(message.timestamp),
            });
          }
          if (records.length >= from.maxRecords || Number(batch.lastOffset()) >= end - 1) resolve();
        },
      });
      run.catch(reject);
    });
  } finally {
    clearTimeout(timer);
    await consumer.disconnect().catch(() => undefined);
    await topics.deleteGroup(groupId);
  }
  return records;
}
