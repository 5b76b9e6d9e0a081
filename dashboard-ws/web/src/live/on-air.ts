import type { LiveBreak, LiveSpot } from '../../../../schemas/ws/events.ts';
import { openBreakOf } from '../../../../schemas/ws/on-air.ts';
import type { Channel } from './store.ts';

/** Longest time the page lets media time run on by itself between two events, microseconds. */
const longestRunOnUs = 4_000_000;

/** What a channel shows now. */
export interface OnAir {
  kind: 'programme' | 'break' | 'off';
  /** How long, by media time for breaks; null when the beginning was not seen. */
  runningMs: number | null;
  openBreak: LiveBreak | undefined;
}

/** Media time now: the newest seen, running on while the stream is live. */
export function mediaNowUs(channel: Channel): number {
  if (channel.status?.state !== 'live') return channel.mediaUs;
  return channel.mediaUs + Math.min(longestRunOnUs, Math.max(0, (performance.now() - channel.mediaSeenMs) * 1000));
}

/** True while a spot is on air: without an end, of the present epoch, and in a break that has not ended without it. */
export function isSpotOnAir(channel: Channel, spot: LiveSpot): boolean {
  if (spot.endUs !== null || spot.state === 'final' || spot.state === 'retracted' || spot.epoch !== channel.epoch) return false;
  const around = channel.breaks.get(spot.breakId);
  return around === undefined || (around.endUs === null && around.state !== 'retracted');
}

/** State of a channel now. */
export function onAirOf(channel: Channel): OnAir {
  const state = channel.status?.state;
  if (state === 'connecting' || state === 'failed' || state === 'ended' || (state === undefined && channel.frame === null)) {
    return { kind: 'off', runningMs: null, openBreak: undefined };
  }
  const openBreak = openBreakOf(channel.breaks.values(), channel);
  if (openBreak !== undefined) {
    return { kind: 'break', runningMs: Math.max(0, mediaNowUs(channel) - openBreak.ptsUs) / 1000, openBreak };
  }
  let sinceUs = channel.epochStart?.ptsUs;
  for (const past of channel.breaks.values()) {
    if (past.state === 'retracted' || past.epoch !== channel.epoch || past.endUs === null) continue;
    sinceUs = Math.max(sinceUs ?? past.endUs, past.endUs);
  }
  const runningMs = sinceUs === undefined ? null : Math.max(0, mediaNowUs(channel) - sinceUs) / 1000;
  return { kind: 'programme', runningMs, openBreak: undefined };
}
