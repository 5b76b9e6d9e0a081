import type { Logger } from '../log/logger.ts';
import type { Clock } from '../time/clock.ts';

/** A value bound to a `{name:Type}` place of a statement; dates become epoch seconds with fraction. */
export type SqlParam = string | number | boolean | bigint | Date | readonly SqlParam[];

/** Values by name. */
export type SqlParams = Readonly<Record<string, SqlParam>>;

/** One row to insert: column name to JSON value; 64-bit numbers as numbers, times as `YYYY-MM-DD hh:mm:ss.SSS` in UTC. */
export type InsertRow = Readonly<Record<string, unknown>>;

/** Many rows of the same columns, without naming them in each: half the memory and time of {@link InsertRow}s. */
export interface InsertTable {
  readonly columns: readonly string[];
  /** Values in the order of the columns. */
  readonly rows: readonly (readonly unknown[])[];
}

/** Limits of one query. */
export interface QueryOptions {
  /** The engine gives up after this time. @default 30000 */
  timeoutMs?: number;
}

/**
 * The analytics port: ClickHouse SQL over tables of events. Two engines stand behind it, chDB inside the process and a ClickHouse
 * server; one contract suite (test/contract/analytics.ts) runs against both.
 */
export interface Analytics {
  /**
   * Runs one statement and returns its rows. Values are bound to `{name:Type}` places, never put into the text.
   * @throws InvalidInputError `E_QUERY_FAILED` with the engine's message, UnavailableError `E_SINK_UNAVAILABLE`
   */
  query<Row>(sql: string, params?: SqlParams, options?: QueryOptions): Promise<Row[]>;
  /** Runs one statement without a result: DDL and the like. @throws as {@link Analytics.query} */
  command(sql: string): Promise<void>;
  /**
   * Inserts rows as one block; resolves when they are durable.
   * @throws InvalidInputError `E_SINK_REJECTED` when a row does not fit (nothing was written), UnavailableError `E_SINK_UNAVAILABLE` (retry)
   */
  insert(table: string, rows: readonly InsertRow[] | InsertTable, options?: InsertOptions): Promise<void>;
  /** Runs statements of outsiders; what is let through is the caller's decision (sinks/sql-port). */
  readonly outside: OutsideQueries;
  /** `undefined` when healthy, else one sentence that says what is wrong. */
  unhealthy(): string | undefined;
  /** Waits for what is running and closes. Calling twice is fine. */
  close(): Promise<void>;
}

/** Options of {@link Analytics.insert}. */
export interface InsertOptions {
  /** Names the block: a block whose token the table has seen lately is not inserted again (ClickHouse's insert deduplication). */
  dedupToken?: string;
}

/** Limits set before a statement of an outsider runs; it cannot raise them. */
export interface OutsideLimits {
  timeoutMs: number;
  maxMemoryBytes: number;
  maxResultRows: number;
  maxResultBytes: number;
}

/** A statement of an outsider. */
export interface OutsideQuery {
  /** The statement without FORMAT clause and comments. */
  sql: string;
  /** Name of a ClickHouse output format. */
  format: string;
  /** Values of `{name:Type}` places, in ClickHouse's escaped text form. */
  params: Readonly<Record<string, string>>;
  /** Settings beyond the limits, only ones that the caller has checked (output formatting). */
  settings: Readonly<Record<string, string>>;
  limits: OutsideLimits;
  /** Run as a writer, for a test server only. @default false */
  writable?: boolean;
  /** Data of an INSERT, for a test server only. */
  body?: string;
}

/** Runs statements of outsiders on connections of their own, read-only and limited. */
export interface OutsideQueries {
  /** Database in which names without one are looked up. */
  readonly database: string;
  /** Runs one statement; resolves with the formatted bytes. @throws as {@link Analytics.query}; `details` hold the engine's `clickhouseCode` and `clickhouseType` */
  run(query: OutsideQuery): Promise<Buffer>;
  /** The engine's own parse of a statement as the text of EXPLAIN AST, without running it. @throws as {@link Analytics.query} */
  parse(sql: string, params: Readonly<Record<string, string>>): Promise<string>;
}

/** What every analytics engine is given. */
export interface AnalyticsDeps {
  log: Logger;
  clock: Clock;
}
