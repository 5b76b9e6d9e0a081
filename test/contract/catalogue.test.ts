import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { describe } from 'vitest';

import { MemoryCatalogue } from '../../core/catalogue/memory-catalogue.ts';
import { StoredCatalogue } from '../../core/catalogue/stored-catalogue.ts';
import { createLogger } from '../../core/log/logger.ts';
import { migrate } from '../../core/state/migrate.ts';
import { openPgliteStore } from '../../core/state/pglite-store.ts';
import { openPostgresStore } from '../../core/state/postgres-store.ts';
import { stateMigrations } from '../../schemas/postgres/migrations.ts';
import { postgresBinaries, startPostgres } from '../support/postgres-server.ts';
import { strict } from '../support/requirement.ts';
import { describeCatalogue } from './catalogue.ts';

const log = createLogger({ level: 'silent' });

describeCatalogue('in memory', async () => ({ catalogue: new MemoryCatalogue(), close: async () => undefined }));

describeCatalogue('PGlite', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'sightline-catalogue-'));
  const store = await openPgliteStore(join(folder, 'state'));
  await migrate(store, stateMigrations);
  return {
    catalogue: new StoredCatalogue(store),
    close: async () => {
      await store.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
});

describe.skipIf(postgresBinaries() === undefined && !strict)('a PostgreSQL server (needs the package postgresql)', () => {
  describeCatalogue('two processes on one server', async () => {
    const server = await startPostgres();
    const stores = [openPostgresStore({ url: server.url }, log), openPostgresStore({ url: server.url }, log)] as const;
    await migrate(stores[0], stateMigrations);
    return {
      catalogue: new StoredCatalogue(stores[0]),
      other: new StoredCatalogue(stores[1]),
      close: async () => {
        for (const store of stores) await store.close();
        await server.close();
      },
    };
  });
});
