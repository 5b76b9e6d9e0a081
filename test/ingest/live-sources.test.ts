import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { createReadStream, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { type Server, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';

import { ingestConfig } from '../../ingest/config.ts';
import { runInput } from '../../ingest/run-input.ts';
import { type IngestService, createIngestService } from '../../ingest/service.ts';
import { makeNumberClip, range } from '../support/number-clip.ts';
import { type RecordedEvents, ingestDeps, recordEvents } from '../support/recorded-events.ts';
import { type Sender, freeTcpPort, freeUdpPort, startSender } from '../support/senders.ts';

const folder = mkdtempSync(join(tmpdir(), 'sightline-live-'));
const clip = join(folder, 'clip.mp4');
const senders = new Set<Sender>();
const services = new Set<IngestService>();
const servers = new Set<Server>();
/** Sends the clip for ever in real time. */
const endless = ['-re', '-stream_loop', '-1', '-i', clip, '-c', 'copy'];

beforeAll(async () => {
  await makeNumberClip({
    path: clip,
    numbers: range(250),
    output: ['-c:v', 'libx264', '-preset', 'ultrafast', '-tune', 'zerolatency', '-g', '10', '-c:a', 'aac'],
  });
});
afterEach(async () => {
  await Promise.all([...services].map(async (service) => await service.stop()));
  services.clear();
  await Promise.all([...senders].map(async (sender) => await sender.stop()));
  for (const server of servers) server.close().closeAllConnections();
  servers.clear();
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Runs one stream; times are short so that a test need not wait. */
async function play(
  source: Record<string, unknown>,
  more: Record<string, unknown> = {},
): Promise<{ events: RecordedEvents; service: IngestService }> {
  const events = recordEvents();
  const dataDir = mkdtempSync(join(folder, 'data-'));
  const config = ingestConfig.parse({
    streams: [{ id: 'live', title: 'Live', source, sampling: { every: '200ms' }, ...more }],
    statusEvery: '1s',
    reconnect: { first: '100ms', most: '300ms' },
  });
  const service = createIngestService(config, ingestDeps(events, dataDir));
  services.add(service);
  await service.start();
  return { events, service };
}

function states(events: RecordedEvents): string[] {
  return events.status.filter((status) => status.changed).map((status) => status.state);
}

/** Serves the files of a folder over http. */
async function serve(root: string): Promise<string> {
  const server = createServer((request, response) => {
    const path = join(root, new URL(request.url ?? '/', 'http://localhost').pathname);
    if (existsSync(path)) createReadStream(path).pipe(response);
    else response.writeHead(404).end();
  });
  servers.add(server);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`;
}

function expectPicturesAndSound(events: RecordedEvents): void {
  expect(events.signals.flatMap((run) => run.pictures).length).toBeGreaterThan(20);
  expect(events.signals.flatMap((run) => run.sound).length).toBeGreaterThan(20);
  expect(events.frames[0]).toMatchObject({ streamId: 'live', sourceWidthPx: 320, sourceHeightPx: 180, timeSource: 'arrival' });
  expect(Math.abs((events.frames[0]?.eventTimeMs ?? 0) - Date.now())).toBeLessThan(60_000);
}

const enough = (events: RecordedEvents) => (): boolean => events.frames.length >= 5 && events.signals.length >= 8;

describe('network sources', () => {
  test('udp: MPEG-TS is received; a sender that dies makes the stream stall, reconnect and go on in a new epoch', async () => {
    const port = await freeUdpPort();
    const send = (): Sender => startSender(senders, [...endless, '-f', 'mpegts', `udp://127.0.0.1:${String(port)}?pkt_size=1316`]);
    const sender = send();
    const { events } = await play({ kind: 'udp', url: `udp://127.0.0.1:${String(port)}` }, { stallAfter: '3s' });
    await events.until(enough(events), 'the first sender is seen');
    expectPicturesAndSound(events);
    await sender.stop();
    await events.until(() => states(events).includes('reconnecting'), 'the loss is noticed');
    send();
    await events.until(() => events.frames.some((frame) => frame.epoch === 2), 'the second sender is seen');
    expect(states(events)).toEqual(['connecting', 'live', 'stalled', 'reconnecting', 'live']);
    expect(events.status.find((status) => status.state === 'stalled')?.message).toContain('has sent no picture or sound for 3.0 s');
    expect(new Set(events.signals.filter((run) => run.endOfStream).map((run) => run.epoch))).toEqual(new Set());
  });

  test('rtmp: an encoder publishes to us, dies, and comes back', async () => {
    const url = `rtmp://127.0.0.1:${String(await freeTcpPort())}/live/key`;
    const { events } = await play({ kind: 'rtmp', url, listen: true });
    const sender = await persistent(['-f', 'flv', url], events, 1);
    expectPicturesAndSound(events);
    await sender.stop();
    await events.until(() => states(events).includes('reconnecting'), 'the loss is noticed');
    await persistent(['-f', 'flv', url], events, 2);
    expect(states(events).at(-1)).toBe('live');
  });

  test('srt: we call a sender that listens', async () => {
    const port = String(await freeUdpPort());
    startSender(senders, [...endless, '-f', 'mpegts', `srt://127.0.0.1:${port}?mode=listener`]);
    const { events } = await play({ kind: 'srt', url: `srt://127.0.0.1:${port}` });
    await events.until(enough(events), 'the sender is seen');
    expectPicturesAndSound(events);
  });

  test('rtsp: a camera publishes to us', async () => {
    const url = `rtsp://127.0.0.1:${String(await freeTcpPort())}/camera`;
    const { events } = await play({ kind: 'rtsp', url, listen: true });
    await persistent(['-rtsp_transport', 'tcp', '-f', 'rtsp', url], events, 1);
    expectPicturesAndSound(events);
  });

  test('a source that nobody serves is tried again and again, and a stop ends that', async () => {
    const { events, service } = await play({ kind: 'rtmp', url: `rtmp://user:secret@127.0.0.1:${String(await freeTcpPort())}/live?key=hidden` });
    await events.until(() => events.status.some((status) => status.attempt >= 3), 'a third attempt');
    const reason = events.status.at(-1);
    expect(reason).toMatchObject({ state: 'reconnecting', code: 'E_SOURCE_UNAVAILABLE' });
    expect(JSON.stringify(events.status)).not.toMatch(/secret|hidden/);
    await service.stop();
  });

  /** Starts senders until one is heard: ours may not listen yet when the first one knocks. */
  async function persistent(output: readonly string[], events: RecordedEvents, epoch: number): Promise<Sender> {
    for (let knock = 0; knock < 40; knock += 1) {
      const sender = startSender(senders, [...endless, ...output]);
      const gone = once(sender.child, 'close').then(() => 'gone');
      const seen = events
        .until(() => events.frames.filter((frame) => frame.epoch >= epoch).length >= 5 && enough(events)(), 'the sender is seen', 25_000)
        .then(() => 'seen');
      if ((await Promise.race([gone, seen.catch(() => 'late')])) === 'seen') return sender;
      await sender.stop();
    }
    throw new Error('no sender was heard');
  }
});

describe('HTTP Live Streaming', () => {
  test('a playlist with an end is read to it, over redirects of quality in a master playlist', async () => {
    const root = join(folder, 'vod');
    mkdirSync(root);
    execFileSync('ffmpeg', [
      '-y',
      '-nostdin',
      '-loglevel',
      'error',
      '-i',
      clip,
      '-c',
      'copy',
      '-f',
      'hls',
      '-hls_time',
      '2',
      '-hls_list_size',
      '0',
      join(root, 'list.m3u8'),
    ]);
    writeFileSync(join(root, 'master.m3u8'), '#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=500000,RESOLUTION=320x180\nlist.m3u8\n');
    const events = recordEvents();
    const summary = await runInput(`${await serve(root)}/master.m3u8?token=secret`, ingestDeps(events, folder), { streamId: 'live' });
    expect(summary.failure).toBeUndefined();
    expect(summary).toMatchObject({ pictures: 250, durationMs: 10_000 });
    expectPicturesAndSound(events);
    expect(events.signals.at(-1)?.endOfStream).toBe(true);
  });

  test('a playlist cannot reach a file of this machine', async () => {
    const root = join(folder, 'evil');
    mkdirSync(root);
    execFileSync('ffmpeg', ['-y', '-nostdin', '-loglevel', 'error', '-i', clip, '-c', 'copy', join(root, 'secret.ts')]);
    writeFileSync(join(root, 'evil.m3u8'), `#EXTM3U\n#EXT-X-TARGETDURATION:10\n#EXTINF:10,\nfile://${join(root, 'secret.ts')}\n#EXT-X-ENDLIST\n`);
    const events = recordEvents();
    const summary = await runInput(`${await serve(root)}/evil.m3u8`, ingestDeps(events, folder), { streamId: 'live' });
    expect(summary.pictures).toBe(0);
    expect(summary.failure?.code).toMatch(/^E_SOURCE_/);
  });

  test('a missing playlist is told without its secrets', async () => {
    const events = recordEvents();
    const summary = await runInput(`${await serve(folder)}/no.m3u8?token=secret`, ingestDeps(events, folder), { streamId: 'live' });
    expect(summary.failure?.code).toBe('E_SOURCE_UNAVAILABLE');
    expect(summary.failure?.message).toContain('404');
    expect(JSON.stringify([summary.failure?.message, events.status])).not.toContain('secret');
  });
});

describe('a recording played in real time', () => {
  test('loops with growing media time at the pace of its clock', async () => {
    const short = join(folder, 'short.mp4');
    execFileSync('ffmpeg', ['-y', '-nostdin', '-loglevel', 'error', '-i', clip, '-t', '2', '-c', 'copy', short]);
    const { events } = await play({ kind: 'file', path: short, loop: true, speed: 'realtime' });
    await events.until(() => (events.signals.at(-1)?.endUs ?? 0) > 5_000_000, 'the third round');
    const times = events.signals.flatMap((run) => run.pictures.map((picture) => picture.ptsUs));
    for (const [index, time] of times.slice(1).entries()) expect(time - (times[index] ?? 0)).toBeLessThanOrEqual(120_000);
    expect([...times].sort((a, b) => a - b)).toEqual(times);
    expect(new Set(events.signals.map((run) => run.epoch))).toEqual(new Set([1]));
    const first = events.frames[0];
    const last = events.frames.at(-1);
    // The wall clock between two frames is their distance in media time.
    expect((last?.eventTimeMs ?? 0) - (first?.eventTimeMs ?? 0)).toBeCloseTo(((last?.ptsUs ?? 0) - (first?.ptsUs ?? 0)) / 1000, -3);
    expect(events.signals[3]).toMatchObject({ endUs: (events.signals[3]?.ptsUs ?? 0) + 200_000 });
  });

  test('goes on in a new epoch when the service is started again on the same data directory', async () => {
    const config = ingestConfig.parse({ streams: [{ id: 'again', source: { kind: 'file', path: clip, speed: 'realtime' } }] });
    const dataDir = mkdtempSync(join(folder, 'again-'));
    for (const epoch of [1, 2]) {
      const events = recordEvents();
      const service = createIngestService(config, ingestDeps(events, dataDir));
      services.add(service);
      await service.start();
      await events.until(() => events.frames.length > 0, 'a frame');
      expect(events.frames[0]?.epoch).toBe(epoch);
      await service.stop();
      services.delete(service);
      expect(events.signals.at(-1)?.endOfStream).toBe(true);
    }
  });

  test('drops the oldest frames when readers are slow, counts them, and keeps every picture of its signals', async () => {
    let release: () => void = () => undefined;
    const blocked = new Promise<void>((resolve) => (release = resolve));
    const events = recordEvents(async (topic) => {
      if (topic === 'frames') await blocked;
    });
    const config = ingestConfig.parse({
      streams: [{ id: 'live', source: { kind: 'file', path: clip, speed: 'realtime' }, sampling: { rule: 'picture' } }],
      statusEvery: '500ms',
      frameQueue: 4,
    });
    const service = createIngestService(config, ingestDeps(events, mkdtempSync(join(folder, 'slow-'))));
    services.add(service);
    await service.start();
    await events.until(() => (events.status.at(-1)?.drops.slowDownstream ?? 0) > 20, 'frames are dropped');
    release();
    await events.until(() => events.frames.length > 10, 'frames flow again');
    const dropped = events.status.at(-1)?.drops.slowDownstream ?? 0;
    const gap = Math.max(...events.frames.slice(1).map((frame, index) => frame.frameIndex - (events.frames[index]?.frameIndex ?? 0)));
    expect(gap).toBeGreaterThan(20);
    expect(dropped).toBeGreaterThan(20);
    const times = events.signals.flatMap((run) => run.pictures.map((picture) => picture.ptsUs));
    expect(times).toEqual(times.map((_time, index) => index * 40_000));
  });

  test('ends once, when it is played once', async () => {
    const short = join(folder, 'once.mp4');
    execFileSync('ffmpeg', ['-y', '-nostdin', '-loglevel', 'error', '-i', clip, '-t', '1', '-c', 'copy', short]);
    const { events } = await play({ kind: 'file', path: short, speed: 'realtime' });
    await events.until(() => states(events).includes('ended'), 'the end');
    expect(states(events)).toEqual(['connecting', 'live', 'ended']);
    expect(events.signals.filter((run) => run.endOfStream)).toHaveLength(1);
  });
});
