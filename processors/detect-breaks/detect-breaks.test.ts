import { expect, test } from 'vitest';

import { MemoryCatalogue } from '../../core/catalogue/memory-catalogue.ts';
import type { PrintedSpot, SpotStatus } from '../../core/catalogue/catalogue.ts';
import { PrintRecorder } from '../../core/fingerprint/print-recorder.ts';
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

/** A spot of the catalogue, printed from its own file. */
function printed(name: string, seconds: number, status: SpotStatus): PrintedSpot {
  const recorder = new PrintRecorder();
  for (const run of syntheticSignals([spot(name, seconds)])) recorder.add(run);
  const print = recorder.print(0, seconds * 1e6)!;
  const given = { spotId: `spot-${name}`, tenantId: 'default', title: name, brand: 'Acme', product: '', category: '', status, origin: name };
  return { ...given, durationMs: seconds * 1000, parentId: null, relation: null, revision: 1, createdMs: 0, updatedMs: 0, prints: [print] };
}

test('names a known spot within two seconds, while it is on air, with its break, on a channel without any other sign', async () => {
  const bare = hardCuts.map((segment) => ({ ...segment, logo: false }));
  const catalogue = new MemoryCatalogue([printed('car', 30, 'confirmed')]);
  const { breaks, spots, settledSpots } = await offlineBreaks(syntheticSignals(bare), { catalogue });
  const first = spots.find(({ spotId }) => spotId === 'spot-car');
  expect(first).toMatchObject({ state: 'provisional', endUs: null, known: true, identifiedBy: 'catalogue', title: 'car', brand: 'Acme' });
  expect(first!.knownUpToUs).toBeLessThanOrEqual(62_000_000);
  expect(first!.evidence.join()).toMatch(/spot 'car' matched at \d+ %/);
  expect(breaks.find(({ breakId }) => breakId === first!.breakId)!.knownUpToUs).toBeLessThanOrEqual(first!.knownUpToUs);
  expect(settledSpots.find(({ spotId }) => spotId === 'spot-car')).toMatchObject({ ptsUs: 60_000_000, endUs: 90_000_000, state: 'final', airing: 1 });
});

test('never reports what a person rejected, and takes it for programme', async () => {
  const titles = [programme('news', 40), spot('titles', 20), programme('news again', 60)];
  const rejecting = new MemoryCatalogue([printed('titles', 20, 'rejected')]);
  const { settledBreaks, spots } = await offlineBreaks(syntheticSignals(titles), { catalogue: rejecting });
  expect(settledBreaks).toEqual([]);
  expect(spots.filter(({ spotId }) => spotId === 'spot-titles')).toEqual([]);
});

test('a recording that is read anew is told anew, however short it is', async () => {
  const short = syntheticSignals([programme('news', 2), spot('car', 30)]);
  const catalogue = new MemoryCatalogue([printed('car', 30, 'confirmed')]);
  const settledOf = async (): Promise<unknown[]> => {
    const { settledBreaks } = await offlineBreaks(short, { catalogue });
    return settledBreaks.map(({ breakId, ptsUs, endUs }) => ({ breakId, ptsUs, endUs }));
  };
  const once = await settledOf();
  expect(once).toHaveLength(1);
  expect(await settledOf()).toEqual(once);
});
