import { createHash } from 'node:crypto';

import { InvariantError } from '../errors/app-error.ts';
import type { StateMigration } from '../../schemas/postgres/migrations.ts';
import type { StateStore } from './state-store.ts';

/** Key of the advisory lock that keeps two processes from migrating at once; any constant, the same everywhere. */
const migrationLock = 7_341_002;

/**
 * Applies the steps that are missing, each in its own transaction, under an advisory lock.
 *
 * @throws InvariantError `E_INTERNAL` when a step that was applied has since been edited
 */
export async function migrate(store: StateStore, migrations: readonly StateMigration[]): Promise<void> {
  await store.transaction(async (queries) => {
    // IF NOT EXISTS alone does not keep two processes that start together from making it twice.
    await queries.query('SELECT pg_advisory_xact_lock($1)', [migrationLock]);
    await queries.query(
      'CREATE TABLE IF NOT EXISTS schema_migrations (id integer PRIMARY KEY, name text NOT NULL, checksum text NOT NULL, applied_at timestamptz NOT NULL DEFAULT now())',
    );
  });
  for (const migration of migrations) {
    const checksum = createHash('sha256').update(migration.sql).digest('hex');
    await store.transaction(async (queries) => {
      await queries.query('SELECT pg_advisory_xact_lock($1)', [migrationLock]);
      const [applied] = await queries.query<{ checksum: string }>('SELECT checksum FROM schema_migrations WHERE id = $1', [migration.id]);
      if (applied !== undefined) {
        if (applied.checksum !== checksum)
          throw new InvariantError(
            'E_INTERNAL',
            `The migration ${migration.id} (${migration.name}) was changed after it had been applied: restore it and add a new one.`,
          );
        return;
      }
      for (const statement of migration.sql.split(';').filter((text) => text.trim() !== '')) await queries.query(statement);
      await queries.query('INSERT INTO schema_migrations (id, name, checksum) VALUES ($1, $2, $3)', [migration.id, migration.name, checksum]);
    });
  }
}
