import { mkdtemp, mkdir, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';

import { FolderEvidenceStore } from '../../core/evidence/folder-evidence-store.ts';
import { createLogger } from '../../core/log/logger.ts';
import { createMetrics } from '../../core/metrics/metrics.ts';
import { systemClock } from '../../core/time/clock.ts';
import { recordingConfig } from '../../ingest/clips/config.ts';
import { createEvidenceRecorder } from '../../ingest/clips/evidence-recorder.ts';
import { FootageLibrary } from '../../ingest/clips/footage-library.ts';
import { findFfmpeg } from '../../ingest/ffmpeg/ffmpeg-process.ts';
import { topics } from '../../schemas/topics.ts';
import type { EvidenceResponse, SpotEvidence } from '../../schemas/ws/api.ts';
import { openTestBus, startDashboard, type TestBus, type TestDashboard } from '../support/dashboard-kit.ts';
import { until } from '../support/until.ts';
import { EventMaker } from '../support/event-maker.ts';
import { makeNumberClip, range } from '../support/number-clip.ts';

const log = createLogger({ level: 'silent' });
let folder = '';
let testBus: TestBus;
const cleanups: (() => Promise<void>)[] = [];
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sightline-evidence-'));
  testBus = await openTestBus();
  await makeNumberClip({ path: join(folder, 'recording.mp4'), numbers: range(250), output: ['-c:v', 'libx264', '-preset', 'ultrafast', '-g', '50'] });
});
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});
afterAll(async () => {
  await testBus.close();
  await rm(folder, { recursive: true, force: true });
});

function storeIn(name: string, bounds: { maxAgeMs?: number; maxBytes?: number; clock?: typeof systemClock } = {}): FolderEvidenceStore {
  return new FolderEvidenceStore({ folder: join(folder, name), maxAgeMs: 3_600_000, maxBytes: 1e9, clock: systemClock, ...bounds });
}

async function board(evidence: FolderEvidenceStore, config: Record<string, unknown> = {}): Promise<TestDashboard> {
  const started = await startDashboard(testBus, config, { evidence });
  cleanups.push(started.close);
  return started;
}

/** Puts evidence of made-up bytes; what is in the files does not matter to the store. */
async function putBytes(store: FolderEvidenceStore, spotId: string, createdMs: number, clip: Buffer): Promise<void> {
  const work = await store.workFolder();
  await writeFile(join(work, 'clip.mp4'), clip);
  await writeFile(join(work, 'key-1.jpg'), 'a picture');
  const facts = { spotId, airingId: 'airing', streamId: 'news', eventTimeMs: 1, durationMs: 2000, clipMs: 2000, createdMs };
  await store.put({ ...facts, clip: { name: 'clip.mp4', bytes: clip.length }, pictures: [{ name: 'key-1.jpg', bytes: 9 }] }, work);
}

test('the first final airing of a spot that is in the catalogue is cut, once, and what is new, retracted or elsewhere is not', async () => {
  const store = storeIn('recorded');
  const config = recordingConfig.parse({});
  const footage = new FootageLibrary({ config, dataDir: folder, clock: systemClock, log });
  footage.file('news', join(folder, 'recording.mp4')).note({ epoch: 0, ptsUs: 0 }, 0);
  const metrics = createMetrics();
  const { bus, codec, publisher } = testBus;
  const recorder = createEvidenceRecorder({ bus, codec, store, footage, metrics, log, clock: systemClock, tools: () => findFfmpeg() });
  await recorder.start();
  cleanups.push(async () => await recorder.stop());
  const maker = new EventMaker('news', 0);
  const final = { state: 'final' as const, endMs: 6000 };
  const airing = maker.spot(2000, { ...final, spotId: 'acme', airingId: 'acme-1', identifiedBy: 'repeat' });
  const wanted = [airing, { ...airing, revision: 2 }, maker.spot(6000, { ...final, endMs: 9000, spotId: 'bank', identifiedBy: 'catalogue' })];
  const others = [
    maker.spot(1000, { ...final, spotId: 'new' }),
    maker.spot(1000, { ...final, spotId: 'open', identifiedBy: 'repeat', state: 'confirmed' }),
    maker.spot(1000, { ...final, spotId: 'rejected', identifiedBy: 'catalogue', state: 'retracted' }),
    new EventMaker('elsewhere', 0).spot(1000, { ...final, spotId: 'foreign', identifiedBy: 'repeat' }),
    maker.spot(1000, { ...final, spotId: '../../escaped', identifiedBy: 'repeat' }),
  ];
  // The subscription begins at the end of the topic: what is told before it stands is for nobody.
  await until(async () => {
    await publisher.publish(topics.spots, [...others, ...wanted]);
    return (await store.find('bank')) !== undefined && (await store.find('acme')) !== undefined;
  }, 'the evidence of the last airing');
  expect(await store.find('acme')).toMatchObject({ airingId: 'acme-1', streamId: 'news', durationMs: 4000, eventTimeMs: 2000 });
  expect(Math.abs(((await store.find('acme'))?.clipMs ?? 0) - 4000)).toBeLessThan(60);
  expect((await readdir(join(folder, 'recorded'))).sort()).toEqual(['acme', 'bank']);
  const made = (await store.find('acme'))?.createdMs;
  await publisher.publish(topics.spots, [
    { ...airing, revision: 3 },
    maker.spot(9000, { state: 'final', endMs: 9800, spotId: 'last', identifiedBy: 'repeat' }),
  ]);
  await until(async () => (await store.find('last')) !== undefined, 'a later airing');
  expect((await store.find('acme'))?.createdMs).toBe(made);
  expect((await metrics.expose()).text).toMatch(/evidence_airings_total\{outcome="cut"\} 3/);
});

test('an airing that is no longer in the recording is counted, and nothing half-done is left', async () => {
  const store = storeIn('missing');
  const footage = new FootageLibrary({ config: recordingConfig.parse({}), dataDir: folder, clock: systemClock, log });
  footage.file('gone', join(folder, 'recording.mp4')).note({ epoch: 0, ptsUs: 0 }, 0);
  const metrics = createMetrics();
  const { bus, codec, publisher } = testBus;
  const recorder = createEvidenceRecorder({ bus, codec, store, footage, metrics, log, clock: systemClock, tools: () => findFfmpeg() });
  await recorder.start();
  cleanups.push(async () => await recorder.stop());
  const maker = new EventMaker('gone', 0);
  const behind = maker.spot(60_000, { state: 'final', endMs: 64_000, spotId: 'behind-the-end', identifiedBy: 'repeat' });
  const otherEpoch = { ...maker.spot(2000, { state: 'final', endMs: 4000, spotId: 'other-epoch', identifiedBy: 'repeat' }), epoch: 7 };
  const count = async (outcome: string): Promise<boolean> => (await metrics.expose()).text.includes(`evidence_airings_total{outcome="${outcome}"}`);
  await until(async () => {
    await publisher.publish(topics.spots, [behind, otherEpoch]);
    return (await count('failed')) && (await count('missing'));
  }, 'both outcomes');
  await recorder.stop();
  expect(await readdir(join(folder, 'missing'))).toEqual([]);
});

test('pictures and clips are served with type, ETag and ranges, by the names of the store and no others', async () => {
  const store = storeIn('served');
  const clip = Buffer.from(Array.from({ length: 1000 }, (_unused, index) => index % 251));
  await putBytes(store, 'acme', 1000, clip);
  await writeFile(join(folder, 'secret.txt'), 'secret');
  const { url } = await board(store);
  const { evidence } = (await (await fetch(`${url}/api/v1/evidence?spots=acme,nobody,..`)).json()) as EvidenceResponse;
  expect(evidence.map(({ spotId }) => spotId)).toEqual(['acme']);
  const { clip: path, pictures } = (await (await fetch(`${url}/api/v1/evidence/acme`)).json()) as SpotEvidence;
  const whole = await fetch(`${url}${path}`);
  expect([whole.status, whole.headers.get('content-type'), whole.headers.get('x-content-type-options')]).toEqual([200, 'video/mp4', 'nosniff']);
  expect(Buffer.from(await whole.arrayBuffer()).equals(clip)).toBe(true);
  expect((await fetch(`${url}${pictures[0] ?? ''}`)).headers.get('content-type')).toBe('image/jpeg');
  const part = await fetch(`${url}${path}`, { headers: { range: 'bytes=100-199' } });
  expect([part.status, part.headers.get('content-range')]).toEqual([206, 'bytes 100-199/1000']);
  expect(Buffer.from(await part.arrayBuffer()).equals(clip.subarray(100, 200))).toBe(true);
  expect((await fetch(`${url}${path}`, { headers: { range: 'bytes=2000-' } })).status).toBe(416);
  const etag = whole.headers.get('etag') ?? '';
  expect((await fetch(`${url}${path}`, { headers: { 'if-none-match': etag } })).status).toBe(304);
  expect((await fetch(`${url}${path}`, { headers: { range: 'bytes=0-9', 'if-range': '"another"' } })).status).toBe(200);
  for (const wrong of [
    'nobody',
    'acme/evidence.json',
    'acme/key-2.jpg',
    '..%2f..%2fsecret.txt',
    '..%2f..',
    'acme/..%2f..%2fsecret.txt',
    '%2e%2e/secret.txt',
  ]) {
    const response = await fetch(`${url}/api/v1/evidence/${wrong}`);
    expect([400, 404], wrong).toContain(response.status);
    expect(await response.text()).not.toContain('secret\n');
  }
});

test('with a token set, evidence needs it', async () => {
  const store = storeIn('guarded');
  await putBytes(store, 'acme', 1000, Buffer.alloc(10));
  const { url } = await board(store, { token: 'a-secret-of-some-length' });
  expect((await fetch(`${url}/api/v1/evidence/acme/clip.mp4`)).status).toBe(401);
  const headers = { authorization: 'Bearer a-secret-of-some-length' };
  expect((await fetch(`${url}/api/v1/evidence/acme/clip.mp4`, { headers })).status).toBe(200);
});

test('a sweep removes what is too old and the oldest of what is too much, and leaves strangers alone', async () => {
  const clock = { ...systemClock, nowMs: () => 100_000 };
  const store = storeIn('swept', { maxAgeMs: 60_000, maxBytes: 250, clock });
  await putBytes(store, 'old', 10_000, Buffer.alloc(50));
  await putBytes(store, 'middle', 70_000, Buffer.alloc(100));
  await putBytes(store, 'newer', 80_000, Buffer.alloc(100));
  await putBytes(store, 'newest', 90_000, Buffer.alloc(100));
  await mkdir(join(folder, 'swept', 'stranger'));
  expect(await store.sweep()).toBe(2);
  expect((await readdir(join(folder, 'swept'))).sort()).toEqual(['newer', 'newest', 'stranger']);
  expect(await store.sweep()).toBe(0);
});

test('what is damaged on the disk is nothing, and new evidence replaces it', async () => {
  const store = storeIn('damaged');
  await putBytes(store, 'acme', 1000, Buffer.alloc(10));
  await writeFile(join(folder, 'damaged', 'acme', 'evidence.json'), '{"clip":{"name":"../../secret.txt"}}');
  expect(await store.find('acme')).toBeUndefined();
  await putBytes(store, 'acme', 2000, Buffer.alloc(10));
  expect((await store.find('acme'))?.createdMs).toBe(2000);
  expect(JSON.parse(await readFile(join(folder, 'damaged', 'acme', 'evidence.json'), 'utf8'))).toMatchObject({ spotId: 'acme' });
});
