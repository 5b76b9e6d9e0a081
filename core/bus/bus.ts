import type { Logger } from '../log/logger.ts';
import type { Clock } from '../time/clock.ts';

/**
 * The event bus port. Terms are Kafka's: topic, partition, key, offset, consumer group, lag. Two engines stand behind it, the embedded
 * log (SQLite in the data directory) and Apache Kafka; one contract suite (test/contract/bus.ts) runs against both.
 *
 * Guarantees: records of one partition are delivered in order; a record is delivered again until its offset is committed
 * (at least once); `publish` resolves when the records are durable.
 */
export interface EventBus {
  /**
   * Creates the topics that are missing; existing ones are left alone (the embedded log takes over their retention). Kafka: waits for
   * the brokers as long as `limit` allows.
   * @throws UnavailableError `E_BUS_UNAVAILABLE`
   */
  ensureTopics(topics: readonly TopicSpec[], limit?: CallLimit): Promise<void>;
  /**
   * Appends records; resolves when they are durable, in the order given per partition. Concurrent calls for one partition keep call order.
   * Kafka: tries through an outage of the brokers as long as `limit` allows; a call that was given up may still have appended.
   * @throws UnavailableError `E_BUS_UNAVAILABLE` (retry), InvalidInputError `E_BUS_REJECTED` (too large, unknown topic or partition)
   */
  publish(topic: string, records: readonly BusRecord[], limit?: CallLimit): Promise<PublishedPosition[]>;
  /**
   * Joins a consumer group and delivers batches until closed; what is published after it resolves is delivered. Batches of one partition
   * never overlap inside a process; a member of another process may still finish its batch in hand after it lost the partition. The
   * members of a group subscribe to the same topics. Kafka: waits for the brokers.
   * @throws InvalidInputError `E_BUS_REJECTED` when there is no such topic
   */
  subscribe(options: SubscribeOptions, handler: BatchHandler): Promise<Subscription>;
  /** Records after the committed offset of the group, per partition. A group that never committed lags from the log start. */
  lag(groupId: string, topic: string): Promise<PartitionLag[]>;
  /** Reads records of one partition without a group, for replay tools and inspection. Empty when `offset` is at the end. */
  read(topic: string, partition: number, offset: number, maxRecords: number): Promise<ConsumedRecord[]>;
  /** `undefined` when healthy, else one sentence that says what is wrong. */
  unhealthy(): string | undefined;
  /** Stops subscriptions, flushes and closes. Calling twice is fine. */
  close(): Promise<void>;
}

/** How long a call may try. */
export interface CallLimit {
  /** Ends the call with `E_BUS_UNAVAILABLE`. @default none: until the bus is closed */
  signal?: AbortSignal;
}

/** What a topic should be like. */
export interface TopicSpec {
  name: string;
  /** @default 1 */
  partitions?: number;
  /** Oldest records are removed past this age. */
  retentionMs: number;
  /** Oldest records are removed past this size, per partition. */
  retentionBytes: number;
}

/** A record to append. */
export interface BusRecord {
  /** The stream id: chooses the partition (see `partitionOf`) unless `partition` is given. */
  key: string;
  value: Buffer;
  headers?: Readonly<Record<string, string>>;
  partition?: number;
  /** Epoch milliseconds. @default now */
  timestampMs?: number;
}

/** Where a record landed. */
export interface PublishedPosition {
  partition: number;
  offset: number;
}

/** A record as delivered. */
export interface ConsumedRecord {
  topic: string;
  partition: number;
  offset: number;
  key: string;
  value: Buffer;
  headers: Readonly<Record<string, string>>;
  /** Epoch milliseconds of the append. */
  timestampMs: number;
}

/** How to subscribe. */
export interface SubscribeOptions {
  groupId: string;
  topics: readonly string[];
  /** Where a group without a committed offset begins. @default 'earliest' */
  from?: 'earliest' | 'latest';
  /** Largest batch handed to the handler. @default 100 */
  maxBatchRecords?: number;
  /** Called before the first batch of newly assigned partitions; state of them starts empty. */
  onAssigned?: (partitions: readonly TopicPartition[]) => void;
  /** Called when partitions were taken away and no batch of them is in hand: drop their state. A commit after this is ignored. */
  onRevoked?: (partitions: readonly TopicPartition[]) => void;
}

/** One partition of one topic. */
export interface TopicPartition {
  topic: string;
  partition: number;
}

/** Neighbouring records of one partition, in offset order, never empty. */
export interface Batch {
  topic: string;
  partition: number;
  records: readonly ConsumedRecord[];
  /** Offset the next appended record would get when the batch was fetched. */
  endOffset: number;
  /** Commits for the group: `nextOffset` is the first record that must be delivered again after a restart. May lie before or inside the batch. */
  commit(nextOffset: number): Promise<void>;
  /** True once the partition was revoked or the subscription is closing: stop early, do not commit. */
  isStale(): boolean;
}

/**
 * Handles one batch; delivery goes on when it resolves. When it throws, the batch is delivered again after a back-off, without the records
 * it had committed. Delivery does not commit by itself.
 */
export type BatchHandler = (batch: Batch) => Promise<void>;

/** A running subscription. */
export interface Subscription {
  /** Ends delivery, waits for the batches in hand (which may still commit), leaves the group. Not to be awaited inside a handler. */
  close(): Promise<void>;
  /** Resolves when the subscription can no longer run (engine crash); never rejects. The service must then stop the process. */
  readonly crashed: Promise<Error>;
}

/** Lag of one partition. */
export interface PartitionLag {
  partition: number;
  /** First offset that the group has not committed. */
  committedOffset: number;
  /** Offset the next appended record gets. */
  endOffset: number;
  /** endOffset - committedOffset, never negative. */
  lagRecords: number;
}

/** What every bus engine is given. */
export interface BusDeps {
  log: Logger;
  clock: Clock;
}

/**
 * Partition of a key: 32-bit FNV-1a over the UTF-8 key modulo the partition count. Used by both engines, so a stream's place does not
 * change with the engine. Streams that need an even spread get an explicit partition from the stream table instead.
 */
export function partitionOf(key: string, partitions: number): number {
  let hash = 0x811c9dc5;
  for (const byte of Buffer.from(key, 'utf8')) hash = Math.imul(hash ^ byte, 0x01000193) >>> 0;
  return hash % partitions;
}
