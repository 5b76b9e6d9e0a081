import type { LiveBreak, LiveDetections, LiveFrame, LiveShot, LiveSpliceCue, LiveSpot, LiveStatus } from './events.ts';

/** Latest of everything about one stream. */
export interface StreamSnapshot {
  streamId: string;
  /** Name for people; the stream id when the stream has none. */
  title: string;
  /** First event seen of the present epoch, null before it. */
  epochStart: { atMs: number; ptsUs: number } | null;
  status: LiveStatus | null;
  frame: LiveFrame | null;
  detections: LiveDetections | null;
  /** The break on air now, or null. */
  openBreak: LiveBreak | null;
}

/** `GET /api/v1/streams`. */
export interface StreamsResponse {
  serverTimeMs: number;
  /** Position in the WebSocket's order that the snapshot includes. */
  position: { epoch: string; offset: number };
  streams: StreamSnapshot[];
  /** What this process serves beside the streams. */
  serves: { catalogue: boolean; asRun: boolean };
}

/** `GET /api/v1/streams/{id}/timeline?from&to`. */
export interface TimelineResponse {
  streamId: string;
  fromMs: number;
  toMs: number;
  breaks: LiveBreak[];
  spots: LiveSpot[];
  shots: LiveShot[];
  spliceCues: LiveSpliceCue[];
  /** The last state changes, oldest first, whatever the span: they carry the wall clock, recordings their own time. */
  statuses: LiveStatus[];
}

/** `GET /api/v1/breaks`, newest first. */
export interface BreaksResponse {
  breaks: LiveBreak[];
}

/** `GET /api/v1/breaks/{id}`: the life of one break. */
export interface BreakResponse {
  /** What is remembered of its revisions, oldest first; the last one counts. */
  revisions: LiveBreak[];
}

/** `GET /api/v1/spots`, newest first. */
export interface SpotsResponse {
  spots: LiveSpot[];
}

/** What is measured about one topic. */
export interface TopicStats {
  topic: string;
  /** Events a second over the last ten seconds. */
  eventsPerSecond: number;
  /** Records behind the end of the topic when last read. */
  lagRecords: number;
  /** Age of the last record when it was read, from its append; milliseconds. */
  readDelayMs: number;
}

/** `GET /api/v1/stats`. */
export interface StatsResponse {
  serverTimeMs: number;
  uptimeMs: number;
  connections: number;
  /** Events of all topics a second over the last ten seconds. */
  eventsPerSecond: number;
  /** Frames a second over the last ten seconds, all streams. */
  framesPerSecond: number;
  lagRecords: number;
  topics: TopicStats[];
  /** Frames dropped by ingest, by reason, over all streams in their present epochs. */
  drops: Record<string, number>;
}

/** One airing as the as-run log tells it; the API gives more fields (core/as-run/formats.ts). */
export interface AsRunAiring {
  streamId: string;
  /** Name of the channel for people. */
  channel: string;
  /** Wall clock. */
  startMs: number;
  durationMs: number;
  /** `HH:MM:SS:FF` of the wall clock, or `HH:MM:SS.mmm` when the picture rate is not known. */
  timeCode: string;
  airingId: string;
  breakId: string;
  /** Place in the break, 1 for the first. */
  position: number;
  spotId: string;
  title: string;
  brand: string;
  product: string;
  category: string;
  categoryName: string;
  familiarity: 'known' | 'candidate' | 'new';
  /** 1 for the first airing of the spot that was seen. */
  airing: number;
  confidence: number;
}

/** `GET /api/v1/as-run`. */
export interface AsRunResponse {
  /** IANA name of the zone of all times as text. */
  timeZone: string;
  /** In order of time. */
  airings: AsRunAiring[];
}

/** How much of the advertising on one channel belongs to one brand, category, spot or channel. */
export interface VoiceShare {
  streamId: string;
  channel: string;
  /** Brand, category id, spot id or stream id; empty: not known. */
  key: string;
  name: string;
  airings: number;
  seconds: number;
  /** 0 to 1. */
  shareOfChannel: number;
  shareOfAll: number;
}

/** `GET /api/v1/share-of-voice`, the largest first. */
export interface ShareOfVoiceResponse {
  by: 'brand' | 'category' | 'spot' | 'channel';
  voices: VoiceShare[];
}

/** Pictures and a clip of one airing of a spot. */
export interface SpotEvidence {
  spotId: string;
  airingId: string;
  streamId: string;
  /** Start of the airing. */
  eventTimeMs: number;
  durationMs: number;
  /** Length of the clip; less than `durationMs` where the recording did not reach back to the start. */
  clipMs: number;
  /** Path of an MP4, H.264 and AAC; ranges are served. */
  clip: string;
  /** Paths of one to five JPEGs, in order of time. */
  pictures: string[];
}

/** `GET /api/v1/evidence?spots=ID,ID`: of the spots named, those that have some. */
export interface EvidenceResponse {
  evidence: SpotEvidence[];
}

/** Body of every answer that is not 2xx. */
export interface ApiError {
  error: { code: string; message: string };
}
