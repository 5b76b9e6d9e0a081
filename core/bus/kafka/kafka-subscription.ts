import type { Consumer, EachBatchPayload, IHeaders, Kafka } from 'kafkajs';

import { UnavailableError } from '../../errors/app-error.ts';
import type { BatchHandler, BusDeps, ConsumedRecord, SubscribeOptions, Subscription, TopicPartition } from '../bus.ts';
import { backoffMs, longestOutageBackoffMs } from '../delivery.ts';
import type { KafkaHealth } from './kafka-health.ts';
import type { KafkaTopics } from './kafka-topics.ts';
import { PartitionQueue } from './partition-queue.ts';

/** Long polls are short because leaving waits for the one under way; an idle consumer asks ten times a second. */
const maxWaitMs = 100;
const heartbeatMs = 500;
const maxFetchBytes = 16 * 1024 * 1024;
const maxPartitionFetchBytes = 2 * 1024 * 1024;

/** What a {@link KafkaSubscription} works with. */
export interface SubscriptionContext {
  kafka: Kafka;
  topics: KafkaTopics;
  health: KafkaHealth;
  deps: BusDeps;
  prefix: string;
  sessionTimeoutMs: number;
  /** When the last holder of a partition in this process lets go, by group, topic and partition; shared by the subscriptions of a bus. */
  releases: Map<string, Promise<void>>;
}

/** One member of a Kafka consumer group. */
export class KafkaSubscription implements Subscription {
  readonly crashed: Promise<Error>;
  readonly #options: SubscribeOptions;
  readonly #handler: BatchHandler;
  readonly #context: SubscriptionContext;
  readonly #consumer: Consumer;
  readonly #groupId: string;
  readonly #closing = new AbortController();
  readonly #ready: Promise<void>;
  #queues = new Map<string, { place: TopicPartition; queue: PartitionQueue }>();
  /** Where partitions begin that a `latest` group had not committed when it subscribed. */
  #latest = new Map<string, number>();
  #handover: Promise<void> = Promise.resolve();
  #joined = false;
  #onReady: () => void = () => undefined;
  #onCrash: (error: Error) => void = () => undefined;
  #closed: Promise<void> | undefined;

  constructor(options: SubscribeOptions, handler: BatchHandler, context: SubscriptionContext) {
    this.#options = options;
    this.#handler = handler;
    this.#context = context;
    this.#groupId = `${context.prefix}${options.groupId}`;
    this.crashed = new Promise((resolve) => (this.#onCrash = resolve));
    this.#ready = new Promise((resolve) => (this.#onReady = resolve));
    this.#consumer = context.kafka.consumer({
      groupId: this.#groupId,
      sessionTimeout: context.sessionTimeoutMs,
      heartbeatInterval: Math.min(heartbeatMs, Math.floor(context.sessionTimeoutMs / 4)),
      maxWaitTimeInMs: maxWaitMs,
      minBytes: 1,
      maxBytes: maxFetchBytes,
      maxBytesPerPartition: maxPartitionFetchBytes,
      allowAutoTopicCreation: false,
      retry: { initialRetryTime: 100, maxRetryTime: 2000, retries: 10, restartOnFailure: async () => true },
    });
    this.#listen();
  }

  /** Joins the group; resolves when partitions are assigned and the first fetch has fixed their positions. */
  async open(): Promise<void> {
    const { prefix, topics } = this.#context;
    const names = this.#options.topics.map((topic) => `${prefix}${topic}`);
    const limit = { signal: this.#closing.signal };
    for (const name of names) await topics.count(name, limit);
    if (this.#options.from === 'latest') await topics.persist(limit, async () => await this.#findLatest(names));
    await this.#connect(names);
    const gone = this.crashed.then((cause) => {
      throw new UnavailableError('E_BUS_UNAVAILABLE', `The consumer group "${this.#groupId}" cannot be joined: ${cause.message}.`, { cause });
    });
    await Promise.race([this.#ready, gone]);
    if (this.#closing.signal.aborted) throw new UnavailableError('E_BUS_UNAVAILABLE', 'The event bus is closed.');
  }

  async close(): Promise<void> {
    this.#closed ??= this.#leave();
    await this.#closed;
  }

  async #leave(): Promise<void> {
    const held = [...this.#queues.values()];
    for (const { queue } of held) queue.stop();
    await Promise.all(held.map(async ({ queue }) => await queue.released()));
    this.#closing.abort();
    await this.#handover;
    // Leaving during the very first join would leave a socket open for ever.
    if (this.#joined) await Promise.race([this.#ready, this.crashed]);
    await this.#consumer.disconnect().catch(() => undefined);
    this.#queues.clear();
    if (held.length > 0) this.#options.onRevoked?.(held.map(({ place }) => place));
    this.#onReady();
  }

  async #findLatest(names: readonly string[]): Promise<void> {
    for (const name of names) {
      const [bounds, committed] = await Promise.all([this.#context.topics.bounds(name), this.#context.topics.committed(this.#groupId, name)]);
      for (const { partition, endOffset } of bounds) if (!committed.has(partition)) this.#latest.set(`${name}/${partition}`, endOffset);
    }
  }

  async #connect(names: string[]): Promise<void> {
    const { deps, health } = this.#context;
    const { signal } = this.#closing;
    for (let attempt = 1; ; attempt += 1) {
      if (signal.aborted) throw new UnavailableError('E_BUS_UNAVAILABLE', 'The event bus is closed.');
      try {
        await this.#consumer.connect();
        await this.#consumer.subscribe({ topics: names, fromBeginning: true });
        break;
      } catch (error) {
        health.failed(error);
        await deps.clock.sleep(backoffMs(attempt, longestOutageBackoffMs), signal).catch(() => undefined);
      }
    }
    await this.#consumer.run({ autoCommit: false, eachBatchAutoResolve: true, eachBatch: async (payload) => this.#take(payload) });
  }

  #listen(): void {
    const { events } = this.#consumer;
    this.#consumer.on(events.GROUP_JOIN, ({ payload }) => this.#assign(payload.memberAssignment));
    this.#consumer.on(events.REBALANCING, () => this.#revoke());
    this.#consumer.on(events.FETCH, () => {
      this.#context.health.succeeded();
      if (this.#joined) this.#onReady();
    });
    this.#consumer.on(events.CRASH, ({ payload: { error, restart } }) => {
      this.#revoke();
      this.#context.health.failed(error);
      if (restart) return;
      this.#context.deps.log.error({ groupId: this.#groupId, err: error }, 'A Kafka consumer stopped for good.');
      this.#onCrash(error);
    });
  }

  /** The assignment is void: what is in hand is stale at once, and whoever gets a partition in this process waits until it was let go. */
  #revoke(): void {
    const lost = [...this.#queues.values()];
    if (lost.length === 0) return;
    this.#queues.clear();
    for (const { place, queue } of lost) {
      queue.revoke();
      const key = this.#releaseKey(place);
      const released = queue.released();
      this.#context.releases.set(key, released);
      void released.then(() => {
        if (this.#context.releases.get(key) === released) this.#context.releases.delete(key);
      });
    }
    const before = this.#handover;
    this.#handover = (async () => {
      await Promise.all([before, ...lost.map(async ({ queue }) => await queue.released())]);
      this.#options.onRevoked?.(lost.map(({ place }) => place));
    })();
  }

  /** Kafka's eager protocol begins every partition anew at its committed offset, kept ones too: so their state begins anew as well. */
  #assign(assignment: Record<string, number[]>): void {
    this.#revoke();
    if (this.#closing.signal.aborted) return;
    this.#joined = true;
    const { prefix, releases, deps } = this.#context;
    const places = Object.entries(assignment).flatMap(([name, partitions]) =>
      partitions.map((partition): TopicPartition => ({ topic: name.slice(prefix.length), partition })),
    );
    this.#consumer.resume(places.map(({ topic, partition }) => ({ topic: `${prefix}${topic}`, partitions: [partition] })));
    const before = this.#handover;
    this.#handover = (async () => {
      await before;
      if (places.length > 0) this.#options.onAssigned?.(places);
    })();
    const context = {
      groupId: this.#options.groupId,
      handler: this.#handler,
      maxBatchRecords: this.#options.maxBatchRecords ?? 100,
      deps,
      commit: async (place: TopicPartition, nextOffset: number): Promise<void> => await this.#commit(place, nextOffset),
      pause: (place: TopicPartition): void => this.#consumer.pause([{ topic: `${prefix}${place.topic}`, partitions: [place.partition] }]),
      resume: (place: TopicPartition): void => this.#consumer.resume([{ topic: `${prefix}${place.topic}`, partitions: [place.partition] }]),
    };
    for (const place of places) {
      const name = `${prefix}${place.topic}`;
      const after = Promise.all([this.#handover, releases.get(this.#releaseKey(place))]).then(() => undefined);
      this.#queues.set(`${name}/${place.partition}`, { place, queue: new PartitionQueue(place, context, after) });
      const offset = this.#latest.get(`${name}/${place.partition}`);
      if (offset !== undefined) this.#consumer.seek({ topic: name, partition: place.partition, offset: String(offset) });
    }
  }

  #take({ batch }: EachBatchPayload): void {
    const entry = this.#queues.get(`${batch.topic}/${batch.partition}`);
    if (entry === undefined) return;
    const { topic, partition } = entry.place;
    const records = batch.messages.map((message): ConsumedRecord => ({
      topic,
      partition,
      offset: Number(message.offset),
      key: message.key?.toString('utf8') ?? '',
      value: message.value ?? Buffer.alloc(0),
      headers: headersOf(message.headers),
      timestampMs: Number(message.timestamp),
    }));
    entry.queue.push(records, Number(batch.highWatermark));
  }

  async #commit(place: TopicPartition, nextOffset: number): Promise<void> {
    const topic = `${this.#context.prefix}${place.topic}`;
    try {
      await this.#consumer.commitOffsets([{ topic, partition: place.partition, offset: String(nextOffset) }]);
    } catch (cause) {
      throw new UnavailableError('E_BUS_UNAVAILABLE', `An offset of "${topic}" could not be committed.`, { cause });
    }
    this.#latest.delete(`${topic}/${place.partition}`);
  }

  #releaseKey(place: TopicPartition): string {
    return `${this.#groupId}/${place.topic}/${place.partition}`;
  }
}

/** Headers as text; of a repeated header the last value counts. */
export function headersOf(headers: IHeaders | undefined): Record<string, string> {
  const texts: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers ?? {})) {
    const last = Array.isArray(value) ? value[value.length - 1] : value;
    if (last !== undefined) texts[name] = last.toString();
  }
  return texts;
}
