/**
 * Says since when and until when something agreed: the running sum of a score that is positive while it agrees and negative while it does not
 * (Page, "Continuous Inspection Schemes", Biometrika 1954). The sum is highest at the moment it stopped agreeing.
 */
export class AgreementSum {
  #total = 0;
  #best = 0;
  #bestUs = Number.NEGATIVE_INFINITY;

  /** The sum: what speaks for agreement, in nats, less what speaks against it. */
  get total(): number {
    return this.#total;
  }

  /** Time at which the sum was highest; -Infinity when nothing ever agreed. */
  get agreedUntilUs(): number {
    return this.#bestUs;
  }

  /** How far the sum has fallen since then. */
  get fallen(): number {
    return this.#best - this.#total;
  }

  /** Adds the score of a moment. */
  add(score: number, timeUs: number): void {
    this.#total += score;
    if (this.#total < this.#best) return;
    this.#best = this.#total;
    this.#bestUs = timeUs;
  }
}

/**
 * From which of the moments `first` to `last` on everything agrees up to the last one: where the sum of their scores, taken backwards, is
 * highest. `last + 1` when nothing speaks for agreement.
 */
export function agreesSince(first: number, last: number, scoreAt: (moment: number) => number): number {
  let total = 0;
  let best = 0;
  let since = last + 1;
  for (let moment = last; moment >= first; moment -= 1) {
    total += scoreAt(moment);
    if (total > best) [best, since] = [total, moment];
  }
  return since;
}

/** Share of bits at which agreement and disagreement are told apart: the threshold of Haitsma and Kalker 2002. */
const agreeingShare = 0.35;
const perError = Math.log(agreeingShare / 0.5);
const perHit = Math.log((1 - agreeingShare) / 0.5);

/** Score of a check code of 32 bits, nats: log likelihood of {@link agreeingShare} against a half, of as many bits as are independent. */
export function soundScore(errors: number, stride: number): number {
  return ((errors * perError + (32 - errors) * perHit) * stride) / Math.max(9, 1.5 * stride);
}

/** Score of a hash, about nats: logo, ticker and crop leave under 20 bits, unrelated pictures differ in 32. */
export function pictureScore(bits: number): number {
  return Math.max(-3, Math.min(2, (22 - bits) / 3));
}
