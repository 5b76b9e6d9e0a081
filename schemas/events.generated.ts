// Generated from schemas/events/*.avsc by scripts/generate.ts: do not edit.

/** An advertising break: one id, growing revision, provisional -> confirmed -> final or retracted. */
export interface Break {
  /** Deterministic id: the same input gives the same id (see core/events/event-id.ts). */
  eventId: string;
  /** Organisation that owns the stream. */
  tenantId: string;
  /** Stream; also the record key, so one stream keeps its order. */
  streamId: string;
  /** Grows at every reconnect or PTS reset of the stream; ptsUs only grows within one epoch. */
  epoch: number;
  /** Start of the break, unwrapped microseconds. */
  ptsUs: number;
  /** Wall clock, epoch milliseconds, when it happened at the source. */
  eventTimeMs: number;
  /** Where eventTimeMs comes from. */
  timeSource: TimeSource;
  /** Half-width of the uncertainty of eventTimeMs, milliseconds. */
  uncertaintyMs: number;
  /** Wall clock, epoch milliseconds, when the producer made the event. */
  processedAtMs: number;
  /** W3C trace id (32 hex digits) from frame to row; empty when not traced. */
  traceId: string;
  /** Name of the part that made the event, e.g. detect-shots. */
  producer: string;
  /** Version of that part. */
  producerVersion: string;
  /** Model used, empty when none was. */
  modelName: string;
  /** Version of that model, empty when none was used. */
  modelVersion: string;
  /** Deterministic id, same in every revision. */
  breakId: string;
  /** 1 for the first event of this break. */
  revision: number;
  /** Where the break is in its life; final and retracted end it. */
  state: LifeState;
  /** End of the break (half-open); null while it is on air. */
  endUs: null | number;
  /** 0 to 1. */
  confidence: number;
  /** Why, in words a person can read. */
  evidence: string[];
  /** Media time that had been read when this revision was made: what a live viewer had waited. */
  knownUpToUs: number;
}

/** Symbols of the Avro enum TimeSource. */
export type TimeSource = 'pdt' | 'rtcp' | 'pcr' | 'arrival' | 'file';

/** Symbols of the Avro enum LifeState. */
export type LifeState = 'provisional' | 'confirmed' | 'final' | 'retracted';

/** Everything one model found in one frame; published for empty frames too, so that "nothing" is told from "not looked". */
export interface Detections {
  /** Deterministic id: the same input gives the same id (see core/events/event-id.ts). */
  eventId: string;
  /** Organisation that owns the stream. */
  tenantId: string;
  /** Stream; also the record key, so one stream keeps its order. */
  streamId: string;
  /** Grows at every reconnect or PTS reset of the stream; ptsUs only grows within one epoch. */
  epoch: number;
  /** Media time of the frame, unwrapped microseconds. */
  ptsUs: number;
  /** Wall clock, epoch milliseconds, when it happened at the source. */
  eventTimeMs: number;
  /** Where eventTimeMs comes from. */
  timeSource: TimeSource;
  /** Half-width of the uncertainty of eventTimeMs, milliseconds. */
  uncertaintyMs: number;
  /** Wall clock, epoch milliseconds, when the producer made the event. */
  processedAtMs: number;
  /** W3C trace id (32 hex digits) from frame to row; empty when not traced. */
  traceId: string;
  /** Name of the part that made the event, e.g. detect-shots. */
  producer: string;
  /** Version of that part. */
  producerVersion: string;
  /** Model used, empty when none was. */
  modelName: string;
  /** Version of that model, empty when none was used. */
  modelVersion: string;
  /** eventId of the frame. */
  frameEventId: string;
  /** Width of the source picture; boxes are in its pixels. */
  sourceWidthPx: number;
  /** Height of the source picture. */
  sourceHeightPx: number;
  /** Best first. */
  detections: Detection[];
  /** Name of the picture inside its source (file name in an image folder); else empty. */
  sourceName: string;
}

/** One box with a label. */
export interface Detection {
  /** Class name from the model. */
  label: string;
  /** Score, 0 to 1. */
  confidence: number;
  /** Left edge, pixels of the source picture. */
  x1Px: number;
  /** Top edge. */
  y1Px: number;
  /** Right edge (exclusive). */
  x2Px: number;
  /** Bottom edge (exclusive). */
  y2Px: number;
}

/** One sampled picture of a stream, for models and people. */
export interface Frame {
  /** Deterministic id: the same input gives the same id (see core/events/event-id.ts). */
  eventId: string;
  /** Organisation that owns the stream. */
  tenantId: string;
  /** Stream; also the record key, so one stream keeps its order. */
  streamId: string;
  /** Grows at every reconnect or PTS reset of the stream; ptsUs only grows within one epoch. */
  epoch: number;
  /** Media time of the picture, unwrapped microseconds. */
  ptsUs: number;
  /** Wall clock, epoch milliseconds, when it happened at the source. */
  eventTimeMs: number;
  /** Where eventTimeMs comes from. */
  timeSource: TimeSource;
  /** Half-width of the uncertainty of eventTimeMs, milliseconds. */
  uncertaintyMs: number;
  /** Wall clock, epoch milliseconds, when the producer made the event. */
  processedAtMs: number;
  /** W3C trace id (32 hex digits) from frame to row; empty when not traced. */
  traceId: string;
  /** Name of the part that made the event, e.g. detect-shots. */
  producer: string;
  /** Version of that part. */
  producerVersion: string;
  /** Model used, empty when none was. */
  modelName: string;
  /** Version of that model, empty when none was used. */
  modelVersion: string;
  /** Ordinal of the decoded picture in its epoch, 0 for the first; -1 when unknown. */
  frameIndex: number;
  /** Width of the encoded picture carried here. */
  widthPx: number;
  /** Height of the encoded picture carried here. */
  heightPx: number;
  /** Width of the picture as broadcast; boxes are given in these pixels. */
  sourceWidthPx: number;
  /** Height of the picture as broadcast. */
  sourceHeightPx: number;
  /** Which sampling rule chose this picture. */
  sampledBecause: SampledBecause;
  /** Image encoding of picture: jpeg. */
  encoding: string;
  /** The encoded picture; empty when pictureRef is set. */
  picture: Buffer;
  /** Key in the frame store when the picture is too large to ride inline; else empty. */
  pictureRef: string;
  /** Name of the picture inside its source (file name in an image folder); else empty. */
  sourceName: string;
}

/** Symbols of the Avro enum SampledBecause. */
export type SampledBecause = 'interval' | 'keyframe' | 'shotChange' | 'picture';

/** A run of pictures between two cuts. */
export interface Shot {
  /** Deterministic id: the same input gives the same id (see core/events/event-id.ts). */
  eventId: string;
  /** Organisation that owns the stream. */
  tenantId: string;
  /** Stream; also the record key, so one stream keeps its order. */
  streamId: string;
  /** Grows at every reconnect or PTS reset of the stream; ptsUs only grows within one epoch. */
  epoch: number;
  /** Start of the shot, unwrapped microseconds. */
  ptsUs: number;
  /** Wall clock, epoch milliseconds, when it happened at the source. */
  eventTimeMs: number;
  /** Where eventTimeMs comes from. */
  timeSource: TimeSource;
  /** Half-width of the uncertainty of eventTimeMs, milliseconds. */
  uncertaintyMs: number;
  /** Wall clock, epoch milliseconds, when the producer made the event. */
  processedAtMs: number;
  /** W3C trace id (32 hex digits) from frame to row; empty when not traced. */
  traceId: string;
  /** Name of the part that made the event, e.g. detect-shots. */
  producer: string;
  /** Version of that part. */
  producerVersion: string;
  /** Model used, empty when none was. */
  modelName: string;
  /** Version of that model, empty when none was used. */
  modelVersion: string;
  /** Deterministic id of the shot. */
  shotId: string;
  /** First picture after the shot (half-open). */
  endUs: number;
  /** Pictures in the shot. */
  pictures: number;
  /** How the shot begins. */
  transition: Transition;
  /** Of the boundary at the start, 0 to 1. */
  confidence: number;
}

/** Symbols of the Avro enum Transition. */
export type Transition = 'start' | 'cut' | 'fade' | 'dissolve';

/** A short run of per-picture and per-hop numbers of one stream, at full frame rate and audio hop; never pixels. */
export interface Signals {
  /** Deterministic id: the same input gives the same id (see core/events/event-id.ts). */
  eventId: string;
  /** Organisation that owns the stream. */
  tenantId: string;
  /** Stream; also the record key, so one stream keeps its order. */
  streamId: string;
  /** Grows at every reconnect or PTS reset of the stream; ptsUs only grows within one epoch. */
  epoch: number;
  /** Media time at which the run starts, unwrapped microseconds. */
  ptsUs: number;
  /** Wall clock, epoch milliseconds, when it happened at the source. */
  eventTimeMs: number;
  /** Where eventTimeMs comes from. */
  timeSource: TimeSource;
  /** Half-width of the uncertainty of eventTimeMs, milliseconds. */
  uncertaintyMs: number;
  /** Wall clock, epoch milliseconds, when the producer made the event. */
  processedAtMs: number;
  /** W3C trace id (32 hex digits) from frame to row; empty when not traced. */
  traceId: string;
  /** Name of the part that made the event, e.g. detect-shots. */
  producer: string;
  /** Version of that part. */
  producerVersion: string;
  /** Model used, empty when none was. */
  modelName: string;
  /** Version of that model, empty when none was used. */
  modelVersion: string;
  /** Media time at which the run ends (start of the next run). */
  endUs: number;
  /** Every decoded picture of the run, PTS order. */
  pictures: PictureSignals[];
  /** Logo-region edge maps, PTS order. */
  corners: CornerEdges[];
  /** Sound levels, PTS order. */
  sound: AudioSignals[];
  /** Spread of the sound, PTS order; empty in runs of versions that did not measure it. */
  soundSpread: SoundSpread[];
  /** Media time of the first sub-fingerprint; -1 when the run holds none. */
  fingerprintStartUs: number;
  /** Spacing of the sub-fingerprints, microseconds (11.6 ms nominal). */
  fingerprintHopUs: number;
  /** 32-bit audio sub-fingerprints, big-endian, 4 bytes each (Haitsma and Kalker 2002). */
  fingerprints: Buffer;
  /** Media time of the middle of the first window of soundBands; -1 when the run holds none. */
  soundBandsStartUs: number;
  /** Spacing of the windows of soundBands, microseconds (92.9 ms nominal). */
  soundBandsHopUs: number;
  /** Spectrum of the sound: 16 bytes a window, band levels from low to high (60 to 2700 Hz, logarithmic), each 2 x (dBFS + 120), clipped to 0..240. */
  soundBands: Buffer;
  /** Splice cues that arrived during the run, in order of arrival. */
  spliceMessages: SpliceMessage[];
  /** The stream carries pictures. */
  hasVideo: boolean;
  /** The stream carries sound. */
  hasAudio: boolean;
  /** Nothing follows: processors flush what is pending. */
  endOfStream: boolean;
}

/** Numbers read from one decoded picture (160x90 luma). */
export interface PictureSignals {
  /** Media time of the picture, unwrapped microseconds. */
  ptsUs: number;
  /** Mean luma, 0 to 255 (video range stretched to full). */
  lumaMean: number;
  /** Standard deviation of luma, 0 to 127.5. */
  lumaDeviation: number;
  /** Share of pixels at or under the black threshold, 0 to 1. */
  blackRatio: number;
  /** Height of the tallest run of black rows (their middle 70 %), 0 to 1: a ticker or a corner logo over black leaves it high. */
  blackRowRatio: number;
  /** Share of 8x6-pixel blocks that hold next to one value, 0 to 1. */
  uniformRatio: number;
  /** Distance of the luma histograms of this picture and the previous one, 0 (same) to 1. */
  histogramDistance: number;
  /** Mean absolute luma difference to the previous picture, 0 to 255. */
  pictureDifference: number;
  /** 64-bit perceptual hash, 8 bytes big-endian. */
  perceptualHash: Buffer;
  /** Share of the height taken by dark bars above and below, 0 to 1; -1 when the picture is too dark to tell. */
  letterboxRatio: number;
  /** Share of the width taken by dark bars left and right, 0 to 1; -1 when the picture is too dark to tell. */
  pillarboxRatio: number;
}

/** Edge maps of the regions a channel logo can be in, sampled a few times a second. */
export interface CornerEdges {
  /** Media time of the picture, unwrapped microseconds. */
  ptsUs: number;
  /** Width of the edge-map grid of one corner. */
  widthPx: number;
  /** Height of the edge-map grid of one corner. */
  heightPx: number;
  /** Four bit maps (top-left, top-right, bottom-left, bottom-right), each widthPx*heightPx bits, row-major, most significant bit first, padded to a byte. */
  edges: Buffer;
  /** Mean luma (0 to 255) of the four regions, one byte each: over a bright picture a light logo has no edges. */
  lumaMeans: Buffer;
}

/** Numbers read from one block of sound. */
export interface AudioSignals {
  /** Media time of the block start, unwrapped microseconds. */
  ptsUs: number;
  /** Length of the block, microseconds. */
  durationUs: number;
  /** RMS level, dB full scale, -120 to 0. */
  rmsDbfs: number;
  /** Sample peak, dB full scale, -120 to 0. */
  peakDbfs: number;
}

/** How wide 0.2 s of sound stand between the loudspeakers: mono has a centre only, stereo no centre, surround both. */
export interface SoundSpread {
  /** Media time of the start, unwrapped microseconds. */
  ptsUs: number;
  /** RMS level of half the sum of left and right, dB full scale, -120 to 0. */
  frontDbfs: number;
  /** RMS level of half their difference, dB full scale, -120 to 0: -120 when both are the same. */
  sideDbfs: number;
  /** RMS level of the centre channel, dB full scale, -120 to 0. */
  centreDbfs: number;
}

/** A splice cue as the broadcaster sent it: one splice command or segmentation descriptor of SCTE 35, or one tag of an HLS playlist. */
export interface SpliceMessage {
  /** Media time at which the message arrived, unwrapped microseconds. */
  ptsUs: number;
  /** Media time of the splice point; null means at once (or not said). */
  spliceUs: null | number;
  /** out: out of the network feed, a break begins; in: back; cancel: an earlier message of this eventId is void; other: says nothing about breaks. */
  direction: SpliceDirection;
  /** Announced length of the break, microseconds. */
  durationUs: null | number;
  /** The break ends by itself after durationUs. */
  autoReturn: boolean;
  /** splice_event_id or segmentation_event_id, -1 when there is none. */
  spliceEventId: number;
  /** How it came: a section of the transport stream, EXT-X-CUE-OUT/IN, EXT-X-DATERANGE, EXT-OATCLS-SCTE35. */
  carrier: SpliceCarrier;
  /** splice_insert, time_signal, splice_null ..., or the tag of the playlist. */
  command: string;
  /** segmentation_type_id of SCTE 35 table 23, -1 when there is none. */
  segmentationType: number;
  /** segmentation_upid as text (hex when it is not printable), empty when there is none. */
  upid: string;
  /** The splice_info_section, base64; empty when there was none. At most 4 KiB are kept. */
  section: string;
}

/** Symbols of the Avro enum SpliceDirection. */
export type SpliceDirection = 'out' | 'in' | 'cancel' | 'other';

/** Symbols of the Avro enum SpliceCarrier. */
export type SpliceCarrier = 'scte35' | 'hlsCue' | 'hlsDateRange' | 'hlsOatcls';

/** A splice cue of the broadcaster (SCTE 35 or HLS) and what became of it: one id, growing revision, received -> reconciled. */
export interface SpliceCue {
  /** Deterministic id: the same input gives the same id (see core/events/event-id.ts). */
  eventId: string;
  /** Organisation that owns the stream. */
  tenantId: string;
  /** Stream; also the record key, so one stream keeps its order. */
  streamId: string;
  /** Grows at every reconnect or PTS reset of the stream; ptsUs only grows within one epoch. */
  epoch: number;
  /** Media time of the splice point, unwrapped microseconds; of the arrival when the message names none. */
  ptsUs: number;
  /** Wall clock, epoch milliseconds, when it happened at the source. */
  eventTimeMs: number;
  /** Where eventTimeMs comes from. */
  timeSource: TimeSource;
  /** Half-width of the uncertainty of eventTimeMs, milliseconds. */
  uncertaintyMs: number;
  /** Wall clock, epoch milliseconds, when the producer made the event. */
  processedAtMs: number;
  /** W3C trace id (32 hex digits) from frame to row; empty when not traced. */
  traceId: string;
  /** Name of the part that made the event, e.g. detect-shots. */
  producer: string;
  /** Version of that part. */
  producerVersion: string;
  /** Model used, empty when none was. */
  modelName: string;
  /** Version of that model, empty when none was used. */
  modelVersion: string;
  /** Deterministic id, same in every revision; repeats of a message (SCTE 35 sends each several times) share it. */
  cueId: string;
  /** 1 for the first event of this cue. */
  revision: number;
  /** out: a break begins; in: back to programme; cancel: an earlier cue of this spliceEventId is void; other: says nothing about breaks. */
  direction: SpliceDirection;
  /** Announced length of the break, microseconds. */
  durationUs: null | number;
  /** splice_event_id or segmentation_event_id, -1 when there is none. */
  spliceEventId: number;
  /** How it came. */
  carrier: SpliceCarrier;
  /** splice_insert, time_signal ..., or the tag of the playlist. */
  command: string;
  /** segmentation_type_id of SCTE 35, -1 when there is none. */
  segmentationType: number;
  /** segmentation_upid as text, empty when there is none. */
  upid: string;
  /** The splice_info_section, base64; empty when there was none. */
  section: string;
  /** pending: its time has not come or nothing is settled; matched: a break boundary was seen at errorMs from it; unmatched: none was; cancelled: taken back by the broadcaster. */
  outcome: SpliceOutcome;
  /** The break whose boundary matched, else empty. */
  breakId: string;
  /** Seen boundary minus splice point, milliseconds; null unless matched. */
  errorMs: null | number;
  /** How far this channel's cues are believed after this revision, 0 to 1. */
  trust: number;
  /** Media time that had been read when this revision was made. */
  knownUpToUs: number;
}

/** Symbols of the Avro enum SpliceOutcome. */
export type SpliceOutcome = 'pending' | 'matched' | 'unmatched' | 'cancelled';

/** One airing of one advertisement inside a break. */
export interface Spot {
  /** Deterministic id: the same input gives the same id (see core/events/event-id.ts). */
  eventId: string;
  /** Organisation that owns the stream. */
  tenantId: string;
  /** Stream; also the record key, so one stream keeps its order. */
  streamId: string;
  /** Grows at every reconnect or PTS reset of the stream; ptsUs only grows within one epoch. */
  epoch: number;
  /** Start of the airing, unwrapped microseconds. */
  ptsUs: number;
  /** Wall clock, epoch milliseconds, when it happened at the source. */
  eventTimeMs: number;
  /** Where eventTimeMs comes from. */
  timeSource: TimeSource;
  /** Half-width of the uncertainty of eventTimeMs, milliseconds. */
  uncertaintyMs: number;
  /** Wall clock, epoch milliseconds, when the producer made the event. */
  processedAtMs: number;
  /** W3C trace id (32 hex digits) from frame to row; empty when not traced. */
  traceId: string;
  /** Name of the part that made the event, e.g. detect-shots. */
  producer: string;
  /** Version of that part. */
  producerVersion: string;
  /** Model used, empty when none was. */
  modelName: string;
  /** Version of that model, empty when none was used. */
  modelVersion: string;
  /** Deterministic id of this airing, same in every revision. */
  airingId: string;
  /** Id of the advertisement: two airings of one spot share it. */
  spotId: string;
  /** The break it is in. */
  breakId: string;
  /** 1 for the first event of this airing. */
  revision: number;
  /** Where the airing is in its life. */
  state: SpotState;
  /** End of the airing (half-open); null while it is on air. */
  endUs: null | number;
  /** Name of the spot when one is known, else empty. */
  title: string;
  /** In the catalogue. */
  known: boolean;
  /** 1 for the first time this spot was seen, 2 for the second ... */
  airing: number;
  /** Place in the break, 1 for the first. */
  position: number;
  /** What spotId rests on: nothing (a segment between cues, seen for the first time), repeat (it aired before), catalogue (a catalogue spot, candidate or confirmed, was matched). */
  identifiedBy: IdentifiedBy;
  /** From the catalogue, empty when not known. */
  brand: string;
  /** From the catalogue, empty when not known. */
  product: string;
  /** Category id from the catalogue (IAB Ad Product Taxonomy 2.0, or another taxonomy as `scheme:id`), empty when not known. */
  category: string;
  /** 0 to 1. */
  confidence: number;
  /** Why, in words a person can read. */
  evidence: string[];
  /** Media time that had been read when this revision was made. */
  knownUpToUs: number;
}

/** Symbols of the Avro enum SpotState. */
export type SpotState = 'provisional' | 'confirmed' | 'final' | 'retracted';

/** Symbols of the Avro enum IdentifiedBy. */
export type IdentifiedBy = 'nothing' | 'repeat' | 'catalogue';

/** What the control plane wants of one stream: ingest follows these. */
export interface StreamDefinition {
  /** Deterministic id: the same input gives the same id (see core/events/event-id.ts). */
  eventId: string;
  /** Organisation that owns the stream. */
  tenantId: string;
  /** Stream; also the record key, so one stream keeps its order. */
  streamId: string;
  /** Grows at every reconnect or PTS reset of the stream; ptsUs only grows within one epoch. */
  epoch: number;
  /** Always 0: a definition has no media time. */
  ptsUs: number;
  /** Wall clock, epoch milliseconds, when it happened at the source. */
  eventTimeMs: number;
  /** Where eventTimeMs comes from. */
  timeSource: TimeSource;
  /** Half-width of the uncertainty of eventTimeMs, milliseconds. */
  uncertaintyMs: number;
  /** Wall clock, epoch milliseconds, when the producer made the event. */
  processedAtMs: number;
  /** W3C trace id (32 hex digits) from frame to row; empty when not traced. */
  traceId: string;
  /** Name of the part that made the event, e.g. detect-shots. */
  producer: string;
  /** Version of that part. */
  producerVersion: string;
  /** Model used, empty when none was. */
  modelName: string;
  /** Version of that model, empty when none was used. */
  modelVersion: string;
  /** set: the stream is to run as defined; remove: it is to end. */
  action: StreamAction;
  /** Grows with every change of the stream; older ones are ignored. */
  revision: number;
  /** The stream as in the configuration (one entry of ingest.streams), JSON text; empty when removed. */
  definition: string;
}

/** Symbols of the Avro enum StreamAction. */
export type StreamAction = 'set' | 'remove';

/** State of a stream, on change and every few seconds while live. */
export interface StreamStatus {
  /** Deterministic id: the same input gives the same id (see core/events/event-id.ts). */
  eventId: string;
  /** Organisation that owns the stream. */
  tenantId: string;
  /** Stream; also the record key, so one stream keeps its order. */
  streamId: string;
  /** Grows at every reconnect or PTS reset of the stream; ptsUs only grows within one epoch. */
  epoch: number;
  /** Media time last read, unwrapped microseconds; 0 before the first picture. */
  ptsUs: number;
  /** Wall clock, epoch milliseconds, when it happened at the source. */
  eventTimeMs: number;
  /** Where eventTimeMs comes from. */
  timeSource: TimeSource;
  /** Half-width of the uncertainty of eventTimeMs, milliseconds. */
  uncertaintyMs: number;
  /** Wall clock, epoch milliseconds, when the producer made the event. */
  processedAtMs: number;
  /** W3C trace id (32 hex digits) from frame to row; empty when not traced. */
  traceId: string;
  /** Name of the part that made the event, e.g. detect-shots. */
  producer: string;
  /** Version of that part. */
  producerVersion: string;
  /** Model used, empty when none was. */
  modelName: string;
  /** Version of that model, empty when none was used. */
  modelVersion: string;
  /** State of the source. */
  state: StreamState;
  /** True when this event reports a new state, false for a periodic report. */
  changed: boolean;
  /** Error or warning code when there is one, else empty. */
  code: string;
  /** One sentence for a person: what, where, what to do. */
  message: string;
  /** Name of the channel for people. */
  title: string;
  /** file, hls, rtsp, srt, rtmp, udp, images, demo. */
  sourceKind: string;
  /** Connection attempt, 1 for the first. */
  attempt: number;
  /** The stream carries pictures. */
  hasVideo: boolean;
  /** The stream carries sound. */
  hasAudio: boolean;
  /** Width of the source picture, 0 when unknown. */
  widthPx: number;
  /** Height of the source picture, 0 when unknown. */
  heightPx: number;
  /** Pictures a second measured over the last report interval. */
  rateFps: number;
  /** Pictures decoded in this epoch. */
  pictures: number;
  /** Known length of a recording, 0 when unknown or live. */
  durationMs: number;
  /** Frames dropped in this epoch by reason. */
  drops: Record<string, number>;
}

/** Symbols of the Avro enum StreamState. */
export type StreamState = 'connecting' | 'live' | 'stalled' | 'reconnecting' | 'failed' | 'ended';

/** Avro schema of {@link Break} (schemas/events/break.avsc). */
export const breakSchema = "{\"type\":\"record\",\"name\":\"Break\",\"namespace\":\"io.sightline.events\",\"doc\":\"An advertising break: one id, growing revision, provisional -> confirmed -> final or retracted.\",\"fields\":[{\"name\":\"eventId\",\"type\":\"string\",\"doc\":\"Deterministic id: the same input gives the same id (see core/events/event-id.ts).\"},{\"name\":\"tenantId\",\"type\":\"string\",\"doc\":\"Organisation that owns the stream.\"},{\"name\":\"streamId\",\"type\":\"string\",\"doc\":\"Stream; also the record key, so one stream keeps its order.\"},{\"name\":\"epoch\",\"type\":\"int\",\"doc\":\"Grows at every reconnect or PTS reset of the stream; ptsUs only grows within one epoch.\"},{\"name\":\"ptsUs\",\"type\":\"long\",\"doc\":\"Start of the break, unwrapped microseconds.\"},{\"name\":\"eventTimeMs\",\"type\":\"long\",\"doc\":\"Wall clock, epoch milliseconds, when it happened at the source.\"},{\"name\":\"timeSource\",\"type\":{\"type\":\"enum\",\"name\":\"TimeSource\",\"symbols\":[\"pdt\",\"rtcp\",\"pcr\",\"arrival\",\"file\"]},\"doc\":\"Where eventTimeMs comes from.\"},{\"name\":\"uncertaintyMs\",\"type\":\"int\",\"doc\":\"Half-width of the uncertainty of eventTimeMs, milliseconds.\"},{\"name\":\"processedAtMs\",\"type\":\"long\",\"doc\":\"Wall clock, epoch milliseconds, when the producer made the event.\"},{\"name\":\"traceId\",\"type\":\"string\",\"doc\":\"W3C trace id (32 hex digits) from frame to row; empty when not traced.\",\"default\":\"\"},{\"name\":\"producer\",\"type\":\"string\",\"doc\":\"Name of the part that made the event, e.g. detect-shots.\"},{\"name\":\"producerVersion\",\"type\":\"string\",\"doc\":\"Version of that part.\"},{\"name\":\"modelName\",\"type\":\"string\",\"doc\":\"Model used, empty when none was.\",\"default\":\"\"},{\"name\":\"modelVersion\",\"type\":\"string\",\"doc\":\"Version of that model, empty when none was used.\",\"default\":\"\"},{\"name\":\"breakId\",\"type\":\"string\",\"doc\":\"Deterministic id, same in every revision.\"},{\"name\":\"revision\",\"type\":\"int\",\"doc\":\"1 for the first event of this break.\"},{\"name\":\"state\",\"type\":{\"type\":\"enum\",\"name\":\"LifeState\",\"symbols\":[\"provisional\",\"confirmed\",\"final\",\"retracted\"]},\"doc\":\"Where the break is in its life; final and retracted end it.\"},{\"name\":\"endUs\",\"type\":[\"null\",\"long\"],\"doc\":\"End of the break (half-open); null while it is on air.\",\"default\":null},{\"name\":\"confidence\",\"type\":\"float\",\"doc\":\"0 to 1.\"},{\"name\":\"evidence\",\"type\":{\"type\":\"array\",\"items\":\"string\"},\"doc\":\"Why, in words a person can read.\"},{\"name\":\"knownUpToUs\",\"type\":\"long\",\"doc\":\"Media time that had been read when this revision was made: what a live viewer had waited.\"}]}";

/** Avro schema of {@link Detections} (schemas/events/detections.avsc). */
export const detectionsSchema = "{\"type\":\"record\",\"name\":\"Detections\",\"namespace\":\"io.sightline.events\",\"doc\":\"Everything one model found in one frame; published for empty frames too, so that \\\"nothing\\\" is told from \\\"not looked\\\".\",\"fields\":[{\"name\":\"eventId\",\"type\":\"string\",\"doc\":\"Deterministic id: the same input gives the same id (see core/events/event-id.ts).\"},{\"name\":\"tenantId\",\"type\":\"string\",\"doc\":\"Organisation that owns the stream.\"},{\"name\":\"streamId\",\"type\":\"string\",\"doc\":\"Stream; also the record key, so one stream keeps its order.\"},{\"name\":\"epoch\",\"type\":\"int\",\"doc\":\"Grows at every reconnect or PTS reset of the stream; ptsUs only grows within one epoch.\"},{\"name\":\"ptsUs\",\"type\":\"long\",\"doc\":\"Media time of the frame, unwrapped microseconds.\"},{\"name\":\"eventTimeMs\",\"type\":\"long\",\"doc\":\"Wall clock, epoch milliseconds, when it happened at the source.\"},{\"name\":\"timeSource\",\"type\":{\"type\":\"enum\",\"name\":\"TimeSource\",\"symbols\":[\"pdt\",\"rtcp\",\"pcr\",\"arrival\",\"file\"]},\"doc\":\"Where eventTimeMs comes from.\"},{\"name\":\"uncertaintyMs\",\"type\":\"int\",\"doc\":\"Half-width of the uncertainty of eventTimeMs, milliseconds.\"},{\"name\":\"processedAtMs\",\"type\":\"long\",\"doc\":\"Wall clock, epoch milliseconds, when the producer made the event.\"},{\"name\":\"traceId\",\"type\":\"string\",\"doc\":\"W3C trace id (32 hex digits) from frame to row; empty when not traced.\",\"default\":\"\"},{\"name\":\"producer\",\"type\":\"string\",\"doc\":\"Name of the part that made the event, e.g. detect-shots.\"},{\"name\":\"producerVersion\",\"type\":\"string\",\"doc\":\"Version of that part.\"},{\"name\":\"modelName\",\"type\":\"string\",\"doc\":\"Model used, empty when none was.\",\"default\":\"\"},{\"name\":\"modelVersion\",\"type\":\"string\",\"doc\":\"Version of that model, empty when none was used.\",\"default\":\"\"},{\"name\":\"frameEventId\",\"type\":\"string\",\"doc\":\"eventId of the frame.\"},{\"name\":\"sourceWidthPx\",\"type\":\"int\",\"doc\":\"Width of the source picture; boxes are in its pixels.\"},{\"name\":\"sourceHeightPx\",\"type\":\"int\",\"doc\":\"Height of the source picture.\"},{\"name\":\"detections\",\"type\":{\"type\":\"array\",\"items\":{\"type\":\"record\",\"name\":\"Detection\",\"doc\":\"One box with a label.\",\"fields\":[{\"name\":\"label\",\"type\":\"string\",\"doc\":\"Class name from the model.\"},{\"name\":\"confidence\",\"type\":\"float\",\"doc\":\"Score, 0 to 1.\"},{\"name\":\"x1Px\",\"type\":\"float\",\"doc\":\"Left edge, pixels of the source picture.\"},{\"name\":\"y1Px\",\"type\":\"float\",\"doc\":\"Top edge.\"},{\"name\":\"x2Px\",\"type\":\"float\",\"doc\":\"Right edge (exclusive).\"},{\"name\":\"y2Px\",\"type\":\"float\",\"doc\":\"Bottom edge (exclusive).\"}]}},\"doc\":\"Best first.\"},{\"name\":\"sourceName\",\"type\":\"string\",\"doc\":\"Name of the picture inside its source (file name in an image folder); else empty.\",\"default\":\"\"}]}";

/** Avro schema of {@link Frame} (schemas/events/frame.avsc). */
export const frameSchema = "{\"type\":\"record\",\"name\":\"Frame\",\"namespace\":\"io.sightline.events\",\"doc\":\"One sampled picture of a stream, for models and people.\",\"fields\":[{\"name\":\"eventId\",\"type\":\"string\",\"doc\":\"Deterministic id: the same input gives the same id (see core/events/event-id.ts).\"},{\"name\":\"tenantId\",\"type\":\"string\",\"doc\":\"Organisation that owns the stream.\"},{\"name\":\"streamId\",\"type\":\"string\",\"doc\":\"Stream; also the record key, so one stream keeps its order.\"},{\"name\":\"epoch\",\"type\":\"int\",\"doc\":\"Grows at every reconnect or PTS reset of the stream; ptsUs only grows within one epoch.\"},{\"name\":\"ptsUs\",\"type\":\"long\",\"doc\":\"Media time of the picture, unwrapped microseconds.\"},{\"name\":\"eventTimeMs\",\"type\":\"long\",\"doc\":\"Wall clock, epoch milliseconds, when it happened at the source.\"},{\"name\":\"timeSource\",\"type\":{\"type\":\"enum\",\"name\":\"TimeSource\",\"symbols\":[\"pdt\",\"rtcp\",\"pcr\",\"arrival\",\"file\"]},\"doc\":\"Where eventTimeMs comes from.\"},{\"name\":\"uncertaintyMs\",\"type\":\"int\",\"doc\":\"Half-width of the uncertainty of eventTimeMs, milliseconds.\"},{\"name\":\"processedAtMs\",\"type\":\"long\",\"doc\":\"Wall clock, epoch milliseconds, when the producer made the event.\"},{\"name\":\"traceId\",\"type\":\"string\",\"doc\":\"W3C trace id (32 hex digits) from frame to row; empty when not traced.\",\"default\":\"\"},{\"name\":\"producer\",\"type\":\"string\",\"doc\":\"Name of the part that made the event, e.g. detect-shots.\"},{\"name\":\"producerVersion\",\"type\":\"string\",\"doc\":\"Version of that part.\"},{\"name\":\"modelName\",\"type\":\"string\",\"doc\":\"Model used, empty when none was.\",\"default\":\"\"},{\"name\":\"modelVersion\",\"type\":\"string\",\"doc\":\"Version of that model, empty when none was used.\",\"default\":\"\"},{\"name\":\"frameIndex\",\"type\":\"long\",\"doc\":\"Ordinal of the decoded picture in its epoch, 0 for the first; -1 when unknown.\",\"default\":-1},{\"name\":\"widthPx\",\"type\":\"int\",\"doc\":\"Width of the encoded picture carried here.\"},{\"name\":\"heightPx\",\"type\":\"int\",\"doc\":\"Height of the encoded picture carried here.\"},{\"name\":\"sourceWidthPx\",\"type\":\"int\",\"doc\":\"Width of the picture as broadcast; boxes are given in these pixels.\"},{\"name\":\"sourceHeightPx\",\"type\":\"int\",\"doc\":\"Height of the picture as broadcast.\"},{\"name\":\"sampledBecause\",\"type\":{\"type\":\"enum\",\"name\":\"SampledBecause\",\"symbols\":[\"interval\",\"keyframe\",\"shotChange\",\"picture\"]},\"doc\":\"Which sampling rule chose this picture.\"},{\"name\":\"encoding\",\"type\":\"string\",\"doc\":\"Image encoding of picture: jpeg.\",\"default\":\"jpeg\"},{\"name\":\"picture\",\"type\":\"bytes\",\"doc\":\"The encoded picture; empty when pictureRef is set.\"},{\"name\":\"pictureRef\",\"type\":\"string\",\"doc\":\"Key in the frame store when the picture is too large to ride inline; else empty.\",\"default\":\"\"},{\"name\":\"sourceName\",\"type\":\"string\",\"doc\":\"Name of the picture inside its source (file name in an image folder); else empty.\",\"default\":\"\"}]}";

/** Avro schema of {@link Shot} (schemas/events/shot.avsc). */
export const shotSchema = "{\"type\":\"record\",\"name\":\"Shot\",\"namespace\":\"io.sightline.events\",\"doc\":\"A run of pictures between two cuts.\",\"fields\":[{\"name\":\"eventId\",\"type\":\"string\",\"doc\":\"Deterministic id: the same input gives the same id (see core/events/event-id.ts).\"},{\"name\":\"tenantId\",\"type\":\"string\",\"doc\":\"Organisation that owns the stream.\"},{\"name\":\"streamId\",\"type\":\"string\",\"doc\":\"Stream; also the record key, so one stream keeps its order.\"},{\"name\":\"epoch\",\"type\":\"int\",\"doc\":\"Grows at every reconnect or PTS reset of the stream; ptsUs only grows within one epoch.\"},{\"name\":\"ptsUs\",\"type\":\"long\",\"doc\":\"Start of the shot, unwrapped microseconds.\"},{\"name\":\"eventTimeMs\",\"type\":\"long\",\"doc\":\"Wall clock, epoch milliseconds, when it happened at the source.\"},{\"name\":\"timeSource\",\"type\":{\"type\":\"enum\",\"name\":\"TimeSource\",\"symbols\":[\"pdt\",\"rtcp\",\"pcr\",\"arrival\",\"file\"]},\"doc\":\"Where eventTimeMs comes from.\"},{\"name\":\"uncertaintyMs\",\"type\":\"int\",\"doc\":\"Half-width of the uncertainty of eventTimeMs, milliseconds.\"},{\"name\":\"processedAtMs\",\"type\":\"long\",\"doc\":\"Wall clock, epoch milliseconds, when the producer made the event.\"},{\"name\":\"traceId\",\"type\":\"string\",\"doc\":\"W3C trace id (32 hex digits) from frame to row; empty when not traced.\",\"default\":\"\"},{\"name\":\"producer\",\"type\":\"string\",\"doc\":\"Name of the part that made the event, e.g. detect-shots.\"},{\"name\":\"producerVersion\",\"type\":\"string\",\"doc\":\"Version of that part.\"},{\"name\":\"modelName\",\"type\":\"string\",\"doc\":\"Model used, empty when none was.\",\"default\":\"\"},{\"name\":\"modelVersion\",\"type\":\"string\",\"doc\":\"Version of that model, empty when none was used.\",\"default\":\"\"},{\"name\":\"shotId\",\"type\":\"string\",\"doc\":\"Deterministic id of the shot.\"},{\"name\":\"endUs\",\"type\":\"long\",\"doc\":\"First picture after the shot (half-open).\"},{\"name\":\"pictures\",\"type\":\"int\",\"doc\":\"Pictures in the shot.\"},{\"name\":\"transition\",\"type\":{\"type\":\"enum\",\"name\":\"Transition\",\"symbols\":[\"start\",\"cut\",\"fade\",\"dissolve\"]},\"doc\":\"How the shot begins.\"},{\"name\":\"confidence\",\"type\":\"float\",\"doc\":\"Of the boundary at the start, 0 to 1.\"}]}";

/** Avro schema of {@link Signals} (schemas/events/signals.avsc). */
export const signalsSchema = "{\"type\":\"record\",\"name\":\"Signals\",\"namespace\":\"io.sightline.events\",\"doc\":\"A short run of per-picture and per-hop numbers of one stream, at full frame rate and audio hop; never pixels.\",\"fields\":[{\"name\":\"eventId\",\"type\":\"string\",\"doc\":\"Deterministic id: the same input gives the same id (see core/events/event-id.ts).\"},{\"name\":\"tenantId\",\"type\":\"string\",\"doc\":\"Organisation that owns the stream.\"},{\"name\":\"streamId\",\"type\":\"string\",\"doc\":\"Stream; also the record key, so one stream keeps its order.\"},{\"name\":\"epoch\",\"type\":\"int\",\"doc\":\"Grows at every reconnect or PTS reset of the stream; ptsUs only grows within one epoch.\"},{\"name\":\"ptsUs\",\"type\":\"long\",\"doc\":\"Media time at which the run starts, unwrapped microseconds.\"},{\"name\":\"eventTimeMs\",\"type\":\"long\",\"doc\":\"Wall clock, epoch milliseconds, when it happened at the source.\"},{\"name\":\"timeSource\",\"type\":{\"type\":\"enum\",\"name\":\"TimeSource\",\"symbols\":[\"pdt\",\"rtcp\",\"pcr\",\"arrival\",\"file\"]},\"doc\":\"Where eventTimeMs comes from.\"},{\"name\":\"uncertaintyMs\",\"type\":\"int\",\"doc\":\"Half-width of the uncertainty of eventTimeMs, milliseconds.\"},{\"name\":\"processedAtMs\",\"type\":\"long\",\"doc\":\"Wall clock, epoch milliseconds, when the producer made the event.\"},{\"name\":\"traceId\",\"type\":\"string\",\"doc\":\"W3C trace id (32 hex digits) from frame to row; empty when not traced.\",\"default\":\"\"},{\"name\":\"producer\",\"type\":\"string\",\"doc\":\"Name of the part that made the event, e.g. detect-shots.\"},{\"name\":\"producerVersion\",\"type\":\"string\",\"doc\":\"Version of that part.\"},{\"name\":\"modelName\",\"type\":\"string\",\"doc\":\"Model used, empty when none was.\",\"default\":\"\"},{\"name\":\"modelVersion\",\"type\":\"string\",\"doc\":\"Version of that model, empty when none was used.\",\"default\":\"\"},{\"name\":\"endUs\",\"type\":\"long\",\"doc\":\"Media time at which the run ends (start of the next run).\"},{\"name\":\"pictures\",\"type\":{\"type\":\"array\",\"items\":{\"type\":\"record\",\"name\":\"PictureSignals\",\"doc\":\"Numbers read from one decoded picture (160x90 luma).\",\"fields\":[{\"name\":\"ptsUs\",\"type\":\"long\",\"doc\":\"Media time of the picture, unwrapped microseconds.\"},{\"name\":\"lumaMean\",\"type\":\"float\",\"doc\":\"Mean luma, 0 to 255 (video range stretched to full).\"},{\"name\":\"lumaDeviation\",\"type\":\"float\",\"doc\":\"Standard deviation of luma, 0 to 127.5.\"},{\"name\":\"blackRatio\",\"type\":\"float\",\"doc\":\"Share of pixels at or under the black threshold, 0 to 1.\"},{\"name\":\"blackRowRatio\",\"type\":\"float\",\"doc\":\"Height of the tallest run of black rows (their middle 70 %), 0 to 1: a ticker or a corner logo over black leaves it high.\",\"default\":0},{\"name\":\"uniformRatio\",\"type\":\"float\",\"doc\":\"Share of 8x6-pixel blocks that hold next to one value, 0 to 1.\",\"default\":0},{\"name\":\"histogramDistance\",\"type\":\"float\",\"doc\":\"Distance of the luma histograms of this picture and the previous one, 0 (same) to 1.\"},{\"name\":\"pictureDifference\",\"type\":\"float\",\"doc\":\"Mean absolute luma difference to the previous picture, 0 to 255.\"},{\"name\":\"perceptualHash\",\"type\":\"bytes\",\"doc\":\"64-bit perceptual hash, 8 bytes big-endian.\"},{\"name\":\"letterboxRatio\",\"type\":\"float\",\"doc\":\"Share of the height taken by dark bars above and below, 0 to 1; -1 when the picture is too dark to tell.\",\"default\":0},{\"name\":\"pillarboxRatio\",\"type\":\"float\",\"doc\":\"Share of the width taken by dark bars left and right, 0 to 1; -1 when the picture is too dark to tell.\",\"default\":0}]}},\"doc\":\"Every decoded picture of the run, PTS order.\"},{\"name\":\"corners\",\"type\":{\"type\":\"array\",\"items\":{\"type\":\"record\",\"name\":\"CornerEdges\",\"doc\":\"Edge maps of the regions a channel logo can be in, sampled a few times a second.\",\"fields\":[{\"name\":\"ptsUs\",\"type\":\"long\",\"doc\":\"Media time of the picture, unwrapped microseconds.\"},{\"name\":\"widthPx\",\"type\":\"int\",\"doc\":\"Width of the edge-map grid of one corner.\"},{\"name\":\"heightPx\",\"type\":\"int\",\"doc\":\"Height of the edge-map grid of one corner.\"},{\"name\":\"edges\",\"type\":\"bytes\",\"doc\":\"Four bit maps (top-left, top-right, bottom-left, bottom-right), each widthPx*heightPx bits, row-major, most significant bit first, padded to a byte.\"},{\"name\":\"lumaMeans\",\"type\":\"bytes\",\"doc\":\"Mean luma (0 to 255) of the four regions, one byte each: over a bright picture a light logo has no edges.\",\"default\":\"\"}]}},\"doc\":\"Logo-region edge maps, PTS order.\",\"default\":[]},{\"name\":\"sound\",\"type\":{\"type\":\"array\",\"items\":{\"type\":\"record\",\"name\":\"AudioSignals\",\"doc\":\"Numbers read from one block of sound.\",\"fields\":[{\"name\":\"ptsUs\",\"type\":\"long\",\"doc\":\"Media time of the block start, unwrapped microseconds.\"},{\"name\":\"durationUs\",\"type\":\"int\",\"doc\":\"Length of the block, microseconds.\"},{\"name\":\"rmsDbfs\",\"type\":\"float\",\"doc\":\"RMS level, dB full scale, -120 to 0.\"},{\"name\":\"peakDbfs\",\"type\":\"float\",\"doc\":\"Sample peak, dB full scale, -120 to 0.\"}]}},\"doc\":\"Sound levels, PTS order.\"},{\"name\":\"soundSpread\",\"type\":{\"type\":\"array\",\"items\":{\"type\":\"record\",\"name\":\"SoundSpread\",\"doc\":\"How wide 0.2 s of sound stand between the loudspeakers: mono has a centre only, stereo no centre, surround both.\",\"fields\":[{\"name\":\"ptsUs\",\"type\":\"long\",\"doc\":\"Media time of the start, unwrapped microseconds.\"},{\"name\":\"frontDbfs\",\"type\":\"float\",\"doc\":\"RMS level of half the sum of left and right, dB full scale, -120 to 0.\",\"default\":-120},{\"name\":\"sideDbfs\",\"type\":\"float\",\"doc\":\"RMS level of half their difference, dB full scale, -120 to 0: -120 when both are the same.\",\"default\":-120},{\"name\":\"centreDbfs\",\"type\":\"float\",\"doc\":\"RMS level of the centre channel, dB full scale, -120 to 0.\",\"default\":-120}]}},\"doc\":\"Spread of the sound, PTS order; empty in runs of versions that did not measure it.\",\"default\":[]},{\"name\":\"fingerprintStartUs\",\"type\":\"long\",\"doc\":\"Media time of the first sub-fingerprint; -1 when the run holds none.\",\"default\":-1},{\"name\":\"fingerprintHopUs\",\"type\":\"float\",\"doc\":\"Spacing of the sub-fingerprints, microseconds (11.6 ms nominal).\",\"default\":0},{\"name\":\"fingerprints\",\"type\":\"bytes\",\"doc\":\"32-bit audio sub-fingerprints, big-endian, 4 bytes each (Haitsma and Kalker 2002).\",\"default\":\"\"},{\"name\":\"soundBandsStartUs\",\"type\":\"long\",\"doc\":\"Media time of the middle of the first window of soundBands; -1 when the run holds none.\",\"default\":-1},{\"name\":\"soundBandsHopUs\",\"type\":\"float\",\"doc\":\"Spacing of the windows of soundBands, microseconds (92.9 ms nominal).\",\"default\":0},{\"name\":\"soundBands\",\"type\":\"bytes\",\"doc\":\"Spectrum of the sound: 16 bytes a window, band levels from low to high (60 to 2700 Hz, logarithmic), each 2 x (dBFS + 120), clipped to 0..240.\",\"default\":\"\"},{\"name\":\"spliceMessages\",\"type\":{\"type\":\"array\",\"items\":{\"type\":\"record\",\"name\":\"SpliceMessage\",\"doc\":\"A splice cue as the broadcaster sent it: one splice command or segmentation descriptor of SCTE 35, or one tag of an HLS playlist.\",\"fields\":[{\"name\":\"ptsUs\",\"type\":\"long\",\"doc\":\"Media time at which the message arrived, unwrapped microseconds.\"},{\"name\":\"spliceUs\",\"type\":[\"null\",\"long\"],\"doc\":\"Media time of the splice point; null means at once (or not said).\",\"default\":null},{\"name\":\"direction\",\"type\":{\"type\":\"enum\",\"name\":\"SpliceDirection\",\"symbols\":[\"out\",\"in\",\"cancel\",\"other\"]},\"doc\":\"out: out of the network feed, a break begins; in: back; cancel: an earlier message of this eventId is void; other: says nothing about breaks.\"},{\"name\":\"durationUs\",\"type\":[\"null\",\"long\"],\"doc\":\"Announced length of the break, microseconds.\",\"default\":null},{\"name\":\"autoReturn\",\"type\":\"boolean\",\"doc\":\"The break ends by itself after durationUs.\",\"default\":false},{\"name\":\"spliceEventId\",\"type\":\"long\",\"doc\":\"splice_event_id or segmentation_event_id, -1 when there is none.\",\"default\":-1},{\"name\":\"carrier\",\"type\":{\"type\":\"enum\",\"name\":\"SpliceCarrier\",\"symbols\":[\"scte35\",\"hlsCue\",\"hlsDateRange\",\"hlsOatcls\"]},\"doc\":\"How it came: a section of the transport stream, EXT-X-CUE-OUT/IN, EXT-X-DATERANGE, EXT-OATCLS-SCTE35.\"},{\"name\":\"command\",\"type\":\"string\",\"doc\":\"splice_insert, time_signal, splice_null ..., or the tag of the playlist.\"},{\"name\":\"segmentationType\",\"type\":\"int\",\"doc\":\"segmentation_type_id of SCTE 35 table 23, -1 when there is none.\",\"default\":-1},{\"name\":\"upid\",\"type\":\"string\",\"doc\":\"segmentation_upid as text (hex when it is not printable), empty when there is none.\",\"default\":\"\"},{\"name\":\"section\",\"type\":\"string\",\"doc\":\"The splice_info_section, base64; empty when there was none. At most 4 KiB are kept.\",\"default\":\"\"}]}},\"doc\":\"Splice cues that arrived during the run, in order of arrival.\",\"default\":[]},{\"name\":\"hasVideo\",\"type\":\"boolean\",\"doc\":\"The stream carries pictures.\",\"default\":true},{\"name\":\"hasAudio\",\"type\":\"boolean\",\"doc\":\"The stream carries sound.\",\"default\":true},{\"name\":\"endOfStream\",\"type\":\"boolean\",\"doc\":\"Nothing follows: processors flush what is pending.\",\"default\":false}]}";

/** Avro schema of {@link SpliceCue} (schemas/events/splice-cue.avsc). */
export const spliceCueSchema = "{\"type\":\"record\",\"name\":\"SpliceCue\",\"namespace\":\"io.sightline.events\",\"doc\":\"A splice cue of the broadcaster (SCTE 35 or HLS) and what became of it: one id, growing revision, received -> reconciled.\",\"fields\":[{\"name\":\"eventId\",\"type\":\"string\",\"doc\":\"Deterministic id: the same input gives the same id (see core/events/event-id.ts).\"},{\"name\":\"tenantId\",\"type\":\"string\",\"doc\":\"Organisation that owns the stream.\"},{\"name\":\"streamId\",\"type\":\"string\",\"doc\":\"Stream; also the record key, so one stream keeps its order.\"},{\"name\":\"epoch\",\"type\":\"int\",\"doc\":\"Grows at every reconnect or PTS reset of the stream; ptsUs only grows within one epoch.\"},{\"name\":\"ptsUs\",\"type\":\"long\",\"doc\":\"Media time of the splice point, unwrapped microseconds; of the arrival when the message names none.\"},{\"name\":\"eventTimeMs\",\"type\":\"long\",\"doc\":\"Wall clock, epoch milliseconds, when it happened at the source.\"},{\"name\":\"timeSource\",\"type\":{\"type\":\"enum\",\"name\":\"TimeSource\",\"symbols\":[\"pdt\",\"rtcp\",\"pcr\",\"arrival\",\"file\"]},\"doc\":\"Where eventTimeMs comes from.\"},{\"name\":\"uncertaintyMs\",\"type\":\"int\",\"doc\":\"Half-width of the uncertainty of eventTimeMs, milliseconds.\"},{\"name\":\"processedAtMs\",\"type\":\"long\",\"doc\":\"Wall clock, epoch milliseconds, when the producer made the event.\"},{\"name\":\"traceId\",\"type\":\"string\",\"doc\":\"W3C trace id (32 hex digits) from frame to row; empty when not traced.\",\"default\":\"\"},{\"name\":\"producer\",\"type\":\"string\",\"doc\":\"Name of the part that made the event, e.g. detect-shots.\"},{\"name\":\"producerVersion\",\"type\":\"string\",\"doc\":\"Version of that part.\"},{\"name\":\"modelName\",\"type\":\"string\",\"doc\":\"Model used, empty when none was.\",\"default\":\"\"},{\"name\":\"modelVersion\",\"type\":\"string\",\"doc\":\"Version of that model, empty when none was used.\",\"default\":\"\"},{\"name\":\"cueId\",\"type\":\"string\",\"doc\":\"Deterministic id, same in every revision; repeats of a message (SCTE 35 sends each several times) share it.\"},{\"name\":\"revision\",\"type\":\"int\",\"doc\":\"1 for the first event of this cue.\"},{\"name\":\"direction\",\"type\":{\"type\":\"enum\",\"name\":\"SpliceDirection\",\"symbols\":[\"out\",\"in\",\"cancel\",\"other\"]},\"doc\":\"out: a break begins; in: back to programme; cancel: an earlier cue of this spliceEventId is void; other: says nothing about breaks.\"},{\"name\":\"durationUs\",\"type\":[\"null\",\"long\"],\"doc\":\"Announced length of the break, microseconds.\",\"default\":null},{\"name\":\"spliceEventId\",\"type\":\"long\",\"doc\":\"splice_event_id or segmentation_event_id, -1 when there is none.\",\"default\":-1},{\"name\":\"carrier\",\"type\":{\"type\":\"enum\",\"name\":\"SpliceCarrier\",\"symbols\":[\"scte35\",\"hlsCue\",\"hlsDateRange\",\"hlsOatcls\"]},\"doc\":\"How it came.\"},{\"name\":\"command\",\"type\":\"string\",\"doc\":\"splice_insert, time_signal ..., or the tag of the playlist.\"},{\"name\":\"segmentationType\",\"type\":\"int\",\"doc\":\"segmentation_type_id of SCTE 35, -1 when there is none.\",\"default\":-1},{\"name\":\"upid\",\"type\":\"string\",\"doc\":\"segmentation_upid as text, empty when there is none.\",\"default\":\"\"},{\"name\":\"section\",\"type\":\"string\",\"doc\":\"The splice_info_section, base64; empty when there was none.\",\"default\":\"\"},{\"name\":\"outcome\",\"type\":{\"type\":\"enum\",\"name\":\"SpliceOutcome\",\"symbols\":[\"pending\",\"matched\",\"unmatched\",\"cancelled\"]},\"doc\":\"pending: its time has not come or nothing is settled; matched: a break boundary was seen at errorMs from it; unmatched: none was; cancelled: taken back by the broadcaster.\"},{\"name\":\"breakId\",\"type\":\"string\",\"doc\":\"The break whose boundary matched, else empty.\",\"default\":\"\"},{\"name\":\"errorMs\",\"type\":[\"null\",\"int\"],\"doc\":\"Seen boundary minus splice point, milliseconds; null unless matched.\",\"default\":null},{\"name\":\"trust\",\"type\":\"float\",\"doc\":\"How far this channel's cues are believed after this revision, 0 to 1.\"},{\"name\":\"knownUpToUs\",\"type\":\"long\",\"doc\":\"Media time that had been read when this revision was made.\"}]}";

/** Avro schema of {@link Spot} (schemas/events/spot.avsc). */
export const spotSchema = "{\"type\":\"record\",\"name\":\"Spot\",\"namespace\":\"io.sightline.events\",\"doc\":\"One airing of one advertisement inside a break.\",\"fields\":[{\"name\":\"eventId\",\"type\":\"string\",\"doc\":\"Deterministic id: the same input gives the same id (see core/events/event-id.ts).\"},{\"name\":\"tenantId\",\"type\":\"string\",\"doc\":\"Organisation that owns the stream.\"},{\"name\":\"streamId\",\"type\":\"string\",\"doc\":\"Stream; also the record key, so one stream keeps its order.\"},{\"name\":\"epoch\",\"type\":\"int\",\"doc\":\"Grows at every reconnect or PTS reset of the stream; ptsUs only grows within one epoch.\"},{\"name\":\"ptsUs\",\"type\":\"long\",\"doc\":\"Start of the airing, unwrapped microseconds.\"},{\"name\":\"eventTimeMs\",\"type\":\"long\",\"doc\":\"Wall clock, epoch milliseconds, when it happened at the source.\"},{\"name\":\"timeSource\",\"type\":{\"type\":\"enum\",\"name\":\"TimeSource\",\"symbols\":[\"pdt\",\"rtcp\",\"pcr\",\"arrival\",\"file\"]},\"doc\":\"Where eventTimeMs comes from.\"},{\"name\":\"uncertaintyMs\",\"type\":\"int\",\"doc\":\"Half-width of the uncertainty of eventTimeMs, milliseconds.\"},{\"name\":\"processedAtMs\",\"type\":\"long\",\"doc\":\"Wall clock, epoch milliseconds, when the producer made the event.\"},{\"name\":\"traceId\",\"type\":\"string\",\"doc\":\"W3C trace id (32 hex digits) from frame to row; empty when not traced.\",\"default\":\"\"},{\"name\":\"producer\",\"type\":\"string\",\"doc\":\"Name of the part that made the event, e.g. detect-shots.\"},{\"name\":\"producerVersion\",\"type\":\"string\",\"doc\":\"Version of that part.\"},{\"name\":\"modelName\",\"type\":\"string\",\"doc\":\"Model used, empty when none was.\",\"default\":\"\"},{\"name\":\"modelVersion\",\"type\":\"string\",\"doc\":\"Version of that model, empty when none was used.\",\"default\":\"\"},{\"name\":\"airingId\",\"type\":\"string\",\"doc\":\"Deterministic id of this airing, same in every revision.\"},{\"name\":\"spotId\",\"type\":\"string\",\"doc\":\"Id of the advertisement: two airings of one spot share it.\"},{\"name\":\"breakId\",\"type\":\"string\",\"doc\":\"The break it is in.\"},{\"name\":\"revision\",\"type\":\"int\",\"doc\":\"1 for the first event of this airing.\"},{\"name\":\"state\",\"type\":{\"type\":\"enum\",\"name\":\"SpotState\",\"symbols\":[\"provisional\",\"confirmed\",\"final\",\"retracted\"]},\"doc\":\"Where the airing is in its life.\"},{\"name\":\"endUs\",\"type\":[\"null\",\"long\"],\"doc\":\"End of the airing (half-open); null while it is on air.\",\"default\":null},{\"name\":\"title\",\"type\":\"string\",\"doc\":\"Name of the spot when one is known, else empty.\",\"default\":\"\"},{\"name\":\"known\",\"type\":\"boolean\",\"doc\":\"In the catalogue.\",\"default\":false},{\"name\":\"airing\",\"type\":\"int\",\"doc\":\"1 for the first time this spot was seen, 2 for the second ...\",\"default\":1},{\"name\":\"position\",\"type\":\"int\",\"doc\":\"Place in the break, 1 for the first.\",\"default\":0},{\"name\":\"identifiedBy\",\"type\":{\"type\":\"enum\",\"name\":\"IdentifiedBy\",\"symbols\":[\"nothing\",\"repeat\",\"catalogue\"]},\"doc\":\"What spotId rests on: nothing (a segment between cues, seen for the first time), repeat (it aired before), catalogue (a catalogue spot, candidate or confirmed, was matched).\",\"default\":\"nothing\"},{\"name\":\"brand\",\"type\":\"string\",\"doc\":\"From the catalogue, empty when not known.\",\"default\":\"\"},{\"name\":\"product\",\"type\":\"string\",\"doc\":\"From the catalogue, empty when not known.\",\"default\":\"\"},{\"name\":\"category\",\"type\":\"string\",\"doc\":\"Category id from the catalogue (IAB Ad Product Taxonomy 2.0, or another taxonomy as `scheme:id`), empty when not known.\",\"default\":\"\"},{\"name\":\"confidence\",\"type\":\"float\",\"doc\":\"0 to 1.\"},{\"name\":\"evidence\",\"type\":{\"type\":\"array\",\"items\":\"string\"},\"doc\":\"Why, in words a person can read.\",\"default\":[]},{\"name\":\"knownUpToUs\",\"type\":\"long\",\"doc\":\"Media time that had been read when this revision was made.\"}]}";

/** Avro schema of {@link StreamDefinition} (schemas/events/stream-definition.avsc). */
export const streamDefinitionSchema = "{\"type\":\"record\",\"name\":\"StreamDefinition\",\"namespace\":\"io.sightline.events\",\"doc\":\"What the control plane wants of one stream: ingest follows these.\",\"fields\":[{\"name\":\"eventId\",\"type\":\"string\",\"doc\":\"Deterministic id: the same input gives the same id (see core/events/event-id.ts).\"},{\"name\":\"tenantId\",\"type\":\"string\",\"doc\":\"Organisation that owns the stream.\"},{\"name\":\"streamId\",\"type\":\"string\",\"doc\":\"Stream; also the record key, so one stream keeps its order.\"},{\"name\":\"epoch\",\"type\":\"int\",\"doc\":\"Grows at every reconnect or PTS reset of the stream; ptsUs only grows within one epoch.\"},{\"name\":\"ptsUs\",\"type\":\"long\",\"doc\":\"Always 0: a definition has no media time.\"},{\"name\":\"eventTimeMs\",\"type\":\"long\",\"doc\":\"Wall clock, epoch milliseconds, when it happened at the source.\"},{\"name\":\"timeSource\",\"type\":{\"type\":\"enum\",\"name\":\"TimeSource\",\"symbols\":[\"pdt\",\"rtcp\",\"pcr\",\"arrival\",\"file\"]},\"doc\":\"Where eventTimeMs comes from.\"},{\"name\":\"uncertaintyMs\",\"type\":\"int\",\"doc\":\"Half-width of the uncertainty of eventTimeMs, milliseconds.\"},{\"name\":\"processedAtMs\",\"type\":\"long\",\"doc\":\"Wall clock, epoch milliseconds, when the producer made the event.\"},{\"name\":\"traceId\",\"type\":\"string\",\"doc\":\"W3C trace id (32 hex digits) from frame to row; empty when not traced.\",\"default\":\"\"},{\"name\":\"producer\",\"type\":\"string\",\"doc\":\"Name of the part that made the event, e.g. detect-shots.\"},{\"name\":\"producerVersion\",\"type\":\"string\",\"doc\":\"Version of that part.\"},{\"name\":\"modelName\",\"type\":\"string\",\"doc\":\"Model used, empty when none was.\",\"default\":\"\"},{\"name\":\"modelVersion\",\"type\":\"string\",\"doc\":\"Version of that model, empty when none was used.\",\"default\":\"\"},{\"name\":\"action\",\"type\":{\"type\":\"enum\",\"name\":\"StreamAction\",\"symbols\":[\"set\",\"remove\"]},\"doc\":\"set: the stream is to run as defined; remove: it is to end.\"},{\"name\":\"revision\",\"type\":\"int\",\"doc\":\"Grows with every change of the stream; older ones are ignored.\"},{\"name\":\"definition\",\"type\":\"string\",\"doc\":\"The stream as in the configuration (one entry of ingest.streams), JSON text; empty when removed.\",\"default\":\"\"}]}";

/** Avro schema of {@link StreamStatus} (schemas/events/stream-status.avsc). */
export const streamStatusSchema = "{\"type\":\"record\",\"name\":\"StreamStatus\",\"namespace\":\"io.sightline.events\",\"doc\":\"State of a stream, on change and every few seconds while live.\",\"fields\":[{\"name\":\"eventId\",\"type\":\"string\",\"doc\":\"Deterministic id: the same input gives the same id (see core/events/event-id.ts).\"},{\"name\":\"tenantId\",\"type\":\"string\",\"doc\":\"Organisation that owns the stream.\"},{\"name\":\"streamId\",\"type\":\"string\",\"doc\":\"Stream; also the record key, so one stream keeps its order.\"},{\"name\":\"epoch\",\"type\":\"int\",\"doc\":\"Grows at every reconnect or PTS reset of the stream; ptsUs only grows within one epoch.\"},{\"name\":\"ptsUs\",\"type\":\"long\",\"doc\":\"Media time last read, unwrapped microseconds; 0 before the first picture.\"},{\"name\":\"eventTimeMs\",\"type\":\"long\",\"doc\":\"Wall clock, epoch milliseconds, when it happened at the source.\"},{\"name\":\"timeSource\",\"type\":{\"type\":\"enum\",\"name\":\"TimeSource\",\"symbols\":[\"pdt\",\"rtcp\",\"pcr\",\"arrival\",\"file\"]},\"doc\":\"Where eventTimeMs comes from.\"},{\"name\":\"uncertaintyMs\",\"type\":\"int\",\"doc\":\"Half-width of the uncertainty of eventTimeMs, milliseconds.\"},{\"name\":\"processedAtMs\",\"type\":\"long\",\"doc\":\"Wall clock, epoch milliseconds, when the producer made the event.\"},{\"name\":\"traceId\",\"type\":\"string\",\"doc\":\"W3C trace id (32 hex digits) from frame to row; empty when not traced.\",\"default\":\"\"},{\"name\":\"producer\",\"type\":\"string\",\"doc\":\"Name of the part that made the event, e.g. detect-shots.\"},{\"name\":\"producerVersion\",\"type\":\"string\",\"doc\":\"Version of that part.\"},{\"name\":\"modelName\",\"type\":\"string\",\"doc\":\"Model used, empty when none was.\",\"default\":\"\"},{\"name\":\"modelVersion\",\"type\":\"string\",\"doc\":\"Version of that model, empty when none was used.\",\"default\":\"\"},{\"name\":\"state\",\"type\":{\"type\":\"enum\",\"name\":\"StreamState\",\"symbols\":[\"connecting\",\"live\",\"stalled\",\"reconnecting\",\"failed\",\"ended\"]},\"doc\":\"State of the source.\"},{\"name\":\"changed\",\"type\":\"boolean\",\"doc\":\"True when this event reports a new state, false for a periodic report.\"},{\"name\":\"code\",\"type\":\"string\",\"doc\":\"Error or warning code when there is one, else empty.\",\"default\":\"\"},{\"name\":\"message\",\"type\":\"string\",\"doc\":\"One sentence for a person: what, where, what to do.\",\"default\":\"\"},{\"name\":\"title\",\"type\":\"string\",\"doc\":\"Name of the channel for people.\",\"default\":\"\"},{\"name\":\"sourceKind\",\"type\":\"string\",\"doc\":\"file, hls, rtsp, srt, rtmp, udp, images, demo.\"},{\"name\":\"attempt\",\"type\":\"int\",\"doc\":\"Connection attempt, 1 for the first.\",\"default\":1},{\"name\":\"hasVideo\",\"type\":\"boolean\",\"doc\":\"The stream carries pictures.\",\"default\":false},{\"name\":\"hasAudio\",\"type\":\"boolean\",\"doc\":\"The stream carries sound.\",\"default\":false},{\"name\":\"widthPx\",\"type\":\"int\",\"doc\":\"Width of the source picture, 0 when unknown.\",\"default\":0},{\"name\":\"heightPx\",\"type\":\"int\",\"doc\":\"Height of the source picture, 0 when unknown.\",\"default\":0},{\"name\":\"rateFps\",\"type\":\"float\",\"doc\":\"Pictures a second measured over the last report interval.\",\"default\":0},{\"name\":\"pictures\",\"type\":\"long\",\"doc\":\"Pictures decoded in this epoch.\",\"default\":0},{\"name\":\"durationMs\",\"type\":\"long\",\"doc\":\"Known length of a recording, 0 when unknown or live.\",\"default\":0},{\"name\":\"drops\",\"type\":{\"type\":\"map\",\"values\":\"long\"},\"doc\":\"Frames dropped in this epoch by reason.\",\"default\":{}}]}";
