/** Sub-fingerprints of a stretch of sound (Haitsma and Kalker 2002, see ingest/signals/sub-fingerprints.ts). */
export interface AudioPrint {
  /** Middle of the first window, microseconds after the first picture. */
  startUs: number;
  /** Spacing of the codes, microseconds (11,610 nominal). */
  hopUs: number;
  /** One 32-bit code a hop; empty when the spot has no sound. */
  codes: Uint32Array;
}

/** Perceptual hashes of a stretch of pictures (see ingest/signals/perceptual-hash.ts). */
export interface VideoPrint {
  /** Time of the first hash, microseconds after the first picture. */
  startUs: number;
  /** Spacing of the hashes, microseconds (200,000: five a second). */
  stepUs: number;
  /** 8 bytes a hash, big-endian; empty when the spot has no pictures. All zero: a flat picture, which says nothing. */
  hashes: Uint8Array;
}

/** The sound of a spot as it is when it is played faster or slower with its pitch (PAL speed-up). */
export interface SpeedVariant {
  /** 1.0417 is 25/24: as long as 1/1.0417 of the original. */
  speed: number;
  audio: AudioPrint;
}

/** What a spot is recognised by. */
export interface SpotPrint {
  /** From the first picture to the end of the last, microseconds. */
  durationUs: number;
  audio: AudioPrint;
  video: VideoPrint;
  /** Only prints made from a file have them: from an airing they cannot be known. */
  speeds: readonly SpeedVariant[];
}

/**
 * A spot that is, or was, on air in a stream, as far as it can be told from what was heard and seen. Matches of one stream follow each other:
 * the same `key` is the same airing until it is `over`. `over` with `toUs` = `fromUs` and confidence 0 withdraws it: it was another spot all
 * along, which follows at once (a cut-down that shares its beginning).
 */
export interface SpotMatch {
  /** What was matched: the key under which the print was put into the index. */
  key: string;
  /** Media time at which the spot's first picture was, or would have been, on air; may lie before the stream began. */
  startUs: number;
  /** Media time at which the spot ends if it is played to its end. */
  endUs: number;
  /** 1 is the speed of the print. */
  speed: number;
  /** Span that agrees so far. */
  fromUs: number;
  toUs: number;
  /** Share of sound bits that differ; undefined when no sound was compared. */
  bitErrorRate: number | undefined;
  /** Mean distance of the picture hashes, bits of 64; undefined when no pictures were compared. */
  hashBits: number | undefined;
  /** 0 to 1. */
  confidence: number;
  /** It no longer goes on: the spot ended, or broke off at `toUs`. */
  over: boolean;
}

/** A stretch of one stream that was heard and seen before, on this stream or another. */
export interface Repeat {
  /** The stretch that is on air now or has just been. */
  startUs: number;
  /** End of what agrees so far. */
  endUs: number;
  /** When it was on air before. */
  earlier: { tenantId: string; streamId: string; epoch: number; startUs: number; endUs: number; eventTimeMs: number };
  /** Both are of one stream and epoch, so that their media times compare. */
  sameEpoch: boolean;
  bitErrorRate: number | undefined;
  hashBits: number | undefined;
  /** 0 to 1. */
  confidence: number;
  /** It no longer goes on; start and end are those of the maximal repeated stretch, not yet trimmed to cuts. */
  over: boolean;
}

/** A minute or so of what one stream sounded and looked like: the unit in which history is kept and stored. */
export interface HistoryBlock {
  tenantId: string;
  streamId: string;
  epoch: number;
  startUs: number;
  endUs: number;
  /** Wall clock at `startUs`, epoch milliseconds. */
  eventTimeMs: number;
  /** `startUs` of audio and video count from the block's. */
  audio: AudioPrint;
  video: VideoPrint;
  /** Media times of the hard cuts and separators in it, microseconds. */
  cutsUs: readonly number[];
}
