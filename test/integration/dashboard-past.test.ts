import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, expect, test } from 'vitest';

import type { Analytics } from '../../core/analytics/analytics.ts';
import { analyticsConfigSchema } from '../../core/analytics/config.ts';
import { createAnalytics } from '../../core/analytics/create-analytics.ts';
import { createLogger } from '../../core/log/logger.ts';
import { systemClock } from '../../core/time/clock.ts';
import { createPastEvents } from '../../dashboard-ws/past-events.ts';
import { breakRows, shotRows, spotRows } from '../../sinks/clickhouse-sink/rows.ts';
import { EventMaker } from '../support/event-maker.ts';

const log = createLogger({ level: 'silent' });
let folder = '';
let analytics: Analytics;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sightline-past-'));
  analytics = await createAnalytics(analyticsConfigSchema.parse({}), { log, clock: systemClock }, folder);
});
afterAll(async () => {
  await analytics.close();
  await rm(folder, { recursive: true, force: true });
});

test('past events come back from the database as they were live, latest revision of each', async () => {
  const startMs = Date.UTC(2026, 4, 1, 20);
  const maker = new EventMaker('past', startMs);
  const open = maker.break(startMs + 60_000, { state: 'confirmed', revision: 2 });
  const done = maker.break(startMs + 600_000, { endMs: startMs + 720_000, state: 'final', revision: 3 });
  const spot = maker.spot(startMs + 600_000, { endMs: startMs + 620_000, title: 'Aurora Coffee', known: true, airing: 2, breakId: done.breakId });
  const rows = [
    ...breakRows({ ...done, revision: 1, state: 'provisional', endUs: null, eventId: 'earlier' }),
    ...breakRows(open),
    ...breakRows(done),
    ...spotRows(spot),
    ...shotRows(maker.shot(startMs + 5000, 4000)),
  ];
  for (const some of rows) await analytics.insert(some.table, some);
  const past = createPastEvents(analytics, log);
  const found = await past.between('past', startMs, startMs + 3_600_000);
  expect(found?.breaks.map(({ breakId, revision, state, endUs }) => ({ breakId, revision, state, endUs }))).toEqual([
    { breakId: open.breakId, revision: 2, state: 'confirmed', endUs: null },
    { breakId: done.breakId, revision: 3, state: 'final', endUs: 720_000_000 },
  ]);
  expect(found?.breaks[1]).toMatchObject({ eventTimeMs: startMs + 600_000, ptsUs: 600_000_000, evidence: done.evidence });
  expect(found?.spots).toMatchObject([{ title: 'Aurora Coffee', known: true, airing: 2, endUs: 620_000_000, breakId: done.breakId }]);
  expect(found?.shots).toMatchObject([{ ptsUs: 5_000_000, endUs: 9_000_000, transition: 'cut' }]);
  expect((await past.between('past', startMs, startMs + 70_000))?.breaks).toHaveLength(1);
  expect((await past.between("no'body", startMs, startMs + 70_000))?.breaks).toEqual([]);
});

test('a database that does not answer is no error: the page shows what memory has', async () => {
  const broken = { query: async () => await Promise.reject(new Error('away')) };
  expect(await createPastEvents(broken, log).between('past', 0, 1)).toBeUndefined();
});
