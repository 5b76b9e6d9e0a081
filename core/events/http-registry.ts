import { COMPATIBILITY, SchemaRegistry as ConfluentRegistry, SchemaType } from '@kafkajs/confluent-schema-registry';

import { readSecret } from '../config/secret.ts';
import { InvalidInputError, UnavailableError, messageOf } from '../errors/app-error.ts';
import { redactUrl } from '../log/logger.ts';
import type { SchemaRegistry } from './schema-registry.ts';

/** Levels that promise at least what we need: an operator's stricter choice is left alone. */
const strictEnough: readonly string[] = [COMPATIBILITY.BACKWARD_TRANSITIVE, COMPATIBILITY.FULL, COMPATIBILITY.FULL_TRANSITIVE];

/** Options of {@link openHttpRegistry}. */
export interface HttpRegistryOptions {
  /** Base URL; Apicurio's is `…/apis/ccompat/v7`. */
  url: string;
  username?: string | undefined;
  passwordFile?: string | undefined;
  /** A request fails after this time, milliseconds. */
  timeout: number;
}

/**
 * Opens a Confluent-compatible schema registry over HTTP. Does not connect yet.
 *
 * @param subjectPrefix the topic prefix: subjects are named after topics as they are on the brokers
 * @throws ConfigError `E_CONFIG_INVALID` when the password file cannot be read
 */
export function openHttpRegistry(options: HttpRegistryOptions, subjectPrefix: string): SchemaRegistry {
  return new HttpRegistry(options, subjectPrefix);
}

class HttpRegistry implements SchemaRegistry {
  readonly #client: ConfluentRegistry;
  readonly #options: HttpRegistryOptions;
  readonly #authorization: string | undefined;
  readonly #subjectPrefix: string;

  constructor(options: HttpRegistryOptions, subjectPrefix: string) {
    this.#options = options;
    this.#subjectPrefix = subjectPrefix;
    const auth =
      options.username === undefined
        ? undefined
        : { username: options.username, password: readSecret('registry', 'bus.registry.passwordFile', options.passwordFile) ?? '' };
    this.#authorization = auth === undefined ? undefined : `Basic ${Buffer.from(`${auth.username}:${auth.password}`).toString('base64')}`;
    const host = options.url.replace(/\/+$/, '');
    this.#client = new ConfluentRegistry({ host, clientId: 'sightline', retry: { retries: 1 }, ...(auth === undefined ? {} : { auth }) });
  }

  async register(subjectName: string, schema: string): Promise<number> {
    const subject = `${this.#subjectPrefix}${subjectName}`;
    try {
      return await this.#register(subject, schema, COMPATIBILITY.BACKWARD);
    } catch (error) {
      const level = foreignLevel(error);
      if (level === undefined) throw this.#translated(error, `the schema of "${subject}"`);
      try {
        if (strictEnough.includes(level)) return await this.#register(subject, schema, level as COMPATIBILITY);
        await this.#demandBackward(subject);
        return await this.#register(subject, schema, COMPATIBILITY.BACKWARD);
      } catch (again) {
        throw this.#translated(again, `the schema of "${subject}"`);
      }
    }
  }

  async schemaOf(id: number): Promise<string> {
    try {
      const schema: unknown = await this.#limited(this.#client.getSchema(id));
      // The client hands out a parsed type of avsc; its own text is lost there, its meaning is not.
      if (!isAvroType(schema)) throw new InvalidInputError('E_SCHEMA_REJECTED', `Schema ${id} is not Avro.`);
      return JSON.stringify(schema.schema({ exportAttrs: true }));
    } catch (error) {
      throw this.#translated(error, `schema ${id}`);
    }
  }

  async #register(subject: string, schema: string, compatibility: COMPATIBILITY): Promise<number> {
    const registered = await this.#limited(this.#client.register({ type: SchemaType.AVRO, schema }, { subject, compatibility }));
    return registered.id;
  }

  /** A subject that promises less than BACKWARD (Apicurio's default is NONE) would accept schemas that make old records unreadable. */
  async #demandBackward(subject: string): Promise<void> {
    const response = await fetch(`${this.#options.url.replace(/\/+$/, '')}/config/${encodeURIComponent(subject)}`, {
      method: 'PUT',
      headers: {
        'content-type': 'application/vnd.schemaregistry.v1+json',
        ...(this.#authorization === undefined ? {} : { authorization: this.#authorization }),
      },
      body: JSON.stringify({ compatibility: COMPATIBILITY.BACKWARD }),
      signal: AbortSignal.timeout(this.#options.timeout),
    });
    if (!response.ok)
      throw Object.assign(new Error(`the compatibility level could not be set (HTTP ${response.status})`), { status: response.status });
  }

  async #limited<T>(call: Promise<T>): Promise<T> {
    let timer: NodeJS.Timeout | undefined;
    const limit = new Promise<never>((_resolve, reject) => {
      timer = setTimeout(() => reject(new Error(`no answer within ${this.#options.timeout} ms`)), this.#options.timeout);
    });
    try {
      return await Promise.race([call, limit]);
    } finally {
      clearTimeout(timer);
    }
  }

  #translated(error: unknown, what: string): Error {
    if (error instanceof InvalidInputError) return error;
    const status = (error as { status?: unknown }).status;
    if (status === 404 || status === 409 || status === 422) {
      const reason = status === 404 ? 'does not know' : status === 409 ? 'refuses as incompatible' : 'refuses as invalid';
      return new InvalidInputError('E_SCHEMA_REJECTED', `The schema registry ${reason} ${what}: ${messageOf(error)}`, { cause: error });
    }
    const url = redactUrl(this.#options.url);
    return new UnavailableError('E_REGISTRY_UNAVAILABLE', `The schema registry at ${url} does not answer for ${what}: ${messageOf(error)}.`, {
      cause: error,
    });
  }
}

/** The level that a subject has when the client refuses to register because it is not the one asked for. */
function foreignLevel(error: unknown): string | undefined {
  if (!(error instanceof Error) || error.name !== 'ConfluentSchemaRegistryCompatibilityError') return undefined;
  return /!= ([A-Z_]+)\)/.exec(error.message)?.[1];
}

function isAvroType(schema: unknown): schema is { schema(options: { exportAttrs: boolean }): unknown } {
  return typeof schema === 'object' && schema !== null && 'createResolver' in schema && 'schema' in schema;
}
