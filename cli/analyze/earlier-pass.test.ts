import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, expect, test } from 'vitest';

import type { Analytics } from '../../core/analytics/analytics.ts';
import { openEmbeddedAnalytics } from '../../core/analytics/embedded-analytics.ts';
import { createLogger } from '../../core/log/logger.ts';
import { systemClock } from '../../core/time/clock.ts';
import type { Spot } from '../../schemas/events.generated.ts';
import { breakRows, spotRows } from '../../sinks/clickhouse-sink/rows.ts';
import { EventMaker } from '../../test/support/event-maker.ts';
import { corrections, readTold, type Told } from './earlier-pass.ts';

const folder = mkdtempSync(join(tmpdir(), 'sightline-earlier-pass-'));
const startMs = Date.UTC(2026, 10, 21, 10);
const nowMs = startMs + 86_400_000;
const tape = new EventMaker('tape', startMs);
const at = (s: number): number => startMs + s * 1000;
let analytics: Analytics;

const final = { state: 'final', revision: 3 } as const;
const broken = (breakId: string, fromS: number, toS: number) => tape.break(at(fromS), { ...final, breakId, endMs: at(toS) });
const aired = (airingId: string, fromS: number, toS: number, fields: Partial<Spot> = {}) =>
  tape.spot(at(fromS), { ...final, airingId, breakId: 'break', endMs: at(toS), ...fields });

async function write({ breaks, spots }: Told): Promise<void> {
  for (const { table, columns, rows } of [...breaks.flatMap(breakRows), ...spots.flatMap(spotRows)]) await analytics.insert(table, { columns, rows });
}

/** What the log says at the end. */
async function logged(): Promise<unknown[]> {
  return await analytics.query(
    `SELECT break_id AS id, '' AS title, revision FROM breaks WHERE state != 'retracted'
     UNION ALL SELECT airing_id AS id, title, revision FROM spots WHERE state != 'retracted' ORDER BY id`,
  );
}

beforeAll(async () => {
  const options = { folder, database: 'sightline', maxConcurrentReads: 2 };
  analytics = await openEmbeddedAnalytics(options, { log: createLogger({ level: 'silent' }), clock: systemClock });
});
afterAll(async () => {
  await analytics.close();
  rmSync(folder, { recursive: true, force: true });
});

test('the log says what the last pass found, whatever ids and revisions an earlier one used', async () => {
  const first = {
    breaks: [broken('break', 60, 120), broken('found only at first', 300, 330)],
    spots: [
      aired('same', 60, 80),
      aired('cut differently', 80, 120),
      aired('named later', 121, 130, { revision: 5 }),
      aired('taken back', 140, 150, { revision: 5, state: 'retracted' }),
    ],
  };
  await write(first);
  const before = await readTold(analytics, 'default', 'tape');
  expect(before.breaks).toEqual(first.breaks);
  expect(before.spots).toEqual(first.spots.filter(({ state }) => state === 'final'));

  const second = {
    breaks: [broken('break', 60, 120)],
    spots: [aired('same', 60, 80), aired('one', 80, 100), aired('other', 100, 120), aired('named later', 121, 130, { title: 'Acme', known: true })],
  };
  await write(second);
  const corrected = corrections(before, second, nowMs);
  expect(corrected.breaks).toMatchObject([{ breakId: 'found only at first', state: 'retracted', revision: 4, confidence: 0, processedAtMs: nowMs }]);
  expect(corrected.spots).toMatchObject([
    { airingId: 'cut differently', state: 'retracted', revision: 4, evidence: ['not found when the recording was analysed again'] },
    { airingId: 'named later', state: 'final', revision: 6, title: 'Acme', known: true },
  ]);
  expect(new Set([...first.breaks, ...first.spots, ...corrected.breaks, ...corrected.spots].map(({ eventId }) => eventId)).size).toBe(9);

  await write(corrected);
  expect(await logged()).toEqual([
    { id: 'break', title: '', revision: 3 },
    { id: 'named later', title: 'Acme', revision: 6 },
    { id: 'one', title: '', revision: 3 },
    { id: 'other', title: '', revision: 3 },
    { id: 'same', title: '', revision: 3 },
  ]);
  const third = corrections(await readTold(analytics, 'default', 'tape'), second, nowMs);
  expect(third).toEqual({ breaks: [], spots: [] });
});

test('another recording under the same name is left alone', () => {
  const nextDay = new EventMaker('tape', startMs + 86_400_000);
  const before = { breaks: [broken('yesterday', 60, 120)], spots: [aired('then', 60, 80)] };
  const now = { breaks: [nextDay.break(startMs + 86_460_000, { ...final, breakId: 'today' })], spots: [] };
  expect(corrections(before, now, nowMs)).toEqual({ breaks: [], spots: [] });
});
