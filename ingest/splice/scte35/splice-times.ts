/** Ticks a second of the clock that MPEG time stamps count. */
const ticksPerUs = 0.09;
/** Time stamps have 33 bits (ISO/IEC 13818-1, 2.4.3.7). */
const wrapTicks = 2 ** 33;

/** Sum of two 33-bit times, modulo 2^33. */
export function addTicks(ticks: number, more: number): number {
  return (ticks + more) % wrapTicks;
}

/** Microseconds of a length in ticks of 90 kHz. */
export function ticksToUs(ticks: number): number {
  return Math.round(ticks / ticksPerUs);
}

/**
 * The time, microseconds, that a 33-bit time stamp stands for: of all that it can mean, the nearest to `nearUs`. Right as long as the two
 * are less than 13 hours apart, and independent of how often the clock has wrapped.
 */
export function unwrapTicks(ticks: number, nearUs: number): number {
  const nearTicks = Math.round(nearUs * ticksPerUs);
  const ranges = Math.round((nearTicks - ticks) / wrapTicks);
  return ticksToUs(ticks + ranges * wrapTicks);
}
