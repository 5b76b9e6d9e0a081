import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { FfmpegReading } from '../../ingest/ffmpeg/ffmpeg-reading.ts';
import { createFfmpegLookup } from '../../ingest/ffmpeg/ffmpeg-lookup.ts';
import { TimeLine } from '../../ingest/media-time/time-line.ts';
import { type IngestSummary, runInput } from '../../ingest/run-input.ts';
import { containerFormats } from '../../ingest/sources/media-formats.ts';
import type { Frame } from '../../schemas/events.generated.ts';
import { makeNumberClip, range, readNumber } from '../support/number-clip.ts';
import { ingestDeps, recordEvents } from '../support/recorded-events.ts';

const folder = mkdtempSync(join(tmpdir(), 'sightline-media-time-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const h264 = ['-c:v', 'libx264', '-preset', 'veryfast', '-bf', '3', '-g', '25', '-crf', '20', '-c:a', 'aac'];
const mpeg2 = ['-c:v', 'mpeg2video', '-b:v', '2M', '-bf', '2', '-g', '15', '-c:a', 'mp2'];
const toWrap = String(2 ** 33 / 90_000 - 4);

interface Seen {
  epoch: number;
  ptsUs: number;
  number: number | undefined;
}

/** Pictures of the signals path: 160x90 luma with their media time. */
async function readLuma(path: string): Promise<Seen[]> {
  const lookup = createFfmpegLookup();
  const sampling = { rule: 'interval', everyMs: 1000, maxSidePx: 640, shotThreshold: 0.3 } as const;
  const input = { url: `file:${path}`, address: path, protocols: ['file'], formats: containerFormats, options: [], network: false };
  const reading = new FfmpegReading(lookup.tools(), input, {
    sampling,
    threads: 1,
    streams: 'all',
    lowDelay: false,
    spliceData: 'none',
    legacyVsync: await lookup.legacyVsync(),
  });
  const line = new TimeLine(1);
  const seen: Seen[] = [];
  for await (const packets of reading.packets()) {
    for (const packet of packets) {
      if (packet.kind === 'luma') seen.push({ ...line.lead(packet.rawUs), number: readNumber(packet.luma, 160, 90) });
    }
  }
  return seen;
}

/** Frames as published, with the number read from their JPEG. */
async function readFrames(path: string): Promise<{ summary: IngestSummary; frames: (Seen & Pick<Frame, 'frameIndex'>)[]; pictures: Seen[] }> {
  const events = recordEvents();
  const summary = await runInput(path, ingestDeps(events, folder), { streamId: 'numbers', sampling: { every: '400ms' } });
  const frames = await Promise.all(
    events.frames.map(async (frame) => {
      const { data, info } = await sharp(frame.picture).greyscale().raw().toBuffer({ resolveWithObject: true });
      const { epoch, ptsUs, frameIndex } = frame;
      return { epoch, ptsUs, frameIndex, number: readNumber(data, info.width, info.height, info.channels) };
    }),
  );
  const pictures = events.signals.flatMap((run) => run.pictures.map(({ ptsUs }) => ({ epoch: run.epoch, ptsUs, number: undefined })));
  return { summary, frames, pictures };
}

/** Every picture there, once, in order, each at the time that its number says. */
function expectNumbersAtTimes(seen: readonly Seen[], numbers: readonly number[], timeOfUs: (number: number) => number): void {
  expect(seen.map((picture) => picture.number)).toEqual(numbers);
  const first = seen[0];
  for (const picture of seen) {
    const expectedUs = timeOfUs(picture.number ?? -1) - timeOfUs(numbers[0] ?? 0);
    expect(Math.abs(picture.ptsUs - (first?.ptsUs ?? 0) - expectedUs)).toBeLessThan(50);
  }
}

describe.each([
  { name: 'H.264 with B-frames in MP4', file: 'h264.mp4', rate: '25', output: h264, timeOf: (n: number) => n * 40_000 },
  {
    name: 'H.264 in MP4 that starts late',
    file: 'late.mp4',
    rate: '25',
    output: [...h264, '-output_ts_offset', '7.3'],
    timeOf: (n: number) => n * 40_000,
  },
  { name: 'MPEG-2 in a transport stream', file: 'mpeg2.ts', rate: '25', output: mpeg2, timeOf: (n: number) => n * 40_000 },
  {
    name: '29.97 pictures a second in a transport stream',
    file: 'ntsc.ts',
    rate: '30000/1001',
    output: h264,
    timeOf: (n: number) => (n * 1_001_000_000) / 30_000,
  },
  { name: 'H.264 in Matroska', file: 'h264.mkv', rate: '25', output: h264, timeOf: (n: number) => n * 40_000 },
  {
    name: 'a variable frame rate',
    file: 'vfr.mp4',
    rate: '25',
    output: [
      ...h264,
      '-vf',
      "settb=1/1000,setpts='round(if(lt(N,40),N,if(lt(N,60),40+(N-40)*3,100+(N-60)/2))/25/TB)'",
      '-fps_mode',
      'passthrough',
      '-enc_time_base',
      '1:1000',
    ],
    timeOf: (n: number) => (n < 40 ? n : n < 60 ? 40 + (n - 40) * 3 : 100 + (n - 60) / 2) * 40_000,
  },
  {
    name: 'a clock that wraps after four seconds',
    file: 'wrap.ts',
    rate: '25',
    output: [...h264, '-output_ts_offset', toWrap],
    timeOf: (n: number) => n * 40_000,
  },
])('media time of $name', ({ file, rate, output, timeOf }) => {
  const path = join(folder, file);
  beforeAll(async () => await makeNumberClip({ path, numbers: range(200), rate, output }));

  test('is right for every picture of the signals path', async () => {
    const seen = await readLuma(path);
    expectNumbersAtTimes(seen, range(200), timeOf);
    expect(new Set(seen.map((picture) => picture.epoch))).toEqual(new Set([1]));
  });

  test('is right for every published frame and picture', async () => {
    const { summary, frames, pictures } = await readFrames(path);
    const seen = await readLuma(path);
    expect(pictures.map(({ epoch, ptsUs }) => ({ epoch, ptsUs }))).toEqual(seen.map(({ epoch, ptsUs }) => ({ epoch, ptsUs })));
    expect(frames.length).toBeGreaterThan(10);
    for (const frame of frames) {
      expect(frame.number).toBe(frame.frameIndex);
      expect(frame.ptsUs).toBe(seen[frame.frameIndex]?.ptsUs);
    }
    expect(summary.pictures).toBe(200);
    expect(summary.firstPtsUs).toBe(seen[0]?.ptsUs);
    expect(summary.warnings).toEqual([]);
  });
});

test('the absolute media time is that of the container', async () => {
  const path = join(folder, 'absolute.ts');
  await makeNumberClip({ path, numbers: range(30), output: [...h264, '-output_ts_offset', '3600'] });
  const probed = execFileSync('ffprobe', ['-v', 'error', '-select_streams', 'v:0', '-show_entries', 'packet=pts', '-of', 'csv=p=0', path], {
    encoding: 'utf8',
  });
  const firstPts = Math.min(...[...probed.matchAll(/\d+/g)].map(([digits]) => Number(digits)));
  const seen = await readLuma(path);
  expect(seen[0]?.ptsUs).toBe(Math.round((firstPts * 1_000_000) / 90_000));
});

test('two recordings one behind the other are two epochs, cut at the exact picture', async () => {
  const [first, second, both] = ['first.ts', 'second.ts', 'both.ts'].map((name) => join(folder, name)) as [string, string, string];
  await makeNumberClip({ path: first, numbers: range(120), output: h264 });
  await makeNumberClip({ path: second, numbers: range(80, 1_000), output: h264 });
  writeFileSync(both, Buffer.concat([readFileSync(first), readFileSync(second)]));
  const seen = await readLuma(both);
  const ofEpoch = (epoch: number): Seen[] => seen.filter((picture) => picture.epoch === epoch);
  expectNumbersAtTimes(ofEpoch(1), range(120), (n) => n * 40_000);
  expectNumbersAtTimes(ofEpoch(2), range(80, 1_000), (n) => n * 40_000);
  expect(seen).toHaveLength(200);

  const { summary, frames } = await readFrames(both);
  expect(summary.epochs.map(({ epoch, startMs }) => ({ epoch, startMs }))).toEqual([
    { epoch: 1, startMs: 0 },
    { epoch: 2, startMs: 4_800 },
  ]);
  expect(summary.durationMs).toBe(8_000);
  for (const frame of frames) expect(frame.number).toBe(frame.frameIndex + (frame.epoch === 2 ? 1_000 : 0));
  expect(frames.some((frame) => frame.epoch === 2)).toBe(true);
});
