import type { TimeSource } from '../../schemas/events.generated.ts';

/** Wall-clock time of an event and how it is known. */
export interface EventTime {
  eventTimeMs: number;
  timeSource: TimeSource;
  uncertaintyMs: number;
}

/** Tells when a media time happened at the source. */
export interface EventClock {
  /** Takes note that media time `ptsUs` is being read now; called for every leading packet, in order. */
  observe(epoch: number, ptsUs: number): void;
  /** The source says what wall clock a media time has. */
  tell(epoch: number, ptsUs: number, wallMs: number, uncertaintyMs: number): void;
  /** Event time of a media time. */
  at(epoch: number, ptsUs: number): EventTime;
}

interface Anchor {
  ptsUs: number;
  wallMs: number;
}

const arrivalUncertaintyMs = 500;
/** Arrival falling behind the anchor by more than this is a new anchor (the source stood still), milliseconds. */
const staleAnchorMs = 5_000;

/** Epochs whose wall clock is remembered: events of one that ended are made a little later. */
const keptEpochs = 2;

/** Event time that the source itself says where it does (EXT-X-PROGRAM-DATE-TIME), else that of another clock. */
export function sourceClock(otherwise: Omit<EventClock, 'tell'>): EventClock {
  const told = new Map<number, Anchor & { uncertaintyMs: number }>();
  return {
    observe: (epoch, ptsUs) => otherwise.observe(epoch, ptsUs),
    tell: (epoch, ptsUs, wallMs, uncertaintyMs) => {
      told.set(epoch, { ptsUs, wallMs, uncertaintyMs });
      told.delete(epoch - keptEpochs);
    },
    at: (epoch, ptsUs) => {
      const anchor = told.get(epoch);
      if (anchor === undefined) return otherwise.at(epoch, ptsUs);
      const eventTimeMs = Math.round(anchor.wallMs + (ptsUs - anchor.ptsUs) / 1000);
      return { eventTimeMs, timeSource: 'pdt', uncertaintyMs: anchor.uncertaintyMs };
    },
  };
}

/** Event time of a live stream: arrival, smoothed by media time, as the earliest arrival seen tells least delay. */
export function arrivalClock(nowMs: () => number): Omit<EventClock, 'tell'> {
  const anchors = new Map<number, Anchor>();
  const expected = (anchor: Anchor, ptsUs: number): number => anchor.wallMs + (ptsUs - anchor.ptsUs) / 1000;
  return {
    observe: (epoch, ptsUs) => {
      const now = nowMs();
      const anchor = anchors.get(epoch);
      if (anchor !== undefined) {
        const aheadMs = expected(anchor, ptsUs) - now;
        if (aheadMs <= 0 && aheadMs > -staleAnchorMs) return;
      }
      anchors.set(epoch, { ptsUs, wallMs: now });
      anchors.delete(epoch - 2);
    },
    at: (epoch, ptsUs) => {
      const anchor = anchors.get(epoch);
      const eventTimeMs = anchor === undefined ? nowMs() : expected(anchor, ptsUs);
      return { eventTimeMs: Math.round(eventTimeMs), timeSource: 'arrival', uncertaintyMs: arrivalUncertaintyMs };
    },
  };
}

/** Event time of a recording: its start plus the media time since the first picture, later epochs one after the other. */
export function recordingClock(startMs: number, uncertaintyMs: number): Omit<EventClock, 'tell'> {
  const anchors = new Map<number, Anchor>();
  let last = { epoch: -1, ptsUs: 0 };
  const at = (epoch: number, ptsUs: number): number => {
    const anchor = anchors.get(epoch);
    return anchor === undefined ? startMs : anchor.wallMs + (ptsUs - anchor.ptsUs) / 1000;
  };
  return {
    observe: (epoch, ptsUs) => {
      if (!anchors.has(epoch)) anchors.set(epoch, { ptsUs, wallMs: last.epoch < 0 ? startMs : at(last.epoch, last.ptsUs) });
      if (epoch > last.epoch || ptsUs > last.ptsUs) last = { epoch, ptsUs };
    },
    at: (epoch, ptsUs) => ({ eventTimeMs: Math.round(at(epoch, ptsUs)), timeSource: 'file', uncertaintyMs }),
  };
}
