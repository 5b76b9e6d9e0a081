import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { PGlite, type Transaction } from '@electric-sql/pglite';

import type { StateQueries, StateStore, StateValue } from './state-store.ts';

/**
 * A {@link StateStore} in the process, in one folder. The very first opening of a folder takes 3 s and 790 MB that are never given
 * back (initdb), so it happens in a child process.
 *
 * @param folder created when missing; owned by this process alone
 */
export async function openPgliteStore(folder: string): Promise<StateStore> {
  if (!existsSync(join(folder, 'PG_VERSION'))) {
    const program = `const { PGlite } = await import(${JSON.stringify(import.meta.resolve('@electric-sql/pglite'))}); const db = new PGlite(process.argv[1]); await db.query('SELECT 1'); await db.close();`;
    await promisify(execFile)(process.execPath, ['--input-type=module', '--eval', program, folder], { timeout: 120_000 });
  }
  const database = await PGlite.create(folder);
  const over = (target: PGlite | Transaction): StateQueries => ({
    query: async <Row>(sql: string, values: readonly StateValue[] = []) => (await target.query<Row>(sql, [...values])).rows,
  });
  return {
    ...over(database),
    transaction: async (work) => await database.transaction(async (transaction) => await work(over(transaction))),
    close: async () => {
      if (!database.closed) await database.close();
    },
  };
}
