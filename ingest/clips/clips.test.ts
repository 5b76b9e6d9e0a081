import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { createLogger } from '../../core/log/logger.ts';
import { systemClock } from '../../core/time/clock.ts';
import { clipSize, makeNumberClip, range, readNumber } from '../../test/support/number-clip.ts';
import { FfmpegReading } from '../ffmpeg/ffmpeg-reading.ts';
import { findFfmpeg, type FfmpegOutput } from '../ffmpeg/ffmpeg-process.ts';
import { TimeLine, type MediaTime } from '../media-time/time-line.ts';
import { recordingConfig } from './config.ts';
import { cutClip } from './cut-clip.ts';
import { FootageLibrary } from './footage-library.ts';
import type { FootageSource } from './footage.ts';
import { RecordedFile } from './recorded-file.ts';
import { StreamRecording } from './stream-recording.ts';
import { TimeMap } from './time-map.ts';

const folder = mkdtempSync(join(tmpdir(), "sightline clips' 50% a:b-"));
const recording = join(folder, 'numbers.ts');
const tools = findFfmpeg();
const rateFps = 25;
const never = new AbortController().signal;

beforeAll(async () => {
  const output = ['-c:v', 'libx264', '-preset', 'ultrafast', '-g', '25', '-bf', '2', '-c:a', 'aac', '-f', 'mpegts'];
  await makeNumberClip({ path: recording, numbers: range(8 * rateFps), output });
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

type Noting = FootageSource & { note(time: MediaTime, rawUs: number): void };

/** Decodes a file to its end as a stream is, tells `footage` the time of every picture; returns media time of every picture. */
async function decode(path: string, footage: Noting, extraOutputs: readonly FfmpegOutput[]): Promise<{ times: MediaTime[]; failure: unknown }> {
  const input = { url: `file:${path}`, address: path, protocols: ['file'], options: [], network: false, extraOutputs };
  const sampling = { rule: 'interval' as const, everyMs: 1000, maxSidePx: 64, shotThreshold: 0.3 };
  const reading = new FfmpegReading(tools, input, { sampling, threads: 1, lowDelay: true, streams: 'all', legacyVsync: false, spliceData: 'none' });
  const timeLine = new TimeLine(1);
  const times: MediaTime[] = [];
  for await (const packets of reading.packets()) {
    for (const packet of packets) {
      if (packet.kind !== 'luma') continue;
      const time = timeLine.lead(packet.rawUs);
      footage.note(time, packet.rawUs);
      times.push(time);
    }
  }
  return { times, failure: (await reading.outcome()).failure };
}

/** Numbers in the pictures of a clip, in order. */
function numbersOf(path: string): (number | undefined)[] {
  const args = ['-v', 'error', '-i', path, '-vf', 'extractplanes=y', '-f', 'rawvideo', '-'];
  const luma = execFileSync('ffmpeg', args, { maxBuffer: 64 * 1024 * 1024 });
  const pictureBytes = clipSize.widthPx * clipSize.heightPx;
  return range(luma.length / pictureBytes).map((index) =>
    readNumber(luma.subarray(index * pictureBytes, (index + 1) * pictureBytes), clipSize.widthPx, clipSize.heightPx),
  );
}

function newFolder(name: string): string {
  const path = join(folder, name);
  mkdirSync(path);
  return path;
}

describe('a clip holds exactly the pictures of its span', () => {
  test('cut from the rolling recording of a live stream', async () => {
    const footage = new StreamRecording(join(folder, 'rolling'), false);
    const { times, failure } = await decode(recording, footage, [footage.output('all')]);
    expect(failure).toBeUndefined();
    expect(times).toHaveLength(200);
    const found = await footage.find(1, times[60]?.ptsUs ?? 0, times[135]?.ptsUs ?? 0);
    expect(found).toMatchObject({ complete: true });
    const out = newFolder('from-recording');
    const cut = await cutClip(tools, found ?? expect.fail('nothing found'), out, never);
    expect(numbersOf(join(out, 'clip.mp4'))).toEqual(range(75, 60));
    expect(Math.abs(cut.clipMs - 3000)).toBeLessThan(60);
    expect(cut.pictures.map(({ name }) => name)).toEqual(['key-1.jpg', 'key-2.jpg', 'key-3.jpg', 'key-4.jpg']);
    expect(readFileSync(join(out, 'key-1.jpg')).subarray(0, 2)).toEqual(Buffer.from([0xff, 0xd8]));
    expect(await footage.find(2, 0, 1_000_000)).toBeUndefined();
  });

  test('cut from the file that is read at full speed', async () => {
    const footage = new RecordedFile(recording);
    const { times } = await decode(recording, footage, []);
    const found = await footage.find(1, times[150]?.ptsUs ?? 0, times[180]?.ptsUs ?? 0);
    const out = newFolder('from-file');
    await cutClip(tools, found ?? expect.fail('nothing found'), out, never);
    expect(numbersOf(join(out, 'clip.mp4'))).toEqual(range(30, 150));
  });

  test('also behind a reset of the time stamps, which begins a new epoch', async () => {
    const joined = join(folder, 'joined.ts');
    writeFileSync(joined, Buffer.concat([readFileSync(recording), readFileSync(recording)]));
    const footage = new StreamRecording(join(folder, 'reset'), false);
    const { times } = await decode(joined, footage, [footage.output('pictures')]);
    const again = times.filter(({ epoch }) => epoch === 2);
    const found = await footage.find(2, again[20]?.ptsUs ?? 0, again[60]?.ptsUs ?? 0);
    const out = newFolder('behind-reset');
    await cutClip(tools, found ?? expect.fail('nothing found'), out, never);
    const numbers = numbersOf(join(out, 'clip.mp4'));
    expect(numbers[0]).toBe((numbers.at(-1) ?? 0) - 39);
    expect(numbers).toHaveLength(40);
    expect(numbers[0]).toBeGreaterThanOrEqual(20);
  });
});

test('a recording that cannot be written does not stop the decoder, and nobody is told that the source is at fault', async () => {
  const footage = new StreamRecording(join(folder, 'gone'), false);
  const output = footage.output('all');
  rmSync(join(folder, 'gone'), { recursive: true });
  const { times, failure } = await decode(recording, footage, [output]);
  expect(times).toHaveLength(200);
  expect(failure).toBeUndefined();
  expect(await footage.find(1, times[0]?.ptsUs ?? 0, times[50]?.ptsUs ?? 0)).toBeUndefined();
});

test('nothing but a sentence comes of a span that the footage does not hold', async () => {
  const footage = { folder, input: `file:numbers.ts`, inputOptions: [], startS: 500, endS: 510, complete: true };
  await expect(cutClip(tools, footage, newFolder('nothing'), never)).rejects.toThrow(/No clip could be cut/);
});

test('the library keeps a recording within its age and bytes, and forgets readings that are over', async () => {
  const config = recordingConfig.parse({ keep: '1m', maxSize: '100KiB', leaveFree: '1KiB' });
  const library = new FootageLibrary({ config, dataDir: newFolder('library'), clock: systemClock, log: createLogger({ level: 'silent' }) });
  const kept = library.record('news', false);
  kept?.output('all');
  const place = kept?.folder ?? '';
  const nowS = Date.now() / 1000;
  for (const [name, ageS, bytes] of [
    ['000000', 90, 10],
    ['000001', 50, 60_000],
    ['000002', 40, 60_000],
    ['000003', 2, 20_000],
  ] as const) {
    writeFileSync(join(place, `${name}.nut`), Buffer.alloc(bytes));
    utimesSync(join(place, `${name}.nut`), nowS - ageS, nowS - ageS);
  }
  await library.tidy();
  expect(readdirSync(place)).toEqual(['000002.nut', '000003.nut']);
  expect(library.knows('news')).toBe(true);
  for (const name of readdirSync(place)) utimesSync(join(place, name), nowS - 90, nowS - 90);
  if (kept !== undefined) library.ended('news', kept);
  await library.tidy();
  expect(library.knows('news')).toBe(false);
  expect(existsSync(place)).toBe(false);
});

test('raw time is found for every epoch and through a wrap of the clock', () => {
  const map = new TimeMap();
  map.note({ epoch: 1, ptsUs: 1000 }, 1000);
  map.note({ epoch: 1, ptsUs: 2000 }, 2000);
  map.note({ epoch: 1, ptsUs: 3000 }, 500);
  map.note({ epoch: 2, ptsUs: 0 }, 9_000_000);
  expect([map.rawUs(1, 2500), map.rawUs(1, 3040), map.rawUs(2, 40), map.rawUs(3, 0)]).toEqual([2500, 540, 9_000_040, undefined]);
});
