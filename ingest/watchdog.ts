import type { Clock } from '../core/time/clock.ts';

/** Opening a source may take this long at least, milliseconds: ffmpeg looks at a live stream for seconds before it begins. */
const openMs = 15_000;

/**
 * Calls `onStall` once when a wait for the source has lasted longer than `stallMs`. Only waiting counts: time in which we hold the source
 * back ourselves does not.
 */
export class Watchdog {
  readonly #clock: Clock;
  #limitMs: number;
  readonly #stallMs: number;
  readonly #onStall: () => void;
  readonly #ended = new AbortController();
  #waitingSinceMs: number | undefined;

  constructor(clock: Clock, stallMs: number, onStall: () => void) {
    this.#clock = clock;
    this.#stallMs = stallMs;
    this.#limitMs = Math.max(openMs, stallMs);
    this.#onStall = onStall;
  }

  /** Begins to watch; resolves when {@link Watchdog.end} is called or the stall was reported. */
  async watch(): Promise<void> {
    while (!this.#ended.signal.aborted) {
      const waitedMs = this.#waitingSinceMs === undefined ? 0 : this.#clock.monotonicMs() - this.#waitingSinceMs;
      if (waitedMs >= this.#limitMs) {
        this.#onStall();
        return;
      }
      const restMs = Math.max(20, Math.min(1_000, this.#limitMs - waitedMs));
      await this.#clock.sleep(restMs, this.#ended.signal).catch(() => undefined);
    }
  }

  /** The next thing is up to the source. */
  waiting(): void {
    this.#waitingSinceMs ??= this.#clock.monotonicMs();
  }

  /** The source has delivered: from here on the shorter limit holds. */
  delivered(): void {
    this.#limitMs = this.#stallMs;
    this.#waitingSinceMs = undefined;
  }

  /** Stops watching. */
  end(): void {
    this.#ended.abort();
  }
}
