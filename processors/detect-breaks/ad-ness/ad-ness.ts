import type { Signals } from '../../../schemas/events.generated.ts';
import { FeatureWindows, type JudgedSecond, windowSeconds } from './feature-windows.ts';
import { type AdNessWeights, adNessWeights } from './weights.ts';

/** How much a second speaks for advertising. */
export interface AdNessSecond {
  /** Media time at which the second starts, microseconds. */
  ptsUs: number;
  /** Log-odds (natural) for an ad against programme, at most 0.25 either way; 0 where there is nothing to see or hear. */
  logOdds: number;
}

/** It learned from synthetic recordings, so it may only nudge. */
const clipLogOdds = 0.25;
/** Standard deviations from the mean of the training material beyond which a feature counts no further: nothing is extrapolated. */
const farthest = 3;

/**
 * Judges every second of a stream by how it looks and sounds (shots, movement, text, speech or music) with a logistic regression trained by
 * scripts/train-ad-ness.ts. Values add up over a segment: they are divided by the length of the window, because neighbouring windows share
 * most of what they see. One instance per stream.
 */
export class AdNess {
  readonly #windows = new FeatureWindows();
  readonly #weights: AdNessWeights;

  constructor(weights: AdNessWeights = adNessWeights) {
    this.#weights = weights;
  }

  /** Reads a run; gives the seconds whose window it completed, in order: four seconds late. */
  add(run: Signals): AdNessSecond[] {
    return this.#windows.add(run).map((second) => this.#judge(second));
  }

  /** Judges what is left, with shorter windows, and starts anew. */
  flush(): AdNessSecond[] {
    return this.#windows.flush().map((second) => this.#judge(second));
  }

  /** Media time starts anew: forgets everything that was not judged yet. */
  newEpoch(): void {
    this.#windows.newEpoch();
  }

  #judge({ ptsUs, features }: JudgedSecond): AdNessSecond {
    const logOdds = features === undefined ? 0 : adLogOdds(features, this.#weights) / windowSeconds;
    return { ptsUs, logOdds: Math.max(-clipLogOdds, Math.min(clipLogOdds, logOdds)) };
  }
}

/** Log-odds of one window by a regression. */
export function adLogOdds(features: readonly number[], { bias, means, deviations, factors }: AdNessWeights): number {
  return features.reduce((sum, feature, index) => {
    const standard = (feature - means[index]!) / deviations[index]!;
    return sum + factors[index]! * Math.max(-farthest, Math.min(farthest, standard));
  }, bias);
}
