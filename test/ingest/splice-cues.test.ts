import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { type IngestSummary, runInput } from '../../ingest/run-input.ts';
import type { SpliceMessage } from '../../schemas/events.generated.ts';
import { makeNumberClip, range, readNumber } from '../support/number-clip.ts';
import { type RecordedEvents, ingestDeps, recordEvents } from '../support/recorded-events.ts';
import { insertSection, signalSection } from '../support/splice-encoder.ts';
import { addSpliceStream } from '../support/transport-stream.ts';

const folder = mkdtempSync(join(tmpdir(), 'sightline-splice-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const wrapTicks = 2 ** 33;
const pictureTicks = 3_600;

interface Read {
  events: RecordedEvents;
  summary: IngestSummary;
  cues: SpliceMessage[];
  /** Media time of the picture with this number, as read from the published frames. */
  timeOf: (number: number) => number | undefined;
}

async function readCues(path: string): Promise<Read> {
  const events = recordEvents();
  const summary = await runInput(path, ingestDeps(events, folder), { streamId: 'cues', sampling: { rule: 'picture' } });
  const times = new Map<number, number>();
  for (const frame of events.frames) {
    const { data, info } = await sharp(frame.picture).greyscale().raw().toBuffer({ resolveWithObject: true });
    times.set(readNumber(data, info.width, info.height, info.channels) ?? -1, frame.ptsUs);
  }
  return { events, summary, cues: events.signals.flatMap(({ spliceMessages }) => spliceMessages), timeOf: (number) => times.get(number) };
}

/** First PTS of the pictures, ticks: ffmpeg's muxer begins 1.4 s after the offset it is given, and B-frames add to it. */
function firstPictureTicks(stream: Buffer): number {
  for (let start = 0; start + 188 <= stream.length; start += 188) {
    const packet = stream.subarray(start, start + 188);
    const header = packet.indexOf(Buffer.from([0, 0, 1, 0xe0]));
    if (((packet[1] ?? 0) & 0x40) === 0 || header < 0) continue;
    const pts = packet.subarray(header + 9, header + 14);
    return (((pts[0] ?? 0) >> 1) & 7) * 2 ** 30 + (pts.readUInt16BE(1) >> 1) * 2 ** 15 + (pts.readUInt16BE(3) >> 1);
  }
  throw new Error('no picture');
}

describe.each([
  { name: 'in the middle of its range', offsetS: '100' },
  { name: 'that wraps between the cue and the splice point', offsetS: String(wrapTicks / 90_000 - 4) },
  { name: 'that wraps before the cue', offsetS: String(wrapTicks / 90_000 - 2.3) },
])('splice cues of a transport stream with a clock $name', ({ offsetS }) => {
  let read: Read;
  const outAt = 70;
  const inAt = 95;

  beforeAll(async () => {
    const plain = join(folder, `plain-${offsetS}.ts`);
    const output = ['-c:v', 'libx264', '-preset', 'ultrafast', '-bf', '2', '-g', '25', '-crf', '20', '-c:a', 'mp2', '-output_ts_offset', offsetS];
    await makeNumberClip({ path: plain, numbers: range(125), output });
    const stream = readFileSync(plain);
    const firstTicks = firstPictureTicks(stream);
    const ticks = (number: number): number => (firstTicks + number * pictureTicks) % wrapTicks;
    const adjustmentTicks = 1_000_000;
    const beforeAdjustment = (value: number): number => (value - adjustmentTicks + wrapTicks) % wrapTicks;
    const long = { type: 0x0c, bytes: Buffer.from('x'.repeat(220)) };
    const injected = [
      {
        atTicks: ticks(20),
        sections: [insertSection({ eventId: 40, out: true, ptsTicks: ticks(outAt), duration: { ticks: 90_000, autoReturn: true } })],
        twice: true,
      },
      { atTicks: ticks(30), sections: [insertSection({ eventId: 41, out: true, cancelled: true })] },
      {
        atTicks: ticks(60),
        // Longer than a packet.
        sections: [signalSection(beforeAdjustment(ticks(inAt)), [{ eventId: 7, typeId: 0x35, upid: long }], { adjustmentTicks })],
      },
      { atTicks: ticks(80), sections: [insertSection({ eventId: 42, out: false })] },
    ];
    const path = join(folder, `cues-${offsetS}.ts`);
    writeFileSync(path, addSpliceStream(stream, { injected }));
    read = await readCues(path);
  }, 60_000);

  test('come in order with everything that they say', () => {
    expect(read.cues.map(({ command, direction, spliceEventId }) => [command, direction, spliceEventId])).toEqual([
      ['splice_insert', 'out', 40],
      ['splice_insert', 'cancel', 41],
      ['time_signal', 'in', 7],
      ['splice_insert', 'in', 42],
    ]);
    expect(read.cues[0]).toMatchObject({ durationUs: 1_000_000, autoReturn: true, carrier: 'scte35', segmentationType: -1 });
    expect(read.cues[2]).toMatchObject({ segmentationType: 0x35, upid: 'x'.repeat(220) });
    expect(read.cues[3]?.spliceUs).toBeNull();
  });

  test('point at exactly the picture that was meant', () => {
    expect(read.cues[0]?.spliceUs).toBeCloseTo(read.timeOf(outAt) ?? NaN, -1);
    expect(read.cues[2]?.spliceUs).toBeCloseTo(read.timeOf(inAt) ?? NaN, -1);
    expect(read.summary.epochs).toHaveLength(1);
  });

  test('are told as arrived before the pictures they are about', () => {
    for (const cue of [read.cues[0], read.cues[2]]) expect(cue?.ptsUs).toBeLessThan(cue?.spliceUs ?? 0);
    for (const run of read.events.signals) expect(run.spliceMessages.every(({ ptsUs }) => ptsUs < run.endUs)).toBe(true);
  });

  test('change nothing else: every picture is there, and no warning', () => {
    expect(read.summary.pictures).toBe(125);
    expect(read.summary.warnings).toEqual([]);
  });
});

test('two recordings one behind the other keep their cues, each in its epoch', async () => {
  const parts = ['100', String(wrapTicks / 90_000 - 4)].map((offsetS) => readFileSync(join(folder, `cues-${offsetS}.ts`)));
  const path = join(folder, 'two.ts');
  const [first = Buffer.alloc(0), second = Buffer.alloc(0)] = parts;
  writeFileSync(path, Buffer.concat([second, first]));
  const { events, summary } = await readCues(path);
  const found = events.signals.flatMap(({ epoch, spliceMessages }) => spliceMessages.map(({ spliceEventId }) => [epoch, spliceEventId]));
  // A cue of the last two seconds of an epoch may come when the next one has begun, and is void then.
  const settled = found.filter(([epoch, id]) => epoch === 2 || id !== 42);
  expect(settled).toEqual([...[40, 41, 7].map((id) => [1, id]), ...[40, 41, 7, 42].map((id) => [2, id])]);
  expect(summary.pictures).toBe(250);
  expect(summary.warnings.filter(({ code }) => code !== 'E_DECODE_FAILED')).toEqual([]);
}, 60_000);

const samples = join(import.meta.dirname, '../../../shared/assets/videos');
const insertSample = join(samples, 'exo_sample_scte35.ts');
const signalSample = join(samples, 'comcast_test3.ts');

describe('recordings of others', () => {
  test.skipIf(!existsSync(insertSample))('a splice_insert in a recording with three pictures', async () => {
    const { cues } = await readCues(insertSample);
    expect(cues[0]).toMatchObject({ command: 'splice_insert', direction: 'out', spliceEventId: 100, spliceUs: 2_222_222 });
  });

  test.skipIf(!existsSync(signalSample))('a time_signal in a recording whose pictures cannot be decoded', async () => {
    const { cues } = await readCues(signalSample);
    expect(cues[0]).toMatchObject({ command: 'time_signal' });
    expect(cues[0]?.spliceUs).toBeCloseTo(89_984_161_700, -2);
    expect(cues[0]?.segmentationType).toBeGreaterThan(0);
  });
});
