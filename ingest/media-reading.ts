import type { AppError } from '../core/errors/app-error.ts';
import type { ErrorCode } from '../core/errors/codes.ts';
import type { InputFacts } from './ffmpeg/stderr-reader.ts';
import type { SpreadSums } from './signals/sound-mixdown.ts';
import type { ReceivedSplice, WallClock } from './splice/received-splice.ts';

/**
 * What a source yields, in the order it was decoded. Luma and samples of sound may only be read until the next batch is asked for. Raw times are microseconds of the source as {@link import('./media-time/time-line.ts').TimeLine} takes them.
 */
export type MediaPacket =
  | { kind: 'luma'; rawUs: number; /** 160x90, 8 bits, video range. */ luma: Uint8Array }
  | { kind: 'corner'; rawUs: number; /** 320x180, 8 bits, video range. */ luma: Uint8Array }
  | { kind: 'sound'; rawUs: number; /** Mono, 11,025 Hz; the first sample is at `rawUs`. */ samples: Int16Array; spread: SpreadSums }
  | SampledPicture
  | ReceivedSplice
  | WallClock;

/** One picture chosen for models. */
export interface SampledPicture {
  kind: 'sample';
  rawUs: number;
  /** 8-bit RGB, row-major, no padding; nobody writes to it any more. */
  rgb: Buffer;
  widthPx: number;
  heightPx: number;
  /** Size of the picture before it was scaled, when it differs from the stream's; else absent. */
  source?: { widthPx: number; heightPx: number };
  /** File name in an image folder; else empty. */
  sourceName: string;
}

/** Something that a person should know about an input, and where it was. */
export interface InputWarning {
  code: ErrorCode;
  message: string;
  /** Milliseconds from the first picture. */
  atMs: number;
}

/** A fault that did not end the reading, once for all of its kind. */
export interface Complaint {
  code: ErrorCode;
  /** One sentence about the last of its kind. */
  message: string;
  /** How often it came. */
  count: number;
}

/** How a reading ended. */
export interface ReadingOutcome {
  /** Why it could not begin or broke off; absent when the input came to its end. */
  failure?: AppError;
  /** What was wrong on the way although results are there. `atMs` is filled in by the runner. */
  complaints: Complaint[];
}

/** One connection to a source: read {@link MediaReading.packets} to the end, then ask for the outcome. */
export interface MediaReading {
  /** What is known about the input so far; complete once the first packet is there. */
  facts(): InputFacts;
  /** Batches in decoding order. Not asking for the next batch blocks the source. Read once. */
  packets(): AsyncIterable<MediaPacket[]>;
  /** Complaints since the last call, aggregated by kind; empty when there are none. */
  takeComplaints(): Complaint[];
  /** Settles when everything is released; never rejects. */
  outcome(): Promise<ReadingOutcome>;
  /** Breaks off at once. */
  stop(): void;
}
