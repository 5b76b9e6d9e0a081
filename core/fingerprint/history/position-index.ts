/** Entries a chain is followed for: a key that is in the air all day tells nothing. */
export const longestChain = 48;

/**
 * Says where a key was met: an inverted file in one directory of chain heads and three columns of a ring, 9 bytes an entry. Chains run from the
 * newest entry to the oldest and end where the ring was overwritten, so that dropping the oldest costs nothing.
 */
export class PositionIndex {
  readonly #heads: Uint32Array;
  readonly #bucketMask: number;
  #next: Uint32Array;
  #where: Uint32Array;
  /** Bits 16 to 23 of the key: with a million chains the rest is told by the chain. */
  #tags: Uint8Array;
  #mask: number;
  /** Entries are numbered from 1, modulo 2^32. */
  #newest = 0;
  #count = 0;

  /** @param bucketBits binary logarithm of the number of chains */
  constructor(bucketBits: number) {
    this.#heads = new Uint32Array(1 << bucketBits);
    this.#bucketMask = (1 << bucketBits) - 1;
    this.#mask = 1023;
    this.#next = new Uint32Array(1024);
    this.#where = new Uint32Array(1024);
    this.#tags = new Uint8Array(1024);
  }

  /** Entries kept. */
  get size(): number {
    return this.#count;
  }

  /** Bytes taken. */
  get bytes(): number {
    return this.#heads.byteLength + this.#next.byteLength + this.#where.byteLength + this.#tags.byteLength;
  }

  /** Adds an entry. @param where any 32-bit number */
  add(key: number, where: number): void {
    if (this.#count > this.#mask) this.#grow();
    const bucket = this.#bucket(key);
    this.#newest = (this.#newest + 1) >>> 0;
    const slot = this.#newest & this.#mask;
    this.#next[slot] = this.#heads[bucket]!;
    this.#where[slot] = where;
    this.#tags[slot] = tagOf(key);
    this.#heads[bucket] = this.#newest;
    this.#count += 1;
  }

  /** Drops the oldest entries. */
  dropOldest(entries: number): void {
    this.#count = Math.max(0, this.#count - entries);
  }

  /** Writes where a key, or one that chain and tag cannot tell from it, was met, newest first; returns how many. @param found at least 48 long */
  find(key: number, found: Uint32Array): number {
    const tag = tagOf(key);
    let entry = this.#heads[this.#bucket(key)]!;
    let count = 0;
    for (let length = 0; entry !== 0 && length < longestChain && (this.#newest - entry) >>> 0 < this.#count; length += 1) {
      const slot = entry & this.#mask;
      if (this.#tags[slot] === tag) found[count++] = this.#where[slot]!;
      entry = this.#next[slot]!;
    }
    return count;
  }

  #bucket(key: number): number {
    return (key ^ (key >>> 13)) & this.#bucketMask;
  }

  #grow(): void {
    const mask = this.#mask * 2 + 1;
    const next = new Uint32Array(mask + 1);
    const where = new Uint32Array(mask + 1);
    const tags = new Uint8Array(mask + 1);
    for (let age = 0; age < this.#count; age += 1) {
      const entry = (this.#newest - age) >>> 0;
      next[entry & mask] = this.#next[entry & this.#mask]!;
      where[entry & mask] = this.#where[entry & this.#mask]!;
      tags[entry & mask] = this.#tags[entry & this.#mask]!;
    }
    this.#next = next;
    this.#where = where;
    this.#tags = tags;
    this.#mask = mask;
  }
}

function tagOf(key: number): number {
  return (key >>> 16) & 0xff;
}
