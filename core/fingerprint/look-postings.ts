import { hashDistance } from './evidence.ts';

const words = 4;
const buckets = 65_536;
/** Most entries of one bucket that are compared: a bucket this full belongs to a common look. */
const mostEntries = 1024;

/** The hashes of all prints of a segment, in halves. */
export interface HashTable {
  high: Uint32Array;
  low: Uint32Array;
}

/**
 * Finds hashes that differ from one in few of 64 bits: each hash stands under its four 16-bit words, a query looks up its own words and those
 * that differ from them in one bit (multi-index hashing: Norouzi, Punjani and Fleet, CVPR 2012). All hashes within 7 bits are found, further
 * ones with falling chance.
 */
export class LookPostings {
  readonly #hashes: HashTable;
  readonly #directories: readonly Uint32Array[];
  readonly #entries: readonly Uint32Array[];

  /** @param ordinals which hashes of the table are looks of their own and are indexed */
  constructor(hashes: HashTable, ordinals: Uint32Array) {
    this.#hashes = hashes;
    this.#directories = Array.from({ length: words }, () => new Uint32Array(buckets + 1));
    this.#entries = this.#directories.map((directory, word) => this.#fill(directory, word, ordinals));
  }

  /** Number of looks. */
  get size(): number {
    return this.#entries[0]!.length;
  }

  /** Bytes held, without the hashes. */
  get bytes(): number {
    return words * (buckets + 1) * 4 + words * this.size * 4;
  }

  /** Calls back with every ordinal whose hash is found and lies within `mostBits`; with some of them more than once. */
  find(high: number, low: number, mostBits: number, visit: (ordinal: number) => void): void {
    for (let word = 0; word < words; word += 1) {
      const value = wordOf(word, high, low);
      this.#compare(word, value, high, low, mostBits, visit);
      for (let bit = 0; bit < 16; bit += 1) this.#compare(word, value ^ (1 << bit), high, low, mostBits, visit);
    }
  }

  #compare(word: number, value: number, high: number, low: number, mostBits: number, visit: (ordinal: number) => void): void {
    const directory = this.#directories[word]!;
    const entries = this.#entries[word]!;
    const from = directory[value]!;
    const end = directory[value + 1]!;
    if (end - from > mostEntries) return;
    for (let at = from; at < end; at += 1) {
      const ordinal = entries[at]!;
      if (hashDistance(high, low, this.#hashes.high[ordinal]!, this.#hashes.low[ordinal]!) <= mostBits) visit(ordinal);
    }
  }

  #fill(directory: Uint32Array, word: number, ordinals: Uint32Array): Uint32Array {
    const entries = new Uint32Array(ordinals.length);
    const { high, low } = this.#hashes;
    for (const ordinal of ordinals) directory[wordOf(word, high[ordinal]!, low[ordinal]!)]! += 1;
    let sum = 0;
    for (let bucket = 0; bucket <= buckets; bucket += 1) {
      sum += directory[bucket]!;
      directory[bucket] = sum;
    }
    for (const ordinal of ordinals) {
      const value = wordOf(word, high[ordinal]!, low[ordinal]!);
      entries[(directory[value]! -= 1)] = ordinal;
    }
    return entries;
  }
}

function wordOf(word: number, high: number, low: number): number {
  const half = word < 2 ? high : low;
  return (word & 1) === 0 ? half >>> 16 : half & 0xffff;
}
