import type { Admin } from 'kafkajs';

import { InvalidInputError, UnavailableError, messageOf } from '../../errors/app-error.ts';
import type { BusDeps, CallLimit, PartitionLag, TopicSpec } from '../bus.ts';
import { backoffMs, longestOutageBackoffMs } from '../delivery.ts';
import type { KafkaHealth } from './kafka-health.ts';

/** Kafka removes whole segments: eight of them make retention fine enough; the broker wants at least 1 MiB. */
const segmentsPerPartition = 8;
const smallestSegmentBytes = 1024 * 1024;
const largestSegmentBytes = 256 * 1024 * 1024;
/** Room for the framing of a batch with one record of the largest size. */
const batchOverheadBytes = 64 * 1024;

/** What a {@link KafkaTopics} works with. */
export interface TopicsContext {
  admin: Admin;
  health: KafkaHealth;
  deps: BusDeps;
  replicationFactor: number;
  maxRecordBytes: number;
  /** Aborted when the bus closes. */
  closing: AbortSignal;
}

/** How often, and how far apart in milliseconds, the offsets of a topic are asked for that the client does not know well yet. */
const freshTopicAttempts = 10;
const freshTopicPauseMs = 100;

/** Topics and offsets as the brokers know them. Names are those on the brokers, prefix included. */
export class KafkaTopics {
  readonly #context: TopicsContext;
  readonly #counts = new Map<string, number>();

  constructor(context: TopicsContext) {
    this.#context = context;
  }

  /** Creates missing topics, waiting for the brokers. */
  async ensure(specs: readonly TopicSpec[], limit: CallLimit = {}): Promise<void> {
    const { admin, replicationFactor, maxRecordBytes } = this.#context;
    await this.persist(limit, async () => {
      const known = new Set(await admin.listTopics());
      const missing = specs.filter((spec) => !known.has(spec.name));
      if (missing.length === 0) return;
      await admin.createTopics({
        waitForLeaders: true,
        topics: missing.map((spec) => ({
          topic: spec.name,
          numPartitions: spec.partitions ?? 1,
          replicationFactor,
          configEntries: [
            { name: 'retention.ms', value: String(spec.retentionMs) },
            { name: 'retention.bytes', value: String(spec.retentionBytes) },
            { name: 'segment.bytes', value: String(segmentBytes(spec.retentionBytes)) },
            { name: 'segment.ms', value: String(Math.max(60_000, Math.ceil(spec.retentionMs / segmentsPerPartition))) },
            { name: 'max.message.bytes', value: String(Math.max(1_048_588, maxRecordBytes + batchOverheadBytes)) },
          ],
        })),
      });
    });
  }

  /**
   * Number of partitions of a topic; asked once and remembered, so that a stream's place does not change under it.
   * @throws InvalidInputError `E_BUS_REJECTED` when there is no such topic
   */
  async count(topic: string, limit: CallLimit = {}): Promise<number> {
    return this.#counts.get(topic) ?? (await this.persist(limit, async () => await this.countOnce(topic)));
  }

  /** The number of partitions if it was asked before. */
  knownCount(topic: string): number | undefined {
    return this.#counts.get(topic);
  }

  /** As {@link KafkaTopics.count}, but with one attempt. */
  async countOnce(topic: string): Promise<number> {
    const known = this.#counts.get(topic);
    if (known !== undefined) return known;
    const { admin } = this.#context;
    if (!(await admin.listTopics()).includes(topic)) throw new InvalidInputError('E_BUS_REJECTED', `There is no topic "${topic}" on the bus.`);
    const metadata = await admin.fetchTopicMetadata({ topics: [topic] });
    const count = metadata.topics[0]?.partitions.length ?? 0;
    if (count === 0) throw new UnavailableError('E_BUS_UNAVAILABLE', `Kafka names no partitions of "${topic}" yet.`);
    this.#counts.set(topic, count);
    return count;
  }

  /** First and next offset per partition, in partition order. */
  async bounds(topic: string): Promise<{ partition: number; startOffset: number; endOffset: number }[]> {
    const offsets = await this.#topicOffsets(topic);
    return offsets
      .map(({ partition, low, high }) => ({ partition, startOffset: Number(low), endOffset: Number(high) }))
      .sort((a, b) => a.partition - b.partition);
  }

  async #topicOffsets(topic: string): Promise<{ partition: number; low: string; high: string }[]> {
    const { admin, deps, closing } = this.#context;
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await admin.fetchTopicOffsets(topic);
      } catch (error) {
        // kafkajs 2.2.4 takes an empty answer apart while it does not know the leaders of a fresh topic yet.
        if (!(error instanceof TypeError) || attempt === freshTopicAttempts) throw error;
        await deps.clock.sleep(freshTopicPauseMs, closing);
      }
    }
  }

  /** Committed offset per partition; partitions without one are missing. */
  async committed(groupId: string, topic: string): Promise<Map<number, number>> {
    const found = await this.#context.admin.fetchOffsets({ groupId, topics: [topic] });
    const partitions = found[0]?.partitions ?? [];
    return new Map(partitions.filter(({ offset }) => Number(offset) >= 0).map(({ partition, offset }) => [partition, Number(offset)]));
  }

  /** @throws UnavailableError `E_BUS_UNAVAILABLE`, InvalidInputError `E_BUS_REJECTED` */
  async lag(groupId: string, topic: string): Promise<PartitionLag[]> {
    return await this.attempt(async () => {
      await this.countOnce(topic);
      const [bounds, committed] = await Promise.all([this.bounds(topic), this.committed(groupId, topic)]);
      return bounds.map(({ partition, startOffset, endOffset }) => {
        const committedOffset = Math.max(committed.get(partition) ?? startOffset, startOffset);
        return { partition, committedOffset, endOffset, lagRecords: Math.max(0, endOffset - committedOffset) };
      });
    });
  }

  /** Forgets a group made for one reading. */
  async deleteGroup(groupId: string): Promise<void> {
    await this.#context.admin.deleteGroups([groupId]).catch(() => undefined);
  }

  /** One attempt; what fails becomes `E_BUS_UNAVAILABLE` unless it is a refusal. */
  async attempt<T>(task: () => Promise<T>): Promise<T> {
    const { health } = this.#context;
    try {
      const result = await task();
      health.succeeded();
      return result;
    } catch (error) {
      if (error instanceof InvalidInputError) throw error;
      health.failed(error);
      if (error instanceof UnavailableError) throw error;
      throw new UnavailableError('E_BUS_UNAVAILABLE', `Kafka does not answer: ${messageOf(error)}.`, { cause: error });
    }
  }

  /** Tries until it works, is refused, the caller's limit is reached or the bus closes. */
  async persist<T>(limit: CallLimit, task: () => Promise<T>): Promise<T> {
    const { deps, closing } = this.#context;
    const signal = limit.signal === undefined ? closing : AbortSignal.any([limit.signal, closing]);
    const limited = outOfTime(signal);
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await Promise.race([this.attempt(task), limited]);
      } catch (error) {
        if (error instanceof InvalidInputError || signal.aborted) throw error;
        await deps.clock.sleep(backoffMs(attempt, longestOutageBackoffMs), signal).catch(() => undefined);
      }
    }
  }
}

/** Rejects with `E_BUS_UNAVAILABLE` when the signal aborts; never an unhandled rejection. */
export function outOfTime(signal: AbortSignal): Promise<never> {
  const promise = new Promise<never>((_resolve, reject) => {
    const giveUp = (): void => reject(new UnavailableError('E_BUS_UNAVAILABLE', 'Kafka did not answer within the limit of the caller.'));
    if (signal.aborted) giveUp();
    else signal.addEventListener('abort', giveUp, { once: true });
  });
  promise.catch(() => undefined);
  return promise;
}

function segmentBytes(retentionBytes: number): number {
  return Math.min(largestSegmentBytes, Math.max(smallestSegmentBytes, Math.floor(retentionBytes / segmentsPerPartition)));
}
