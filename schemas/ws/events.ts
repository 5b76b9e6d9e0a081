/** Events a client can subscribe to; topics of the bus, except `signals-summary`, which is `signals` boiled down to one level per run. */
export const liveEventTypes = ['frames', 'detections', 'shots', 'breaks', 'spots', 'splice-cues', 'stream-status', 'signals-summary'] as const;

/** One of {@link liveEventTypes}. */
export type LiveEventType = (typeof liveEventTypes)[number];

/** Fields of every live event. Media time is unwrapped microseconds, wall clock epoch milliseconds, confidence 0 to 1. */
export interface LiveEventBase {
  streamId: string;
  /** Grows at every reconnect or PTS reset of the stream. */
  epoch: number;
  ptsUs: number;
  eventTimeMs: number;
}

/** A new picture; fetch it at `/api/v1/streams/{streamId}/frame.jpg?frame={eventId}`. */
export interface LiveFrame extends LiveEventBase {
  eventId: string;
  /** When ingest had it ready. */
  processedAtMs: number;
  /** True when event times are those of a recording, which may be long ago. */
  recorded: boolean;
  /** Size of the JPEG. */
  widthPx: number;
  heightPx: number;
  /** Size of the broadcast picture; boxes are in its pixels. */
  sourceWidthPx: number;
  sourceHeightPx: number;
}

/** One box. */
export interface LiveDetection {
  label: string;
  confidence: number;
  /** Left, top, right, bottom in pixels of the broadcast picture. */
  xyxyPx: [number, number, number, number];
}

/** What one model found in one frame. */
export interface LiveDetections extends LiveEventBase {
  frameEventId: string;
  sourceWidthPx: number;
  sourceHeightPx: number;
  modelName: string;
  detections: LiveDetection[];
}

/** A finished shot. */
export interface LiveShot extends LiveEventBase {
  shotId: string;
  endUs: number;
  transition: string;
  confidence: number;
}

/** Where a break or spot is in its life; `final` and `retracted` end it. */
export type LiveState = 'provisional' | 'confirmed' | 'final' | 'retracted';

/** One revision of a break; the highest revision of a `breakId` counts. */
export interface LiveBreak extends LiveEventBase {
  breakId: string;
  revision: number;
  state: LiveState;
  /** Null while on air. */
  endUs: number | null;
  confidence: number;
  evidence: string[];
  knownUpToUs: number;
}

/** One revision of an airing; the highest revision of an `airingId` counts. */
export interface LiveSpot extends LiveEventBase {
  airingId: string;
  spotId: string;
  breakId: string;
  revision: number;
  state: LiveState;
  /** Null while on air. */
  endUs: number | null;
  /** Empty when the spot has no name yet. */
  title: string;
  /** A confirmed spot of the catalogue. */
  known: boolean;
  /** What `spotId` rests on: nothing (a segment seen for the first time), repeat (it aired before), catalogue (candidate or confirmed). */
  identifiedBy: 'nothing' | 'repeat' | 'catalogue';
  /** From the catalogue, empty when not known. */
  brand: string;
  product: string;
  category: string;
  /** Media time from the start of the airing to what had been read when it was first identified; null when it is not, or nobody remembers. */
  identifiedAfterMs: number | null;
  /** 1 for the first time this spot was seen. */
  airing: number;
  position: number;
  confidence: number;
  evidence: string[];
}

/** One revision of a splice cue of the broadcaster; the highest revision of a `cueId` counts. Its times are those of the splice point. */
export interface LiveSpliceCue extends LiveEventBase {
  cueId: string;
  revision: number;
  direction: 'out' | 'in' | 'cancel' | 'other';
  /** Announced length of the break, null when the cue says none. */
  durationUs: number | null;
  /** What the broadcaster sent, e.g. `splice_insert`. */
  command: string;
  carrier: 'scte35' | 'hlsCue' | 'hlsDateRange' | 'hlsOatcls';
  outcome: 'pending' | 'matched' | 'unmatched' | 'cancelled';
  /** The break whose boundary matched, else empty. */
  breakId: string;
  /** Seen boundary minus splice point; null unless matched. */
  errorMs: number | null;
  /** How far the channel's cues of this direction are believed after this revision, 0 to 1. */
  trust: number;
}

/** State of a stream. */
export interface LiveStatus extends LiveEventBase {
  state: 'connecting' | 'live' | 'stalled' | 'reconnecting' | 'failed' | 'ended';
  changed: boolean;
  code: string;
  message: string;
  title: string;
  sourceKind: string;
  attempt: number;
  hasVideo: boolean;
  hasAudio: boolean;
  widthPx: number;
  heightPx: number;
  rateFps: number;
  pictures: number;
  durationMs: number;
  /** Frames dropped in this epoch by reason. */
  drops: Record<string, number>;
}

/** One run of signals boiled down: means of the pictures, loudest of the sound. */
export interface LiveSignalsSummary extends LiveEventBase {
  endUs: number;
  pictures: number;
  /** Mean luma, 0 to 255; null without pictures. */
  lumaMean: number | null;
  blackRatio: number | null;
  /** Energy mean of the run, dB full scale; null without sound. */
  rmsDbfs: number | null;
  peakDbfs: number | null;
}

/** Data by event type. */
export interface LiveEvents {
  frames: LiveFrame;
  detections: LiveDetections;
  shots: LiveShot;
  breaks: LiveBreak;
  spots: LiveSpot;
  'splice-cues': LiveSpliceCue;
  'stream-status': LiveStatus;
  'signals-summary': LiveSignalsSummary;
}

/** A published event with its place in the hub's order. */
export type Publication = {
  [Type in LiveEventType]: { offset: number; stream: string; event: Type; data: LiveEvents[Type] };
}[LiveEventType];
