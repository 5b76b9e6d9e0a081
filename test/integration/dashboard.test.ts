import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { WebSocket } from 'ws';

import { topics } from '../../schemas/topics.ts';
import type { BreakResponse, BreaksResponse, SpotsResponse, StatsResponse, StreamsResponse, TimelineResponse } from '../../schemas/ws/api.ts';
import type { Publication } from '../../schemas/ws/events.ts';
import type { ServerMessage } from '../../schemas/ws/messages.ts';
import { publishPicture } from '../support/control-room.ts';
import { openTestBus, startDashboard, type TestBus, type TestDashboard } from '../support/dashboard-kit.ts';
import { until } from '../support/until.ts';
import { EventMaker } from '../support/event-maker.ts';
import { programmePicture } from '../support/picture-maker.ts';

let testBus: TestBus;
const cleanups: (() => Promise<void> | void)[] = [];
beforeAll(async () => {
  testBus = await openTestBus();
});
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});
afterAll(async () => await testBus.close());

async function dashboard(config: Record<string, unknown> = {}): Promise<TestDashboard> {
  const started = await startDashboard(testBus, config);
  cleanups.push(started.close);
  return started;
}

async function getJson<Body>(url: string): Promise<Body> {
  const response = await fetch(url);
  expect(response.status, url).toBe(200);
  return (await response.json()) as Body;
}

/** Subscribes to every event of one stream; returns what comes, as it comes. */
async function watch({ webSocketUrl }: TestDashboard, stream: string): Promise<Publication[]> {
  const socket = new WebSocket(webSocketUrl);
  const seen: Publication[] = [];
  cleanups.push(() => socket.terminate());
  await new Promise<void>((resolve, reject) => {
    socket.on('error', reject);
    socket.on('open', () => {
      const events = ['frames', 'detections', 'shots', 'breaks', 'spots', 'splice-cues', 'stream-status', 'signals-summary'];
      socket.send(JSON.stringify({ type: 'subscribe', id: 'all', channels: [{ stream, events }] }));
    });
    socket.on('message', (data: Buffer) => {
      const message = JSON.parse(data.toString()) as ServerMessage;
      if (message.type === 'subscribed') resolve();
      if (message.type === 'publications') seen.push(...message.publications);
    });
  });
  return seen;
}

test('every kind of event on the bus reaches a subscriber', async () => {
  const board = await dashboard();
  const seen = await watch(board, 'every');
  const maker = new EventMaker('every', Date.now() - 60_000);
  const atMs = Date.now();
  await publishPicture(testBus.publisher, maker, atMs, await programmePicture(1, 200));
  await testBus.publisher.publish(topics.shots, [maker.shot(atMs - 4000, 4000)]);
  await testBus.publisher.publish(topics.breaks, [maker.break(atMs)]);
  await testBus.publisher.publish(topics.spots, [maker.spot(atMs)]);
  await testBus.publisher.publish(topics.spliceCues, [maker.spliceCue(atMs, { outcome: 'matched', errorMs: 40, trust: 0.93 })]);
  await testBus.publisher.publish(topics.streamStatus, [maker.status(atMs)]);
  await testBus.publisher.publish(topics.signals, [maker.signals(atMs, -20)]);
  await until(() => new Set(seen.map(({ event }) => event)).size === 8, 'eight kinds');
  const signals = seen.find((publication) => publication.event === 'signals-summary');
  expect(signals?.data).toMatchObject({ rmsDbfs: -20, peakDbfs: -11, pictures: 0 });
  const detections = seen.find((publication) => publication.event === 'detections');
  expect(detections?.data).toMatchObject({ sourceWidthPx: 640, modelName: 'broadcast-graphics' });
  const cue = seen.find((publication) => publication.event === 'splice-cues');
  expect(cue?.data).toMatchObject({ direction: 'out', outcome: 'matched', errorMs: 40, trust: 0.93 });
  expect(JSON.stringify(seen)).not.toContain('tenantId');
});

test('a record that is no event is passed over, and what follows is shown', async () => {
  const board = await dashboard();
  const seen = await watch(board, 'after-garbage');
  await testBus.bus.publish(topics.breaks.name, [{ key: 'after-garbage', value: Buffer.from('not avro at all') }]);
  const maker = new EventMaker('after-garbage', Date.now());
  await testBus.publisher.publish(topics.breaks, [maker.break(Date.now())]);
  await until(() => seen.length === 1, 'the break');
  const { text } = await board.metrics.expose();
  expect(text).toMatch(/component_errors_total\{component="dashboard-ws",code="[A-Z_]+",stage="decode"\} 1/);
});

test('the latest picture is served with an ETag, by frame id for ever, and 304 when unchanged', async () => {
  const board = await dashboard();
  const maker = new EventMaker('picture', Date.now());
  const made = await programmePicture(1, 30);
  const first = await publishPicture(testBus.publisher, maker, Date.now(), made);
  const second = await publishPicture(testBus.publisher, maker, Date.now() + 500, await programmePicture(2, 30));
  const url = `${board.url}/api/v1/streams/picture/frame.jpg`;
  const latest = await until(async () => {
    const response = await fetch(url);
    return response.headers.get('x-frame-id') === second.eventId ? response : undefined;
  }, 'the second picture');
  expect(latest.headers.get('content-type')).toBe('image/jpeg');
  expect(latest.headers.get('cache-control')).toBe('private, no-cache');
  expect(latest.headers.get('x-content-type-options')).toBe('nosniff');
  const etag = latest.headers.get('etag') ?? '';
  expect((await fetch(url, { headers: { 'if-none-match': etag } })).status).toBe(304);
  const byId = await fetch(`${url}?frame=${first.eventId}`);
  expect(byId.headers.get('cache-control')).toContain('immutable');
  expect(Buffer.from(await byId.arrayBuffer()).equals(made.jpeg)).toBe(true);
});

test('a picture that is no JPEG is never served as one', async () => {
  const board = await dashboard();
  const maker = new EventMaker('fake-picture', Date.now());
  const html = { jpeg: Buffer.from('<script>alert(1)</script>'), graphics: [] };
  await publishPicture(testBus.publisher, maker, Date.now(), html);
  await until(async () => (await fetch(`${board.url}/api/v1/streams/fake-picture`)).status === 200, 'the stream');
  expect((await fetch(`${board.url}/api/v1/streams/fake-picture/frame.jpg`)).status).toBe(404);
});

test('streams, timeline, breaks, spots and stats answer with what happened, newest revision only', async () => {
  const board = await dashboard();
  const nowMs = Date.now();
  const maker = new EventMaker('api', nowMs - 1_800_000);
  await testBus.publisher.publish(topics.streamStatus, [maker.status(nowMs - 5000, { title: 'The API channel', drops: { slow: 3 } })]);
  const first = maker.break(nowMs - 600_000, { endMs: nowMs - 500_000, state: 'final', revision: 3 });
  await testBus.publisher.publish(topics.breaks, [{ ...first, revision: 1, state: 'provisional', endUs: null }, first, { ...first, revision: 2 }]);
  await testBus.publisher.publish(topics.breaks, [maker.break(nowMs - 20_000, { state: 'confirmed' })]);
  await testBus.publisher.publish(topics.spots, [maker.spot(nowMs - 600_000, { endMs: nowMs - 580_000, breakId: first.breakId })]);
  await testBus.publisher.publish(topics.shots, [maker.shot(nowMs - 610_000, 10_000)]);
  const stream = await until(async () => {
    const { streams } = await getJson<StreamsResponse>(`${board.url}/api/v1/streams`);
    const timeline = await getJson<TimelineResponse>(`${board.url}/api/v1/streams/api/timeline`);
    return timeline.breaks.length === 2 && timeline.spots.length === 1 && timeline.shots.length === 1
      ? streams.find(({ streamId }) => streamId === 'api')
      : undefined;
  }, 'all of it');
  expect(stream).toMatchObject({ title: 'The API channel', status: { state: 'live' }, openBreak: { state: 'confirmed' } });
  const { breaks } = await getJson<BreaksResponse>(`${board.url}/api/v1/breaks?stream=api`);
  expect(breaks.map(({ revision, state }) => [revision, state])).toEqual([
    [1, 'confirmed'],
    [3, 'final'],
  ]);
  const { spots } = await getJson<SpotsResponse>(`${board.url}/api/v1/spots?stream=api&limit=5`);
  expect(spots).toHaveLength(1);
  const span = `from=${nowMs - 100_000}&to=${nowMs}`;
  expect((await getJson<TimelineResponse>(`${board.url}/api/v1/streams/api/timeline?${span}`)).breaks).toHaveLength(1);
  const stats = await getJson<StatsResponse>(`${board.url}/api/v1/stats`);
  expect(stats.drops).toEqual({ slow: 3 });
  expect(stats.topics.map(({ topic }) => topic)).toContain('breaks');
});

test('a break tells its life, and an airing when it was first named, also through later revisions', async () => {
  const board = await dashboard();
  const nowMs = Date.now();
  const maker = new EventMaker('life', nowMs - 600_000);
  const provisional = maker.break(nowMs - 60_000);
  const revisions = [
    provisional,
    { ...provisional, revision: 2, state: 'confirmed' as const },
    { ...provisional, revision: 3, state: 'final' as const },
  ];
  await testBus.publisher.publish(topics.breaks, [...revisions, ...revisions]);
  const { revisions: life } = await until(async () => {
    const response = await fetch(`${board.url}/api/v1/breaks/${provisional.breakId}`);
    const body = (await response.json()) as BreakResponse;
    return response.ok && body.revisions.length === 3 ? body : undefined;
  }, 'three revisions');
  expect(life.map(({ state }) => state)).toEqual(['provisional', 'confirmed', 'final']);
  expect((await fetch(`${board.url}/api/v1/breaks/none`)).status).toBe(404);

  const fresh = maker.spot(nowMs - 50_000, { breakId: provisional.breakId });
  const named = { ...fresh, revision: 2, spotId: 'acme', title: 'Acme', identifiedBy: 'catalogue' as const, knownUpToUs: fresh.ptsUs + 1_800_000 };
  await testBus.publisher.publish(topics.spots, [fresh, named, { ...named, revision: 3, title: 'Acme 30', knownUpToUs: fresh.ptsUs + 20_000_000 }]);
  const spot = await until(async () => {
    const { spots } = await getJson<SpotsResponse>(`${board.url}/api/v1/spots?stream=life`);
    return spots.find(({ title }) => title === 'Acme 30');
  }, 'the renamed spot');
  expect(spot).toMatchObject({ identifiedBy: 'catalogue', identifiedAfterMs: 1800 });
});

test('a dashboard started later knows what happened before, from the logs', async () => {
  const nowMs = Date.now();
  const maker = new EventMaker('before', nowMs - 900_000);
  await testBus.publisher.publish(topics.streamStatus, [maker.status(nowMs - 60_000, { title: 'Before' })]);
  await testBus.publisher.publish(topics.breaks, [maker.break(nowMs - 300_000, { endMs: nowMs - 200_000, state: 'final' })]);
  await testBus.publisher.publish(topics.spots, [maker.spot(nowMs - 300_000, { endMs: nowMs - 280_000 })]);
  const board = await dashboard();
  const timeline = await getJson<TimelineResponse>(`${board.url}/api/v1/streams/before/timeline`);
  expect(timeline.breaks).toHaveLength(1);
  expect(timeline.spots).toHaveLength(1);
  expect(timeline.statuses.map(({ title }) => title)).toEqual(['Before']);
});

const wrong: [path: string, status: number][] = [
  ['/api/v1/streams/nobody', 404],
  ['/api/v1/streams/nobody/frame.jpg', 404],
  ['/api/v1/streams/..%2f..%2fetc%2fpasswd/frame.jpg', 404],
  [`/api/v1/streams/${'x'.repeat(400)}/frame.jpg`, 404],
  ['/api/v1/streams/a/timeline?from=x', 400],
  ['/api/v1/streams/a/timeline?from=2000&to=1000', 400],
  ['/api/v1/streams/a/timeline?from=0&to=9999999999999', 400],
  ['/api/v1/breaks?limit=100000', 400],
  ['/nothing-here', 404],
  ['/%2e%2e/%2e%2e/package.json', 404],
];
test.each(wrong)('GET %s is answered with %i and no stack trace', async (path, status) => {
  const board = await dashboard();
  const response = await fetch(`${board.url}${path}`);
  expect([status, ...(path.includes('%2e') ? [403] : []), ...(path.length > 300 ? [414] : [])]).toContain(response.status);
  const body = await response.text();
  expect(body).not.toMatch(/at .*\.(ts|js):\d+/);
});

test('with a token set, page, API and WebSocket need it, and a visit with it sets a cookie that hides it', async () => {
  const token = 'a-secret-of-some-length';
  const board = await dashboard({ token });
  expect((await fetch(`${board.url}/api/v1/streams`)).status).toBe(401);
  expect((await fetch(`${board.url}/`)).status).toBe(401);
  expect((await fetch(`${board.url}/api/v1/streams`, { headers: { authorization: `Bearer ${token}` } })).status).toBe(200);
  const visit = await fetch(`${board.url}/?token=${token}`, { redirect: 'manual' });
  expect(visit.status).toBe(303);
  expect(visit.headers.get('location')).toBe('/');
  const cookie = visit.headers.get('set-cookie') ?? '';
  expect(cookie).toMatch(/HttpOnly; SameSite=Strict/);
  expect((await fetch(`${board.url}/api/v1/streams`, { headers: { cookie: cookie.split(';')[0] ?? '' } })).status).toBe(200);
  expect((await fetch(`${board.url}/healthz`)).status).toBe(200);
});

test('the page comes with headers that allow nothing inline, nothing from elsewhere and no frame around it', async () => {
  const board = await dashboard();
  const policy = (await fetch(`${board.url}/`)).headers.get('content-security-policy') ?? '';
  expect(policy).toContain("default-src 'none'");
  expect(policy).toContain("frame-ancestors 'none'");
  expect(policy).not.toContain('unsafe');
});
