import type { Signals } from '../../schemas/events.generated.ts';
import type { SoundChangeParameters } from './parameters.ts';
import { bandCount, bandLevelsDbfs, leastBandDbfs, soundWindows } from './sound-bands.ts';

/** Spans compared, seconds: what sounds like before and after in the long run, and right at the cut. */
const longBeforeS = 5;
const longAfterS = 1.6;
const shortS = 0.33;
/** Windows (0.19 s long) this close to the moment hold sound of both sides, seconds. */
const edgeS = 0.05;
const longEdgeS = 0.1;
/** Variance added to every band, dB²: differences of 2 dB are no change. */
const floorVariance = 4;
/** Covariance added to both spectra, dB²: two flat spectra (noise) are alike. */
const alikeFloor = 100;
const keptWindows = 256;

/** How the sound before a moment and the sound after it differ. */
export interface SoundDifference {
  /** Correlation of the spectra (dB, without their means) of the third of a second before and after, -1 to 1: 1 where the sound goes on. */
  alike: number;
  /** Mean over bands of the change of the mean level in standard deviations, 5 s before against 1.6 s after. */
  shift: number;
}

/**
 * Remembers the spectrum of the last seconds and says how much it changes at a moment. In a programme room, bed and voice go on across its
 * cuts, and music does within a spot; from one spot to the next everything changes at once.
 */
export class SoundChange {
  readonly #parameters: SoundChangeParameters;
  #times: number[] = [];
  #windows: Float32Array[] = [];

  constructor(parameters: SoundChangeParameters) {
    this.#parameters = parameters;
  }

  /** Remembers what a run of signals heard. */
  remember(run: Signals): void {
    for (const { ptsUs, bytes } of soundWindows(run)) {
      this.#times.push(ptsUs);
      this.#windows.push(bandLevelsDbfs(bytes));
    }
    if (this.#times.length < 2 * keptWindows) return;
    this.#times = this.#times.slice(-keptWindows);
    this.#windows = this.#windows.slice(-keptWindows);
  }

  /**
   * Log-likelihood ratio of "one thing gave way to another" against "a cut within one thing" by the sound; 0 when there is none to compare.
   *
   * @param beforeUs end of the one, start of the separator when there is one
   * @param afterUs start of the other
   * @param dipDb how far the sound dips at the moment, dB (see SoundDips); counts for cuts, a separator dips by itself
   */
  gain(beforeUs: number, afterUs: number, dipDb: number): number {
    const difference = this.difference(beforeUs, afterUs);
    if (difference === undefined) return 0;
    const { base, perDipDb, mostDipDb, perAlike, perShift, least, most } = this.#parameters;
    const sum = base + perDipDb * Math.min(mostDipDb, dipDb) + perAlike * difference.alike + perShift * difference.shift;
    return Math.max(least, Math.min(most, sum));
  }

  /** What changes; undefined when too little is known of either side, or both are silent. */
  difference(beforeUs: number, afterUs: number): SoundDifference | undefined {
    const before = this.#between(beforeUs - longBeforeS * 1e6, beforeUs - longEdgeS * 1e6);
    const after = this.#between(afterUs + longEdgeS * 1e6, afterUs + longAfterS * 1e6);
    if (before.length < 10 || after.length < 10) return undefined;
    const one = statistics(before);
    const other = statistics(after);
    if (Math.max(...one.means, ...other.means) <= leastBandDbfs + 5) return undefined;
    let shift = 0;
    for (let band = 0; band < bandCount; band += 1) {
      const deviation = Math.sqrt(one.variances[band]! + other.variances[band]! + 2 * floorVariance);
      shift += Math.abs(one.means[band]! - other.means[band]!) / deviation / bandCount;
    }
    const last = this.#between(beforeUs - shortS * 1e6, beforeUs - edgeS * 1e6);
    const next = this.#between(afterUs + edgeS * 1e6, afterUs + shortS * 1e6);
    return { alike: last.length === 0 || next.length === 0 ? 0 : alike(statistics(last).means, statistics(next).means), shift };
  }

  #between(fromUs: number, toUs: number): Float32Array[] {
    const found: Float32Array[] = [];
    for (let at = this.#times.length - 1; at >= 0 && this.#times[at]! >= fromUs; at -= 1) {
      if (this.#times[at]! < toUs) found.push(this.#windows[at]!);
    }
    return found;
  }
}

function statistics(windows: readonly Float32Array[]): { means: Float64Array; variances: Float64Array } {
  const means = new Float64Array(bandCount);
  const variances = new Float64Array(bandCount);
  for (const window of windows) for (let band = 0; band < bandCount; band += 1) means[band]! += window[band]! / windows.length;
  for (const window of windows) {
    for (let band = 0; band < bandCount; band += 1) variances[band]! += (window[band]! - means[band]!) ** 2 / windows.length;
  }
  return { means, variances };
}

function alike(one: Float64Array, other: Float64Array): number {
  const meanOne = one.reduce((sum, level) => sum + level, 0) / bandCount;
  const meanOther = other.reduce((sum, level) => sum + level, 0) / bandCount;
  let both = alikeFloor;
  let ofOne = alikeFloor;
  let ofOther = alikeFloor;
  for (let band = 0; band < bandCount; band += 1) {
    both += (one[band]! - meanOne) * (other[band]! - meanOther);
    ofOne += (one[band]! - meanOne) ** 2;
    ofOther += (other[band]! - meanOther) ** 2;
  }
  return both / Math.sqrt(ofOne * ofOther);
}
