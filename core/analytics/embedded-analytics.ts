import { mkdirSync } from 'node:fs';

import { InvariantError, UnavailableError } from '../errors/app-error.ts';
import type {
  Analytics,
  AnalyticsDeps,
  InsertOptions,
  InsertRow,
  InsertTable,
  OutsideQueries,
  OutsideQuery,
  QueryOptions,
  SqlParams,
} from './analytics.ts';
import type { RunOptions, SqlConnection } from './clickhouse-client.ts';
import { connectEmbedded, sessionStatement } from './embedded-connection.ts';
import { insertError, queryError } from './engine-errors.ts';
import { insertStatement, tableOf } from './insert-body.ts';
import { rowsOf } from './json-rows.ts';
import { migrate } from './migrations.ts';
import { outsideSettings } from './outside-settings.ts';
import { Slots } from './slots.ts';
import { paramText } from './sql-text.ts';

/** Options of {@link openEmbeddedAnalytics}. */
export interface EmbeddedOptions {
  /** Folder of the engine's files, created when missing; one process owns it. */
  folder: string;
  database: string;
  maxConcurrentReads: number;
}

/**
 * Opens ClickHouse in this process (chDB) and brings its tables up to date. Never call it in a worker thread: chDB hangs there.
 * Statements run on libuv's thread pool, so `UV_THREADPOOL_SIZE` should be 16 or slow queries starve file access.
 *
 * @throws InvariantError `E_DATA_DIR_UNUSABLE` when the folder is in use by another process or cannot be written
 */
export async function openEmbeddedAnalytics(options: EmbeddedOptions, deps: AnalyticsDeps): Promise<Analytics> {
  const writer = open(options.folder);
  try {
    await writer.run(`CREATE DATABASE IF NOT EXISTS ${options.database}`);
    await writer.run(`USE ${options.database}`);
    const analytics = new EmbeddedAnalytics(options, writer);
    await migrate(
      {
        command: async (sql) => await analytics.command(sql),
        query: async (sql) => await analytics.query(sql),
        record: async (row) => await analytics.insert('schema_migrations', [row]),
      },
      deps.log,
    );
    return analytics;
  } catch (error) {
    await writer.close();
    throw error;
  }
}

function open(folder: string): SqlConnection {
  try {
    mkdirSync(folder, { recursive: true });
    return connectEmbedded(folder);
  } catch (error) {
    throw new InvariantError(
      'E_DATA_DIR_UNUSABLE',
      `The analytics database in ${folder} cannot be opened: another process has it, or the folder cannot be written. Stop the other instance or choose another --data-dir.`,
      { cause: error },
    );
  }
}

class EmbeddedAnalytics implements Analytics {
  readonly outside: OutsideQueries;
  readonly #options: EmbeddedOptions;
  readonly #writer: SqlConnection;
  readonly #reads: Slots;
  readonly #outsideReads: Slots;
  readonly #writes = new Slots(1);
  #closing: Promise<void> | undefined;
  #failure: string | undefined;

  constructor(options: EmbeddedOptions, writer: SqlConnection) {
    this.#options = options;
    this.#writer = writer;
    this.#reads = new Slots(options.maxConcurrentReads);
    this.#outsideReads = new Slots(options.maxConcurrentReads);
    this.outside = {
      database: options.database,
      run: async (query) => await this.#runOutside(query),
      parse: async (sql, params) => await this.#parse(sql, params),
    };
  }

  async query<Row>(sql: string, params: SqlParams = {}, options: QueryOptions = {}): Promise<Row[]> {
    const texts = Object.fromEntries(Object.entries(params).map(([name, value]) => [name, paramText(value)]));
    const session = sessionStatement(this.#options.database, { max_execution_time: seconds(options.timeoutMs ?? 30_000) }, texts);
    const output = await this.#reads.run(async () => await this.#read([session], sql, { format: 'JSONEachRow' }));
    return rowsOf<Row>(output);
  }

  async command(sql: string): Promise<void> {
    await this.#writes.run(async () => {
      this.#assertOpen();
      await this.#writer.run(sql).catch((error: unknown) => {
        throw queryError(error);
      });
    });
  }

  async insert(table: string, given: readonly InsertRow[] | InsertTable, options: InsertOptions = {}): Promise<void> {
    const rows = tableOf(given);
    if (rows.rows.length === 0) return;
    const { sql, body } = await insertStatement(table, rows, options);
    await this.#writes.run(async () => {
      this.#assertOpen();
      try {
        await this.#writer.run(sql, { body });
        this.#failure = undefined;
      } catch (error) {
        const failure = insertError(table, error);
        if (failure.retryable) this.#failure = failure.message;
        throw failure;
      }
    });
  }

  unhealthy(): string | undefined {
    return this.#closing === undefined ? this.#failure : 'The analytics database is closed.';
  }

  async close(): Promise<void> {
    this.#closing ??= (async () => {
      await Promise.all([this.#writes.idle(), this.#reads.idle(), this.#outsideReads.idle()]);
      await this.#writer.close();
    })();
    await this.#closing;
  }

  async #runOutside(query: OutsideQuery): Promise<Buffer> {
    const { database } = this.#options;
    if (query.writable === true) {
      const open = sessionStatement(database, query.settings, query.params);
      return await this.#outsideReads.run(
        async () => await this.#read([open], query.sql, { format: query.format, ...(query.body === undefined ? {} : { body: query.body }) }),
      );
    }
    const session = sessionStatement(database, { ...query.settings, ...outsideSettings(query.limits) }, query.params);
    return await this.#outsideReads.run(async () => await this.#read([session, 'SET readonly = 1'], query.sql, { format: query.format }));
  }

  async #parse(sql: string, params: Readonly<Record<string, string>>): Promise<string> {
    const session = sessionStatement(this.#options.database, { max_execution_time: 10, max_memory_usage: 256 * 1024 * 1024 }, params);
    const output = await this.#outsideReads.run(async () => await this.#read([session], `EXPLAIN AST ${sql}`, { format: 'TSVRaw' }));
    return output.toString('utf8');
  }

  /** One connection per query: settings and parameters end with it, and a slow query blocks nobody else's. */
  async #read(session: readonly string[], sql: string, options: RunOptions): Promise<Buffer> {
    this.#assertOpen();
    const connection = connectEmbedded(this.#options.folder);
    try {
      for (const statement of session) await connection.run(statement);
      return await connection.run(sql, options);
    } catch (error) {
      throw queryError(error);
    } finally {
      await connection.close();
    }
  }

  #assertOpen(): void {
    if (this.#closing !== undefined) throw new UnavailableError('E_SINK_UNAVAILABLE', 'The analytics database is closed.');
  }
}

function seconds(ms: number): number {
  return Math.max(0.001, ms / 1000);
}
