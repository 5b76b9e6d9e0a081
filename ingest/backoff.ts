/** Bounds of an exponential back-off, milliseconds. */
export interface BackoffBounds {
  firstMs: number;
  mostMs: number;
}

/**
 * Wait before attempt `attempt` + 1: exponential with full jitter (Brooker, "Exponential Backoff And Jitter", AWS Architecture Blog 2015),
 * never under a tenth of `firstMs` so that nobody spins. `random` is 0 to 1.
 */
export function backoffMs(attempt: number, bounds: BackoffBounds, random: () => number = Math.random): number {
  const ceilingMs = Math.min(bounds.mostMs, bounds.firstMs * 2 ** Math.min(30, attempt - 1));
  return Math.max(bounds.firstMs / 10, random() * ceilingMs);
}
