import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { type Server, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { type IngestSummary, runInput } from '../../ingest/run-input.ts';
import type { SpliceMessage } from '../../schemas/events.generated.ts';
import { makeNumberClip, range, readNumber } from '../support/number-clip.ts';
import { type RecordedEvents, ingestDeps, recordEvents } from '../support/recorded-events.ts';
import { insertSection } from '../support/splice-encoder.ts';

const folder = mkdtempSync(join(tmpdir(), 'sightline-playlist-'));
const startMs = Date.UTC(2026, 10, 21, 10);
/** Segments are two seconds, 50 pictures. */
const segmentPictures = 50;
const section = insertSection({ eventId: 7, out: true, ptsTicks: 1, duration: { ticks: 270_000, autoReturn: true } });

/** Serves the folder, counts what is asked for; `texts` stand in for files, and are asked anew every time. */
class MediaServer {
  readonly asked: string[] = [];
  readonly texts = new Map<string, () => string>();
  readonly #server: Server = createServer((request, response) => {
    const name = basename(new URL(request.url ?? '/', 'http://x').pathname);
    this.asked.push(name);
    try {
      response.end(this.texts.get(name)?.() ?? readFileSync(join(folder, name)));
    } catch {
      response.writeHead(404).end();
    }
  });

  async start(): Promise<void> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
  }

  url(name: string): string {
    return `http://127.0.0.1:${String((this.#server.address() as AddressInfo).port)}/${name}`;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}

const server = new MediaServer();

interface Read {
  events: RecordedEvents;
  summary: IngestSummary;
  cues: SpliceMessage[];
  /** Media time of the picture with this number. */
  timeOf: (number: number) => number;
  /** Numbers of the pictures that were read, in order. */
  numbers: number[];
}

async function read(input: string): Promise<Read> {
  const events = recordEvents();
  const summary = await runInput(input, ingestDeps(events, folder), { streamId: 'cues', sampling: { rule: 'picture' } });
  const times = new Map<number, number>();
  for (const frame of events.frames) {
    const { data, info } = await sharp(frame.picture).greyscale().raw().toBuffer({ resolveWithObject: true });
    times.set(readNumber(data, info.width, info.height, info.channels) ?? -1, frame.ptsUs);
  }
  return {
    events,
    summary,
    cues: events.signals.flatMap((run) => run.spliceMessages),
    timeOf: (number) => times.get(number) ?? NaN,
    numbers: [...times.keys()],
  };
}

/** A playlist of segments `name0.ext` …; `before` puts lines in front of them. */
function playlistText(segments: readonly string[], before: Record<number, string[]>, ended = true): string {
  const lines = segments.flatMap((segment, index) => [...(before[index] ?? []), '#EXTINF:2.0,', segment]);
  return ['#EXTM3U', '#EXT-X-VERSION:7', '#EXT-X-TARGETDURATION:2', ...lines, ...(ended ? ['#EXT-X-ENDLIST'] : [])].join('\n');
}

const wallAt = (index: number): string => `#EXT-X-PROGRAM-DATE-TIME:${new Date(startMs + index * 2_000).toISOString()}`;
const names = (stem: string, count: number, first = 0): string[] => range(count, first).map((index) => `${stem}${String(index)}.ts`);

beforeAll(async () => {
  await server.start();
  const video = ['-c:v', 'libx264', '-preset', 'ultrafast', '-bf', '2', '-g', String(segmentPictures), '-crf', '20', '-c:a', 'aac'];
  const hls = (stem: string): string[] => [
    '-f',
    'hls',
    '-hls_time',
    '2',
    '-hls_list_size',
    '0',
    '-hls_segment_filename',
    join(folder, `${stem}%d.ts`),
  ];
  await makeNumberClip({ path: join(folder, 'a.m3u8'), numbers: range(250), output: [...video, ...hls('a'), '-output_ts_offset', '95440'] });
  await makeNumberClip({ path: join(folder, 'b.m3u8'), numbers: range(200, 1000), output: [...video, ...hls('b')] });
  const parts = ['-f', 'hls', '-hls_segment_type', 'fmp4', '-hls_time', '2', '-hls_list_size', '0', '-hls_fmp4_init_filename', 'init.mp4'];
  await makeNumberClip({ path: join(folder, 'parts.m3u8'), numbers: range(150), output: [...video, ...parts] });
}, 60_000);

afterAll(async () => {
  await server.stop();
  rmSync(folder, { recursive: true, force: true });
});

describe('a playlist that has ended, whose clock wraps', () => {
  let result: Read;

  beforeAll(async () => {
    const before = {
      0: [wallAt(0)],
      1: [`#EXT-OATCLS-SCTE35:${section.toString('base64')}`, '#EXT-X-CUE-OUT:DURATION=4'],
      2: ['#EXT-X-CUE-OUT-CONT:2/4'],
      3: ['#EXT-X-CUE-IN', `#EXT-X-DATERANGE:ID="p",START-DATE="${new Date(startMs + 7_000).toISOString()}",CLASS="ad",PLANNED-DURATION=3`],
    };
    server.texts.set('tagged.m3u8', () => playlistText(names('a', 5), before));
    server.texts.set(
      'master.m3u8',
      () => '#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=2,RESOLUTION=320x180\ntagged.m3u8\n#EXT-X-STREAM-INF:BANDWIDTH=1\nb.m3u8\n',
    );
    server.asked.length = 0;
    result = await read(server.url('master.m3u8'));
  }, 60_000);

  test('gives its cues, at the pictures that their segments begin with', () => {
    const { cues, timeOf } = result;
    expect(cues.map(({ command, direction, durationUs }) => [command, direction, durationUs])).toEqual([
      ['EXT-X-CUE-OUT', 'out', 4_000_000],
      ['EXT-X-CUE-IN', 'in', null],
      ['EXT-X-DATERANGE', 'out', 3_000_000],
    ]);
    expect(cues[0]?.section).toBe(section.toString('base64'));
    const expected = [timeOf(50), timeOf(150), timeOf(175)];
    cues.forEach((cue, index) => expect(Math.abs((cue.spliceUs ?? 0) - (expected[index] ?? NaN))).toBeLessThan(20));
    for (const cue of cues) expect(cue.ptsUs).toBeLessThanOrEqual(cue.spliceUs ?? 0);
  });

  test('gives events their wall clock', () => {
    for (const frame of result.events.frames) {
      expect(frame.timeSource).toBe('pdt');
      expect(Math.abs(frame.eventTimeMs - startMs - (frame.ptsUs - result.timeOf(0)) / 1000)).toBeLessThanOrEqual(1);
    }
  });

  test('loses nothing, warns of nothing, and does not fetch the other variant', () => {
    expect(result.summary.pictures).toBe(250);
    expect(result.summary.warnings).toEqual([]);
    // ffmpeg looks into every variant once; it reads on in one.
    expect(server.asked).not.toContain('b3.ts');
  });
});

test('a cue where media time starts anew belongs to the new epoch', async () => {
  const before = { 3: ['#EXT-X-DISCONTINUITY', '#EXT-X-CUE-OUT:4'] };
  server.texts.set('stitched.m3u8', () => playlistText([...names('a', 3), ...names('b', 2)], before));
  const { cues, events, timeOf } = await read(server.url('stitched.m3u8'));
  expect(cues).toHaveLength(1);
  expect(Math.abs((cues[0]?.spliceUs ?? 0) - timeOf(1000))).toBeLessThan(20);
  expect(events.signals.find(({ spliceMessages }) => spliceMessages.length > 0)?.epoch).toBe(2);
}, 60_000);

test('segments that cannot be looked into are placed by adding up their lengths', async () => {
  const text = readFileSync(join(folder, 'parts.m3u8'), 'utf8').replaceAll('#EXTINF', '#EXT-X-NOTE\n#EXTINF').split('#EXT-X-NOTE\n');
  server.texts.set('fragments.m3u8', () => text.map((piece, index) => (index === 3 ? `#EXT-X-CUE-OUT:2\n${piece}` : piece)).join(''));
  const { cues, timeOf } = await read(server.url('fragments.m3u8'));
  expect(cues).toHaveLength(1);
  expect(Math.abs((cues[0]?.spliceUs ?? 0) - timeOf(100))).toBeLessThan(40_000);
}, 60_000);

test('a live playlist is read again as it grows', async () => {
  let shown = 0;
  server.texts.set('live.m3u8', () => {
    shown += 1;
    const first = Math.min(Math.max(0, shown - 3), 2);
    const last = Math.min(5, first + 3);
    const before = { [3 - first]: ['#EXT-X-CUE-OUT:2'], 0: [wallAt(first)] };
    const text = playlistText(names('a', last - first, first), before, last === 5 && shown > 6);
    return text.replace('#EXT-X-TARGETDURATION', `#EXT-X-MEDIA-SEQUENCE:${String(first)}\n#EXT-X-TARGETDURATION`);
  });
  const { cues, timeOf, events } = await read(server.url('live.m3u8'));
  expect(cues.map(({ direction }) => direction)).toEqual(['out']);
  expect(Math.abs((cues[0]?.spliceUs ?? 0) - timeOf(150))).toBeLessThan(20);
  expect(new Set(events.signals.map(({ timeSource }) => timeSource))).toEqual(new Set(['pdt']));
}, 60_000);

test('media over http that is no playlist is read as before', async () => {
  writeFileSync(join(folder, 'plain'), readFileSync(join(folder, 'b0.ts')));
  const { summary, cues } = await read(server.url('plain'));
  expect(summary.pictures).toBe(segmentPictures);
  expect([summary.warnings, cues]).toEqual([[], []]);
}, 60_000);

describe('a playlist on this machine', () => {
  test('is a recording like any other', { timeout: 60_000 }, async () => {
    const path = join(folder, 'local.m3u8');
    writeFileSync(path, playlistText(names('b', 3), { 0: [wallAt(0)], 1: ['#EXT-X-CUE-OUT:2'] }));
    const { summary, cues, timeOf, numbers, events } = await read(path);
    expect(numbers).toEqual(range(150, 1000));
    expect(summary.pictures).toBe(150);
    expect(summary.warnings).toEqual([]);
    expect(cues.map(({ spliceUs }) => Math.abs((spliceUs ?? 0) - timeOf(1050)) < 20)).toEqual([true]);
    expect(events.signals.every(({ timeSource }) => timeSource === 'pdt')).toBe(true);
  });

  test.each(['/etc/passwd', '../a0.ts', 'http://127.0.0.1/a.ts', 'file:a0.ts', 'sub/../../x.ts', 'nested.txt', 'link.ts'])(
    'may not name %s',
    async (name) => {
      writeFileSync(join(folder, 'nested.txt'), '#EXTM3U\n#EXTINF:1,\n/etc/passwd\n');
      rmSync(join(folder, 'link.ts'), { force: true });
      symlinkSync('/etc/passwd', join(folder, 'link.ts'));
      const path = join(folder, 'hostile.m3u8');
      writeFileSync(path, playlistText(['b0.ts', name], {}));
      const { summary } = await read(path);
      expect(summary.failure?.code).toBe('E_SOURCE_NOT_MEDIA');
      expect(summary.pictures).toBe(0);
    },
  );
});
