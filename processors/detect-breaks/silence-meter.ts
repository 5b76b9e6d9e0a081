import type { AudioSignals } from '../../schemas/events.generated.ts';
import type { CueParameters } from './parameters.ts';

/** A stretch of black, silence ... in media time, half-open. */
export interface Span {
  startUs: number;
  endUs: number;
}

/** Levels are remembered as a histogram of 1 dB bins from -120 to 0 with exponential forgetting. */
const bins = 121;
/** Time constant of the forgetting, in blocks of 23 ms (about 45 s). */
const memoryBlocks = 1940;

/**
 * Finds silences with a level that adapts: under a fixed level, or far under the running median and near the quietest tenth of a percent of
 * the last minute (a noise floor). Blocks come in PTS order.
 */
export class SilenceMeter {
  readonly #parameters: CueParameters;
  readonly #histogram = new Float64Array(bins);
  #total = 0;
  #weight = 1;
  #span: Span | undefined;
  #thresholdDb: number;
  #blocks = 0;

  constructor(parameters: CueParameters) {
    this.#parameters = parameters;
    this.#thresholdDb = parameters.silenceDbfs;
  }

  /** The silence that is on now, when there is one. */
  get open(): Span | undefined {
    return this.#span;
  }

  /** Adds a block; returns the silence that it ended, of whatever length. */
  add(block: AudioSignals): Span | undefined {
    this.#learn(block.rmsDbfs);
    if (block.rmsDbfs <= this.#thresholdDb) {
      const endUs = block.ptsUs + block.durationUs;
      if (this.#span !== undefined && block.ptsUs - this.#span.endUs < 100_000) this.#span.endUs = endUs;
      else this.#span = { startUs: block.ptsUs, endUs };
      return undefined;
    }
    const ended = this.#span;
    this.#span = undefined;
    return ended;
  }

  #learn(level: number): void {
    // Growing weights instead of shrinking every bin: the same forgetting at the cost of one addition.
    this.#weight *= 1 + 1 / memoryBlocks;
    const bin = Math.max(0, Math.min(bins - 1, Math.round(level) + 120));
    this.#histogram[bin]! += this.#weight;
    this.#total += this.#weight;
    this.#blocks += 1;
    if (this.#weight > 1e12) this.#rescale();
    if (this.#blocks % 8 === 0) this.#thresholdDb = this.#threshold();
  }

  #threshold(): number {
    const { silenceDbfs, silenceDropDb, floorMarginDb } = this.#parameters;
    // Under 5 s of sound there is no floor to speak of.
    if (this.#blocks < 215) return silenceDbfs;
    const floor = this.#quantile(0.002) + floorMarginDb;
    return Math.max(silenceDbfs, Math.min(floor, this.#quantile(0.5) - silenceDropDb));
  }

  #quantile(share: number): number {
    let sum = 0;
    for (let bin = 0; bin < bins; bin += 1) {
      sum += this.#histogram[bin]!;
      // Digital silence says nothing about the noise floor of the channel.
      if (sum >= share * this.#total && bin > 40) return bin - 120;
    }
    return 0;
  }

  #rescale(): void {
    for (let bin = 0; bin < bins; bin += 1) this.#histogram[bin]! /= this.#weight;
    this.#total /= this.#weight;
    this.#weight = 1;
  }
}
