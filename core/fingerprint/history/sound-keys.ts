import { bitCount } from '../hamming.ts';

/** Codes over which a bit is decided by majority: sums of 9 signs say how firm it is (measured: docs/measurements/discovery.md). */
const window = 9;
const halfWindow = window >> 1;
/** Bits of a key. Twenty of 32 survive coding more often than all of them, and 2^20 keys part a day of sound into chains of one or two. */
export const keyBits = 20;
/** The least firm bits of a key, which are tried both ways: 16 keys a lookup. */
const weakBits = 4;
/** Keys that {@link SoundKeys.probe} gives. */
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
  static readonly delay = halfWindow;
  readonly #ring = new Uint32Array(window);
  readonly #sums = new Int8Array(keyBits);
  readonly #changes = new Uint8Array(livelyCodes);
  #changed = 0;
  #count = 0;
  #previous = 0;

  /** Adds the next code. */
  push(code: number): void {
    const leaving = this.#ring[this.#count % window]!;
    const full = this.#count >= window;
    for (let bit = 0; bit < keyBits; bit += 1) {
      const mask = bitMask(bit);
      let sum = this.#sums[bit]! + ((code & mask) === 0 ? -1 : 1);
      if (full) sum -= (leaving & mask) === 0 ? -1 : 1;
      this.#sums[bit] = sum;
    }
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
    this.#changes.fill(0);
    this.#changed = 0;
    this.#count = 0;
  }

  /** False in silence, tones and hum, whose equal codes prove nothing, and at the beginning of a line. */
  get lively(): boolean {
    return this.#count >= window && this.#changed >= livelyChanges;
  }

  /** The key, 0 to 2^20 - 1. */
  get key(): number {
    let key = 0;
    for (let bit = 0; bit < keyBits; bit += 1) key = (key << 1) | (this.#sums[bit]! > 0 ? 1 : 0);
    return key;
  }

  /** How firm the bits are, 20 to 180. */
  get firmness(): number {
    let firmness = 0;
    for (let bit = 0; bit < keyBits; bit += 1) firmness += Math.abs(this.#sums[bit]!);
    return firmness;
  }

  /** Writes the key and those that differ from it in its least firm bits. @param keys at least {@link probeCount} long */
  probe(keys: Uint32Array): void {
    const weak = [0, 0, 0, 0];
    const firmness = [window + 1, window + 1, window + 1, window + 1];
    for (let bit = 0; bit < keyBits; bit += 1) {
      const firm = Math.abs(this.#sums[bit]!);
      let place = weakBits;
      while (place > 0 && firm < firmness[place - 1]!) place -= 1;
      if (place === weakBits) continue;
      for (let at = weakBits - 1; at > place; at -= 1) {
        firmness[at] = firmness[at - 1]!;
        weak[at] = weak[at - 1]!;
      }
      firmness[place] = firm;
      weak[place] = bit;
    }
    const { key } = this;
    for (let variant = 0; variant < probeCount; variant += 1) {
      let tried = key;
      for (let at = 0; at < weakBits; at += 1) if ((variant & (1 << at)) !== 0) tried ^= 1 << (keyBits - 1 - weak[at]!);
      keys[variant] = tried;
    }
  }
}

/** The bit of a code that a bit of a key is taken from: spread evenly over the 32 bands. */
function bitMask(bit: number): number {
  return 1 << ((bit * 32) / keyBits);
}

/** Codes of which one, the firmest, is indexed: 14 a second. */
const cellCodes = 6;

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
