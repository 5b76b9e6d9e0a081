/**
 * Trains the ad-ness classifier: `node dist/scripts/train-ad-ness.js WEIGHTS_FILE FOLDER…`. Deterministic; uses recordings of tuning seeds
 * (1 to 99) only, and refuses others. Prints how well each folder's recordings are told by a regression that was trained on the other folders,
 * then writes the one that was trained on all.
 */
import { writeFileSync } from 'node:fs';
import { basename } from 'node:path';

import { labelledIn } from '../bench/breaks/recordings.ts';
import { adLogOdds } from '../processors/detect-breaks/ad-ness/ad-ness.ts';
import { FeatureWindows } from '../processors/detect-breaks/ad-ness/feature-windows.ts';
import type { AdNessWeights } from '../processors/detect-breaks/ad-ness/weights.ts';
import { featureNames } from '../processors/detect-breaks/ad-ness/window-features.ts';
import { recordedSignals } from '../test/support/recorded-signals.ts';

interface Sample {
  features: number[];
  ad: boolean;
}

const highestTuningSeed = 99;
/** Strength of the L2 penalty, and Newton steps; the problem is small and convex. */
const penalty = 20;
const steps = 25;

/** Every second of the recordings of a folder; seconds on a boundary are left out. */
async function samplesOf(folder: string): Promise<Sample[]> {
  const samples: Sample[] = [];
  for (const recording of labelledIn(folder)) {
    const seed = Number(/seed(\d+)/.exec(recording.name)?.[1]);
    if (!(seed <= highestTuningSeed)) throw new RangeError(`${recording.name} is not of a tuning seed.`);
    const windows = new FeatureWindows();
    const seconds = (await recordedSignals(recording.path)).flatMap((run) => windows.add(run)).concat(windows.flush());
    for (const { ptsUs, features } of seconds) {
      if (features === undefined) continue;
      const [fromS, toS] = [ptsUs / 1e6, ptsUs / 1e6 + 1];
      if (recording.breaks.some(({ startS, endS }) => (fromS < startS && toS > startS) || (fromS < endS && toS > endS))) continue;
      samples.push({ features, ad: recording.breaks.some(({ startS, endS }) => fromS >= startS && toS <= endS) });
    }
  }
  return samples;
}

/** Means and deviations of the features, and a regression by Newton's method (iteratively reweighted least squares); classes weigh the same. */
function train(samples: readonly Sample[]): AdNessWeights {
  const size = featureNames.length;
  const means = featureNames.map((_, index) => mean(samples.map(({ features }) => features[index]!)));
  const deviations = means.map((middle, index) => Math.max(1e-3, Math.sqrt(mean(samples.map(({ features }) => (features[index]! - middle) ** 2)))));
  const rows = samples.map(({ features }) => [
    ...features.map((value, index) => Math.max(-3, Math.min(3, (value - means[index]!) / deviations[index]!))),
    1,
  ]);
  const ads = samples.filter(({ ad }) => ad).length;
  const weightOf = (ad: boolean): number => samples.length / (2 * (ad ? ads : samples.length - ads));
  const factors = new Array<number>(size + 1).fill(0);
  for (let step = 0; step < steps; step += 1) {
    const gradient = factors.map((factor, index) => (index === size ? 0 : -penalty * factor));
    const hessian = factors.map((_, one) => factors.map((__, other) => (one === other && one < size ? penalty : one === other ? 1e-6 : 0)));
    rows.forEach((row, index) => {
      const { ad } = samples[index]!;
      const said = 1 / (1 + Math.exp(-row.reduce((sum, value, at) => sum + value * factors[at]!, 0)));
      const weight = weightOf(ad);
      for (let one = 0; one <= size; one += 1) {
        gradient[one]! += weight * row[one]! * ((ad ? 1 : 0) - said);
        for (let other = 0; other <= size; other += 1) hessian[one]![other]! += weight * said * (1 - said) * row[one]! * row[other]!;
      }
    });
    solve(hessian, gradient).forEach((change, index) => (factors[index]! += change));
  }
  return { bias: factors[size]!, means, deviations, factors: factors.slice(0, size) };
}

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

/** Solves a linear system by elimination with pivots. */
function solve(matrix: readonly number[][], right: readonly number[]): number[] {
  const rows = matrix.map((row, index) => [...row, right[index]!]);
  for (let column = 0; column < rows.length; column += 1) {
    const pivot = rows
      .slice(column)
      .reduce((best, row, index) => (Math.abs(row[column]!) > Math.abs(rows[best]![column]!) ? column + index : best), column);
    [rows[column], rows[pivot]] = [rows[pivot]!, rows[column]!];
    for (const [index, row] of rows.entries()) {
      if (index === column) continue;
      const factor = row[column]! / rows[column]![column]!;
      for (let at = column; at <= rows.length; at += 1) row[at]! -= factor * rows[column]![at]!;
    }
  }
  return rows.map((row, index) => row[rows.length]! / row[index]!);
}

/** Area under the ROC curve: the chance that an ad second scores above a programme second. */
function areaUnderCurve(samples: readonly Sample[], weights: AdNessWeights): number {
  const scored = samples.map(({ features, ad }) => ({ ad, score: adLogOdds(features, weights) })).sort((one, other) => one.score - other.score);
  let programme = 0;
  let below = 0;
  for (const { ad } of scored) {
    if (ad) below += programme;
    else programme += 1;
  }
  return below / (programme * (scored.length - programme));
}

/** The factor, 0.05 to 1.5, by which the log-odds have to be multiplied to be most likely (with any shift): 1 is calibrated, less is too sure. */
function calibration(samples: readonly Sample[], weights: AdNessWeights): number {
  const scored = samples.map(({ features, ad }) => ({ sign: ad ? 1 : -1, score: adLogOdds(features, weights) }));
  let best = { slope: 1, loss: Number.POSITIVE_INFINITY };
  for (let slope = 0.05; slope <= 1.5; slope += 0.05) {
    for (let shift = -3; shift <= 3; shift += 0.2) {
      const loss = scored.reduce((sum, { sign, score }) => sum + Math.log1p(Math.exp(-sign * (slope * score + shift))), 0);
      if (loss < best.loss) best = { slope, loss };
    }
  }
  return best.slope;
}

const [target, ...folders] = process.argv.slice(2);
if (target === undefined || folders.length < 2) throw new Error('Usage: node dist/scripts/train-ad-ness.js WEIGHTS_FILE FOLDER FOLDER…');
const sets: { folder: string; samples: Sample[] }[] = [];
for (const folder of folders) sets.push({ folder, samples: await samplesOf(folder) });
let slope = 1;
for (const { folder, samples } of sets) {
  const others = sets.filter((set) => set.folder !== folder).flatMap((set) => set.samples);
  const weights = train(others);
  const found = calibration(samples, weights);
  slope = Math.min(slope, found);
  console.log(
    `${basename(folder)}: ${samples.length} s, AUC ${areaUnderCurve(samples, weights).toFixed(3)} when trained on the others (calibration slope ${found.toFixed(2)}), ` +
      `${areaUnderCurve(samples, train(samples)).toFixed(3)} on itself`,
  );
}
const all = train(sets.flatMap((set) => set.samples));
const round = (values: readonly number[]): string => `[${values.map((value) => value.toFixed(4)).join(', ')}]`;
featureNames.forEach((name, index) => console.log(`${name.padEnd(14)} ${all.factors[index]!.toFixed(2)}`));
writeFileSync(
  target,
  `// Generated by scripts/train-ad-ness.ts; do not edit.

/** A logistic regression over standardised features. */
export interface AdNessWeights {
  bias: number;
  means: readonly number[];
  deviations: readonly number[];
  factors: readonly number[];
}

/**
 * Trained on ${sets.map(({ folder, samples }) => `${samples.length} s of ${basename(folder)}`).join(', ')}: recordings of tuning seeds by scripts/generate-broadcast.ts and
 * scripts/compose-foreign.ts, all synthetic. Factors are shrunk by ${slope.toFixed(2)}, the smallest calibration slope on a generator that was left out.
 * Features in the order of featureNames in window-features.ts.
 */
export const adNessWeights: AdNessWeights = {
  bias: ${(all.bias * slope).toFixed(4)},
  means: ${round(all.means)},
  deviations: ${round(all.deviations)},
  factors: ${round(all.factors.map((factor) => factor * slope))},
};
`,
);
