import type { WallTime } from './time-zone.ts';

/** Picture rates of television and cinema (SMPTE ST 2036-1, ITU-R BT.709), pictures a second. */
const usualRates: readonly number[] = [24_000 / 1001, 24, 25, 30_000 / 1001, 30, 48, 50, 60_000 / 1001, 60, 100, 120];
/** A measured rate this far from a usual one is kept as measured. */
const rateTolerance = 0.005;

/** The usual picture rate nearest to a measured one; 0 stays 0 (not known). */
export function usualRate(measuredFps: number): number {
  const nearest = usualRates.reduce((best, rate) => (Math.abs(rate - measuredFps) < Math.abs(best - measuredFps) ? rate : best));
  return Math.abs(nearest - measuredFps) <= rateTolerance * nearest ? nearest : measuredFps;
}

/** `HH:MM:SS:FF`, the frame counted from the full second (no dropped counts: it is a wall clock); `HH:MM:SS.mmm` when the rate is 0. */
export function timeCode(wall: Pick<WallTime, 'hour' | 'minute' | 'second' | 'millisecond'>, rateFps: number): string {
  const clock = [wall.hour, wall.minute, wall.second].map((value) => String(value).padStart(2, '0')).join(':');
  if (rateFps <= 0) return `${clock}.${String(wall.millisecond).padStart(3, '0')}`;
  // Times are kept to the millisecond: half of one keeps a picture that begins at 39.9997 ms from counting as the one before.
  const frame = Math.floor(((wall.millisecond + 0.5) * rateFps) / 1000);
  return `${clock}:${String(frame).padStart(2, '0')}`;
}

/** Media time, microseconds, as `HH:MM:SS:FF` or `HH:MM:SS.mmm`; hours go on after 23. */
export function mediaTimeCode(us: number, rateFps: number): string {
  const ms = Math.max(0, Math.round(us / 1000));
  const wall = { hour: Math.floor(ms / 3_600_000), minute: Math.floor(ms / 60_000) % 60, second: Math.floor(ms / 1000) % 60, millisecond: ms % 1000 };
  return timeCode(wall, rateFps);
}
