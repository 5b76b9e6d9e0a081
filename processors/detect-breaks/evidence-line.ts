/** A function of media time as the running sum of samples: log-likelihood that grows while time goes on. Samples come in PTS order. */
export class EvidenceLine {
  #times: number[] = [];
  #sums: number[] = [];
  #base = 0;

  /** Adds a sample. */
  add(ptsUs: number, gain: number): void {
    this.#times.push(ptsUs);
    this.#sums.push((this.#sums[this.#sums.length - 1] ?? this.#base) + gain);
  }

  /** Sum of the samples before `ptsUs`. */
  before(ptsUs: number): number {
    let low = 0;
    let high = this.#times.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#times[middle]! < ptsUs) low = middle + 1;
      else high = middle;
    }
    return low === 0 ? this.#base : this.#sums[low - 1]!;
  }

  /** Forgets single samples before `ptsUs`; their sum stays. */
  forget(ptsUs: number): void {
    const count = this.#times.findIndex((time) => time >= ptsUs);
    if (count < 256) return;
    this.#base = this.#sums[count - 1]!;
    this.#times = this.#times.slice(count);
    this.#sums = this.#sums.slice(count);
  }
}
