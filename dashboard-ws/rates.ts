/** Span over which rates are measured, in one-second bins. */
const spanSeconds = 10;

/** Events a second over the last ten seconds, from one-second bins; the running second is left out. */
export class Rate {
  readonly #bins = new Float64Array(spanSeconds + 1);
  #second = -1;
  #firstSecond = -1;

  /** Counts `events` at a monotonic time. */
  add(nowMs: number, events: number): void {
    this.#advance(nowMs);
    const bin = this.#second % this.#bins.length;
    this.#bins[bin] = (this.#bins[bin] ?? 0) + events;
  }

  /** Events a second; over the time since the first event while that is shorter than the span. */
  perSecond(nowMs: number): number {
    if (this.#second < 0) return 0;
    this.#advance(nowMs);
    let sum = 0;
    const length = this.#bins.length;
    for (let age = 1; age <= spanSeconds; age += 1) sum += this.#bins[(this.#second - age + length) % length] ?? 0;
    const seconds = Math.min(spanSeconds, this.#second - this.#firstSecond);
    return seconds <= 0 ? 0 : sum / seconds;
  }

  #advance(nowMs: number): void {
    const second = Math.floor(nowMs / 1000);
    if (this.#second < 0) {
      this.#second = second;
      this.#firstSecond = second;
    }
    const steps = Math.min(second - this.#second, this.#bins.length);
    for (let step = 1; step <= steps; step += 1) this.#bins[(second - steps + step) % this.#bins.length] = 0;
    if (second > this.#second) this.#second = second;
  }
}
