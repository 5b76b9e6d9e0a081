import { expect, test } from 'vitest';

import { offlineBreaks } from '../../test/support/offline-breaks.ts';
import { type Segment, syntheticSignals } from '../../test/support/synthetic-signals.ts';

const programme = (name: string, seconds: number): Segment => ({ name, seconds, logo: true, shotS: 3.4 });
const spot = (name: string, seconds: number): Segment => ({ name, seconds, shotS: 1.7 });
const separator: Segment = { name: 'separator', seconds: 0.4, black: true };

const hardCuts = [programme('news', 40), spot('cola', 20), spot('car', 30), spot('soap', 10), programme('news again', 40)];
const blackSilence = [
  programme('film', 40),
  separator,
  spot('cola', 20),
  separator,
  spot('car', 30),
  separator,
  spot('soap', 15),
  separator,
  programme('film again', 40),
];

test('finds a break of hard cuts by the logo that leaves, exact to the picture', async () => {
  const { settledBreaks, settledSpots } = await offlineBreaks(syntheticSignals(hardCuts));
  expect(settledBreaks.map(({ ptsUs, endUs, state }) => [ptsUs, endUs, state])).toEqual([[40_000_000, 100_000_000, 'final']]);
  expect(settledSpots.map(({ ptsUs, endUs, position }) => [ptsUs, endUs, position])).toEqual([
    [40_000_000, 60_000_000, 1],
    [60_000_000, 90_000_000, 2],
    [90_000_000, 100_000_000, 3],
  ]);
});

test('finds a break behind black and silence, from the first picture of its first spot to the end of its last', async () => {
  const { settledBreaks, settledSpots } = await offlineBreaks(syntheticSignals(blackSilence));
  expect(settledBreaks.map(({ ptsUs, endUs }) => [ptsUs, endUs])).toEqual([[40_400_000, 106_200_000]]);
  expect(settledSpots.map(({ ptsUs, endUs }) => [ptsUs, endUs])).toEqual([
    [40_400_000, 60_400_000],
    [60_800_000, 90_800_000],
    [91_200_000, 106_200_000],
  ]);
  expect(settledBreaks[0]?.evidence.join('; ')).toMatch(
    /^starts with black 0\.40 s and silence 0\.\d\d s; logo \(top right\) gone \d+\.\d s; 3 spots of 20\.0, 30\.0, 15\.0 s/,
  );
});

test('finds a break behind black and silence when no logo was ever seen', async () => {
  const bare = blackSilence.map((segment) => ({ ...segment, logo: false, seconds: segment.seconds === 40 ? 120 : segment.seconds }));
  const { settledBreaks } = await offlineBreaks(syntheticSignals(bare));
  expect(settledBreaks.map(({ ptsUs, endUs }) => [ptsUs, endUs])).toEqual([[120_400_000, 186_200_000]]);
});

test('announces a break within five seconds and lives provisional, confirmed, final under one id with growing revisions', async () => {
  const { breaks } = await offlineBreaks(syntheticSignals(hardCuts));
  expect(new Set(breaks.map(({ breakId }) => breakId)).size).toBe(1);
  expect(breaks.map(({ revision }) => revision)).toEqual(breaks.map((_, index) => index + 1));
  expect(breaks[0]).toMatchObject({ state: 'provisional', endUs: null });
  expect(breaks[0]!.knownUpToUs).toBeLessThanOrEqual(45_000_000);
  expect(breaks.some(({ state }) => state === 'confirmed')).toBe(true);
  expect(breaks.at(-1)).toMatchObject({ state: 'final', endUs: 100_000_000 });
});

test('says the same whatever the length of the runs', async () => {
  const plain = (log: Awaited<ReturnType<typeof offlineBreaks>>): unknown =>
    [...log.breaks, ...log.spots].map(({ eventId, ptsUs, endUs, state, evidence, knownUpToUs }) => ({
      eventId,
      ptsUs,
      endUs,
      state,
      evidence,
      knownUpToUs,
    }));
  const live = plain(await offlineBreaks(syntheticSignals(blackSilence)));
  expect(plain(await offlineBreaks(syntheticSignals(blackSilence, { runMs: 40 })))).toEqual(live);
  expect(plain(await offlineBreaks(syntheticSignals(blackSilence, { runMs: 5000 })))).toEqual(live);
});

test('gives two airings of one spot the same id and counts them', async () => {
  const twice = [...hardCuts, spot('boat', 15), spot('car', 30), spot('tea', 20), programme('late news', 40)];
  const { settledSpots } = await offlineBreaks(syntheticSignals(twice));
  const cars = settledSpots.filter(({ ptsUs }) => ptsUs === 60_000_000 || ptsUs === 155_000_000);
  expect(cars.map(({ airing }) => airing)).toEqual([1, 2]);
  expect(new Set(cars.map(({ spotId }) => spotId)).size).toBe(1);
  expect(new Set(settledSpots.map(({ spotId }) => spotId)).size).toBe(5);
});

test('is not fooled by a fade to black with silence, a title sequence without logo, or a long silence', async () => {
  const decoys = [
    programme('drama', 40),
    { name: 'fade', seconds: 0.6, black: true },
    programme('drama two', 30),
    { name: 'titles', seconds: 9, shotS: 1.2 },
    programme('drama three', 25),
    { name: 'glitch', seconds: 0.08, black: true },
    programme('drama four', 30),
  ];
  const { settledBreaks } = await offlineBreaks(syntheticSignals(decoys));
  expect(settledBreaks).toEqual([]);
});

test('works without sound', async () => {
  const { settledBreaks } = await offlineBreaks(syntheticSignals(hardCuts, { hasAudio: false }));
  expect(settledBreaks.map(({ ptsUs, endUs }) => [ptsUs, endUs])).toEqual([[40_000_000, 100_000_000]]);
});

test('closes what is open at an epoch change and keeps what it learned about logo and spots', async () => {
  const first = syntheticSignals([programme('news', 40), spot('cola', 20), spot('car', 30)]).map((run) => ({ ...run, endOfStream: false }));
  const second = syntheticSignals([programme('sport', 8), spot('car', 30), spot('tea', 20), programme('sport again', 30)], { epoch: 2 });
  const { settledBreaks, settledSpots } = await offlineBreaks([...first, ...second]);
  expect(settledBreaks.map(({ epoch, ptsUs, endUs, state }) => [epoch, ptsUs, endUs, state])).toEqual(
    expect.arrayContaining([
      [1, 40_000_000, 90_000_000, 'final'],
      [2, 8_000_000, 58_000_000, 'final'],
    ]),
  );
  const cars = settledSpots.filter(({ ptsUs }) => ptsUs === 60_000_000 || ptsUs === 8_000_000);
  expect(new Set(cars.map(({ spotId }) => spotId)).size).toBe(1);
});

test('may start in the middle of a stream', async () => {
  const { settledBreaks } = await offlineBreaks(syntheticSignals(hardCuts, { startUs: 3_600_000_000 }));
  expect(settledBreaks.map(({ ptsUs, endUs }) => [ptsUs, endUs])).toEqual([[3_640_000_000, 3_700_000_000]]);
});
