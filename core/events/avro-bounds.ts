/** Reads past one encoded value from `position` and returns where the next begins. @throws RangeError when it does not fit into the bytes */
type Skip = (bytes: Uint8Array, position: number) => number;

interface Compiled {
  skip: Skip;
  /** Encoded size when every value of the type has the same one, else undefined. */
  fixedBytes: number | undefined;
}

type SchemaJson =
  | string
  | SchemaJson[]
  | { type: SchemaJson; name?: string; namespace?: string; fields?: { type: SchemaJson }[]; items?: SchemaJson; values?: SchemaJson; size?: number };

/** Items without bytes of their own (nulls, empty records) could claim any count: more than this is damage. */
const maxEmptyItems = 100_000;
const maxDepth = 64;

/**
 * Builds a check that an Avro body stays inside its bytes. avsc believes the item count of an array or map before it looks at the data, so
 * one flipped bit in a record can make it loop over billions of items; this walk costs no allocation and ends at the first byte too many.
 *
 * @param schemaText the writer's schema, JSON (Avro 1.11 specification, "Binary Encoding")
 */
export function boundsCheckOf(schemaText: string): (body: Uint8Array) => void {
  const { skip } = new Compiler().compile(JSON.parse(schemaText) as SchemaJson, '');
  return (body) => {
    const end = skip(body, 0);
    if (end !== body.length) throw new RangeError(`the record has ${body.length - end} bytes too many`);
  };
}

class Compiler {
  readonly #named = new Map<string, Compiled>();
  #depth = 0;

  compile(schema: SchemaJson, namespace: string): Compiled {
    if (typeof schema === 'string') return this.#primitive(schema, namespace);
    if (Array.isArray(schema)) return this.#union(schema, namespace);
    switch (schema.type) {
      case 'record':
      case 'error':
        return this.#record(schema, namespace);
      case 'enum':
        return this.#declare(schema.name, schema.namespace ?? namespace, { skip: skipVarint, fixedBytes: undefined });
      case 'fixed':
        return this.#declare(schema.name, schema.namespace ?? namespace, ofSize(schema.size ?? 0));
      case 'array':
        return { skip: blocks(this.compile(schema.items ?? 'null', namespace)), fixedBytes: undefined };
      case 'map': {
        const value = this.compile(schema.values ?? 'null', namespace);
        return {
          skip: blocks({ skip: (bytes, position) => value.skip(bytes, skipBytes(bytes, position)), fixedBytes: undefined }),
          fixedBytes: undefined,
        };
      }
      default:
        return this.compile(schema.type, namespace);
    }
  }

  #primitive(name: string, namespace: string): Compiled {
    switch (name) {
      case 'null':
        return ofSize(0);
      case 'boolean':
        return ofSize(1);
      case 'float':
        return ofSize(4);
      case 'double':
        return ofSize(8);
      case 'int':
      case 'long':
        return { skip: skipVarint, fixedBytes: undefined };
      case 'string':
      case 'bytes':
        return { skip: skipBytes, fixedBytes: undefined };
      default: {
        const known = this.#named.get(qualified(name, namespace)) ?? this.#named.get(name);
        if (known === undefined) throw new TypeError(`unknown Avro type ${name}`);
        return known;
      }
    }
  }

  #union(branches: SchemaJson[], namespace: string): Compiled {
    const compiled = branches.map((branch) => this.compile(branch, namespace));
    return {
      fixedBytes: undefined,
      skip: (bytes, position) => {
        const branch = compiled[readVarint(bytes, position)];
        if (branch === undefined) throw new RangeError('the record names a union branch that does not exist');
        return branch.skip(bytes, skipVarint(bytes, position));
      },
    };
  }

  #record(schema: Exclude<SchemaJson, string | SchemaJson[]>, outer: string): Compiled {
    const namespace = schema.namespace ?? outer;
    const skips: Skip[] = [];
    const compiled = this.#declare(schema.name, namespace, {
      fixedBytes: undefined,
      skip: (bytes, position) => {
        this.#depth += 1;
        try {
          if (this.#depth > maxDepth) throw new RangeError('the record is nested too deeply');
          for (const skip of skips) position = skip(bytes, position);
          return position;
        } finally {
          this.#depth -= 1;
        }
      },
    });
    const fields = (schema.fields ?? []).map((field) => this.compile(field.type, namespace));
    for (const field of fields) skips.push(field.skip);
    const sizes = fields.map((field) => field.fixedBytes);
    if (sizes.every((size) => size !== undefined)) compiled.fixedBytes = sizes.reduce((sum: number, size) => sum + size, 0);
    return compiled;
  }

  #declare(name: string | undefined, namespace: string, compiled: Compiled): Compiled {
    if (name !== undefined) this.#named.set(qualified(name, namespace), compiled);
    return compiled;
  }
}

function qualified(name: string, namespace: string): string {
  return name.includes('.') || namespace === '' ? name : `${namespace}.${name}`;
}

function ofSize(sizeBytes: number): Compiled {
  return { fixedBytes: sizeBytes, skip: (bytes, position) => advance(bytes, position, sizeBytes) };
}

function advance(bytes: Uint8Array, position: number, count: number): number {
  if (count < 0 || count > bytes.length - position) throw new RangeError('the record ends too early');
  return position + count;
}

function skipVarint(bytes: Uint8Array, position: number): number {
  for (let index = position; index < position + 10; index += 1) {
    const byte = bytes[index];
    if (byte === undefined) break;
    if (byte < 128) return index + 1;
  }
  throw new RangeError('the record ends too early or holds a number that is too long');
}

/** Zig-zag number; beyond 2^53 only the size matters, and that is refused anyway. */
function readVarint(bytes: Uint8Array, position: number): number {
  let value = 0;
  let factor = 1;
  for (let index = position; ; index += 1) {
    const byte = bytes[index] ?? 0;
    value += (byte & 127) * factor;
    factor *= 128;
    if (byte < 128) break;
  }
  return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
}

function skipBytes(bytes: Uint8Array, position: number): number {
  const start = skipVarint(bytes, position);
  return advance(bytes, start, readVarint(bytes, position));
}

/** Arrays and maps: blocks of a count and that many items, ended by a zero; a negative count is followed by the block's size. */
function blocks(item: Compiled): Skip {
  return (bytes, start) => {
    let position = start;
    for (;;) {
      const next = skipVarint(bytes, position);
      let count = readVarint(bytes, position);
      position = next;
      if (count === 0) return position;
      if (count < 0) {
        count = -count;
        position = skipVarint(bytes, position);
      }
      if (item.fixedBytes === 0 && count > maxEmptyItems) throw new RangeError('the record claims too many items');
      if (item.fixedBytes !== undefined) position = advance(bytes, position, count * item.fixedBytes);
      else for (let left = count; left > 0; left -= 1) position = item.skip(bytes, position);
    }
  };
}
