import { join } from 'node:path';

import type { Topic } from '../../schemas/topics.ts';
import type { BusDeps } from '../bus/bus.ts';
import type { BusConfig } from '../bus/config.ts';
import { AppError, InvalidInputError, messageOf } from '../errors/app-error.ts';
import { AvroSchema } from './avro-schema.ts';
import { openEmbeddedRegistry } from './embedded-registry.ts';
import type { EventCodec, EventEnvelope } from './event-bus.ts';
import { type SchemaRegistry, subjectOf } from './schema-registry.ts';

/** Confluent framing: one zero byte, the schema id as 32-bit big-endian, then the Avro body. */
const headerBytes = 5;
/** How long an unknown schema id is believed to be unknown, so that a topic full of foreign records does not flood the registry. */
const unknownForMs = 30_000;

/** A topic's own schema; used to write, and as reader schema. */
interface Own {
  schema: AvroSchema;
  /** Framing with the registered id; undefined until the first encode registered it. */
  header: Buffer | undefined;
  readers: Map<number, Reader>;
}

type Reader = ((body: Buffer) => unknown) | { unknownUntilMs: number; error: Error };

/**
 * The codec for the configured registry: a file in the data directory, or a Confluent-compatible one over HTTP.
 * @throws InvariantError `E_DATA_DIR_UNUSABLE` when the registry file is damaged, ConfigError `E_CONFIG_INVALID` when a secret file cannot be read
 */
export async function createCodec(config: BusConfig, deps: BusDeps, dataDir: string): Promise<EventCodec> {
  if (config.registry.url === undefined) return new AvroCodec(openEmbeddedRegistry(join(dataDir, 'bus', 'schemas.json')), deps);
  const { openHttpRegistry } = await import('./http-registry.ts');
  return new AvroCodec(openHttpRegistry({ ...config.registry, url: config.registry.url }, config.kafka.topicPrefix), deps);
}

/** Avro with Confluent framing. Asks the registry once per schema; everything after that is synchronous inside. */
export class AvroCodec implements EventCodec {
  readonly #registry: SchemaRegistry;
  readonly #deps: BusDeps;
  readonly #topics = new Map<string, Own>();
  readonly #registering = new Map<string, Promise<void>>();

  constructor(registry: SchemaRegistry, deps: BusDeps) {
    this.#registry = registry;
    this.#deps = deps;
  }

  async encode<Event extends EventEnvelope>(topic: Topic<Event>, event: Event): Promise<Buffer> {
    const own = this.#own(topic);
    if (own.header === undefined) await this.#register(topic, own);
    try {
      return own.schema.encode(own.header ?? Buffer.alloc(0), event);
    } catch (error) {
      throw new InvalidInputError('E_SCHEMA_REJECTED', `The event does not fit the schema of "${topic.name}": ${messageOf(error)}.`, {
        cause: error,
      });
    }
  }

  async decode<Event extends EventEnvelope>(topic: Topic<Event>, value: Buffer): Promise<Event> {
    if (value.length < headerBytes || value[0] !== 0) {
      throw new InvalidInputError('E_SCHEMA_REJECTED', `The record on "${topic.name}" is not Avro with Confluent framing (${value.length} bytes).`);
    }
    const own = this.#own(topic);
    const id = value.readUInt32BE(1);
    const cached = own.readers.get(id);
    const read = typeof cached === 'function' ? cached : await this.#reader(topic, own, id, cached);
    try {
      return read(value.subarray(headerBytes)) as Event;
    } catch (error) {
      throw new InvalidInputError('E_SCHEMA_REJECTED', `The record on "${topic.name}" is damaged: ${messageOf(error)}.`, { cause: error });
    }
  }

  #own(topic: Topic<unknown>): Own {
    let own = this.#topics.get(topic.name);
    if (own === undefined) {
      own = { schema: new AvroSchema(topic.schema), header: undefined, readers: new Map() };
      this.#topics.set(topic.name, own);
    }
    return own;
  }

  async #register(topic: Topic<unknown>, own: Own): Promise<void> {
    let running = this.#registering.get(topic.name);
    if (running === undefined) {
      running = this.#registry.register(subjectOf(topic.name), topic.schema).then((id) => {
        const header = Buffer.alloc(headerBytes);
        header.writeUInt32BE(id, 1);
        own.header = header;
        own.readers.set(id, own.schema.readerOf(own.schema));
      });
      this.#registering.set(topic.name, running);
    }
    try {
      await running;
    } finally {
      this.#registering.delete(topic.name);
    }
  }

  async #reader(
    topic: Topic<unknown>,
    own: Own,
    id: number,
    missed: Exclude<Reader, (body: Buffer) => unknown> | undefined,
  ): Promise<(body: Buffer) => unknown> {
    const nowMs = this.#deps.clock.monotonicMs();
    if (missed !== undefined && missed.unknownUntilMs > nowMs) throw missed.error;
    try {
      const read = own.schema.readerOf(new AvroSchema(await this.#registry.schemaOf(id)));
      own.readers.set(id, read);
      return read;
    } catch (cause) {
      // A registry that is away says nothing about the record: only a clear refusal is remembered.
      if (cause instanceof AppError && cause.retryable) throw cause;
      const error = new InvalidInputError(
        'E_SCHEMA_REJECTED',
        `The record on "${topic.name}" has schema ${id}, which cannot be used: ${messageOf(cause)}`,
        { cause },
      );
      own.readers.set(id, { unknownUntilMs: nowMs + unknownForMs, error });
      throw error;
    }
  }
}
