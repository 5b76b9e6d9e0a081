import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { type TableRows, shotRows, spotRows, streamStatusRows } from '../../sinks/clickhouse-sink/rows.ts';
import { EventMaker } from '../../test/support/event-maker.ts';
import type { Analytics } from '../analytics/analytics.ts';
import { openEmbeddedAnalytics } from '../analytics/embedded-analytics.ts';
import { createLogger } from '../log/logger.ts';
import { systemClock } from '../time/clock.ts';
import { readAsRun } from './as-run.ts';
import { readShareOfVoice } from './share-of-voice.ts';

const folder = mkdtempSync(join(tmpdir(), 'sightline-as-run-'));
const startMs = Date.UTC(2026, 10, 21, 10);
const one = new EventMaker('one', startMs);
const two = new EventMaker('two', startMs);
let analytics: Analytics;

async function insert(tables: readonly TableRows[]): Promise<void> {
  for (const { table, columns, rows } of tables) await analytics.insert(table, { columns, rows });
}

beforeAll(async () => {
  analytics = await openEmbeddedAnalytics(
    { folder, database: 'sightline', maxConcurrentReads: 2 },
    { log: createLogger({ level: 'silent' }), clock: systemClock },
  );
  const aired = { state: 'final', breakId: 'b1' } as const;
  const at = (s: number): number => startMs + s * 1000;
  await insert([
    ...streamStatusRows(one.status(at(0), { title: 'Channel One' })),
    ...shotRows(one.shot(at(0), 4000)),
    ...spotRows(
      one.spot(at(60), {
        ...aired,
        airingId: 'a1',
        endMs: at(80),
        spotId: 'acme',
        title: 'Acme 20',
        brand: 'Acme',
        product: 'Anvil',
        category: '1001',
        known: true,
        identifiedBy: 'catalogue',
      }),
    ),
    ...spotRows(one.spot(at(80), { ...aired, airingId: 'a2', endMs: at(90), spotId: 'guess', title: 'Spot guess', position: 2 })),
    ...spotRows(
      one.spot(at(80), {
        ...aired,
        airingId: 'a2',
        endMs: at(90),
        spotId: 'bolt',
        title: 'Bolt 10',
        position: 2,
        revision: 2,
        eventId: 'a2-2',
        identifiedBy: 'repeat',
        brand: 'Bolt',
      }),
    ),
    ...spotRows(one.spot(at(90), { ...aired, airingId: 'a3', endMs: at(100), state: 'provisional' })),
    ...spotRows(one.spot(at(100), { ...aired, airingId: 'a4', endMs: at(110) })),
    ...spotRows(one.spot(at(100), { ...aired, airingId: 'a4', endMs: at(110), revision: 2, eventId: 'a4-2', state: 'retracted' })),
    ...spotRows(
      two.spot(at(70), {
        airingId: 'a5',
        endMs: at(90),
        state: 'confirmed',
        spotId: 'acme',
        title: 'Acme 20',
        brand: 'Acme',
        known: true,
        identifiedBy: 'catalogue',
        airing: 2,
      }),
    ),
    ...spotRows(two.spot(at(3600), { airingId: 'a6', state: 'confirmed' })),
  ]);
});
afterAll(async () => {
  await analytics.close();
  rmSync(folder, { recursive: true, force: true });
});

describe('the as-run log', () => {
  test('holds what is over and confirmed or final, in order of time, as its latest revision names it', async () => {
    const airings = await readAsRun(analytics, {});
    expect(airings.map(({ airingId, spotId, familiarity }) => [airingId, spotId, familiarity])).toEqual([
      ['a1', 'acme', 'known'],
      ['a5', 'acme', 'known'],
      ['a2', 'bolt', 'candidate'],
    ]);
    expect(airings[0]).toMatchObject({
      ...{ channel: 'Channel One', streamId: 'one', startMs: startMs + 60_000, durationMs: 20_000, ptsUs: 60_000_000, firstPtsUs: 0, rateFps: 25 },
      ...{ breakId: 'b1', position: 1, title: 'Acme 20', brand: 'Acme', product: 'Anvil', category: '1001', airing: 1, state: 'final' },
    });
    expect(airings[1]).toMatchObject({ channel: 'two', rateFps: 0, airing: 2 });
  });

  test('of two airings told of one time the one told last counts', async () => {
    const late = new EventMaker('late', startMs);
    const told = (airingId: string, seconds: [number, number], processedAtMs: number) =>
      spotRows(late.spot(startMs + seconds[0] * 1000, { airingId, endMs: startMs + seconds[1] * 1000, state: 'final', processedAtMs }));
    const nowMs = Date.now();
    await insert([...told('cold', [10, 30], nowMs), ...told('warm', [10.2, 30], nowMs + 1000), ...told('next', [29.9, 40], nowMs)]);
    expect((await readAsRun(analytics, { streamId: 'late' })).map(({ airingId }) => airingId)).toEqual(['warm', 'next']);
    await analytics.command("ALTER TABLE spots_store DELETE WHERE stream_id = 'late' SETTINGS mutations_sync = 1");
  });

  test('is filtered by stream and by a half-open span of time', async () => {
    const ids = async (filter: object): Promise<string[]> => (await readAsRun(analytics, filter)).map(({ airingId }) => airingId);
    expect(await ids({ streamId: 'two' })).toEqual(['a5']);
    expect(await ids({ fromMs: startMs + 70_000 })).toEqual(['a5', 'a2']);
    expect(await ids({ fromMs: startMs + 60_000, toMs: startMs + 70_000 })).toEqual(['a1']);
    expect(await ids({ tenantId: 'nobody' })).toEqual([]);
    expect(await ids({ streamId: "one' OR 1=1 --" })).toEqual([]);
  });
});

describe('share of voice', () => {
  test('by brand counts airings and seconds of each channel, with their shares', async () => {
    expect(await readShareOfVoice(analytics, {}, 'brand', () => '')).toEqual([
      { streamId: 'one', channel: 'Channel One', key: 'Acme', name: 'Acme', airings: 1, seconds: 20, shareOfChannel: 2 / 3, shareOfAll: 0.4 },
      { streamId: 'two', channel: 'two', key: 'Acme', name: 'Acme', airings: 1, seconds: 20, shareOfChannel: 1, shareOfAll: 0.4 },
      { streamId: 'one', channel: 'Channel One', key: 'Bolt', name: 'Bolt', airings: 1, seconds: 10, shareOfChannel: 1 / 3, shareOfAll: 0.2 },
    ]);
  });

  test('by spot names the spot by its title, by channel the channel', async () => {
    const spots = await readShareOfVoice(analytics, { streamId: 'one' }, 'spot', () => '');
    expect(spots.map(({ key, name, seconds }) => [key, name, seconds])).toEqual([
      ['acme', 'Acme 20', 20],
      ['bolt', 'Bolt 10', 10],
    ]);
    const channels = await readShareOfVoice(analytics, {}, 'channel', () => '');
    expect(channels.map(({ name, seconds, shareOfAll }) => [name, seconds, shareOfAll])).toEqual([
      ['Channel One', 30, 0.6],
      ['two', 20, 0.4],
    ]);
  });
});
