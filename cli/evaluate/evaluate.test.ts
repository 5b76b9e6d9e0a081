import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, describe, expect, test } from 'vitest';

import { f1, falseMinutesPerHour, precision, recall, scoreBreaks } from './break-score.ts';
import { breakFigures, spotFigures } from './figures.ts';
import { quantile } from './quantile.ts';
import { sharedS, totalS } from './spans.ts';
import { type FoundAiring, SpotScorer, addSpotScores, matchAirings } from './spot-score.ts';
import { truthFilesFor } from './truth-files.ts';
import { readTruth } from './truth.ts';

const folder = mkdtempSync(join(tmpdir(), 'sightline-evaluate-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const file = (name: string, text: string): string => {
  writeFileSync(join(folder, name), text);
  return join(folder, name);
};
const span = (startS: number, endS: number, id = 'x') => ({ id, startS, endS });
const found = (startS: number, endS: number, announcedS = endS) => ({ startS, endS, announcedS });
const recording = { durationS: 1000, rateFps: 25 };

describe('breaks', () => {
  test('seconds are counted once, whatever overlaps', () => {
    expect(totalS([span(0, 10), span(5, 20), span(30, 40)])).toBe(30);
    expect(sharedS([span(0, 10), span(5, 20)], [span(8, 12), span(9, 30)])).toBe(12);
  });

  test('precision, recall, F1 and false minutes follow from shared and unshared seconds', () => {
    const score = scoreBreaks([span(100, 200)], [found(110, 200), found(500, 530)], recording);
    expect(score).toMatchObject({ bothS: 90, falseS: 30, missedS: 10, programmeS: 900 });
    expect(precision(score)).toBeCloseTo(0.75);
    expect(recall(score)).toBeCloseTo(0.9);
    expect(f1(score)).toBeCloseTo((2 * 0.75 * 0.9) / 1.65);
    expect(falseMinutesPerHour(score)).toBeCloseTo(2);
  });

  test('a break counts as found when half of it is covered by one; ends and announcement are measured from the truth', () => {
    const truth = [span(100, 200), span(300, 400), span(600, 700)];
    const score = scoreBreaks(truth, [found(100.04, 199.8, 104), found(300, 340, 307), found(800, 830)], recording);
    expect(score).toMatchObject({ trueBreaks: 3, foundBreaks: 3, missedBreaks: 2, extraBreaks: 1 });
    expect(score.boundaryErrorsS.map((errorS) => errorS.toFixed(2))).toEqual(['0.04', '0.20']);
    expect(score.boundaryErrorsFrames.map((frames) => frames.toFixed(0))).toEqual(['1', '5']);
    expect(score.announcedAfterS).toEqual([4, 7, Infinity]);
    expect(breakFigures(score)?.announcedAfterS).toEqual({ p50: 7, p95: 'never' });
  });

  test('where there is nothing to measure no figure is shown', () => {
    const figures = breakFigures(scoreBreaks([], [], recording));
    expect(figures).toMatchObject({ f1: null, precision: null, recall: null, falseMinutesPerHour: 0, boundaryErrorS: { p50: null, p95: null } });
    expect(breakFigures(undefined)).toBeNull();
    expect(quantile([], 0.5)).toBeUndefined();
    expect([quantile([3, 1, 2], 0.5), quantile([3, 1, 2], 0.95), quantile([4, 1, 2, 3], 0.5)]).toEqual([2, 3, 2]);
  });
});

describe('spots', () => {
  const airing = (startS: number, endS: number, spotId: string, fields: Partial<FoundAiring> = {}): FoundAiring => ({
    ...{ startS, endS, spotId, title: spotId, known: false, airing: 1, identifiedS: endS },
    ...fields,
  });
  const score = (known: { spotId: string; title: string }[], ...recordings: [ReturnType<typeof span>[], FoundAiring[]][]) => {
    const scorer = new SpotScorer(
      known,
      recordings.flatMap(([truth]) => truth.map(({ id }) => id)),
    );
    return spotFigures(addSpotScores(recordings.map(([truth, airings]) => scorer.score(matchAirings(truth, airings), airings))));
  };

  test('an airing is exact when both ends are within 0.2 s, and found when more than half is shared', () => {
    const truth = [span(0, 20, 'a'), span(20, 30, 'b'), span(30, 50, 'c')];
    const airings = [airing(0.1, 20, '1'), airing(20, 30.3, '2'), airing(30, 38, '3')];
    expect(score([], [truth, airings])).toMatchObject({ trueAirings: 3, foundAirings: 3, exactShare: 0.3333 });
    expect(matchAirings(truth, airings).map((match) => match.found?.spotId)).toEqual(['1', '2', undefined]);
  });

  test('labels that are titles or ids of the catalogue mean these spots', () => {
    const known = [
      { spotId: 'spot-1', title: 'Acme: 20 seconds' },
      { spotId: 'spot-2', title: 'Bolt' },
    ];
    const truth = [span(0, 20, 'acme 20 SECONDS'), span(20, 30, 'spot-2'), span(30, 40, 'spot-2'), span(40, 50, 'other')];
    const airings = [
      airing(0, 20, 'spot-1', { known: true, identifiedS: 1.8 }),
      airing(20, 30, 'spot-1', { known: true, identifiedS: 22 }),
      airing(30, 40, 'spot-9'),
      airing(40, 50, 'spot-2', { known: true }),
    ];
    expect(score(known, [truth, airings])?.known).toEqual({
      ...{ airings: 3, recall: 0.3333, said: 3, precision: 0.3333 },
      identifiedAfterS: { p50: 1.8, p95: 1.8 },
    });
  });

  test('labels that name no spot of the catalogue must stand for one known spot each', () => {
    const known = [{ spotId: 'spot-1', title: 'Acme' }];
    const truth = [span(0, 20, 'a'), span(20, 40, 'a'), span(40, 60, 'b')];
    const airings = [0, 20, 40].map((startS) => airing(startS, startS + 20, 'spot-1', { known: true, identifiedS: startS + 2 }));
    expect(score(known, [truth, airings])?.known).toMatchObject({
      airings: 0,
      recall: null,
      said: 3,
      precision: 0.6667,
      identifiedAfterS: { p50: 2 },
    });
  });

  test('a later airing is right under the id of the first, also in the next recording', () => {
    const first: [ReturnType<typeof span>[], FoundAiring[]] = [
      [span(0, 20, 'a'), span(20, 40, 'b'), span(50, 70, 'a')],
      [airing(0, 20, '1'), airing(20, 40, '2'), airing(50, 70.1, '1', { airing: 2 })],
    ];
    const second: [ReturnType<typeof span>[], FoundAiring[]] = [
      [span(0, 20, 'b'), span(30, 50, 'c'), span(60, 80, 'a')],
      [airing(0, 20, '2', { airing: 2 }), airing(30, 50, '1', { airing: 3 }), airing(60, 80, '7'), airing(90, 99, '8', { airing: 5 })],
    ];
    expect(score([], first, second)?.later).toEqual({
      ...{ airings: 3, recall: 0.6667, said: 3, precision: 0.6667 },
      boundaryErrorS: { p50: 0, p95: 0.1 },
    });
  });
});

describe('labels', () => {
  test('CSV holds breaks and spots, in any order of columns and with any delimiter', () => {
    const path = file('labels.csv', '\ufeffstart_s;end_s;kind;id\r\n75,16;90.08;spot;acme\r\n0:01:15.16;2:21.76;break;b1\r\n');
    expect(readTruth(path)).toEqual({ breaks: [span(75.16, 141.76, 'b1')], spots: [span(75.16, 90.08, 'acme')] });
  });

  test('a decision list holds breaks: lines with action 3', () => {
    const path = file('labels.edl', '75.160 141.760 3\n\n200 210 0\n300.5\t400\t3\n');
    expect(readTruth(path)).toEqual({ breaks: [span(75.16, 141.76, 'break-1'), span(300.5, 400, 'break-2')], spots: undefined });
  });

  test('what is not labelled is told from what is not there', () => {
    expect(readTruth(file('none.csv', 'kind,id,start_s,end_s\n'))).toEqual({ breaks: [], spots: undefined });
    expect(readTruth(file('spots.csv', 'kind,id,start_s,end_s\nspot,a,1,2\n'))).toEqual({ breaks: undefined, spots: [span(1, 2, 'a')] });
  });

  test.each([
    ['kind.csv', 'kind,id,start_s,end_s\nbreak,a,1,2\nadvert,a,1,2\n', /kind\.csv, line 3: kind "advert" is neither break nor spot\.$/],
    ['time.csv', 'kind,id,start_s,end_s\nbreak,a,one,2\n', /time\.csv, line 2: "one" is no time: write seconds/],
    ['order.csv', 'kind,id,start_s,end_s\nbreak,a,5,2\n', /order\.csv, line 2: the end 2 does not lie after the start 5\.$/],
    [
      'head.csv',
      'break,a,5,2\n',
      /head\.csv, line 1: the first line must name the columns kind,id,start_s,end_s \(missing: kind, id, start_s, end_s\)\.$/,
    ],
    ['short.edl', '5 6\n', /short\.edl, line 1: "5 6" is not "start end 3"/],
  ])('%s: a bad row is told with its line and what is expected', (name, text, message) => {
    expect(() => readTruth(file(name, text))).toThrow(message);
  });

  test('files are found by order, in a folder, or beside the recordings', () => {
    const beside = file('day.csv', 'kind,id,start_s,end_s\n');
    const video = join(folder, 'day.ts');
    expect(truthFilesFor([video], [])).toEqual([beside]);
    expect(truthFilesFor([join('elsewhere', 'day.mkv')], [folder])).toEqual([beside]);
    expect(truthFilesFor(['a.ts', 'b.ts'], ['1.csv', '2.edl'])).toEqual(['1.csv', '2.edl']);
    expect(() => truthFilesFor(['a.ts', 'b.ts'], ['1.csv'])).toThrow(/Recordings: 2, files of labels: 1/);
    expect(() => truthFilesFor([join(folder, 'night.ts')], [])).toThrow(/no labels for .*night\.ts: .*night\.csv or \.edl is expected/);
  });
});
