import type { CodePostings } from './code-postings.ts';
import type { HashTable, LookPostings } from './look-postings.ts';

/** The sound of one print at one speed, in a segment. */
export interface TrackTable {
  /** Print of the track. */
  print: Uint32Array;
  /** Place of its first code among all codes of the segment; a multiple of {@link placeAlignment}. */
  place: Uint32Array;
  /** Number of its codes. */
  length: Uint32Array;
  /** Speed of the variant; 1 is the print's own sound. */
  speed: Float32Array;
  /** Time of its first code, microseconds after the first picture as it is at that speed. */
  startUs: Float32Array;
  hopUs: Float32Array;
}

/** The prints of a segment. */
export interface PrintTable {
  keys: readonly string[];
  durationUs: Float64Array;
  /** First track of each print, and the number of all tracks behind the last; the first is that of speed 1. */
  track: Uint32Array;
  /** First hash of each print, and the number of all hashes behind the last. */
  hash: Uint32Array;
  /** Time of the first hash and spacing, microseconds. */
  videoStartUs: Float32Array;
  videoStepUs: Float32Array;
}

/** Every track begins at a multiple of this, so that the places of its check codes are those that a check stride divides. */
export const placeAlignment = 64;

/** What a segment is made of. */
export interface SegmentParts {
  /** One code in 2^shift is indexed. */
  shift: number;
  /** Every so many codes one is kept to verify a match with. */
  checkStride: number;
  /** One hash in so many of the prints' is kept. */
  hashThinning: number;
  prints: PrintTable;
  tracks: TrackTable;
  checks: Uint32Array;
  hashes: HashTable;
  postings: CodePostings;
  /** Absent in segments that are thinned so far that pictures only verify. */
  looks: LookPostings | undefined;
}

/** An immutable index of some prints in typed arrays: codes and looks to find places by, check codes and hashes to verify them with. */
export class IndexSegment {
  constructor(readonly parts: SegmentParts) {}

  /** Number of prints, those that were deleted since included. */
  get size(): number {
    return this.parts.prints.keys.length;
  }

  /** Number of stretches of {@link placeAlignment} places. */
  get placeBlocks(): number {
    const { place, length } = this.parts.tracks;
    const last = place.length - 1;
    return last < 0 ? 0 : place[last]! / placeAlignment + Math.ceil(length[last]! / placeAlignment);
  }

  /** Bytes held in typed arrays. */
  get bytes(): number {
    const { prints, tracks, checks, hashes, postings, looks } = this.parts;
    const { durationUs, track, hash, videoStartUs, videoStepUs } = prints;
    const { print, place, length, speed, startUs, hopUs } = tracks;
    const tables = [durationUs, track, hash, videoStartUs, videoStepUs, print, place, length, speed, startUs, hopUs];
    const sum = tables.reduce((bytes, table) => bytes + table.byteLength, 0);
    return sum + checks.byteLength + hashes.high.byteLength * 2 + postings.bytes + (looks?.bytes ?? 0);
  }

  /** Calls back with track and hop of every place of a mixed code; see {@link CodePostings.find}. */
  findCode(mixed: number, visit: (track: number, hop: number) => void): void {
    const { place } = this.parts.tracks;
    this.parts.postings.find(mixed, (found) => {
      const track = lastUpTo(place, found);
      visit(track, found - place[track]!);
    });
  }

  /** Calls back with print and step of every hash near one; see {@link LookPostings.find}. */
  findLook(high: number, low: number, mostBits: number, visit: (print: number, step: number) => void): void {
    const { hash } = this.parts.prints;
    this.parts.looks?.find(high, low, mostBits, (ordinal) => {
      const print = lastUpTo(hash, ordinal);
      visit(print, ordinal - hash[print]!);
    });
  }
}

/** The last index whose value is at most `value`; of equal values the last, so that prints without hashes are passed over. */
function lastUpTo(table: Uint32Array, value: number): number {
  let low = 0;
  let high = table.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (table[middle]! <= value) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}
