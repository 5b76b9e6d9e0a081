/** A value that can be bound to `$1`, `$2` …: SQL is never put together from outside text. */
export type StateValue = string | number | boolean | null | Uint8Array | Record<string, unknown>;

/** Runs statements, on the pool or inside one transaction. */
export interface StateQueries {
  /** Rows of one statement. @throws UnavailableError `E_STATE_UNAVAILABLE` when the database does not answer */
  query<Row>(sql: string, values?: readonly StateValue[]): Promise<Row[]>;
}

/**
 * The control-plane state port: PostgreSQL, or PGlite (PostgreSQL in the process) in the data directory. Same SQL, one contract suite
 * (test/contract/state-store.test.ts).
 */
export interface StateStore extends StateQueries {
  /** All of `work` or nothing of it. */
  transaction<Result>(work: (queries: StateQueries) => Promise<Result>): Promise<Result>;
  close(): Promise<void>;
}
