import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, expect, test } from 'vitest';

import { clickhouseMigrations } from '../../schemas/clickhouse.generated.ts';
import { createLogger } from '../log/logger.ts';
import { systemClock } from '../time/clock.ts';
import { openEmbeddedAnalytics } from './embedded-analytics.ts';
import { connectEmbedded } from './embedded-connection.ts';
import { rowsOf } from './json-rows.ts';
import { migrate } from './migrations.ts';

const folder = mkdtempSync(join(tmpdir(), 'sightline-upgrade-'));
const log = createLogger({ level: 'silent' });
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('airings that were written before airings had brands are kept, and new ones have them', async () => {
  const old = connectEmbedded(folder);
  await old.run('CREATE DATABASE sightline');
  await old.run('USE sightline');
  const target = {
    command: async (sql: string) => void (await old.run(sql)),
    query: async <Row>(sql: string) => rowsOf<Row>(await old.run(sql, { format: 'JSONEachRow' })),
    record: async (row: object) => void (await old.run('INSERT INTO schema_migrations FORMAT JSONEachRow', { body: JSON.stringify(row) })),
  };
  await migrate(target, log, clickhouseMigrations.slice(0, 2));
  const airing = { tenant_id: 't', stream_id: 's', event_time: '2026-11-21 10:00:00.000', processed_at: '2099-01-01 00:00:00.000', state: 'final' };
  const before = { ...airing, event_id: 'e1', airing_id: 'before', spot_id: 'old', revision: 1, position: 2 };
  await old.run('INSERT INTO spot_revisions_store FORMAT JSONEachRow', { body: JSON.stringify(before) });
  await old.close();

  const analytics = await openEmbeddedAnalytics({ folder, database: 'sightline', maxConcurrentReads: 1 }, { log, clock: systemClock });
  const named = { identified_by: 'catalogue', brand: 'Acme', product: 'Anvil', category: '1001' };
  await analytics.insert('spot_revisions_store', [
    { ...before, event_id: 'e2', revision: 2, ...named },
    { ...airing, event_id: 'e3', airing_id: 'after', spot_id: 'new', revision: 1, ...named },
  ]);
  const columns = 'airing_id, revision, position, identified_by, brand, product, category';
  expect(await analytics.query(`SELECT ${columns} FROM spots ORDER BY airing_id`)).toEqual([
    { airing_id: 'after', revision: 1, position: 0, ...named },
    { airing_id: 'before', revision: 2, position: 2, ...named },
  ]);
  expect(await analytics.query("SELECT revision, identified_by, brand FROM spot_revisions WHERE airing_id = 'before' ORDER BY revision")).toEqual([
    { revision: 1, identified_by: 'nothing', brand: '' },
    { revision: 2, identified_by: 'catalogue', brand: 'Acme' },
  ]);
  await analytics.close();
});
