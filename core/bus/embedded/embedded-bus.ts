import { join } from 'node:path';

import { InvalidInputError, UnavailableError } from '../../errors/app-error.ts';
import type {
  BatchHandler,
  BusDeps,
  BusRecord,
  ConsumedRecord,
  EventBus,
  PartitionLag,
  PublishedPosition,
  SubscribeOptions,
  Subscription,
  TopicSpec,
} from '../bus.ts';
import { checkSize } from '../record-size.ts';
import { Group } from './group.ts';
import { LogClient } from './log-client.ts';
import { consumedRecord } from './partition-reader.ts';

/** Bytes that may wait for their commit before further publishes are refused. */
const maxWaitingBytes = 256 * 1024 * 1024;
const maxReadBytes = 32 * 1024 * 1024;

/** Options of {@link openEmbeddedBus}. */
export interface EmbeddedBusOptions {
  /** The data directory; the log lives in its folder `bus`. */
  dataDir: string;
  /** Largest record (key, value and headers), bytes. */
  maxRecordBytes: number;
  /** False: acknowledged records survive the process but not a power cut. @default true */
  durable?: boolean;
  /** How often retention by age is applied, milliseconds. @default 30000 */
  retentionIntervalMs?: number;
  /** Hard limit of the log file in bytes, for tests of a full disk. @default none */
  maxFileBytes?: number;
}

/**
 * Opens the embedded event bus: a durable log in `<dataDir>/bus/log.db`, written and read by one worker thread, owned by one process.
 * @throws InvariantError `E_DATA_DIR_UNUSABLE` when the folder cannot be written, belongs to another process (its pid is named) or is damaged
 */
export async function openEmbeddedBus(options: EmbeddedBusOptions, deps: BusDeps): Promise<EventBus> {
  const limits = options.maxFileBytes === undefined ? {} : { maxFileBytes: options.maxFileBytes };
  const client = await LogClient.open({ folder: join(options.dataDir, 'bus'), durable: options.durable ?? true, ...limits });
  return new EmbeddedBus(client, options, deps);
}

class EmbeddedBus implements EventBus {
  readonly #client: LogClient;
  readonly #maxRecordBytes: number;
  readonly #deps: BusDeps;
  readonly #groups = new Map<string, Group>();
  readonly #retention: NodeJS.Timeout;
  #waitingBytes = 0;

  constructor(client: LogClient, options: EmbeddedBusOptions, deps: BusDeps) {
    this.#client = client;
    this.#maxRecordBytes = options.maxRecordBytes;
    this.#deps = deps;
    this.#retention = setInterval(() => void this.#retain(), options.retentionIntervalMs ?? 30_000);
    this.#retention.unref();
    void client.crashed.then((err) => deps.log.error({ err }, 'The embedded event log stopped.'));
  }

  async ensureTopics(topics: readonly TopicSpec[]): Promise<void> {
    await this.#client.ensure([...topics]);
  }

  async publish(topic: string, records: readonly BusRecord[]): Promise<PublishedPosition[]> {
    if (records.length === 0) return [];
    let sizeBytes = 0;
    for (const record of records) {
      checkSize(topic, record, this.#maxRecordBytes);
      sizeBytes += record.value.length;
    }
    if (this.#waitingBytes > 0 && this.#waitingBytes + sizeBytes > maxWaitingBytes) {
      throw new UnavailableError('E_BUS_UNAVAILABLE', 'The embedded event log is behind: too many bytes wait to be written.');
    }
    const { payload, packed } = this.#pack(records, sizeBytes);
    this.#waitingBytes += sizeBytes;
    try {
      return await this.#client.publish(topic, payload, packed);
    } finally {
      this.#waitingBytes -= sizeBytes;
    }
  }

  #pack(records: readonly BusRecord[], sizeBytes: number): { payload: ArrayBuffer; packed: Parameters<LogClient['publish']>[2] } {
    // One fresh block to hand over: a record's own memory may be a slice of a pool, and the caller may go on using it.
    const payload = new ArrayBuffer(sizeBytes);
    const bytes = new Uint8Array(payload);
    const nowMs = this.#deps.clock.nowMs();
    let position = 0;
    const packed = records.map((record) => {
      bytes.set(record.value, position);
      position += record.value.length;
      return {
        key: record.key,
        headers: record.headers === undefined ? '' : JSON.stringify(record.headers),
        partition: record.partition ?? -1,
        timestampMs: Math.trunc(record.timestampMs ?? nowMs),
        sizeBytes: record.value.length,
      };
    });
    return { payload, packed };
  }

  async subscribe(options: SubscribeOptions, handler: BatchHandler): Promise<Subscription> {
    let group = this.#groups.get(options.groupId);
    if (group === undefined) {
      group = new Group(options.groupId, this.#client, this.#deps);
      this.#groups.set(options.groupId, group);
    }
    return await group.join(options, handler);
  }

  async lag(groupId: string, topic: string): Promise<PartitionLag[]> {
    return (await this.#client.positions(groupId, topic)).map(({ partition, startOffset, endOffset, committedOffset }) => {
      const committed = Math.max(committedOffset ?? startOffset, startOffset);
      return { partition, committedOffset: committed, endOffset, lagRecords: Math.max(0, endOffset - committed) };
    });
  }

  async read(topic: string, partition: number, offset: number, maxRecords: number): Promise<ConsumedRecord[]> {
    if (!Number.isSafeInteger(offset) || offset < 0) throw new InvalidInputError('E_BUS_REJECTED', `An offset is a natural number, not ${offset}.`);
    const fetched = await this.#client.fetch({ topic, partition, offset, maxRecords, maxBytes: maxReadBytes, wait: false });
    return fetched.records.map((record) => consumedRecord(topic, partition, record));
  }

  unhealthy(): string | undefined {
    return this.#client.unhealthy();
  }

  async close(): Promise<void> {
    clearInterval(this.#retention);
    await Promise.allSettled([...this.#groups.values()].map(async (group) => await group.close()));
    await this.#client.close();
  }

  async #retain(): Promise<void> {
    try {
      await this.#client.retain(this.#deps.clock.nowMs());
    } catch (err) {
      this.#deps.log.warn({ err }, 'Retention could not be applied to the embedded log.');
    }
  }
}
