import type { IndexSegment } from './index-segment.ts';
import { SegmentBuilder } from './segment-builder.ts';
import type { SpotPrint } from './spot-print.ts';

/** Postings, 6 bytes each, from which an index keeps every second code only, then every fourth … */
const mostPostings = 24e6;
/** One code in 2^5 is kept in any case: fewer would no longer find 3 s of a spot with one bit in ten wrong. */
const furthestShift = 5;
/** New prints are built into a segment when they hold so many codes, at the latest. */
const mostPendingCodes = 8e6;
/** Segments of more codes than this are not merged: a merge holds old and new at once. */
const mostSegmentCodes = 2 ** 28;

/**
 * The prints of a catalogue, found by what they sound and look like. Mutable from ten to a million spots: new prints become a small immutable
 * segment at the next query, segments of like size are merged (the logarithmic method: Bentley and Saxe, J. Algorithms 1980), deleted prints
 * fall out then. Memory grows by about 19 kB a spot of 30 s at first and by 1.3 kB in the end, when everything is thinned
 * (docs/decisions/0030-known-spot-matching.md). Shared by all streams of a process; one per tenant.
 */
export class SpotIndex {
  readonly #pending = new Map<string, SpotPrint>();
  /** Segment of each print that is built in; a print of that key in any other segment is dead. */
  readonly #home = new Map<string, IndexSegment>();
  readonly #codes = new Map<IndexSegment, number>();
  #segments: IndexSegment[] = [];
  #pendingCodes = 0;

  /** Number of prints. */
  get size(): number {
    return this.#home.size + this.#pending.size;
  }

  /** Bytes held in typed arrays, without keys and prints that wait. */
  get bytes(): number {
    return this.#segments.reduce((sum, segment) => sum + segment.bytes, 0);
  }

  /** Adds a print, or replaces the one of that key. It is kept by reference until the next query and must not change. */
  put(key: string, print: SpotPrint): void {
    this.delete(key);
    this.#pending.set(key, print);
    this.#pendingCodes += codesOf(print);
    if (this.#pendingCodes > mostPendingCodes) this.#buildPending();
  }

  /** Takes a print away; nothing happens when there is none of that key. */
  delete(key: string): void {
    const waiting = this.#pending.get(key);
    if (waiting !== undefined) {
      this.#pendingCodes -= codesOf(waiting);
      this.#pending.delete(key);
    }
    this.#home.delete(key);
  }

  /** The segments that hold all prints, those put in since the last call included. For the matcher. */
  segments(): readonly IndexSegment[] {
    if (this.#pending.size > 0) this.#buildPending();
    return this.#segments;
  }

  /** Whether a print of a segment is still in the index: not deleted or replaced since. Segments that were merged away are searched no more. */
  holds(key: string): boolean {
    return this.#home.has(key) || this.#pending.has(key);
  }

  /** Whether a segment is the one that answers for a key. */
  isHome(key: string, segment: IndexSegment): boolean {
    return this.#home.get(key) === segment;
  }

  #buildPending(): void {
    const merged: IndexSegment[] = [];
    let prints = this.#pending.size;
    let codes = this.#pendingCodes;
    for (let last = this.#segments.at(-1); last !== undefined; last = this.#segments.at(-1)) {
      const lastCodes = this.#codes.get(last)!;
      if (last.size >= 2 * prints || codes + lastCodes > mostSegmentCodes) break;
      merged.push(last);
      this.#segments.pop();
      prints += last.size;
      codes += lastCodes;
    }
    // What is merged stands among the codes already.
    this.#build(merged, this.#pending, codes, this.#shiftFor(this.#pendingCodes));
    this.#pending.clear();
    this.#pendingCodes = 0;
    this.#thin();
  }

  #build(segments: readonly IndexSegment[], prints: ReadonlyMap<string, SpotPrint>, codes: number, shift: number): void {
    const builder = new SegmentBuilder(Math.max(shift, ...segments.map((segment) => segment.parts.shift)));
    for (const segment of segments) {
      builder.addSegment(segment, (print) => this.isHome(segment.parts.prints.keys[print]!, segment));
      this.#codes.delete(segment);
    }
    for (const [key, print] of prints) builder.addPrint(key, print);
    const built = builder.build();
    for (const key of built.parts.prints.keys) this.#home.set(key, built);
    this.#codes.set(built, codes);
    this.#segments.push(built);
    this.#segments.sort((one, other) => other.size - one.size);
  }

  /** How far to thin so that the index with so many more codes keeps within its limit. */
  #shiftFor(more: number): number {
    const codes = [...this.#codes.values()].reduce((sum, count) => sum + count, more);
    return Math.min(furthestShift, Math.max(0, Math.ceil(Math.log2(codes / mostPostings))));
  }

  /** Thins what was built when there was less. */
  #thin(): void {
    const shift = this.#shiftFor(0);
    for (const segment of this.#segments.filter((one) => one.parts.shift < shift)) {
      this.#segments = this.#segments.filter((one) => one !== segment);
      this.#build([segment], new Map(), this.#codes.get(segment)!, shift);
    }
  }
}

function codesOf(print: SpotPrint): number {
  return print.speeds.reduce((sum, { audio }) => sum + audio.codes.length, print.audio.codes.length);
}
