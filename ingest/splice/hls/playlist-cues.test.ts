import { describe, expect, test } from 'vitest';

import { insertSection, signalSection } from '../../../test/support/splice-encoder.ts';
import { type MediaPlaylist, parsePlaylist } from './playlist.ts';
import { playlistCues } from './playlist-cues.ts';

const head = ['#EXTM3U', '#EXT-X-TARGETDURATION:6', '#EXT-X-MEDIA-SEQUENCE:100', '#EXT-X-PROGRAM-DATE-TIME:2026-11-21T10:00:00.000Z'];

/** A playlist of six segments of six seconds, with lines in front of the one with this index. */
function playlist(before: Record<number, string[]>): MediaPlaylist {
  const lines = [0, 1, 2, 3, 4, 5].flatMap((index) => [...(before[index] ?? []), '#EXTINF:6.0,', `seg${String(index)}.ts`]);
  const parsed = parsePlaylist([...head, ...lines].join('\n'), 'http://host/live/a.m3u8?token=1');
  if (parsed.kind !== 'media') throw new Error('it is a master playlist');
  return parsed;
}

/** What is found: sequence number, offset, direction, announced seconds, carrier. */
function found(before: Record<number, string[]>): unknown[] {
  return playlistCues(playlist(before)).map(({ segment, offsetS, cue }) => [
    segment.sequence,
    offsetS,
    cue.direction,
    cue.durationUs === null ? null : cue.durationUs / 1e6,
    cue.carrier,
  ]);
}

const out = insertSection({ eventId: 7, out: true, ptsTicks: 900_000, duration: { ticks: 2_700_000, autoReturn: true } });
const back = insertSection({ eventId: 7, out: false, ptsTicks: 3_600_000 });
const opportunity = signalSection(900_000, [{ eventId: 9, typeId: 0x34, durationTicks: 2_700_000, upid: { type: 1, bytes: Buffer.from('AD9') } }]);

describe('EXT-X-CUE-OUT and EXT-X-CUE-IN', () => {
  test.each([
    { line: '#EXT-X-CUE-OUT:DURATION=30.5', durationS: 30.5 },
    { line: '#EXT-X-CUE-OUT:DURATION="30"', durationS: 30 },
    { line: '#EXT-X-CUE-OUT:30', durationS: 30 },
    { line: '#EXT-X-CUE-OUT', durationS: null },
    { line: '#EXT-X-CUE-OUT:', durationS: null },
    { line: '#EXT-X-CUE-OUT:DURATION=-3', durationS: null },
    { line: '#EXT-X-CUE-OUT:1e99', durationS: null },
  ])('$line', ({ line, durationS }) => {
    expect(found({ 2: [line], 4: ['#EXT-X-CUE-IN'] })).toEqual([
      [102, 0, 'out', durationS, 'hlsCue'],
      [104, 0, 'in', null, 'hlsCue'],
    ]);
  });

  test('EXT-X-CUE-OUT-CONT counts where the break began before the playlist', () => {
    const lines = { 0: ['#EXT-X-CUE-OUT-CONT:12/30'], 1: ['#EXT-X-CUE-OUT-CONT:18/30'] };
    expect(found(lines)).toEqual([[100, -12, 'out', 30, 'hlsCue']]);
    expect(found({ 0: ['#EXT-X-CUE-OUT-CONT:ElapsedTime=6,Duration=30,SCTE35=' + out.toString('base64')] })).toEqual([
      [100, -6, 'out', 30, 'hlsCue'],
    ]);
    expect(found({ 0: ['#EXT-X-CUE-OUT:30'], 1: ['#EXT-X-CUE-OUT-CONT:6/30'] })).toHaveLength(1);
  });

  test('a section beside them comes with them, and is no cue of its own', () => {
    const cues = playlistCues(playlist({ 1: [`#EXT-OATCLS-SCTE35:${out.toString('base64')}`, '#EXT-X-CUE-OUT:30'] }));
    expect(cues.map(({ cue }) => [cue.direction, cue.section])).toEqual([['out', out.toString('base64')]]);
  });
});

describe('sections', () => {
  test.each(['EXT-OATCLS-SCTE35', 'EXT-X-SPLICEPOINT-SCTE35'])('%s alone', (tag) => {
    const lines = { 1: [`#${tag}:${out.toString('base64')}`], 3: [`#${tag}:${back.toString('base64')}`], 4: [`#${tag}:garbage`] };
    expect(found(lines)).toEqual([
      [101, 0, 'out', 30, 'hlsOatcls'],
      [103, 0, 'in', null, 'hlsOatcls'],
    ]);
  });

  test('EXT-X-SCTE35 with its attributes', () => {
    const cues = playlistCues(playlist({ 1: [`#EXT-X-SCTE35:ID="1",CUE="${opportunity.toString('base64')}"`] }));
    expect(cues[0]?.cue).toMatchObject({ direction: 'out', spliceEventId: 9, segmentationType: 0x34, upid: 'AD9' });
  });
});

describe('EXT-X-DATERANGE', () => {
  const range = (more: string): string => `#EXT-X-DATERANGE:ID="b1",START-DATE="2026-11-21T10:00:13.500Z",${more}`;
  const hex = (section: Buffer): string => `0x${section.toString('hex').toUpperCase()}`;

  test.each([
    {
      name: 'SCTE35-OUT with a planned length',
      more: `PLANNED-DURATION=15,SCTE35-OUT=${hex(out)}`,
      expected: [[102, 1.5, 'out', 15, 'hlsDateRange']],
    },
    { name: 'SCTE35-OUT whose section says the length', more: `SCTE35-OUT=${hex(out)}`, expected: [[102, 1.5, 'out', 30, 'hlsDateRange']] },
    {
      name: 'SCTE35-OUT and SCTE35-IN',
      more: `DURATION=9,SCTE35-OUT=${hex(out)},SCTE35-IN=${hex(back)}`,
      expected: [
        [102, 1.5, 'out', 9, 'hlsDateRange'],
        [103, 4.5, 'in', null, 'hlsDateRange'],
      ],
    },
    { name: 'SCTE35-CMD', more: `SCTE35-CMD=${hex(opportunity)}`, expected: [[102, 1.5, 'out', 30, 'hlsDateRange']] },
    { name: 'a class and a planned length', more: 'CLASS="com.example.ad",PLANNED-DURATION=20', expected: [[102, 1.5, 'out', 20, 'hlsDateRange']] },
    { name: 'an interstitial, which is not in the stream', more: 'CLASS="com.apple.hls.interstitial",DURATION=20', expected: [] },
    { name: 'another class', more: 'CLASS="com.example.headline",DURATION=20', expected: [] },
  ])('$name', ({ more, expected }) => {
    expect(found({ 3: [range(more)] })).toEqual(expected);
  });

  test('outside of the playlist says nothing', () => {
    expect(found({ 0: ['#EXT-X-DATERANGE:ID="x",START-DATE="2026-11-21T11:00:00Z",CLASS="ad",DURATION=20'] })).toEqual([]);
  });
});

test('segments know their address, time and stretch', () => {
  const { segments } = playlist({
    2: ['#EXT-X-DISCONTINUITY'],
    4: ['#EXT-X-KEY:METHOD=AES-128,URI="k"', '#EXT-X-PROGRAM-DATE-TIME:2026-11-21T12:00:00.5+0200'],
  });
  expect(segments.map(({ url }) => url)[0]).toBe('http://host/live/seg0.ts');
  expect(segments.map(({ discontinuity }) => discontinuity)).toEqual([0, 0, 1, 1, 1, 1]);
  expect(segments.map(({ opaque }) => opaque)).toEqual([false, false, false, false, true, true]);
  const startMs = Date.UTC(2026, 10, 21, 10);
  expect(segments.map(({ wallMs }) => wallMs)).toEqual([startMs, startMs + 6_000, undefined, undefined, startMs + 500, startMs + 6_500]);
});

test('variants are told, with what they hold', () => {
  const text = [
    '#EXTM3U',
    '#EXT-X-STREAM-INF:BANDWIDTH=1,CODECS="mp4a.40.2"',
    'sound.m3u8',
    '#EXT-X-STREAM-INF:RESOLUTION=1x1',
    'https://other/v.m3u8',
  ];
  expect(parsePlaylist(text.join('\r\n'), 'http://host/m.m3u8')).toEqual({
    kind: 'master',
    variants: [
      { url: 'http://host/sound.m3u8', hasVideo: false },
      { url: 'https://other/v.m3u8', hasVideo: true },
    ],
  });
});

test('garbage never throws', () => {
  let seed = 7;
  const random = (): number => (seed = (seed * 48_271) % 2_147_483_647);
  const words = [
    '#EXT-X-CUE-OUT',
    '#EXT-X-DATERANGE:',
    'ID="',
    'START-DATE="2026',
    'SCTE35-OUT=0x',
    'fc30',
    ':',
    ',',
    '=',
    '"',
    '\n',
    '#EXTINF:',
    'a.ts',
    '\0',
    '-1',
    '#EXT-X-KEY',
  ];
  for (let round = 0; round < 500; round += 1) {
    const text = Array.from({ length: random() % 80 }, () => words[random() % words.length]).join('');
    const parsed = parsePlaylist(`#EXTM3U\n${text}`, 'http://host/');
    if (parsed.kind === 'media') playlistCues(parsed);
  }
});
