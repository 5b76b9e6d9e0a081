import type { Admin, Kafka, Producer } from 'kafkajs';

import { InvalidInputError, UnavailableError } from '../../errors/app-error.ts';
import type {
  BatchHandler,
  BusDeps,
  BusRecord,
  CallLimit,
  ConsumedRecord,
  EventBus,
  PartitionLag,
  PublishedPosition,
  SubscribeOptions,
  Subscription,
  TopicSpec,
} from '../bus.ts';
import { partitionOf } from '../bus.ts';
import type { BusConfig } from '../config.ts';
import { checkSize } from '../record-size.ts';
import { registerCodecs } from './codecs.ts';
import { createKafkaClient } from './kafka-client.ts';
import { KafkaHealth } from './kafka-health.ts';
import { readRecords } from './kafka-reader.ts';
import { KafkaSubscription } from './kafka-subscription.ts';
import { KafkaTopics, outOfTime } from './kafka-topics.ts';
import { PartitionWriter } from './partition-writer.ts';

/** Bytes that may wait for the brokers before further publishes are refused. */
const maxWaitingBytes = 256 * 1024 * 1024;

/**
 * Opens the event bus on Apache Kafka. Connects in the background: until the brokers answer, `unhealthy()` says so and calls wait.
 * @throws ConfigError `E_CONFIG_INVALID` when a named certificate, key or password file cannot be read
 */
export async function openKafkaBus(config: BusConfig, deps: BusDeps): Promise<EventBus> {
  await registerCodecs();
  return new KafkaBus(createKafkaClient(config.kafka, deps.log), config, deps);
}

class KafkaBus implements EventBus {
  readonly #kafka: Kafka;
  readonly #config: BusConfig;
  readonly #deps: BusDeps;
  readonly #prefix: string;
  readonly #admin: Admin;
  readonly #health: KafkaHealth;
  readonly #topics: KafkaTopics;
  readonly #closing = new AbortController();
  readonly #writers = new Map<string, PartitionWriter>();
  readonly #subscriptions = new Set<KafkaSubscription>();
  /** Publishes of a topic whose number of partitions is being asked for wait in line. */
  readonly #gates = new Map<string, Promise<void>>();
  readonly #releases = new Map<string, Promise<void>>();
  #producer: Promise<Producer> | undefined;
  #waitingBytes = 0;
  #unsent = new Set<Promise<unknown>>();
  #closed: Promise<void> | undefined;

  constructor(kafka: Kafka, config: BusConfig, deps: BusDeps) {
    this.#kafka = kafka;
    this.#config = config;
    this.#deps = deps;
    this.#prefix = config.kafka.topicPrefix;
    this.#admin = kafka.admin({ retry: { retries: 2 } });
    this.#health = new KafkaHealth(this.#admin, config.kafka.brokers, deps);
    this.#topics = new KafkaTopics({
      admin: this.#admin,
      health: this.#health,
      deps,
      replicationFactor: config.kafka.replicationFactor,
      maxRecordBytes: config.maxRecordBytes,
      closing: this.#closing.signal,
    });
  }

  async ensureTopics(topics: readonly TopicSpec[], limit?: CallLimit): Promise<void> {
    await this.#topics.ensure(
      topics.map((spec) => ({ ...spec, name: `${this.#prefix}${spec.name}` })),
      limit,
    );
  }

  async publish(topic: string, records: readonly BusRecord[], limit: CallLimit = {}): Promise<PublishedPosition[]> {
    this.#assertOpen();
    let sizeBytes = 0;
    for (const record of records) {
      checkSize(topic, record, this.#config.maxRecordBytes);
      sizeBytes += record.value.length;
    }
    if (this.#waitingBytes > 0 && this.#waitingBytes + sizeBytes > maxWaitingBytes) {
      throw new UnavailableError('E_BUS_UNAVAILABLE', 'Kafka is behind: too many bytes wait to be sent.');
    }
    this.#waitingBytes += sizeBytes;
    const sending = this.#append(`${this.#prefix}${topic}`, records, limit);
    this.#unsent.add(sending);
    try {
      return await sending;
    } finally {
      this.#unsent.delete(sending);
      this.#waitingBytes -= sizeBytes;
    }
  }

  /** Hands records to their writers in call order, also while the number of partitions is still being asked for. */
  async #append(name: string, records: readonly BusRecord[], limit: CallLimit): Promise<PublishedPosition[]> {
    const gate = this.#gates.get(name);
    const known = this.#topics.knownCount(name);
    if (gate === undefined && known !== undefined) return await this.#enqueue(name, known, records, limit);
    const begun = (gate ?? Promise.resolve()).then(async () => {
      limit.signal?.throwIfAborted();
      const count = await this.#topics.count(name, limit);
      return { done: this.#enqueue(name, count, records, limit) };
    });
    const settled = begun.then(
      () => undefined,
      () => undefined,
    );
    this.#gates.set(name, settled);
    void settled.then(() => {
      if (this.#gates.get(name) === settled) this.#gates.delete(name);
    });
    return await (
      await (limit.signal === undefined ? begun : Promise.race([begun, outOfTime(limit.signal)]))
    ).done;
  }

  /** Puts everything into the queues of the writers before it first waits. */
  async #enqueue(name: string, count: number, records: readonly BusRecord[], limit: CallLimit): Promise<PublishedPosition[]> {
    const partitions = records.map((record) => record.partition ?? partitionOf(record.key, count));
    const missing = partitions.find((partition) => !Number.isInteger(partition) || partition < 0 || partition >= count);
    if (missing !== undefined) throw new InvalidInputError('E_BUS_REJECTED', `Topic "${name}" has no partition ${missing}.`);
    const nowMs = this.#deps.clock.nowMs();
    return await Promise.all(
      records.map(async (record, index) => {
        const partition = partitions[index] ?? 0;
        const offset = await this.#writer(name, partition).append(record, Math.trunc(record.timestampMs ?? nowMs), limit.signal);
        return { partition, offset };
      }),
    );
  }

  #writer(name: string, partition: number): PartitionWriter {
    const key = `${name}/${partition}`;
    let writer = this.#writers.get(key);
    if (writer === undefined) {
      writer = new PartitionWriter(name, partition, {
        producer: async () => await this.#connectedProducer(),
        replaceProducer: () => this.#replaceProducer(),
        health: this.#health,
        deps: this.#deps,
        closing: this.#closing.signal,
      });
      this.#writers.set(key, writer);
    }
    return writer;
  }

  async #connectedProducer(): Promise<Producer> {
    if (this.#producer === undefined) {
      const producer = this.#kafka.producer({
        idempotent: true,
        allowAutoTopicCreation: false,
        retry: { initialRetryTime: 100, maxRetryTime: 2000, retries: 5 },
      });
      const connecting = producer.connect().then(() => producer);
      this.#producer = connecting;
      connecting.catch(() => {
        if (this.#producer === connecting) this.#producer = undefined;
      });
    }
    return await this.#producer;
  }

  #replaceProducer(): void {
    const lost = this.#producer;
    this.#producer = undefined;
    void lost?.then(async (producer) => await producer.disconnect()).catch(() => undefined);
  }

  async subscribe(options: SubscribeOptions, handler: BatchHandler): Promise<Subscription> {
    this.#assertOpen();
    const subscription = new KafkaSubscription(options, handler, {
      kafka: this.#kafka,
      topics: this.#topics,
      health: this.#health,
      deps: this.#deps,
      prefix: this.#prefix,
      sessionTimeoutMs: this.#config.kafka.sessionTimeout,
      releases: this.#releases,
    });
    this.#subscriptions.add(subscription);
    try {
      await subscription.open();
    } catch (error) {
      this.#subscriptions.delete(subscription);
      await subscription.close();
      throw error;
    }
    return {
      crashed: subscription.crashed,
      close: async () => {
        await subscription.close();
        this.#subscriptions.delete(subscription);
      },
    };
  }

  async lag(groupId: string, topic: string): Promise<PartitionLag[]> {
    return await this.#topics.lag(`${this.#prefix}${groupId}`, `${this.#prefix}${topic}`);
  }

  async read(topic: string, partition: number, offset: number, maxRecords: number): Promise<ConsumedRecord[]> {
    const name = `${this.#prefix}${topic}`;
    if (!Number.isSafeInteger(offset) || offset < 0) throw new InvalidInputError('E_BUS_REJECTED', `An offset is a natural number, not ${offset}.`);
    return await this.#topics.attempt(async () => {
      const count = await this.#topics.countOnce(name);
      if (partition >= count) throw new InvalidInputError('E_BUS_REJECTED', `Topic "${name}" has no partition ${partition}.`);
      return await readRecords(this.#kafka, this.#topics, { name, topic, partition, offset, maxRecords, prefix: this.#prefix });
    });
  }

  unhealthy(): string | undefined {
    return this.#health.unhealthy();
  }

  async close(): Promise<void> {
    this.#closed ??= this.#shutDown();
    await this.#closed;
  }

  async #shutDown(): Promise<void> {
    await Promise.allSettled([...this.#subscriptions].map(async (subscription) => await subscription.close()));
    // What was handed over is sent when the brokers are there; an outage must not keep the process from ending.
    if (this.#health.unhealthy() === undefined) await Promise.allSettled(this.#unsent);
    this.#closing.abort();
    await Promise.allSettled(this.#unsent);
    await this.#health.close();
    await this.#producer?.then(async (producer) => await producer.disconnect()).catch(() => undefined);
    await this.#admin.disconnect().catch(() => undefined);
  }

  #assertOpen(): void {
    if (this.#closed !== undefined) throw new UnavailableError('E_BUS_UNAVAILABLE', 'The event bus is closed.');
  }
}
