import type { Message, Producer } from 'kafkajs';

import { InvalidInputError, UnavailableError, messageOf } from '../../errors/app-error.ts';
import type { BusDeps, BusRecord } from '../bus.ts';
import { backoffMs, longestOutageBackoffMs } from '../delivery.ts';
import { recordSizeBytes } from '../record-size.ts';
import type { KafkaHealth } from './kafka-health.ts';

/** Most bytes and records of one send: it is one record batch and is checked against `message.max.bytes` (1 MiB) as a whole. */
const maxSendBytes = 800_000;
const maxSendRecords = 1000;
/** Framing of a record in a batch, generously. */
const recordOverheadBytes = 64;

/** A record on its way and whom to tell. */
interface Entry {
  message: Message;
  sizeBytes: number;
  resolve: (offset: number) => void;
  reject: (error: Error) => void;
  abandoned: boolean;
}

/** What a {@link PartitionWriter} works with. */
export interface WriterContext {
  producer: () => Promise<Producer>;
  /** The producer's identity was lost: the next call of `producer` gets a new one. */
  replaceProducer: () => void;
  health: KafkaHealth;
  deps: BusDeps;
  closing: AbortSignal;
}

/** Appends to one partition: one send under way at a time, since un-awaited sends to one partition may land out of order. */
export class PartitionWriter {
  readonly #topic: string;
  readonly #partition: number;
  readonly #context: WriterContext;
  #queue: Entry[] = [];
  #running = false;

  /** @param topic name on the brokers, prefix included */
  constructor(topic: string, partition: number, context: WriterContext) {
    this.#topic = topic;
    this.#partition = partition;
    this.#context = context;
  }

  /** Appends one record; calls keep their order. */
  async append(record: BusRecord, timestampMs: number, signal: AbortSignal | undefined): Promise<number> {
    return await new Promise((resolve, reject) => {
      const entry: Entry = {
        message: {
          key: record.key,
          value: record.value,
          partition: this.#partition,
          timestamp: String(timestampMs),
          ...(record.headers === undefined ? {} : { headers: { ...record.headers } }),
        },
        sizeBytes: recordSizeBytes(record) + recordOverheadBytes,
        resolve,
        reject,
        abandoned: false,
      };
      signal?.addEventListener('abort', () => this.#abandon(entry), { once: true });
      this.#queue.push(entry);
      if (!this.#running) void this.#run();
    });
  }

  /** The caller's limit was reached; the record may still land if its send is under way. */
  #abandon(entry: Entry): void {
    entry.abandoned = true;
    entry.reject(new UnavailableError('E_BUS_UNAVAILABLE', `Kafka did not take a record for "${this.#topic}" within the caller's limit.`));
  }

  async #run(): Promise<void> {
    this.#running = true;
    // What is published in the same turn of the event loop goes in one send.
    await new Promise((resolve) => setImmediate(resolve));
    while (this.#queue.length > 0) await this.#sendChunk(this.#takeChunk());
    this.#running = false;
  }

  #takeChunk(): Entry[] {
    this.#queue = this.#queue.filter((entry) => !entry.abandoned);
    let bytes = 0;
    let count = 0;
    for (const entry of this.#queue) {
      bytes += entry.sizeBytes;
      if (count > 0 && (bytes > maxSendBytes || count === maxSendRecords)) break;
      count += 1;
    }
    return this.#queue.splice(0, count);
  }

  /** Tries the same batch until it is taken: with the idempotent producer a repeated batch is recognised by the broker and not doubled. */
  async #sendChunk(chunk: Entry[]): Promise<void> {
    const { closing, deps, health } = this.#context;
    for (let attempt = 1; chunk.length > 0; attempt += 1) {
      if (closing.aborted) {
        const error = new UnavailableError('E_BUS_UNAVAILABLE', 'The event bus is closed.');
        for (const entry of chunk) entry.reject(error);
        return;
      }
      try {
        const first = await this.#send(chunk);
        health.succeeded();
        for (const [index, entry] of chunk.entries()) entry.resolve(first + index);
        return;
      } catch (error) {
        if (isRefusal(error)) {
          await this.#refuse(chunk, error);
          return;
        }
        if (isLostIdentity(error)) this.#context.replaceProducer();
        health.failed(error);
        if (chunk.every((entry) => entry.abandoned)) return;
        await deps.clock.sleep(backoffMs(attempt, longestOutageBackoffMs), closing).catch(() => undefined);
      }
    }
  }

  async #send(chunk: readonly Entry[]): Promise<number> {
    const producer = await this.#context.producer();
    const results = await producer.send({ topic: this.#topic, acks: -1, messages: chunk.map((entry) => entry.message) });
    // kafkajs resolves and drops messages for partitions that do not exist: only a result for ours counts.
    const result = results.find((candidate) => candidate.topicName === this.#topic && candidate.partition === this.#partition);
    if (result?.baseOffset === undefined || result.errorCode !== 0) {
      throw new InvalidInputError('E_BUS_REJECTED', `Kafka took no record for partition ${this.#partition} of "${this.#topic}".`);
    }
    return Number(result.baseOffset);
  }

  /** One record that the broker never takes must not sink its neighbours: alone it is refused, together they are tried one by one. */
  async #refuse(chunk: Entry[], cause: unknown): Promise<void> {
    if (chunk.length === 1) {
      const message = `Kafka refused a record for "${this.#topic}": ${messageOf(cause)}.`;
      chunk[0]?.reject(cause instanceof InvalidInputError ? cause : new InvalidInputError('E_BUS_REJECTED', message, { cause }));
      return;
    }
    for (const entry of chunk) await this.#sendChunk([entry]);
  }
}

/** Type of the Kafka protocol error inside, if there is one. */
function protocolTypeOf(error: unknown): string | undefined {
  for (let current = error; current instanceof Error; current = current.cause) {
    const type = (current as { type?: unknown }).type;
    if (typeof type === 'string') return type;
  }
  return undefined;
}

const refusals = new Set([
  'MESSAGE_TOO_LARGE',
  'RECORD_LIST_TOO_LARGE',
  'INVALID_RECORD',
  'INVALID_TIMESTAMP',
  'CORRUPT_MESSAGE',
  'TOPIC_AUTHORIZATION_FAILED',
]);
const lostIdentities = new Set([
  'OUT_OF_ORDER_SEQUENCE_NUMBER',
  'DUPLICATE_SEQUENCE_NUMBER',
  'INVALID_PRODUCER_EPOCH',
  'INVALID_PRODUCER_ID_MAPPING',
  'UNKNOWN_PRODUCER_ID',
]);

function isRefusal(error: unknown): boolean {
  return error instanceof InvalidInputError || refusals.has(protocolTypeOf(error) ?? '');
}

function isLostIdentity(error: unknown): boolean {
  return lostIdentities.has(protocolTypeOf(error) ?? '');
}
