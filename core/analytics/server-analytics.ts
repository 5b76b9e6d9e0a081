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
import { type ServerAddress, type SqlConnection, connectServer } from './clickhouse-client.ts';
import { clickhouseCode, insertError, queryError } from './engine-errors.ts';
import { insertStatement, tableOf } from './insert-body.ts';
import { rowsOf } from './json-rows.ts';
import { migrate } from './migrations.ts';
import { outsideSettings } from './outside-settings.ts';
import { Slots } from './slots.ts';

const longestPauseMs = 15_000;

/** Escapes of ClickHouse's text form that the client adds itself. */
const unescapes: Readonly<Record<string, string>> = { '\\\\': '\\', '\\t': '\t', '\\n': '\n', '\\r': '\r', '\\0': '\0', "\\'": "'" };

/**
 * Uses a ClickHouse server. Resolves at once; connecting and bringing the tables up to date goes on in the background with growing
 * pauses until it works, and {@link Analytics.unhealthy} says so meanwhile.
 */
export function openServerAnalytics(address: ServerAddress, deps: AnalyticsDeps, maxConcurrentReads: number): Analytics {
  return new ServerAnalytics(address, deps, maxConcurrentReads);
}

class ServerAnalytics implements Analytics {
  readonly outside: OutsideQueries;
  readonly #client: SqlConnection;
  readonly #admin: SqlConnection;
  readonly #address: ServerAddress;
  readonly #deps: AnalyticsDeps;
  readonly #outsideReads: Slots;
  readonly #stop = new AbortController();
  readonly #preparing: Promise<void>;
  #prepared = false;
  #refused: InvariantError | undefined;
  #failure: string | undefined = 'ClickHouse has not answered yet.';

  constructor(address: ServerAddress, deps: AnalyticsDeps, maxConcurrentReads: number) {
    this.#address = address;
    this.#deps = deps;
    this.#client = connectServer(address);
    // The database may not exist yet, and a request that names it would be refused.
    this.#admin = connectServer({ ...address, database: 'default', maxConnections: 1 });
    this.#outsideReads = new Slots(maxConcurrentReads);
    this.outside = {
      database: address.database,
      run: async (query) => await this.#outsideReads.run(async () => await this.#runOutside(query)),
      parse: async (sql, params) => (await this.#run(`EXPLAIN AST ${sql}`, {}, params, 'TSVRaw')).toString('utf8'),
    };
    this.#preparing = this.#prepare();
  }

  async query<Row>(sql: string, params: SqlParams = {}, options: QueryOptions = {}): Promise<Row[]> {
    const settings = { max_execution_time: String(Math.max(0.001, (options.timeoutMs ?? 30_000) / 1000)) };
    return rowsOf<Row>(await this.#run(sql, settings, params, 'JSONEachRow'));
  }

  async command(sql: string): Promise<void> {
    await this.#run(sql, {}, {}, 'Null');
  }

  async insert(table: string, given: readonly InsertRow[] | InsertTable, options: InsertOptions = {}): Promise<void> {
    const rows = tableOf(given);
    if (rows.rows.length === 0) return;
    if (this.#refused !== undefined) throw this.#refused;
    if (!this.#prepared) throw new UnavailableError('E_SINK_UNAVAILABLE', this.#failure ?? 'ClickHouse is being prepared.');
    await this.#insert(table, rows, options);
  }

  unhealthy(): string | undefined {
    return this.#failure;
  }

  async close(): Promise<void> {
    this.#stop.abort();
    await this.#preparing;
    await Promise.all([this.#client.close(), this.#admin.close()]);
  }

  async #insert(table: string, rows: InsertTable, options: InsertOptions): Promise<void> {
    const { sql, body } = await insertStatement(table, rows, options);
    try {
      await this.#client.run(sql, { body });
      this.#failure = undefined;
    } catch (error) {
      const failure = insertError(table, error);
      if (failure.retryable) this.#failure = failure.message;
      throw failure;
    }
  }

  async #run(sql: string, settings: Record<string, string>, params: SqlParams, format: string): Promise<Buffer> {
    try {
      return await this.#client.run(sql, { format, settings, params: params as Record<string, string> });
    } catch (error) {
      const failure = queryError(error);
      if (failure.retryable && this.#prepared && clickhouseCode(error) === undefined) this.#failure = failure.message;
      throw failure;
    }
  }

  async #runOutside(query: OutsideQuery): Promise<Buffer> {
    const limits = Object.fromEntries(Object.entries(outsideSettings(query.limits)).map(([name, value]) => [name, String(value)]));
    const params = Object.fromEntries(
      Object.entries(query.params).map(([name, text]) => [name, text.replace(/\\[\\tnr0']/g, (pair) => unescapes[pair] ?? pair)]),
    );
    return await this.#run(query.sql, { ...query.settings, ...limits, readonly: '1' }, params, query.format);
  }

  async #prepare(): Promise<void> {
    const { log, clock } = this.#deps;
    const { signal } = this.#stop;
    for (let pauseMs = 250; !signal.aborted; pauseMs = Math.min(longestPauseMs, pauseMs * 2)) {
      try {
        await this.#admin.run(`CREATE DATABASE IF NOT EXISTS ${this.#address.database}`);
        await this.#migrate();
        this.#prepared = true;
        this.#failure = undefined;
        return;
      } catch (error) {
        if (error instanceof InvariantError) {
          this.#refused = error;
          this.#failure = error.message;
          log.error({ err: error }, 'The tables of the ClickHouse server do not belong to this version.');
          return;
        }
        const failure = queryError(error);
        this.#failure = failure.message;
        log.warn({ pauseMs, reason: failure.message }, 'ClickHouse is not ready; trying again after a pause.');
      }
      await clock.sleep(pauseMs / 2 + (Math.random() * pauseMs) / 2, signal).catch(() => undefined);
    }
  }

  async #migrate(): Promise<void> {
    await migrate(
      {
        command: async (sql) => await this.command(sql),
        query: async (sql) => await this.query(sql),
        record: async (row) => await this.#insert('schema_migrations', tableOf([row]), {}),
      },
      this.#deps.log,
    );
  }
}
