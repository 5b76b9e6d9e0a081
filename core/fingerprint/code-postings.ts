import { bitCount } from './hamming.ts';

/** A code that so many places of one segment share tells none of them apart and is not followed. */
const mostPlaces = 64;

/**
 * A bijection of 32-bit words that spreads near codes far apart (finaliser of MurmurHash3, Appleby 2011), so that sorted codes fill their
 * buckets evenly and "the lowest bits are zero" selects them without regard to what they mean.
 */
export function mixCode(code: number): number {
  let mixed = code ^ (code >>> 16);
  mixed = Math.imul(mixed, 0x85ebca6b);
  mixed ^= mixed >>> 13;
  mixed = Math.imul(mixed, 0xc2b2ae35);
  return (mixed ^ (mixed >>> 16)) >>> 0;
}

/** Whether a code is looked up at all: silence and steady tones give codes of next to only zeros or ones, in every recording the same. */
export function isTelling(code: number): boolean {
  const ones = bitCount(code);
  return ones >= 3 && ones <= 29;
}

/** Whether a mixed code is among the one in 2^shift that is indexed. */
export function isSelected(mixed: number, shift: number): boolean {
  return (mixed & ((1 << shift) - 1)) === 0;
}

/** Calls back with `code` and with the codes that differ from it in up to `radius` (0 to 2) bits, mixed, as far as they are selected. */
export function selectedNear(code: number, radius: number, shift: number, visit: (mixed: number) => void): void {
  offer(code, shift, visit);
  for (let bit = 0; bit < 32 && radius >= 1; bit += 1) {
    const near = code ^ (1 << bit);
    offer(near, shift, visit);
    for (let other = bit + 1; other < 32 && radius >= 2; other += 1) offer(near ^ (1 << other), shift, visit);
  }
}

function offer(near: number, shift: number, visit: (mixed: number) => void): void {
  const mixed = mixCode(near);
  if (isSelected(mixed, shift)) visit(mixed);
}

/** Calls back with each mixed code that is indexed and its place; must do the same each time it is called. */
export type PostingSource = (emit: (mixed: number, place: number) => void) => void;

/**
 * Where each code occurs, as three sorted arrays: 6 bytes a posting and a directory of about one entry for eight. A segment keeps a posting only when the
 * `shift` lowest bits of its mixed code are zero: one code in 2^shift, the same ones in every recording, so that a look-up of any other code
 * is known to be useless without making it.
 */
export class CodePostings {
  readonly #directoryShift: number;
  readonly #directory: Uint32Array;
  readonly #lows: Uint16Array;
  readonly #places: Uint32Array;

  /** @param about about how many postings the source has: decides the size of the directory */
  constructor(source: PostingSource, about: number) {
    const directoryBits = Math.max(16, Math.min(24, Math.ceil(Math.log2(Math.max(1, about / 8)))));
    this.#directoryShift = 32 - directoryBits;
    this.#directory = new Uint32Array(2 ** directoryBits + 1);
    const count = this.#count(source);
    this.#lows = new Uint16Array(count);
    this.#places = new Uint32Array(count);
    this.#fill(source);
  }

  /** Number of postings. */
  get size(): number {
    return this.#places.length;
  }

  /** Bytes held. */
  get bytes(): number {
    return this.#directory.byteLength + this.#lows.byteLength + this.#places.byteLength;
  }

  /** Calls back with every posting: what a merge of segments reads. */
  forEach(emit: (mixed: number, place: number) => void): void {
    for (let bucket = 0; bucket + 1 < this.#directory.length; bucket += 1) {
      // The bucket gives the upper bits (at least 16 of them), the posting the lower 16.
      const upper = ((bucket << this.#directoryShift) & 0xffff0000) >>> 0;
      const end = this.#directory[bucket + 1]!;
      for (let at = this.#directory[bucket]!; at < end; at += 1) emit((upper | this.#lows[at]!) >>> 0, this.#places[at]!);
    }
  }

  /** Calls back with every place of a mixed code that is selected. */
  find(mixed: number, visit: (place: number) => void): void {
    const bucket = mixed >>> this.#directoryShift;
    const low = mixed & 0xffff;
    const end = this.#directory[bucket + 1]!;
    let at = this.#directory[bucket]!;
    while (at < end && this.#lows[at]! < low) at += 1;
    const from = at;
    while (at < end && this.#lows[at]! === low) at += 1;
    if (at - from > mostPlaces) return;
    for (let place = from; place < at; place += 1) visit(this.#places[place]!);
  }

  /** Counts the postings of each bucket, and turns the counts into the ends of the buckets. */
  #count(source: PostingSource): number {
    const directory = this.#directory;
    const shift = this.#directoryShift;
    source((mixed) => {
      directory[mixed >>> shift]! += 1;
    });
    let sum = 0;
    for (let bucket = 0; bucket < directory.length; bucket += 1) {
      sum += directory[bucket]!;
      directory[bucket] = sum;
    }
    return sum;
  }

  #fill(source: PostingSource): void {
    const directory = this.#directory;
    const shift = this.#directoryShift;
    // Filling from the end of each bucket leaves the directory pointing at its start.
    source((mixed, place) => {
      const at = (directory[mixed >>> shift]! -= 1);
      this.#lows[at] = mixed & 0xffff;
      this.#places[at] = place;
    });
    for (let bucket = 0; bucket + 1 < directory.length; bucket += 1) this.#sort(directory[bucket]!, directory[bucket + 1]!);
  }

  /** Insertion sort: a bucket holds about eight postings. */
  #sort(from: number, end: number): void {
    for (let next = from + 1; next < end; next += 1) {
      const low = this.#lows[next]!;
      const place = this.#places[next]!;
      let at = next;
      for (; at > from && this.#lows[at - 1]! > low; at -= 1) {
        this.#lows[at] = this.#lows[at - 1]!;
        this.#places[at] = this.#places[at - 1]!;
      }
      this.#lows[at] = low;
      this.#places[at] = place;
    }
  }
}
