import type { FormatParameters } from '../parameters.ts';

/**
 * Turns what is on air now into evidence over time: a stretch says what it has to say once, spread over its first seconds, and no more however long
 * it lasts. To say it again it has to come back from a stretch of the other kind.
 */
export class SpokenGain {
  readonly #parameters: FormatParameters;
  /** Said for "no programme", and for programme. */
  readonly #said = { away: 0, home: 0 };
  #sign = 0;
  #sinceS = 0;

  constructor(parameters: FormatParameters) {
    this.#parameters = parameters;
  }

  /**
   * The evidence of the next `seconds`.
   *
   * @param gain log-likelihood ratio of "no programme" by what is on air, 0 when nothing can be said
   * @param bound most that one stretch may say, either way
   */
  next(gain: number, bound: number, seconds: number): number {
    const { speakS, settledS } = this.#parameters;
    const sign = Math.sign(gain);
    if (sign === 0) return 0;
    this.#sinceS = sign === this.#sign ? this.#sinceS + seconds : seconds;
    this.#sign = sign;
    const [own, other] = sign > 0 ? (['away', 'home'] as const) : (['home', 'away'] as const);
    if (this.#sinceS >= settledS) this.#said[other] = 0;
    const due = Math.min(bound, Math.abs(gain));
    const step = Math.max(0, Math.min(due - this.#said[own], (due * seconds) / speakS));
    this.#said[own] += step;
    return step * sign;
  }
}
