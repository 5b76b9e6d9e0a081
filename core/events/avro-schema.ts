import avsc from 'avsc';

import { boundsCheckOf } from './avro-bounds.ts';

/** Most bytes the encoding buffer of a schema keeps between events. */
const keptBytes = 1024 * 1024;

/** A parsed Avro schema that writes and reads values. Synchronous; the only door to avsc. */
export class AvroSchema {
  readonly #type: avsc.Type;
  readonly #checkBounds: (body: Uint8Array) => void;
  #scratch = Buffer.allocUnsafeSlow(4096);

  /** @throws Error when the text is not an Avro schema */
  constructor(schemaText: string) {
    this.#type = avsc.Type.forSchema(JSON.parse(schemaText) as avsc.Schema);
    this.#checkBounds = boundsCheckOf(schemaText);
  }

  /**
   * Encodes a value behind `prefix` into a buffer of its own.
   * @throws Error that names the first field that does not fit
   */
  encode(prefix: Buffer, value: unknown): Buffer {
    let end: number;
    try {
      end = this.#type.encode(value, this.#scratch, prefix.length);
      if (end < 0) {
        this.#scratch = Buffer.allocUnsafeSlow((this.#scratch.length - end) * 2);
        end = this.#type.encode(value, this.#scratch, prefix.length);
      }
    } catch (error) {
      throw new Error(this.#misfit(value) ?? (error instanceof Error ? error.message : String(error)), { cause: error });
    }
    prefix.copy(this.#scratch, 0);
    const encoded = Buffer.allocUnsafeSlow(end);
    this.#scratch.copy(encoded, 0, 0, end);
    if (this.#scratch.length > keptBytes) this.#scratch = Buffer.allocUnsafeSlow(4096);
    return encoded;
  }

  /**
   * A function that reads what `writer` wrote as values of this schema; fields that the writer did not have get their defaults.
   * @throws Error when this schema cannot read that one (not BACKWARD compatible)
   */
  readerOf(writer: AvroSchema): (body: Buffer) => unknown {
    const resolver = writer === this ? undefined : this.#type.createResolver(writer.#type);
    return (body): unknown => {
      writer.#checkBounds(body);
      return (resolver === undefined ? this.#type.fromBuffer(body) : this.#type.fromBuffer(body, resolver)) as unknown;
    };
  }

  #misfit(value: unknown): string | undefined {
    let found: string | undefined;
    this.#type.isValid(value, {
      errorHook: (path, part: unknown, type) => {
        found ??= `${path.join('.') || 'the event'} should be ${typeName(type)} and is ${describe(part)}`;
      },
    });
    return found;
  }
}

function typeName(type: avsc.Type): string {
  return type.name ?? type.typeName;
}

function describe(value: unknown): string {
  if (value === undefined) return 'missing';
  const text = typeof value === 'object' && value !== null ? `a ${value.constructor.name}` : (JSON.stringify(value) ?? typeof value);
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}
