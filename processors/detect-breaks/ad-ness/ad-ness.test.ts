import { expect, test } from 'vitest';

import type { Signals } from '../../../schemas/events.generated.ts';
import { signalsRun } from '../../../test/support/offline-signals.ts';
import { AdNess, type AdNessSecond } from './ad-ness.ts';

/** A second of a stream: shots of the given length, and sound that pauses like speech or goes on like music. */
function second(index: number, shotPictures: number, sound: 'speech' | 'music' | 'none'): Signals {
  const startUs = index * 1_000_000;
  const pictures = Array.from({ length: 25 }, (_, picture) => {
    const cut = (index * 25 + picture) % shotPictures === 0;
    return {
      ptsUs: startUs + picture * 40_000,
      lumaMean: 110,
      lumaDeviation: 50,
      blackRatio: 0,
      blackRowRatio: 0,
      uniformRatio: 0.2,
      histogramDistance: cut ? 0.6 : 0.02,
      pictureDifference: cut ? 60 : 3,
      perceptualHash: Buffer.alloc(8),
      letterboxRatio: 0,
      pillarboxRatio: 0,
    };
  });
  const blockUs = (256 * 1e6) / 11_025;
  const levels = Array.from({ length: 43 }, (_, block) => {
    const atUs = startUs + block * blockUs;
    const speech = -30 + 15 * Math.sin((2 * Math.PI * 4 * atUs) / 1e6);
    const rmsDbfs = sound === 'none' ? -90 : sound === 'speech' ? speech : -18;
    return { ptsUs: Math.round(atUs), durationUs: Math.round(blockUs), rmsDbfs, peakDbfs: rmsDbfs + 8 };
  });
  const soundBands = Buffer.from(
    Array.from({ length: 16 * 10 }, (_, at) => (sound === 'none' ? 20 : 150 - (at % 16) + (sound === 'speech' ? (at >> 4) % 3 : 0) * 12)),
  );
  return signalsRun({
    ptsUs: startUs,
    endUs: startUs + 1_000_000,
    pictures,
    sound: levels,
    soundSpread: [],
    soundBandsStartUs: startUs,
    soundBandsHopUs: 92_880,
    soundBands,
  });
}

const stream = (seconds: number, shotPictures: number, sound: 'speech' | 'music' | 'none'): Signals[] =>
  Array.from({ length: seconds }, (_, index) => second(index, shotPictures, sound));

function judge(runs: readonly Signals[]): AdNessSecond[] {
  const adNess = new AdNess();
  return [...runs.flatMap((run) => adNess.add(run)), ...adNess.flush()];
}

const sum = (seconds: readonly AdNessSecond[]): number => seconds.reduce((total, { logOdds }) => total + logOdds, 0);

test('judges every second once, those in the middle of a stream some seconds late', () => {
  const adNess = new AdNess();
  const early = stream(10, 100, 'speech').flatMap((run) => adNess.add(run));
  expect(early.map(({ ptsUs }) => ptsUs)).toEqual([0, 1e6, 2e6, 3e6, 4e6]);
  expect(adNess.flush().map(({ ptsUs }) => ptsUs)).toEqual([5e6, 6e6, 7e6, 8e6, 9e6]);
});

test('takes quick shots with music for advertising rather than long shots with speech', () => {
  expect(sum(judge(stream(20, 20, 'music')))).toBeGreaterThan(1);
  expect(sum(judge(stream(20, 150, 'speech')))).toBeLessThan(-0.5);
});

test('says nothing about silence, and never much about one second', () => {
  expect(judge(stream(12, 10, 'none')).every(({ logOdds }) => logOdds === 0)).toBe(true);
  for (const { logOdds } of judge(stream(12, 2, 'music'))) expect(Math.abs(logOdds)).toBeLessThanOrEqual(0.25);
});

test('starts anew where media time does', () => {
  const adNess = new AdNess();
  for (const run of stream(8, 50, 'speech')) adNess.add(run);
  adNess.newEpoch();
  expect(stream(10, 50, 'speech').flatMap((run) => adNess.add(run))).toEqual(judge(stream(10, 50, 'speech')).slice(0, 5));
});
