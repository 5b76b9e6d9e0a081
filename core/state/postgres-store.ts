import pg from 'pg';

import { UnavailableError, messageOf } from '../errors/app-error.ts';
import type { Logger } from '../log/logger.ts';
import type { StateQueries, StateStore, StateValue } from './state-store.ts';

/** SQLSTATE classes that mean "later, perhaps": connection, insufficient resources, operator intervention (PostgreSQL, appendix A). */
const retryableClasses = ['08', '53', '57'];

/** How to reach PostgreSQL. */
export interface PostgresOptions {
  /** `postgres://user@host:5432/database`; the password may stand in it or come beside it. */
  url: string;
  password?: string;
  /** Connections at most. @default 5 */
  maxConnections?: number;
}

/** A {@link StateStore} on a PostgreSQL server. It connects on first use and reconnects by itself. */
export function openPostgresStore(options: PostgresOptions, log: Logger): StateStore {
  const pool = new pg.Pool({
    connectionString: options.url,
    ...(options.password === undefined ? {} : { password: options.password }),
    max: options.maxConnections ?? 5,
    connectionTimeoutMillis: 5000,
    statement_timeout: 30_000,
    application_name: 'sightline',
  });
  // An idle connection that breaks is replaced on the next query; without a listener it would end the process.
  pool.on('error', (error) => log.warn({ reason: error.message }, 'An idle PostgreSQL connection broke.'));

  const over = (client: pg.Pool | pg.PoolClient): StateQueries => ({
    query: async <Row>(sql: string, values: readonly StateValue[] = []) => {
      try {
        return (await client.query(sql, [...values])).rows as Row[];
      } catch (error) {
        throw explain(error);
      }
    },
  });
  return {
    ...over(pool),
    transaction: async (work) => {
      const client = await pool.connect().catch((error: unknown) => {
        throw explain(error);
      });
      try {
        await client.query('BEGIN');
        const result = await work(over(client));
        await client.query('COMMIT');
        return result;
      } catch (error) {
        await client.query('ROLLBACK').catch(() => undefined);
        throw error;
      } finally {
        client.release();
      }
    },
    close: async () => {
      await pool.end();
    },
  };
}

function explain(error: unknown): unknown {
  const code = (error as { code?: string }).code ?? '';
  const network = /^E[A-Z]+$/.test(code) || /timeout|terminated/i.test(messageOf(error));
  if (!network && !retryableClasses.some((prefix) => code.startsWith(prefix))) return error;
  return new UnavailableError('E_STATE_UNAVAILABLE', `PostgreSQL does not answer (${messageOf(error) || code}).`, { cause: error });
}
