import { join } from 'node:path';

import { UnavailableError, messageOf } from '../errors/app-error.ts';
import type { Logger } from '../log/logger.ts';
import type { Readiness, Service } from '../service/service.ts';
import { pauseBefore } from '../time/backoff.ts';
import type { Clock } from '../time/clock.ts';
import { stateMigrations } from '../../schemas/postgres/migrations.ts';
import type { StateConfig } from './config.ts';
import { migrate } from './migrate.ts';
import { openPgliteStore } from './pglite-store.ts';
import { openPostgresStore } from './postgres-store.ts';
import type { StateQueries, StateStore, StateValue } from './state-store.ts';

/** What the control-plane database is given. */
export interface StateDatabaseDeps {
  log: Logger;
  clock: Clock;
  /** PGlite lives in its folder `state`. */
  dataDir: string;
  /** Password of PostgreSQL, when one is set. */
  password?: string;
}

/** Pauses between attempts to open the database. */
const openPauses = { firstMs: 500, longestMs: 10_000 };

/** Opens the database of a configuration and brings its schema up to date. The caller closes it. */
export async function openStateStore(config: StateConfig, deps: StateDatabaseDeps): Promise<StateStore> {
  const { password, log, dataDir } = deps;
  const store =
    config.engine === 'postgres'
      ? openPostgresStore({ url: config.url, ...(password === undefined ? {} : { password }) }, log)
      : await openPgliteStore(join(dataDir, 'state'));
  try {
    await migrate(store, stateMigrations);
    return store;
  } catch (error) {
    await store.close().catch(() => undefined);
    throw error;
  }
}

/**
 * The control-plane database as a service of a long-running process: opened in the background, so that nothing waits for it at the start,
 * and again and again until it opens. Until then every query says `E_STATE_UNAVAILABLE`.
 */
export class StateDatabase implements StateStore, Service {
  readonly name = 'state';
  readonly #config: StateConfig;
  readonly #deps: StateDatabaseDeps;
  readonly #stopping = new AbortController();
  #store: StateStore | undefined;
  #opening: Promise<void> = Promise.resolve();
  #reason = 'It is opening its database.';

  constructor(config: StateConfig, deps: StateDatabaseDeps) {
    this.#config = config;
    this.#deps = deps;
  }

  async start(): Promise<void> {
    this.#opening = this.#open();
    return await Promise.resolve();
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#opening;
    await this.close();
  }

  readiness(): Readiness {
    return { ready: this.#reason === '', reason: this.#reason };
  }

  async query<Row>(sql: string, values: readonly StateValue[] = []): Promise<Row[]> {
    return await this.#noting(async (store) => await store.query<Row>(sql, values));
  }

  async transaction<Result>(work: (queries: StateQueries) => Promise<Result>): Promise<Result> {
    return await this.#noting(async (store) => await store.transaction(work));
  }

  async close(): Promise<void> {
    const store = this.#store;
    this.#store = undefined;
    this.#reason = 'It is stopped.';
    await store?.close();
  }

  async #open(): Promise<void> {
    const { log, clock } = this.#deps;
    for (let attempt = 1; !this.#stopping.signal.aborted; attempt += 1) {
      try {
        this.#store = await openStateStore(this.#config, this.#deps);
        this.#reason = '';
        return;
      } catch (error) {
        this.#reason = messageOf(error);
        const pauseMs = pauseBefore(attempt, Math.random(), openPauses);
        log.warn({ err: error, attempt, pauseMs }, 'The control-plane database does not open and is tried again after a pause.');
        await clock.sleep(pauseMs, this.#stopping.signal).catch(() => undefined);
      }
    }
  }

  /** Readiness follows what the last call met. */
  async #noting<Result>(call: (store: StateStore) => Promise<Result>): Promise<Result> {
    const store = this.#store;
    if (store === undefined) throw new UnavailableError('E_STATE_UNAVAILABLE', `The control-plane database is not open. ${this.#reason}`);
    try {
      const result = await call(store);
      if (this.#store === store) this.#reason = '';
      return result;
    } catch (error) {
      if (error instanceof UnavailableError && this.#store === store) this.#reason = messageOf(error);
      throw error;
    }
  }
}
