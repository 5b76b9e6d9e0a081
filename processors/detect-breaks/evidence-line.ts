/** A function of media time as the running sum of samples: log-likelihood that grows while time goes on. */
export class EvidenceLine {
  #times: number[] = [];
  #sums: number[] = [];
  #base = 0;

  /** Adds a sample; one that comes late takes its place in time. */
  add(ptsUs: number, gain: number): void {
    const at = this.#countBefore(ptsUs);
    const before = at === 0 ? this.#base : this.#sums[at - 1]!;
    if (at === this.#times.length) {
      this.#times.push(ptsUs);
      this.#sums.push(before + gain);
      return;
    }
    this.#times.splice(at, 0, ptsUs);
    this.#sums.splice(at, 0, before);
    for (let index = at; index < this.#sums.length; index += 1) this.#sums[index]! += gain;
  }

  /** Sum of the samples before `ptsUs`. */
  before(ptsUs: number): number {
    const count = this.#countBefore(ptsUs);
    return count === 0 ? this.#base : this.#sums[count - 1]!;
  }

  /** Forgets single samples before `ptsUs`; their sum stays. */
  forget(ptsUs: number): void {
    const count = this.#times.findIndex((time) => time >= ptsUs);
    if (count < 256) return;
    this.#base = this.#sums[count - 1]!;
    this.#times = this.#times.slice(count);
    this.#sums = this.#sums.slice(count);
  }

  #countBefore(ptsUs: number): number {
    let low = 0;
    let high = this.#times.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#times[middle]! < ptsUs) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
