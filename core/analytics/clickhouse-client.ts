import type { Readable } from 'node:stream';
import { Readable as ReadableStream } from 'node:stream';

import { type ClickHouseClient, ClickHouseLogLevel, type ClickHouseSettings, createClient } from '@clickhouse/client';

/** How a ClickHouse server is reached. */
export interface ServerAddress {
  url: string;
  user: string;
  password: string;
  database: string;
  requestTimeoutMs: number;
  maxConnections: number;
}

/** One connection to ClickHouse, in the process or over HTTP; the only door to `@clickhouse/client`. */
export interface SqlConnection {
  /** Runs one statement and returns its output in the format it asks for. */
  run(sql: string, options?: RunOptions): Promise<Buffer>;
  close(): Promise<void>;
}

/** What goes along with a statement. */
export interface RunOptions {
  /** Output format of a statement that names none. */
  format?: string;
  /** Data of an INSERT ... FORMAT statement. */
  body?: string;
  /** Settings of this request; a server only, see core/analytics/embedded-connection.ts. */
  settings?: Readonly<Record<string, string>>;
  /** Parameter values, unescaped; a server only. */
  params?: Readonly<Record<string, string>>;
}

/** Creates a client of a ClickHouse server; it connects at the first statement. */
export function connectServer(address: ServerAddress): SqlConnection {
  const { url, user, password, database, requestTimeoutMs, maxConnections } = address;
  return wrap(
    createClient({
      url,
      username: user,
      password,
      database,
      request_timeout: requestTimeoutMs,
      max_open_connections: maxConnections,
      application: 'sightline',
      compression: { response: true, request: false },
      log: { level: ClickHouseLogLevel.OFF },
    }),
  );
}

/** Makes a client a {@link SqlConnection}. */
export function wrap(client: ClickHouseClient): SqlConnection {
  return {
    run: async (sql, options = {}) => {
      const { format, body, params } = options;
      // chDB's connection takes `default_format` out of the settings, so it does not stick there as others would.
      const settings = { ...options.settings, ...(format === undefined ? {} : { default_format: format }) };
      const result = await client.exec({
        query: sql,
        clickhouse_settings: settings as ClickHouseSettings,
        ...(params === undefined ? {} : { query_params: params }),
        ...(body === undefined ? {} : { values: ReadableStream.from([Buffer.from(body, 'utf8')], { objectMode: false }) }),
      });
      return await collect(result.stream);
    },
    close: async () => await client.close(),
  };
}

async function collect(stream: Readable): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(Buffer.isBuffer(chunk) ? chunk : Buffer.from(chunk as Uint8Array));
  return chunks.length === 1 && chunks[0] !== undefined ? chunks[0] : Buffer.concat(chunks);
}
