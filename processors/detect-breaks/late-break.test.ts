import { expect, test } from 'vitest';

import type { Spot } from '../../schemas/events.generated.ts';
import { offlineBreaks } from '../../test/support/offline-breaks.ts';
import { type Segment, syntheticSignals } from '../../test/support/synthetic-signals.ts';

/**
 * News, a break, talk, a break, a film, a break; the car in each of them.
 *
 * @param logo whether the logo stays on air in breaks
 * @param shotS seconds between the cuts of programme
 */
function broadcast(logo: boolean, shotS = 40): Segment[] {
  const programme = (name: string, seconds: number): Segment => ({ name, seconds, logo: true, shotS });
  const spot = (name: string, seconds: number): Segment => ({ name, seconds, logo, shotS: 1.7 });
  return [
    programme('news', 60),
    ...[spot('car', 30), spot('tea', 20)],
    programme('talk', 72),
    ...[spot('boat', 20), spot('car', 30)],
    programme('film', 73),
    ...[spot('soap', 15), spot('car', 30)],
    programme('late news', 50),
  ];
}

/** Starts of the airings of the car, media time in microseconds. */
const airedUs = [60_000_000, 202_000_000, 320_000_000];
/** End of the second airing: nobody can know before that the car airs again. */
const secondEndUs = 232_000_000;

/** The last revisions of the airings of the car, in order. */
function carsOf(spots: readonly Spot[]): Spot[] {
  const isCar = ({ ptsUs }: Spot): boolean => airedUs.some((startUs) => Math.abs(ptsUs - startUs) < 40_000);
  return spots.filter(isCar).sort((one, other) => one.ptsUs - other.ptsUs);
}

test('a first airing that nobody noticed, for the logo stayed, is reported with a break of its own when the spot airs again', async () => {
  const { breaks, spots, settledSpots } = await offlineBreaks(syntheticSignals(broadcast(true)));
  const cars = carsOf(settledSpots);
  expect(cars.map(({ ptsUs, endUs, airing, state }) => [seconds(ptsUs), seconds(endUs), airing, state])).toEqual([
    [60, 90, 1, 'final'],
    [202, 232, 2, 'final'],
    [320, 350, 3, 'final'],
  ]);
  expect(new Set(cars.map(({ spotId, title }) => `${spotId} ${title}`)).size).toBe(1);
  const [first] = cars;
  // Told once, when it was known and not as if it had been known before.
  expect(spots.filter(({ airingId }) => airingId === first!.airingId)).toEqual([first]);
  expect(first).toMatchObject({ revision: 1, identifiedBy: 'repeat', known: false });
  expect(first!.knownUpToUs).toBeGreaterThanOrEqual(secondEndUs);
  expect(first!.knownUpToUs).toBeLessThanOrEqual(secondEndUs + 10_000_000);
  const late = breaks.filter(({ breakId }) => breakId === first!.breakId);
  expect(late).toMatchObject([{ revision: 1, state: 'final', knownUpToUs: first!.knownUpToUs }]);
  expect([late[0]!.ptsUs, late[0]!.endUs]).toEqual([first!.ptsUs, first!.endUs]);
  expect(breaks.filter(({ ptsUs }) => ptsUs < 150_000_000)).toEqual(late);
});

test('a first airing that was reported without a name gets it by one new revision, and nothing else of it changes', async () => {
  const { breaks, spots, settledSpots } = await offlineBreaks(syntheticSignals(broadcast(false)));
  const cars = carsOf(settledSpots);
  expect(cars.map(({ ptsUs, endUs, airing, state }) => [ptsUs, endUs, airing, state])).toEqual([
    [60_000_000, 90_000_000, 1, 'final'],
    [202_000_000, 232_000_000, 2, 'final'],
    [320_000_000, 350_000_000, 3, 'final'],
  ]);
  expect(new Set(cars.map(({ spotId, title }) => `${spotId} ${title}`)).size).toBe(1);
  const told = spots.filter(({ airingId }) => airingId === cars[0]!.airingId);
  const [before, after] = told.slice(-2);
  expect(before).toMatchObject({ state: 'final', identifiedBy: 'nothing', revision: told.length - 1 });
  expect(before!.knownUpToUs).toBeLessThan(secondEndUs);
  expect(told.filter(({ identifiedBy }) => identifiedBy === 'repeat')).toEqual([after]);
  expect(after!.knownUpToUs).toBeGreaterThanOrEqual(secondEndUs);
  const { spotId, title, evidence } = cars[0]!;
  const { revision, eventId, knownUpToUs, processedAtMs } = after!;
  expect(after).toEqual({ ...before, spotId, title, evidence, identifiedBy: 'repeat', revision, eventId, knownUpToUs, processedAtMs });
  expect(breaks.filter(({ breakId, knownUpToUs: knownUs }) => breakId === before!.breakId && knownUs >= secondEndUs)).toEqual([]);
});

test.each([11.3, 7.7, 3.4])(
  'every airing is reported once, with its break, on a channel whose logo stays and whose programme cuts every %d s',
  async (shotS) => {
    const { settledSpots, settledBreaks } = await offlineBreaks(syntheticSignals(broadcast(true, shotS)));
    expect(carsOf(settledSpots).map(({ ptsUs, endUs, airing }) => [seconds(ptsUs), seconds(endUs), airing])).toEqual([
      [60, 90, 1],
      [202, 232, 2],
      [320, 350, 3],
    ]);
    const times = settledBreaks.map(({ ptsUs, endUs }) => [seconds(ptsUs), seconds(endUs)] as const);
    for (const [index, [startS]] of times.entries()) if (index > 0) expect(startS).toBeGreaterThanOrEqual(times[index - 1]![1]);
    expect(times.every(([startS, endS]) => endS <= 110 || startS >= 182)).toBe(true);
  },
);

function seconds(timeUs: number | null): number {
  return Math.round((timeUs ?? Number.NaN) / 1e6);
}

test('first airings too short to make a break alone make one together', async () => {
  const programme = (name: string, seconds: number): Segment => ({ name, seconds, logo: true, shotS: 40 });
  const spot = (name: string, seconds: number): Segment => ({ name, seconds, logo: true, shotS: 1.7 });
  const day = [
    programme('news', 60),
    ...[spot('car', 10), spot('tea', 12)],
    programme('talk', 80),
    ...[spot('boat', 20), spot('car', 10), spot('soap', 15), spot('tea', 12)],
    programme('film', 60),
  ];
  const { settledBreaks, settledSpots } = await offlineBreaks(syntheticSignals(day));
  expect(settledBreaks.map(({ ptsUs, endUs }) => [seconds(ptsUs), seconds(endUs)])).toContainEqual([60, 82]);
  const first = settledSpots.filter(({ ptsUs }) => ptsUs < 100_000_000);
  expect(first.map(({ ptsUs, endUs, airing }) => [seconds(ptsUs), seconds(endUs), airing])).toEqual([
    [60, 70, 1],
    [70, 82, 1],
  ]);
});
