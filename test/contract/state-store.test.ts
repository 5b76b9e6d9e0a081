import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { createLogger } from '../../core/log/logger.ts';
import { migrate } from '../../core/state/migrate.ts';
import { openPgliteStore } from '../../core/state/pglite-store.ts';
import { openPostgresStore } from '../../core/state/postgres-store.ts';
import type { StateStore } from '../../core/state/state-store.ts';
import { stateMigrations } from '../../schemas/postgres/migrations.ts';
import { type PostgresServer, postgresBinaries, startPostgres } from '../support/postgres-server.ts';
import { strict } from '../support/requirement.ts';

const log = createLogger({ level: 'silent' });

function describeStateStore(name: string, open: () => Promise<{ reopen: () => Promise<StateStore>; done: () => Promise<void> }>): void {
  describe(name, () => {
    let engine: Awaited<ReturnType<typeof open>>;
    let store: StateStore;
    beforeAll(async () => {
      engine = await open();
      store = await engine.reopen();
      await migrate(store, stateMigrations);
    }, 120_000);
    afterAll(async () => {
      await store.close();
      await engine.done();
    });

    test('migrations run once and can be run again', async () => {
      await migrate(store, stateMigrations);
      const [row] = await store.query<{ count: number }>('SELECT count(*)::integer AS count FROM schema_migrations');
      expect(row?.count).toBe(stateMigrations.length);
    });

    test('a migration edited after it was applied is refused', async () => {
      const [first] = stateMigrations;
      await expect(migrate(store, [{ ...(first ?? { id: 1, name: '', sql: '' }), sql: 'SELECT 1' }])).rejects.toThrow(
        'was changed after it had been applied',
      );
    });

    test('values are bound, not pasted', async () => {
      const hostile = `x'); DROP TABLE tenants; --`;
      await store.query('INSERT INTO tenants (tenant_id, title) VALUES ($1, $2)', ['hostile', hostile]);
      expect(await store.query('SELECT title FROM tenants WHERE tenant_id = $1', ['hostile'])).toEqual([{ title: hostile }]);
    });

    test('a transaction that fails leaves nothing behind', async () => {
      const work = store.transaction(async (queries) => {
        await queries.query('INSERT INTO tenants (tenant_id) VALUES ($1)', ['half']);
        throw new Error('changed my mind');
      });
      await expect(work).rejects.toThrow('changed my mind');
      expect(await store.query('SELECT 1 AS one FROM tenants WHERE tenant_id = $1', ['half'])).toEqual([]);
    });

    test('what was committed is there after the store is opened again', async () => {
      await store.query('INSERT INTO tenants (tenant_id) VALUES ($1)', ['kept']);
      await store.query('INSERT INTO streams (tenant_id, stream_id, definition) VALUES ($1, $2, $3)', ['kept', 'one', { kind: 'file' }]);
      await store.close();
      store = await engine.reopen();
      expect(await store.query('SELECT definition FROM streams WHERE tenant_id = $1', ['kept'])).toEqual([{ definition: { kind: 'file' } }]);
    });
  });
}

describeStateStore('PGlite', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'sightline-pglite-'));
  return { reopen: async () => await openPgliteStore(join(folder, 'state')), done: async () => rmSync(folder, { recursive: true, force: true }) };
});

describe.skipIf(postgresBinaries() === undefined && !strict)('a PostgreSQL server (needs the package postgresql)', () => {
  let server: PostgresServer | undefined;
  describeStateStore('same contract', async () => {
    const started = await startPostgres();
    server = started;
    return { reopen: async () => openPostgresStore({ url: started.url }, log), done: async () => await started.close() };
  });

  test('a server that goes away is a retryable error, and its return is noticed', async () => {
    server = await startPostgres();
    const store = openPostgresStore({ url: server.url }, log);
    await store.query('SELECT 1');
    await server.kill();
    await expect(store.query('SELECT 1')).rejects.toMatchObject({ code: 'E_STATE_UNAVAILABLE', retryable: true });
    await server.start();
    expect(await store.query('SELECT 1 AS one')).toEqual([{ one: 1 }]);
    await store.close();
    await server.close();
  });
});
