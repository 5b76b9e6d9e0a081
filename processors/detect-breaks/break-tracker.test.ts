import { expect, test } from 'vitest';

import type { AirState, Belief, Stretch } from './break-filter.ts';
import { BreakTracker } from './break-tracker.ts';
import { plainCue } from './cue-finder.ts';
import { defaultParameters } from './parameters.ts';

/** A belief whose last stretch is on air. */
function belief(adOdds: number, ...path: [state: AirState, startS: number][]): Belief {
  const stretches = path.map(([state, startS], index): Stretch => {
    const next = path[index + 1];
    return { state, start: plainCue(startS * 1e6), end: next === undefined ? undefined : plainCue(next[1] * 1e6) };
  });
  return { adOdds, state: path[path.length - 1]![0], path: stretches };
}

const twoSpots = belief(4, ['programme', 0], ['ad', 60], ['ad', 80]);
const thirdOnAir = belief(1, ['programme', 0], ['ad', 60], ['ad', 80], ['ad', 100]);
const over = belief(-0.5, ['programme', 0], ['ad', 60], ['ad', 80], ['programme', 100]);

/** Goes on from one second to another, five times a second. */
function watch(tracker: BreakTracker, fromS: number, untilS: number, what: Belief): (number | string | undefined)[][] {
  const told = [];
  for (let atS = fromS; atS < untilS; atS += 0.2) {
    for (const { state, shape } of tracker.update(what, what, atS * 1e6))
      told.push([state, shape.endUs === undefined ? undefined : shape.endUs / 1e6]);
  }
  return told;
}

test('a moment of doubt at the end of a long spot does not settle the break before it', () => {
  const tracker = new BreakTracker(defaultParameters.life);
  watch(tracker, 62, 101, twoSpots);
  watch(tracker, 101, 130, thirdOnAir);
  expect(watch(tracker, 130, 132, over).filter(([state]) => state === 'final')).toEqual([]);
  watch(tracker, 132, 134, thirdOnAir);
  expect(tracker.active?.endUs).toBeUndefined();
});

test('a break is settled where programme began, once that was believed for seconds', () => {
  const tracker = new BreakTracker(defaultParameters.life);
  watch(tracker, 62, 101, twoSpots);
  expect(watch(tracker, 101, 119, over).map(([state]) => state)).not.toContain('final');
  expect(watch(tracker, 119, 130, over)).toEqual([['final', 100]]);
  expect(tracker.active).toBeUndefined();
});
