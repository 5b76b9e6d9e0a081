import { closeSync, existsSync, fsyncSync, mkdirSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';

import { z } from 'zod';

import { InvalidInputError, InvariantError, UnavailableError, messageOf } from '../errors/app-error.ts';
import { AvroSchema } from './avro-schema.ts';
import type { SchemaRegistry } from './schema-registry.ts';

const registryFile = z.strictObject({
  format: z.literal(1),
  /** Index + 1 is the schema id. */
  schemas: z.array(z.string()),
  /** Subject to schema ids, oldest version first. */
  subjects: z.record(z.string(), z.array(z.int().positive())),
});

type RegistryFile = z.infer<typeof registryFile>;

/**
 * Opens the registry file of a data directory: ids are given in order and never change or disappear; a new version of a subject must be
 * able to read records of the version before it (BACKWARD).
 *
 * @throws InvariantError `E_DATA_DIR_UNUSABLE` when the file is damaged or cannot be read
 */
export function openEmbeddedRegistry(path: string): SchemaRegistry {
  return new EmbeddedRegistry(path, load(path));
}

class EmbeddedRegistry implements SchemaRegistry {
  readonly #path: string;
  #state: RegistryFile;

  constructor(path: string, state: RegistryFile) {
    this.#path = path;
    this.#state = state;
  }

  async register(subject: string, schema: string): Promise<number> {
    const text = JSON.stringify(JSON.parse(schema));
    const versions = this.#state.subjects[subject] ?? [];
    const known = this.#state.schemas.indexOf(text) + 1;
    if (known > 0 && versions.includes(known)) return known;
    const latest = versions[versions.length - 1];
    if (latest !== undefined) assertCompatible(subject, this.#state.schemas[latest - 1] ?? '', text);
    const schemas = known > 0 ? this.#state.schemas : [...this.#state.schemas, text];
    const id = known > 0 ? known : schemas.length;
    const next: RegistryFile = { format: 1, schemas, subjects: { ...this.#state.subjects, [subject]: [...versions, id] } };
    save(this.#path, next);
    this.#state = next;
    return id;
  }

  async schemaOf(id: number): Promise<string> {
    const schema = this.#state.schemas[id - 1];
    if (schema === undefined) throw new InvalidInputError('E_SCHEMA_REJECTED', `The registry knows no schema with id ${id}.`);
    return schema;
  }
}

function assertCompatible(subject: string, olderText: string, newerText: string): void {
  try {
    new AvroSchema(newerText).readerOf(new AvroSchema(olderText));
  } catch (error) {
    throw new InvalidInputError('E_SCHEMA_REJECTED', `The schema of "${subject}" cannot read records of its previous version: ${messageOf(error)}.`, {
      cause: error,
    });
  }
}

function load(path: string): RegistryFile {
  if (!existsSync(path)) return { format: 1, schemas: [], subjects: {} };
  try {
    return registryFile.parse(JSON.parse(readFileSync(path, 'utf8')));
  } catch (error) {
    throw new InvariantError(
      'E_DATA_DIR_UNUSABLE',
      `The schema registry file ${path} is damaged or cannot be read: restore it, or move it away together with the event log it belongs to.`,
      { cause: error },
    );
  }
}

/** Whole or not at all, also through a power cut: records on the bus are unreadable without their schema. */
function save(path: string, state: RegistryFile): void {
  try {
    mkdirSync(dirname(path), { recursive: true });
    const file = openSync(`${path}.new`, 'w');
    try {
      writeSync(file, JSON.stringify(state, undefined, 1));
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    renameSync(`${path}.new`, path);
    const folder = openSync(dirname(path), 'r');
    try {
      fsyncSync(folder);
    } finally {
      closeSync(folder);
    }
  } catch (error) {
    throw new UnavailableError('E_REGISTRY_UNAVAILABLE', `The schema registry file ${path} cannot be written: ${messageOf(error)}.`, {
      cause: error,
    });
  }
}
