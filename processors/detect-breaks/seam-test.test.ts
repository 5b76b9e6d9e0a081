import { expect, test } from 'vitest';

import type { Signals } from '../../schemas/events.generated.ts';
import { signalsRun } from '../../test/support/offline-signals.ts';
import { plainCue } from './cue-finder.ts';
import { defaultDiscovery } from './discovery/discovery-parameters.ts';
import { SeamTest } from './seam-test.ts';

const hopS = 0.0929;
const bands = 16;
const whole = { startUs: 100e6, endUs: 160e6 };

/** Numbers from -1 to 1 that are always the same (Lehmer 1951). */
function drawn(seed: number): () => number {
  let state = seed;
  return () => (state = (state * 48271) % 2147483647) / 1073741823.5 - 1;
}

/** Sound of `bed` from one second to another: a bed has levels of its own and swings by some dB around them. */
function soundOf(bed: number, startS: number, endS: number): Signals {
  const levels = Array.from({ length: bands }, drawn(bed)).map((level) => -45 + 15 * level);
  const swing = drawn(bed + 7919);
  const windows = Math.round((endS - startS) / hopS);
  const soundBands = Buffer.from(Array.from({ length: windows }, () => levels.map((level) => Math.round(2 * (level + 8 * swing() + 120)))).flat());
  return signalsRun({ ptsUs: startS * 1e6, endUs: endS * 1e6, soundBandsStartUs: startS * 1e6, soundBandsHopUs: hopS * 1e6, soundBands });
}

function gainAt(atS: number, runs: readonly Signals[], stretch = whole): number {
  const seams = new SeamTest(defaultDiscovery.seam);
  for (const run of runs) seams.remember(run);
  return seams.gain(plainCue(atS * 1e6), stretch);
}

test('a cut at which one bed gives way to another is a seam, a cut within a bed is none', () => {
  const runs = [soundOf(11, 100, 130), soundOf(23, 130, 160)];
  expect(gainAt(130, runs)).toBeGreaterThan(3);
  expect(gainAt(115, runs, { startUs: 100e6, endUs: 130e6 })).toBeLessThan(-1);
  expect(gainAt(145, runs, { startUs: 130e6, endUs: 160e6 })).toBeLessThan(-1);
});

test('nothing beyond the stretch is looked at', () => {
  const quiet = [soundOf(11, 60, 160)];
  const loud = [soundOf(31, 60, 100), soundOf(11, 100, 160), soundOf(37, 160, 200)];
  expect(gainAt(130, loud)).toBeLessThan(-1);
  expect(gainAt(130, quiet)).toBeLessThan(-1);
});

test('says nothing of what it did not hear', () => {
  expect(gainAt(130, [])).toBe(0);
  expect(gainAt(130, [soundOf(11, 129, 160)])).toBe(0);
});
