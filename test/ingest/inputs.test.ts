import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { UnavailableError } from '../../core/errors/app-error.ts';
import { ingestConfig } from '../../ingest/config.ts';
import { runInput } from '../../ingest/run-input.ts';
import { makeNumberClip, range } from '../support/number-clip.ts';
import { ingestDeps, recordEvents } from '../support/recorded-events.ts';

const folder = mkdtempSync(join(tmpdir(), 'sightline-inputs-'));
const clip = join(folder, 'clip.mp4');
const stream = join(folder, 'clip.ts');
beforeAll(async () => {
  await makeNumberClip({
    path: clip,
    numbers: range(150),
    output: ['-c:v', 'libx264', '-preset', 'ultrafast', '-g', '25', '-c:a', 'aac', '-movflags', '+faststart'],
  });
  execFileSync('ffmpeg', ['-y', '-nostdin', '-loglevel', 'error', '-i', clip, '-c', 'copy', stream]);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function read(path: string, options: Partial<Parameters<typeof runInput>[2]> = {}) {
  const events = recordEvents();
  const summary = await runInput(path, ingestDeps(events, folder), { streamId: 'input', ...options });
  return { events, summary };
}

describe('a whole recording', () => {
  test('gives a frame a second, every picture and all sound in its signals, and an end', async () => {
    const progress: number[] = [];
    const { events, summary } = await read(clip, { onProgress: (mediaMs, totalMs) => progress.push(mediaMs / totalMs) });
    expect(summary).toMatchObject({
      pictures: 150,
      durationMs: 6_000,
      firstPtsUs: 0,
      hasVideo: true,
      hasAudio: true,
      widthPx: 320,
      heightPx: 180,
      warnings: [],
    });
    expect(summary.failure).toBeUndefined();
    expect(events.frames.map((frame) => frame.frameIndex)).toEqual([0, 25, 50, 75, 100, 125]);
    expect(events.signals.flatMap((run) => run.pictures)).toHaveLength(150);
    expect(events.signals.flatMap((run) => run.corners).length).toBeGreaterThanOrEqual(30);
    const soundUs = events.signals.flatMap((run) => run.sound).reduce((sum, block) => sum + block.durationUs, 0);
    expect(soundUs).toBeGreaterThan(5_900_000);
    expect(events.signals.map((run) => run.endOfStream)).toEqual([...events.signals.slice(1).map(() => false), true]);
    for (const [index, run] of events.signals.slice(1).entries()) expect(run.ptsUs).toBe(events.signals[index]?.endUs);
    expect(events.status.map((status) => status.state)).toEqual(['connecting', 'live', 'ended']);
    expect(progress.at(-1)).toBeCloseTo(1, 1);
  });

  test('gives the same event ids when it is read again', async () => {
    const ids = async (): Promise<string[]> => {
      const { events } = await read(clip);
      return [...events.frames, ...events.signals].map((event) => event.eventId);
    };
    const first = await ids();
    expect(new Set(first).size).toBe(first.length);
    expect(await ids()).toEqual(first);
  });

  test.each([
    { sampling: { rule: 'keyframe' } as const, indices: [0, 25, 50, 75, 100, 125] },
    { sampling: { every: '480ms' }, indices: [0, 12, 24, 36, 48, 60, 72, 84, 96, 108, 120, 132, 144] },
    { sampling: { rule: 'picture', maxSidePx: 160 } as const, indices: range(150) },
  ])('is sampled by rule: $sampling', async ({ sampling, indices }) => {
    const { events } = await read(clip, { sampling });
    expect(events.frames.map((frame) => frame.frameIndex)).toEqual(indices);
    expect(events.frames[0]).toMatchObject({ sourceWidthPx: 320, sourceHeightPx: 180, sampledBecause: sampling.rule ?? 'interval' });
  });

  test('is sampled at shot changes', async () => {
    const path = join(folder, 'shots.mp4');
    const graph = 'color=red:s=320x180:r=25:d=1[a];testsrc2=s=320x180:r=25:d=1[b];color=white:s=320x180:r=25:d=1[c];[a][b][c]concat=n=3';
    execFileSync('ffmpeg', ['-y', '-nostdin', '-loglevel', 'error', '-f', 'lavfi', '-i', graph, '-c:v', 'libx264', '-preset', 'ultrafast', path]);
    const { events } = await read(path, { sampling: { rule: 'shotChange' } });
    expect(events.frames.map((frame) => frame.frameIndex)).toEqual([0, 25, 50]);
  });
});

describe('an input that is not what it should be', () => {
  const failing = async (path: string): Promise<{ code: string; message: string; state: string | undefined }> => {
    const { events, summary } = await read(path);
    return { code: summary.failure?.code ?? '', message: summary.failure?.message ?? '', state: events.status.at(-1)?.state };
  };

  test('a missing file fails with its name', async () => {
    const path = join(folder, 'nothing.mp4');
    expect(await failing(path)).toEqual({ code: 'E_SOURCE_NOT_FOUND', message: `${path} does not exist.`, state: 'failed' });
  });

  test('an empty file, text, noise and a bare header are not media', async () => {
    const noise = Buffer.from(Array.from({ length: 200_000 }, (_unused, index) => (index * 7_919 + (index >> 3) * 104_729) & 255));
    const bad = {
      'empty.mp4': Buffer.alloc(0),
      'text.mp4': Buffer.from('not a film\n'.repeat(500)),
      'noise.ts': noise,
      'head.mp4': readFileSync(clip).subarray(0, 600),
    };
    for (const [name, bytes] of Object.entries(bad)) {
      const path = join(folder, name);
      writeFileSync(path, bytes);
      expect(await failing(path), name).toMatchObject({ code: 'E_SOURCE_NOT_MEDIA', state: 'failed' });
    }
  });

  test('a playlist on disk cannot name another file', async () => {
    const path = join(folder, 'list.m3u8');
    writeFileSync(path, `#EXTM3U\n#EXT-X-TARGETDURATION:6\n#EXTINF:6,\n${stream}\n#EXT-X-ENDLIST\n`);
    expect(await failing(path)).toMatchObject({ code: 'E_SOURCE_NOT_MEDIA' });
  });

  test('a file whose name looks like an option or a protocol is only a file', async () => {
    for (const name of ['-version', 'concat:a|b.mp4']) {
      const path = join(folder, name);
      writeFileSync(path, readFileSync(clip));
      const { summary } = await read(path);
      expect(summary.pictures, name).toBe(150);
    }
  });

  test('a truncated recording keeps its results and says where it breaks off', async () => {
    const path = join(folder, 'short.mp4');
    writeFileSync(path, readFileSync(clip));
    truncateSync(path, Math.floor(readFileSync(clip).length / 2));
    const { events, summary } = await read(path);
    expect(summary.pictures).toBeGreaterThan(40);
    expect(summary.pictures).toBeLessThan(120);
    expect(events.signals.at(-1)?.endOfStream).toBe(true);
    const cut = summary.warnings.find((warning) => warning.message.startsWith('The recording ends after'));
    expect(cut?.code).toBe('E_DECODE_FAILED');
    expect(Math.abs((cut?.atMs ?? 0) - summary.durationMs)).toBeLessThan(100);
  });

  test('a damaged stretch is reported at its place and reading goes on behind it', async () => {
    const path = join(folder, 'damaged.ts');
    const bytes = Buffer.from(readFileSync(stream));
    const middle = Math.floor(bytes.length / 2);
    for (let index = middle; index < middle + 20_000; index += 1) bytes[index] = (index * 31) & 255;
    writeFileSync(path, bytes);
    const { events, summary } = await read(path);
    expect(summary.warnings.length).toBeGreaterThan(0);
    expect(summary.warnings[0]).toMatchObject({ code: 'E_DECODE_FAILED' });
    expect(summary.warnings[0]?.atMs).toBeLessThanOrEqual(6_000);
    expect(events.frames.at(-1)?.ptsUs).toBeGreaterThan(5_000_000);
  });

  test('sound alone and pictures alone work and say so', async () => {
    const [sound, mute] = [join(folder, 'sound.m4a'), join(folder, 'mute.mp4')];
    execFileSync('ffmpeg', ['-y', '-nostdin', '-loglevel', 'error', '-i', clip, '-vn', '-c', 'copy', sound]);
    execFileSync('ffmpeg', ['-y', '-nostdin', '-loglevel', 'error', '-i', clip, '-an', '-c', 'copy', mute]);
    const only = await read(sound);
    expect(only.summary).toMatchObject({
      pictures: 0,
      hasVideo: false,
      hasAudio: true,
      warnings: [{ atMs: 0, message: expect.stringContaining('no pictures') as string }],
    });
    expect(only.summary.durationMs).toBeGreaterThan(5_900);
    expect(only.events.frames).toEqual([]);
    expect(only.events.signals.flatMap((run) => run.sound).length).toBeGreaterThan(200);
    const silent = await read(mute);
    expect(silent.summary).toMatchObject({
      pictures: 150,
      hasVideo: true,
      hasAudio: false,
      warnings: [{ message: expect.stringContaining('no sound') as string }],
    });
  });

  test('sound that is declared but never comes does not hold the pictures up', async () => {
    const packets = readFileSync(stream);
    const kept: Buffer[] = [];
    for (let at = 0; at < packets.length; at += 188) {
      const packetId = packets.readUInt16BE(at + 1) & 0x1fff;
      // ffmpeg's muxer gives pictures 0x100 and sound 0x101.
      if (packetId !== 0x101) kept.push(packets.subarray(at, at + 188));
    }
    const path = join(folder, 'declared.ts');
    writeFileSync(path, Buffer.concat(kept));
    const { summary } = await read(path);
    expect(summary).toMatchObject({ pictures: 150, hasVideo: true, hasAudio: false });
    expect(summary.failure).toBeUndefined();
  });

  test('without ffmpeg the line that installs it is told', async () => {
    const events = recordEvents();
    const summary = await runInput(clip, ingestDeps(events, folder, { env: { PATH: '/nowhere' } }), { streamId: 'input' });
    expect(summary.failure).toMatchObject({ code: 'E_TOOL_MISSING', message: expect.stringContaining('apt-get install ffmpeg') as string });
  });
});

describe('a folder of pictures', () => {
  test('is read in natural order with names, sizes and a time each; broken and huge ones are skipped', async () => {
    const pictures = join(folder, 'pictures');
    mkdirSync(pictures);
    const make = async (name: string, width: number, height: number): Promise<void> => {
      await sharp({ create: { width, height, channels: 3, background: { r: 200, g: 30, b: 30 } } }).toFile(join(pictures, name));
    };
    await make('10.png', 1_000, 500);
    await make('2.jpg', 300, 600);
    await make('1.webp', 64, 64);
    writeFileSync(join(pictures, '3.jpg'), 'not a picture');
    writeFileSync(join(pictures, '4.png'), readFileSync(join(pictures, '10.png')).subarray(0, 200));
    await make('5.png', 12_000, 9_000);
    writeFileSync(join(pictures, 'notes.txt'), 'left alone');
    const { events, summary } = await read(pictures);
    expect(
      events.frames.map(({ sourceName, ptsUs, sourceWidthPx, sourceHeightPx, widthPx, heightPx, sampledBecause }) => [
        sourceName,
        ptsUs,
        sourceWidthPx,
        sourceHeightPx,
        widthPx,
        heightPx,
        sampledBecause,
      ]),
    ).toEqual([
      ['1.webp', 0, 64, 64, 64, 64, 'picture'],
      ['2.jpg', 1_000_000, 300, 600, 300, 600, 'picture'],
      ['10.png', 5_000_000, 1_000, 500, 640, 320, 'picture'],
    ]);
    expect(summary.warnings.map((warning) => warning.message.split(' ')[0])).toEqual(['3.jpg', '4.png', '5.png']);
    expect(summary.pictures).toBe(3);
    expect(events.signals.at(-1)?.endOfStream).toBe(true);
  });

  test('without a readable picture it fails', async () => {
    const pictures = join(folder, 'none');
    mkdirSync(pictures);
    expect((await read(pictures)).summary.failure?.code).toBe('E_SOURCE_NOT_MEDIA');
    writeFileSync(join(pictures, 'a.jpg'), 'not a picture');
    expect((await read(pictures)).summary.failure?.code).toBe('E_SOURCE_NOT_MEDIA');
  });

  test('a single picture is an input too', async () => {
    const path = join(folder, 'one.png');
    await sharp({ create: { width: 100, height: 80, channels: 4, background: '#0000ff80' } }).toFile(path);
    const { events } = await read(path);
    expect(events.frames).toHaveLength(1);
    expect(events.frames[0]).toMatchObject({ sourceName: 'one.png', widthPx: 100, heightPx: 80 });
  });
});

describe('slow or absent readers', () => {
  test('a lossless stream waits for them and loses nothing', async () => {
    let backlog = 0;
    let most = 0;
    const events = recordEvents(async (topic) => {
      if (topic === 'frames') most = Math.max(most, (backlog += 1));
    });
    const monitor = { backlogRecords: async (topic: string) => (topic === 'frames' ? (backlog = Math.max(0, backlog - 5)) : 0) };
    const config = ingestConfig.parse({ backlogFrames: 2 });
    const summary = await runInput(clip, ingestDeps(events, folder, { backlog: monitor }), {
      streamId: 'slow',
      config,
      sampling: { every: '200ms' },
    });
    expect(summary.pictures).toBe(150);
    expect(events.frames).toHaveLength(30);
    expect(most).toBeLessThan(20);
  });

  test('a bus that is away for a while loses nothing', async () => {
    let failures = 4;
    const events = recordEvents(async (topic) => {
      if (topic !== 'stream-status' && failures-- > 0) throw new UnavailableError('E_BUS_UNAVAILABLE', 'The bus is away.');
    });
    await runInput(clip, ingestDeps(events, folder), { streamId: 'bus' });
    expect(events.frames).toHaveLength(6);
    expect(events.signals.flatMap((run) => run.pictures)).toHaveLength(150);
  });
});
