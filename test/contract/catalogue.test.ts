import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, describe } from 'vitest';

import { CatalogueRetention } from '../../core/catalogue/catalogue-retention.ts';
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
import { airingOf } from '../support/spot-fixtures.ts';
import { describeCatalogueEdits } from './catalogue-edits.ts';
import { describeCatalogueRetention } from './catalogue-retention.ts';
import { type CatalogueEngine, describeCatalogue } from './catalogue.ts';

const log = createLogger({ level: 'silent' });

describeCatalogue('in memory', async () => {
  const mostAirings = 12;
  const catalogue = new MemoryCatalogue([], mostAirings);
  return {
    catalogue,
    forgetAirings: async () => {
      for (let more = 0; more < mostAirings; more += 1) await catalogue.recordAiring(airingOf({ tenantId: 'another', airingId: `more-${more}` }));
    },
    close: async () => undefined,
  };
});

/** Every airing is past this retention. */
const atOnce = { airingAgeMs: -60_000, historyAgeMs: 60_000, historyBytes: 1e9 };

function storedCatalogue(store: StateStore): Pick<CatalogueEngine, 'catalogue' | 'forgetAirings'> {
  const retention = new CatalogueRetention(store);
  return { catalogue: new StoredCatalogue(store), forgetAirings: async (tenantId) => void (await retention.step(tenantId, atOnce)) };
}

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
    return { ...storedCatalogue(store), close };
  });
  describeCatalogueEdits('PGlite', shared);
  describeCatalogueRetention('PGlite', shared);
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
      ...storedCatalogue(stores[0]),
      other: new StoredCatalogue(stores[1]),
      close: async () => void (await Promise.all(stores.map(async (store) => await store.close()))),
    };
  });
  const alone = async (): Promise<{ store: StateStore; close: () => Promise<void> }> => {
    const store = await open();
    return { store, close: async () => await store.close() };
  };
  describeCatalogueEdits('PostgreSQL', alone);
  describeCatalogueRetention('PostgreSQL', alone);
});
