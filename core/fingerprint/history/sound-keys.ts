import { bitCount } from '../hamming.ts';

/** Codes over which a bit is decided by majority: sums of 9 signs say how firm it is (measured: docs/measurements/discovery.md). */
const window = 9;
/** Bits of a key: with 24 of 32 a key is met by chance a tenth as often as with 20, and survives coding half as often (measured). */
const keyBits = 24;
/** The least firm bits of a key, which are tried both ways: 64 keys a look-up. */
const weakBits = 6;
/** Number of keys that {@link SoundKeys.probe} gives. */
export const probeCount = 1 << weakBits;
/** Span over which sound must change to prove anything, and the bit changes asked for there: speech and music have two a code, a tone or hum few. */
const livelyCodes = 64;
const livelyChanges = 45;

/**
 * Turns a line of sub-fingerprints into short keys that survive coding: each bit is the majority of nine neighbouring codes, and how clear
 * the majority is says how likely it is to be the same in another copy of the sound (the idea of the reliable bits of Haitsma and Kalker 2002,
 * section 5.3, from codes alone). Push codes in order; everything told concerns the code {@link SoundKeys.delay} before the one pushed last.
 */
export class SoundKeys {
  /** How many codes the answers lag behind. */
  static readonly delay = (window >> 1) + 1;
  readonly #ring = new Uint32Array(window);
  /** Sums of the newest nine codes and of the nine that ended one earlier. */
  #sums = new Int8Array(keyBits);
  #told = new Int8Array(keyBits);
  #firmness = [0, 0, 0];
  readonly #changes = new Uint8Array(livelyCodes);
  #changed = 0;
  #count = 0;
  #previous = 0;
  readonly #weak = new Uint8Array(weakBits);

  /** Adds the next code. */
  push(code: number): void {
    [this.#sums, this.#told] = [this.#told, this.#sums];
    const leaving = this.#ring[this.#count % window]!;
    const full = this.#count >= window;
    let firmness = 0;
    for (let bit = 0; bit < keyBits; bit += 1) {
      const mask = bitMasks[bit]!;
      let sum = this.#told[bit]! + ((code & mask) === 0 ? -1 : 1);
      if (full) sum -= (leaving & mask) === 0 ? -1 : 1;
      this.#sums[bit] = sum;
      firmness += sum < 0 ? -sum : sum;
    }
    this.#firmness = [this.#firmness[1]!, this.#firmness[2]!, firmness];
    this.#ring[this.#count % window] = code;
    const changes = this.#count === 0 ? 0 : bitCount(code ^ this.#previous);
    this.#changed += changes - this.#changes[this.#count % livelyCodes]!;
    this.#changes[this.#count % livelyCodes] = changes;
    this.#previous = code;
    this.#count += 1;
  }

  /** The line is broken: what comes next is no neighbour of what came before. */
  restart(): void {
    this.#sums.fill(0);
    this.#told.fill(0);
    this.#firmness = [0, 0, 0];
    this.#changes.fill(0);
    this.#changed = 0;
    this.#count = 0;
  }

  /** False in silence, tones and hum, whose equal codes prove nothing, and at the beginning of a line. */
  get lively(): boolean {
    return this.#count > window && this.#changed >= livelyChanges;
  }

  /** Whether the code is lively and firmer than its neighbours: worth a look-up. About one in six is. */
  get distinct(): boolean {
    return this.lively && this.#firmness[1]! >= this.#firmness[0]! && this.#firmness[1]! >= this.#firmness[2]!;
  }

  /** How firm the bits are, 24 to 216. */
  get firmness(): number {
    return this.#firmness[1]!;
  }

  /** The key, 0 to 2^24 - 1. */
  get key(): number {
    let key = 0;
    for (let bit = 0; bit < keyBits; bit += 1) key = (key << 1) | (this.#told[bit]! > 0 ? 1 : 0);
    return key;
  }

  /** Writes the key and those that differ from it in its least firm bits. @param keys at least {@link probeCount} long */
  probe(keys: Uint32Array): void {
    this.#findWeak();
    keys[0] = this.key;
    for (let variant = 1; variant < probeCount; variant += 1) {
      const lowest = 31 - Math.clz32(variant & -variant);
      keys[variant] = keys[variant & (variant - 1)]! ^ (1 << (keyBits - 1 - this.#weak[lowest]!));
    }
  }

  #findWeak(): void {
    const weak = this.#weak;
    let found = 0;
    for (let firm = 0; firm <= window && found < weakBits; firm += 1) {
      for (let bit = 0; bit < keyBits && found < weakBits; bit += 1) {
        const sum = this.#told[bit]!;
        if (sum === firm || sum === -firm) weak[found++] = bit;
      }
    }
  }
}

/** The bits of a code that the bits of a key are taken from: spread evenly over the 32 bands. */
const bitMasks = Uint32Array.from({ length: keyBits }, (_, bit) => 1 << Math.floor((bit * 32) / keyBits));

/** Codes of which one, the firmest, is indexed: 21 a second. */
const cellCodes = 4;

/** Chooses the codes of a block that are indexed and tells their positions and keys. */
export function selectKeys(codes: Uint32Array, tell: (position: number, key: number) => void): void {
  const keys = new SoundKeys();
  let best = -1;
  let bestKey = 0;
  let bestFirmness = 0;
  for (let index = 0; index < codes.length; index += 1) {
    keys.push(codes[index]!);
    const position = index - SoundKeys.delay;
    if (keys.lively && keys.firmness > bestFirmness) {
      best = position;
      bestKey = keys.key;
      bestFirmness = keys.firmness;
    }
    if (position % cellCodes !== cellCodes - 1) continue;
    if (best >= 0) tell(best, bestKey);
    best = -1;
    bestFirmness = 0;
  }
}
