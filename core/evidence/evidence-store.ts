import type { Readable } from 'node:stream';

/** A file of a spot's evidence. */
export interface EvidenceFile {
  /** Name inside the spot's evidence, e.g. `clip.mp4`; see {@link isEvidenceName}. */
  name: string;
  bytes: number;
}

/** What shows a spot to a person: pictures and a clip of one airing. */
export interface Evidence {
  spotId: string;
  /** The airing it was taken from. */
  airingId: string;
  streamId: string;
  /** Wall clock of the start of the airing, epoch milliseconds. */
  eventTimeMs: number;
  /** Length of the airing, milliseconds. */
  durationMs: number;
  /** Length of the clip, milliseconds; less than the airing where the recording did not reach back to its start or had a gap. */
  clipMs: number;
  /** When it was made, epoch milliseconds. */
  createdMs: number;
  /** H.264 and AAC in MP4, at most 640 pixels wide. */
  clip: EvidenceFile;
  /** JPEG, in order of time, one to five. */
  pictures: readonly EvidenceFile[];
}

/** Part of a file, both ends included, as in HTTP ranges; bytes. */
export interface ByteRange {
  start: number;
  end: number;
}

/**
 * Where the evidence of spots is kept: a folder today, an object store behind the same methods when one is needed. There is one piece of
 * evidence per spot; a new one replaces it.
 */
export interface EvidenceStore {
  /** What there is of a spot; undefined: nothing (also for ids that no spot can have). */
  find(spotId: string): Promise<Evidence | undefined>;
  /** Keeps evidence whose files lie in `folder` under the names it gives; takes the folder over, whole or not at all. */
  put(evidence: Evidence, folder: string): Promise<void>;
  /** Opens a file, whole or a part; undefined when there is no such file. The caller reads the stream or destroys it. */
  open(spotId: string, name: string, range?: ByteRange): Promise<Readable | undefined>;
  /** Removes what is older or more than the store may keep, oldest first. @returns number of spots whose evidence went */
  sweep(): Promise<number>;
  /** A new empty folder on the same disk for {@link EvidenceStore.put}. */
  workFolder(): Promise<string>;
}

/** True for an id that is safe as the name of a folder: letters, digits, `.`, `_` and `-`, not beginning with a dot, at most 128. */
export function isEvidenceSpotId(spotId: string): boolean {
  return /^[A-Za-z0-9_-][A-Za-z0-9._-]{0,127}$/.test(spotId);
}

/** True for the names of evidence files: `clip.mp4` and `key-1.jpg` to `key-5.jpg`. */
export function isEvidenceName(name: string): boolean {
  return /^(clip\.mp4|key-[1-5]\.jpg)$/.test(name);
}
