import type { LiveBreak, LiveEventBase } from './events.ts';

/**
 * The break that is on air: open, not retracted, of the stream's present epoch (a break that was open when its stream restarted never
 * gets an end and must not stay on air for ever). Undefined when it is programme.
 */
export function openBreakOf(breaks: Iterable<LiveBreak>, newest: Pick<LiveEventBase, 'epoch'> | null): LiveBreak | undefined {
  let open: LiveBreak | undefined;
  for (const candidate of breaks) {
    if (candidate.endUs !== null || candidate.state === 'retracted' || candidate.state === 'final') continue;
    if (newest !== null && candidate.epoch !== newest.epoch) continue;
    if (open === undefined || candidate.ptsUs > open.ptsUs) open = candidate;
  }
  return open;
}

/** Wall-clock end of something with a media-time length, or undefined while it has no end. */
export function endTimeMsOf(event: { eventTimeMs: number; ptsUs: number; endUs: number | null }): number | undefined {
  return event.endUs === null ? undefined : event.eventTimeMs + Math.round((event.endUs - event.ptsUs) / 1000);
}
