import type { BatchHandler, BusDeps, ConsumedRecord } from '../bus.ts';
import { backoffMs, deliver } from '../delivery.ts';
import type { LogClient } from './log-client.ts';
import type { StoredRecord } from './protocol.ts';

/** Most bytes of one batch; a single larger record still comes, alone. */
const maxBatchBytes = 8 * 1024 * 1024;

/** What a {@link PartitionReader} reads and for whom. */
export interface ReaderOptions {
  groupId: string;
  topic: string;
  partition: number;
  from: 'earliest' | 'latest';
  maxBatchRecords: number;
  handler: BatchHandler;
  client: LogClient;
  deps: BusDeps;
}

/** Delivers one partition to one member of a group, batch after batch, until stopped. */
export class PartitionReader {
  readonly #options: ReaderOptions;
  readonly #abort = new AbortController();
  #running: Promise<void> = Promise.resolve();
  #position = 0;
  #held = true;

  constructor(options: ReaderOptions) {
    this.#options = options;
  }

  /** Finds the position of the group; what is published after this resolves is delivered. */
  async prepare(): Promise<void> {
    const { client, groupId, topic, partition, from } = this.#options;
    const found = (await client.positions(groupId, topic)).find((position) => position.partition === partition);
    this.#position = found?.committedOffset ?? (from === 'latest' ? found?.endOffset : found?.startOffset) ?? 0;
  }

  /** Begins delivery. */
  start(): void {
    this.#running = this.#run();
  }

  /** Marks the batch in hand stale and begins no other. */
  expire(): void {
    this.#abort.abort();
  }

  /** Expires and waits until the handler is done; later commits are ignored. */
  async stop(): Promise<void> {
    this.expire();
    await this.#running;
    this.#held = false;
  }

  async #run(): Promise<void> {
    const { signal } = this.#abort;
    const { deps, groupId, topic, partition } = this.#options;
    for (let failures = 0; !signal.aborted;) {
      try {
        await this.#step(signal);
        failures = 0;
      } catch (err) {
        if (signal.aborted) return;
        failures += 1;
        if (failures === 1) deps.log.error({ groupId, topic, partition, err }, 'The embedded log could not be read.');
        await deps.clock.sleep(backoffMs(failures), signal).catch(() => undefined);
      }
    }
  }

  async #step(signal: AbortSignal): Promise<void> {
    const { client, groupId, topic, partition, maxBatchRecords, handler, deps } = this.#options;
    const offset = this.#position;
    const fetched = await client.fetch({ topic, partition, offset, maxRecords: maxBatchRecords, maxBytes: maxBatchBytes, wait: true }, signal);
    const first = fetched.records[0];
    if (first === undefined || signal.aborted) return;
    if (first.offset > offset) {
      deps.log.error(
        { groupId, topic, partition, lostRecords: first.offset - offset },
        'Records were removed by retention before the group read them.',
      );
    }
    const records = fetched.records.map((record) => consumedRecord(topic, partition, record));
    const last = records[records.length - 1];
    const commit = async (nextOffset: number): Promise<void> => {
      if (this.#held) await client.commit(groupId, topic, partition, nextOffset);
    };
    const { endOffset } = fetched;
    const taken = await deliver({ groupId, topic, partition, records, endOffset, handler, commit, signal, log: deps.log, clock: deps.clock });
    if (taken) this.#position = (last?.offset ?? offset) + 1;
  }
}

/** A stored record as the bus hands it out; its value takes over the transferred memory. */
export function consumedRecord(topic: string, partition: number, record: StoredRecord): ConsumedRecord {
  return {
    topic,
    partition,
    offset: record.offset,
    key: record.key,
    value: Buffer.from(record.value),
    headers: record.headers === '' ? {} : (JSON.parse(record.headers) as Record<string, string>),
    timestampMs: record.timestampMs,
  };
}
