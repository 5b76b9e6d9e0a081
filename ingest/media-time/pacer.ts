import type { Clock } from '../../core/time/clock.ts';

/** Ahead of real time by less than this is not worth a wait, milliseconds. */
const toleranceMs = 3;
/** Behind by more than this the pacer starts anew instead of catching up, milliseconds. */
const lostMs = 10_000;

/** Holds a recording back to real time: a media time is due as long after the first one as it lies behind it. */
export class Pacer {
  readonly #clock: Clock;
  #anchor: { rawUs: number; atMs: number } | undefined;
  #lastRawUs = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Resolves when raw time `rawUs` is due. Jumps in time (resets, gaps) begin a new count. @throws the signal's reason */
  async until(rawUs: number, signal: AbortSignal): Promise<void> {
    const nowMs = this.#clock.monotonicMs();
    const jumpUs = rawUs - this.#lastRawUs;
    this.#lastRawUs = rawUs;
    const anchor = this.#anchor;
    const aheadMs = anchor === undefined ? 0 : anchor.atMs + (rawUs - anchor.rawUs) / 1000 - nowMs;
    if (anchor === undefined || Math.abs(jumpUs) > 10_000_000 || aheadMs < -lostMs) {
      this.#anchor = { rawUs, atMs: nowMs };
      return;
    }
    if (aheadMs > toleranceMs) await this.#clock.sleep(aheadMs, signal);
  }
}
