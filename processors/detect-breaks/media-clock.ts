/** Media time for people, to a tenth of a second: 1:02:03.4. What lies before the first picture is shown as its beginning. @param ptsUs microseconds */
export function mediaClock(ptsUs: number): string {
  const tenths = Math.max(0, Math.round(ptsUs / 1e5));
  const rest = ((tenths % 600) / 10).toFixed(1).padStart(4, '0');
  return `${Math.floor(tenths / 36_000)}:${String(Math.floor(tenths / 600) % 60).padStart(2, '0')}:${rest}`;
}

/** Recordings without a date count from 1970: what is earlier than this is no wall clock, milliseconds. */
const leastWallClockMs = Date.UTC(2000, 0, 1);

/**
 * Where and when something was on air, for people: by the wall clock, or by media time where the recording has no date.
 *
 * @param airing stream, media time in microseconds and wall clock in epoch milliseconds of its start
 */
export function airedAt({ streamId, startUs, eventTimeMs }: { streamId: string; startUs: number; eventTimeMs: number }): string {
  if (eventTimeMs >= leastWallClockMs) return `on ${streamId} at ${new Date(eventTimeMs).toISOString()}`;
  return `on ${streamId} at ${mediaClock(startUs)} of the recording`;
}
