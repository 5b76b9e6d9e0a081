import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, describe } from 'vitest';

import { MemoryCatalogue } from '../../core/catalogue/memory-catalogue.ts';
import { StoredCatalogue } from '../../core/catalogue/stored-catalogue.ts';
import { createLogger } from '../../core/log/logger.ts';
import { migrate } from '../../core/state/migrate.ts';
import { openPgliteStore } from '../../core/state/pglite-store.ts';
import { openPostgresStore } from '../../core/state/postgres-store.ts';
import type { StateStore } from '../../core/state/state-store.ts';
import { stateMigrations } from '../../schemas/postgres/migrations.ts';
import { type PostgresServer, postgresBinaries, startPostgres } from '../support/postgres-server.ts';
import { strict } from '../support/requirement.ts';
import { describeCatalogueEdits } from './catalogue-edits.ts';
import { describeCatalogue } from './catalogue.ts';

const log = createLogger({ level: 'silent' });

describeCatalogue('in memory', async () => ({ catalogue: new MemoryCatalogue(), close: async () => undefined }));

/** One database for both suites: opening one takes seconds. */
async function openPglite(): Promise<{ store: StateStore; close: () => Promise<void> }> {
  const folder = mkdtempSync(join(tmpdir(), 'sightline-catalogue-'));
  const store = await openPgliteStore(join(folder, 'state'));
  await migrate(store, stateMigrations);
  return {
    store,
    close: async () => {
      await store.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

describe('PGlite', () => {
  const opened = openPglite();
  afterAll(async () => await (await opened).close());
  const shared = async (): Promise<{ store: StateStore; close: () => Promise<void> }> => {
    const { store } = await opened;
    return { store, close: async () => await Promise.resolve() };
  };
  describeCatalogue('PGlite', async () => {
    const { store, close } = await shared();
    return { catalogue: new StoredCatalogue(store), close };
  });
  describeCatalogueEdits('PGlite', shared);
});

describe.skipIf(postgresBinaries() === undefined && !strict)('a PostgreSQL server (needs the package postgresql)', () => {
  let server: PostgresServer;
  beforeAll(async () => void (server = await startPostgres()), 60_000);
  afterAll(async () => await server.close());
  const open = async (): Promise<StateStore> => {
    const store = openPostgresStore({ url: server.url }, log);
    await migrate(store, stateMigrations);
    return store;
  };
  describeCatalogue('two processes on one server', async () => {
    const stores = [await open(), await open()] as const;
    return {
      catalogue: new StoredCatalogue(stores[0]),
      other: new StoredCatalogue(stores[1]),
      close: async () => void (await Promise.all(stores.map(async (store) => await store.close()))),
    };
  });
  describeCatalogueEdits('PostgreSQL', async () => {
    const store = await open();
    return { store, close: async () => await store.close() };
  });
});
