/** A change of look. */
export interface LookChange<Look> {
  /** Media time of the first sample of the new look. */
  atUs: number;
  from: Look;
  to: Look;
  /** How long the old look had been there, seconds. */
  heldS: number;
}

/**
 * Follows one look through samples that are often unsure: a new look counts when it has been seen for so long without the old one between.
 */
export class LookReader<Look> {
  readonly #holdUs: number;
  #look: Look | undefined;
  #sinceUs = 0;
  #candidate: { look: Look; sinceUs: number } | undefined;

  /** @param holdS how long a new look has to be seen, seconds */
  constructor(holdS: number) {
    this.#holdUs = holdS * 1e6;
  }

  /** The look that is believed; undefined until one was held. */
  get look(): Look | undefined {
    return this.#look;
  }

  /** Adds a sample, PTS order; `undefined` when it cannot be told. Returns a change when one has become certain; the first look is none. */
  add(ptsUs: number, seen: Look | undefined): LookChange<Look> | undefined {
    if (seen === undefined) return undefined;
    if (seen === this.#look) {
      this.#candidate = undefined;
      return undefined;
    }
    if (this.#candidate?.look !== seen) this.#candidate = { look: seen, sinceUs: ptsUs };
    if (ptsUs - this.#candidate.sinceUs < this.#holdUs) return undefined;
    const { sinceUs: atUs } = this.#candidate;
    const from = this.#look;
    const heldS = (atUs - this.#sinceUs) / 1e6;
    this.#look = seen;
    this.#sinceUs = atUs;
    this.#candidate = undefined;
    return from === undefined ? undefined : { atUs, from, to: seen, heldS };
  }
}
