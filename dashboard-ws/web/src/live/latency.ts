const kept = 300;
/** Older than this is not live (a recording with its own clock), milliseconds. */
const longestMs = 60_000;

/** Latency of the last few hundred live pictures: event time to arrival here. */
export class LatencyMeter {
  #values: number[] = [];

  /** Notes one latency; what cannot be live is left out. */
  add(latencyMs: number): void {
    if (latencyMs < -1000 || latencyMs > longestMs) return;
    this.#values.push(Math.max(0, latencyMs));
    if (this.#values.length > kept) this.#values.shift();
  }

  /** The value under which `share` (0 to 1) of the latencies lie, or null when there are none. */
  quantile(share: number): number | null {
    if (this.#values.length === 0) return null;
    const sorted = [...this.#values].sort((a, b) => a - b);
    return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? null;
  }
}
