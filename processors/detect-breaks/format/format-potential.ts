/**
 * Turns what the look on air says into evidence over time: the evidence of a stretch is the difference between what its ends say, so a look that
 * stays says what it has to say once, and one that flickers says nothing in the end.
 */
export class FormatPotential {
  readonly #speakS: number;
  #said = 0;

  /** @param speakS a whole change is spread over so many seconds */
  constructor(speakS: number) {
    this.#speakS = speakS;
  }

  /** A look that changes for the first time would have said `gain` before: nothing is said of it, but the change counts from there. */
  assume(gain: number, bound: number): void {
    this.#said = within(bound / 2, this.#said + gain);
  }

  /**
   * The evidence of the next `seconds`.
   *
   * @param gain log-likelihood ratio of "no programme" by what is on air, 0 when nothing can be said
   * @param bound most that one change may say
   */
  next(gain: number, bound: number, seconds: number): number {
    const step = within((bound * seconds) / this.#speakS, within(bound / 2, gain) - this.#said);
    this.#said += step;
    return step;
  }
}

function within(most: number, value: number): number {
  return Math.max(-most, Math.min(most, value));
}
