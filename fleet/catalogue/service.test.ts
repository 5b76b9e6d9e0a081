import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import fastify from 'fastify';
import { afterAll, beforeAll, expect, test } from 'vitest';

import { Categories } from '../../core/catalogue/categories.ts';
import { catalogueConfigSchema } from '../../core/catalogue/config.ts';
import { StoredCatalogue } from '../../core/catalogue/stored-catalogue.ts';
import type { EventPublisher } from '../../core/events/event-bus.ts';
import { createLogger } from '../../core/log/logger.ts';
import { stateConfigSchema } from '../../core/state/config.ts';
import { openStateStore } from '../../core/state/state-database.ts';
import type { StateStore } from '../../core/state/state-store.ts';
import { systemClock } from '../../core/time/clock.ts';
import { airingOf } from '../../test/support/spot-fixtures.ts';
import { until } from '../../test/support/until.ts';
import { createCatalogueService } from './service.ts';

const log = createLogger({ level: 'silent' });
const folder = mkdtempSync(join(tmpdir(), 'sightline-catalogue-service-'));
let store: StateStore;

beforeAll(async () => {
  store = await openStateStore(stateConfigSchema.parse({}), { log, clock: systemClock, dataDir: folder });
}, 120_000);
afterAll(async () => {
  await store.close();
  rmSync(folder, { recursive: true, force: true });
});

const silent: EventPublisher = { publish: async () => await Promise.resolve([]), deadLetter: async () => await Promise.resolve() };

test('a running service forgets the airings that are older than the configuration says', async () => {
  const catalogue = new StoredCatalogue(store);
  const ids = Array.from({ length: 3 }, (_, index) => `airing-${index}`);
  for (const airingId of ids) await catalogue.recordAiring(airingOf({ airingId }));
  await store.query("UPDATE airings SET stored_at = now() - interval '8 days' WHERE airing_id <> $1", ['airing-2']);
  const service = createCatalogueService(catalogueConfigSchema.parse({ airingAge: '7d' }), {
    ...{ app: fastify(), store, publisher: silent, log, clock: systemClock, tenantId: 'default', categories: new Categories() },
    access: { pageToken: undefined, fleetToken: undefined, allowedOrigins: [] },
  });
  await service.start();
  await until(async () => (await catalogue.airingsOf('default', 'spot')).length === 1, 'two of three airings to be forgotten');
  await service.stop();
  expect((await catalogue.airingsOf('default', 'spot')).map((airing) => airing.airingId)).toEqual(['airing-2']);
});
