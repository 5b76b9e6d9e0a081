/** How the pauses between attempts grow. */
export interface BackoffRange {
  /** Longest pause after the first failure, milliseconds. */
  firstMs: number;
  /** Longest pause at all, milliseconds. */
  longestMs: number;
}

/** Pause after failed attempt `attempt` (1 is the first): doubles from `firstMs` to `longestMs`; `random` (0 to 1) spreads its upper half. */
export function pauseBefore(attempt: number, random: number, range: BackoffRange): number {
  const ceiling = Math.min(range.longestMs, range.firstMs * 2 ** Math.min(attempt - 1, 16));
  return Math.round(ceiling * (0.5 + random / 2));
}
