import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

import { afterEach, beforeEach, expect, test, vi } from 'vitest';

import type { Analytics } from '../core/analytics/analytics.ts';
import { UnavailableError } from '../core/errors/app-error.ts';
import { type BusFixture, openBusFixture } from '../test/support/bus-fixtures.ts';
import { EventMaker } from '../test/support/event-maker.ts';
import { createTestSinks, openTestAnalytics } from '../test/support/sink-fixtures.ts';
import { topics } from '../schemas/topics.ts';
import type { SinksService } from './service.ts';

const startMs = Date.UTC(2026, 10, 21, 10);
let fixture: BusFixture;
let analytics: Analytics;
const running: SinksService[] = [];

beforeEach(async () => {
  fixture = await openBusFixture();
  analytics = await openTestAnalytics(fixture);
});

afterEach(async () => {
  await Promise.all(running.splice(0).map(async (service) => await service.stop()));
  await analytics.close();
  await fixture.dispose();
});

async function start(section: object = {}, through: Analytics = analytics): Promise<SinksService> {
  const service = createTestSinks(fixture, through, section);
  running.push(service);
  await service.start();
  return service;
}

const lag = async (topic: string, group = 'sink-clickhouse'): Promise<number> =>
  (await fixture.bus.lag(group, topic)).reduce((sum, { lagRecords }) => sum + lagRecords, 0);
const caughtUp = async (topic: string, group?: string): Promise<void> =>
  await vi.waitFor(async () => expect(await lag(topic, group)).toBe(0), { timeout: 15_000, interval: 20 });
const deadLetters = async (topic: string): Promise<string[]> =>
  (await fixture.bus.read(`${topic}.dead-letter`, 0, 0, 100)).map(({ headers }) => headers['dead-letter-code'] ?? '');

/** The port with inserts that fail as `refuse` says. */
function failing(refuse: (table: string) => Error | undefined): Analytics {
  return {
    query: async (...args) => await analytics.query(...args),
    command: async (sql) => await analytics.command(sql),
    insert: async (table, rows, options) => {
      const error = refuse(table);
      if (error !== undefined) throw error;
      await analytics.insert(table, rows, options);
    },
    outside: analytics.outside,
    unhealthy: () => undefined,
    close: async () => undefined,
  };
}

test('events of every topic become rows, are committed, and can be asked for over HTTP', async () => {
  const maker = new EventMaker('channel-1', startMs);
  const frame = maker.frame(1000, Buffer.alloc(5000));
  await fixture.publisher.publish(topics.frames, [frame]);
  const found = maker.detections(frame, [
    { label: 'logo', confidence: 0.9, xyxyPx: [1, 2, 3, 4] },
    { label: 'ticker', confidence: 0.5, xyxyPx: [5, 6, 7, 8] },
  ] as never);
  const nothing = { ...maker.detections(maker.frame(2000, Buffer.alloc(1)), []), eventId: 'nothing' };
  await fixture.publisher.publish(topics.detections, [found, nothing]);
  await fixture.publisher.publish(topics.shots, [maker.shot(0, 4000)]);
  await fixture.publisher.publish(topics.breaks, [
    maker.break(10_000, { breakId: 'B', revision: 1, eventId: 'b1', endUs: null }),
    maker.break(10_000, { breakId: 'B', revision: 2, eventId: 'b2', state: 'final', endMs: 40_000 }),
  ]);
  await fixture.publisher.publish(topics.spots, [maker.spot(10_000, { airingId: 'A' })]);
  await fixture.publisher.publish(topics.spliceCues, [
    maker.spliceCue(10_000, { cueId: 'C', revision: 1, eventId: 'c1' }),
    maker.spliceCue(10_000, { cueId: 'C', revision: 2, eventId: 'c2', outcome: 'matched', breakId: 'B', errorMs: -40 }),
  ]);
  await fixture.publisher.publish(topics.streamStatus, [maker.status(3000)]);
  const service = await start();
  for (const topic of ['frames', 'detections', 'shots', 'breaks', 'spots', 'splice-cues', 'stream-status']) await caughtUp(topic);

  expect(await analytics.query('SELECT event_id, picture_bytes, stream_id FROM frames')).toEqual([
    { event_id: frame.eventId, picture_bytes: 5000, stream_id: 'channel-1' },
  ]);
  expect(await analytics.query('SELECT event_id, label, x1_px, frame_event_id FROM detections ORDER BY box_index')).toEqual([
    { event_id: `${found.eventId}-0`, label: 'logo', x1_px: 1, frame_event_id: frame.eventId },
    { event_id: `${found.eventId}-1`, label: 'ticker', x1_px: 5, frame_event_id: frame.eventId },
  ]);
  expect(await analytics.query('SELECT boxes FROM detection_runs ORDER BY boxes')).toEqual([{ boxes: 0 }, { boxes: 2 }]);
  expect(await analytics.query('SELECT duration_ms FROM shots')).toEqual([{ duration_ms: 4000 }]);
  expect(await analytics.query('SELECT revision, state, on_air, duration_ms FROM breaks')).toEqual([
    { revision: 2, state: 'final', on_air: false, duration_ms: 30_000 },
  ]);
  expect(await analytics.query('SELECT revision, on_air, end_us FROM break_revisions WHERE revision = 1')).toEqual([
    { revision: 1, on_air: true, end_us: -1 },
  ]);
  expect(await analytics.query('SELECT airing_id FROM spots')).toEqual([{ airing_id: 'A' }]);
  expect(await analytics.query('SELECT cue_id, outcome, break_id, error_ms, duration_ms, command FROM splice_cues')).toEqual([
    { cue_id: 'C', outcome: 'matched', break_id: 'B', error_ms: -40, duration_ms: 120_000, command: 'splice_insert' },
  ]);
  expect(await analytics.query('SELECT stream_id FROM stream_status')).toEqual([{ stream_id: 'channel-1' }]);

  const answer = await fetch(`http://127.0.0.1:${service.sqlPort}/?query=SELECT+break_id+FROM+breaks`);
  expect(await answer.text()).toBe('B\n');
  const { text } = await fixture.metrics.expose();
  expect(text).toContain('sightline_sink_rows_total{sink="clickhouse",table="detections"} 2');
  expect(text).toContain('sightline_bus_consumer_lag_records{group="sink-clickhouse",topic="breaks"} 0');
  expect(service.readiness()).toEqual({ ready: true, reason: '' });
});

test('a record that cannot be read and an event that cannot be stored go to the dead letters, their neighbours do not', async () => {
  const maker = new EventMaker('s', startMs);
  const shots = Array.from({ length: 20 }, (_, index) => maker.shot(index * 1000, 1000));
  await fixture.publisher.publish(topics.shots, shots.slice(0, 10));
  await fixture.bus.publish('shots', [{ key: 's', value: Buffer.from('garbage') }]);
  await fixture.publisher.publish(topics.shots, [{ ...maker.shot(50_000, 1), eventId: 'nan', confidence: Number.NaN }]);
  await fixture.publisher.publish(topics.shots, shots.slice(10));
  await start();
  await caughtUp('shots');
  expect((await deadLetters('shots')).sort()).toEqual(['E_SCHEMA_REJECTED', 'E_SINK_REJECTED']);
  expect(await analytics.query('SELECT count() AS rows FROM shots')).toEqual([{ rows: 20 }]);
});

test('while the database is away nothing is lost, the lag shows, and readiness says why', async () => {
  let away = true;
  const service = await start(
    {},
    failing(() => (away ? new UnavailableError('E_SINK_UNAVAILABLE', 'ClickHouse does not answer.') : undefined)),
  );
  const maker = new EventMaker('s', startMs);
  await fixture.publisher.publish(
    topics.shots,
    Array.from({ length: 50 }, (_, index) => maker.shot(index * 1000, 1000)),
  );
  await vi.waitFor(() => expect(service.readiness()).toEqual({ ready: false, reason: 'ClickHouse does not answer.' }), { timeout: 10_000 });
  expect(await lag('shots')).toBe(50);
  away = false;
  await caughtUp('shots');
  expect(service.readiness().ready).toBe(true);
  expect(await analytics.query('SELECT count() AS rows FROM shots')).toEqual([{ rows: 50 }]);
});

test('a service that stops while the database is away leaves its events for the next start', async () => {
  const service = await start(
    {},
    failing(() => new UnavailableError('E_SINK_UNAVAILABLE', 'away')),
  );
  await fixture.publisher.publish(topics.shots, [new EventMaker('s', startMs).shot(0, 1000)]);
  await vi.waitFor(() => expect(service.readiness().ready).toBe(false), { timeout: 10_000 });
  running.splice(0);
  await service.stop();
  await start();
  await caughtUp('shots');
  expect(await analytics.query('SELECT count() AS rows FROM shots')).toEqual([{ rows: 1 }]);
});

test('events that come a second time after a restart are seen once', async () => {
  const maker = new EventMaker('s', startMs);
  await fixture.publisher.publish(topics.shots, [maker.shot(0, 1000), maker.shot(1000, 1000)]);
  await fixture.publisher.publish(topics.breaks, [maker.break(0, { breakId: 'B' })]);
  await start();
  await caughtUp('shots');
  await caughtUp('breaks');
  // The same events again on the bus: what a crash before the commit, or a replay, brings.
  await fixture.publisher.publish(topics.shots, [maker.shot(0, 1000), maker.shot(1000, 1000), maker.shot(2000, 1000)]);
  await fixture.publisher.publish(topics.breaks, [maker.break(0, { breakId: 'B' })]);
  await caughtUp('shots');
  await caughtUp('breaks');
  expect(await analytics.query('SELECT count() AS rows, uniqExact(event_id) AS ids FROM shots')).toEqual([{ rows: 3, ids: 3 }]);
  expect(await analytics.query('SELECT count() AS rows FROM breaks')).toEqual([{ rows: 1 }]);
  expect(await analytics.query('SELECT count() AS rows FROM break_revisions')).toEqual([{ rows: 1 }]);
});

test('an airing that is named after the fact has its new names, in whatever order its revisions come', async () => {
  const maker = new EventMaker('channel-1', startMs);
  const aired = { airingId: 'A', breakId: 'B', endMs: startMs + 20_000, state: 'final' } as const;
  const names = {
    spotId: 'spot-acme',
    title: 'Acme 20',
    brand: 'Acme',
    product: 'Anvil',
    category: '1001',
    identifiedBy: 'catalogue',
    known: true,
  } as const;
  await fixture.publisher.publish(topics.spots, [
    maker.spot(startMs, { ...aired, revision: 1, spotId: 'guess' }),
    maker.spot(startMs, { ...aired, revision: 3, ...names }),
    maker.spot(startMs, { ...aired, revision: 2, spotId: 'candidate', identifiedBy: 'repeat' }),
  ]);
  await start();
  await caughtUp('spots');
  const columns = 'revision, spot_id, identified_by, title, brand, product, category, known';
  expect(await analytics.query(`SELECT ${columns} FROM spots`)).toEqual([
    {
      ...{ revision: 3, spot_id: 'spot-acme', identified_by: 'catalogue', known: true },
      ...{ title: 'Acme 20', brand: 'Acme', product: 'Anvil', category: '1001' },
    },
  ]);
  expect(await analytics.query('SELECT spot_id, identified_by FROM spot_revisions ORDER BY revision')).toEqual([
    { spot_id: 'guess', identified_by: 'nothing' },
    { spot_id: 'candidate', identified_by: 'repeat' },
    { spot_id: 'spot-acme', identified_by: 'catalogue' },
  ]);
});

test('the JSON-lines sink writes the events it is asked for, beside ClickHouse', async () => {
  await start({ jsonLines: { enabled: true, flushInterval: '20ms', topics: ['shots'] } });
  const maker = new EventMaker('s', startMs);
  const shots = [maker.shot(0, 1000), maker.shot(1000, 1000)];
  await fixture.publisher.publish(topics.shots, shots);
  await caughtUp('shots', 'sink-json-lines');
  const folder = join(fixture.dataDir, 'events');
  const [name = ''] = readdirSync(folder);
  expect(name).toMatch(/^shots-\d{4}-\d\d-\d\d\.jsonl$/);
  const lines = readFileSync(join(folder, name), 'utf8').trim().split('\n');
  expect(lines.map((line) => (JSON.parse(line) as { eventId: string }).eventId)).toEqual(shots.map(({ eventId }) => eventId));
});
