import type { DurationParameters } from './parameters.ts';

const stepS = 0.02;
/** Mean length of a spot, seconds: the density of what is left of one is its survival over its mean (renewal theory). */
const meanSpotS = 20;

/** Logarithms of how likely lengths of spots, plain stretches and breaks are. */
export class DurationModel {
  readonly #parameters: DurationParameters;
  readonly #density: Float64Array;
  readonly #survival: Float64Array;
  /** Spots of the channel by length, in tenths of a second. */
  readonly #seen = new Map<number, number>();

  constructor(parameters: DurationParameters) {
    this.#parameters = parameters;
    const steps = Math.ceil((parameters.longestSpotS + 2) / stepS);
    this.#density = Float64Array.from({ length: steps }, (_, step) => this.#spotDensity(step * stepS));
    this.#survival = new Float64Array(steps);
    this.#fillSurvival();
  }

  /** Learns which lengths the channel's spots have, seconds: what it airs once it airs again. */
  learn(lengthsS: readonly number[]): void {
    for (const lengthS of lengthsS) this.#seen.set(Math.round(lengthS * 10), (this.#seen.get(Math.round(lengthS * 10)) ?? 0) + 1);
    for (let step = 0; step < this.#density.length; step += 1) this.#density[step] = this.#spotDensity(step * stepS);
    this.#fillSurvival();
  }

  /** What was learned: tenths of a second and how often. */
  save(): [number, number][] {
    return [...this.#seen];
  }

  /** Takes back what {@link DurationModel.save} gave. */
  restore(seen: readonly (readonly [number, number])[]): void {
    for (const [tenths, count] of seen) this.#seen.set(tenths, count);
    this.learn([]);
  }

  #fillSurvival(): void {
    let left = 0;
    for (let step = this.#density.length - 1; step >= 0; step -= 1) {
      left += this.#density[step]! * stepS;
      this.#survival[step] = left;
    }
  }

  /** A spot that began earlier than this is over, microseconds; with a margin. */
  get longestSpotUs(): number {
    return (this.#parameters.longestSpotS + 2) * 1e6;
  }

  /** log density (per second) of a spot of this length; -Infinity where a spot cannot be. */
  spot(seconds: number): number {
    return Math.log(this.#density[Math.round(seconds / stepS)] ?? 0);
  }

  /** log density of what is left of a spot that was on air when the stream began. */
  restOfSpot(seconds: number): number {
    return this.spotSurvival(seconds) - Math.log(meanSpotS);
  }

  /** log probability that a spot is at least this long. */
  spotSurvival(seconds: number): number {
    return Math.log(Math.max(1e-9, Math.min(1, this.#survival[Math.max(0, Math.floor(seconds / stepS))] ?? 0)));
  }

  /** log probability that a plain stretch is at least this long: exponential, and steeper after a minute. */
  plainSurvival(seconds: number): number {
    return -seconds / this.#parameters.plainMeanS - Math.max(0, seconds - 45) / 10;
  }

  /** log density at which a plain stretch of any length ends. */
  get plainEnd(): number {
    return -Math.log(this.#parameters.plainMeanS);
  }

  /** log prior of a break as a whole. */
  wholeBreak(seconds: number, spots: number): number {
    const { shortBreakS, fullBreakS, shortBreakCost, longBreakS, longBreakCostPerMinute, loneSpotCost } = this.#parameters;
    const short = Math.max(0, Math.min(1, (fullBreakS - seconds) / (fullBreakS - shortBreakS)));
    const long = Math.max(0, seconds - longBreakS) / 60;
    return -short * shortBreakCost - long * longBreakCostPerMinute - (spots === 1 ? loneSpotCost : 0);
  }

  #spotDensity(seconds: number): number {
    const { peaks, peakDeviationS, otherShare, leastSpotS, longestSpotS, learnSpots } = this.#parameters;
    if (seconds < leastSpotS || seconds > longestSpotS) return 0;
    // Nearly all spots of no usual length are no longer than the usual ones.
    const usualS = 35;
    let density = otherShare * (seconds <= usualS ? 0.92 / (usualS - leastSpotS) : 0.08 / (longestSpotS - usualS));
    for (const [centre, weight] of peaks) density += (1 - otherShare) * weight * this.#peak(seconds - centre);
    let total = 0;
    let near = 0;
    for (const [tenths, count] of this.#seen) {
      total += count;
      near += count * normal(seconds - tenths / 10, peakDeviationS);
    }
    return (density * learnSpots + near) / (learnSpots + total);
  }

  /** Density of how far an airing is from its usual length: cut to the picture, or with a separator that takes or leaves a little. */
  #peak(seconds: number): number {
    const { peakDeviationS, exactShare, exactDeviationS } = this.#parameters;
    return exactShare * normal(seconds, exactDeviationS) + (1 - exactShare) * normal(seconds, peakDeviationS);
  }
}

function normal(distance: number, deviation: number): number {
  const z = distance / deviation;
  return Math.abs(z) < 6 ? Math.exp(-0.5 * z * z) / (deviation * Math.sqrt(2 * Math.PI)) : 0;
}
