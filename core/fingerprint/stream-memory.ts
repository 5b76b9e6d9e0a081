import type { Signals } from '../../schemas/events.generated.ts';
import { bitCount } from './hamming.ts';

/** What a comparison of codes found: how many were compared, and how many bits of them differ. */
export interface CodeAgreement {
  codes: number;
  errors: number;
}

/** Spacing of sub-fingerprints when a stream has not said it yet, microseconds: 64 samples at 5512.5 Hz. */
const nominalHopUs = 64e6 / 5512.5;
/** More pictures a second than this are not kept for the whole span. */
const mostPicturesPerSecond = 60;
/** A picture counts as on air from this long before its time: presentation times are rounded, to a millisecond in some containers. */
const roundingUs = 1500;
/** A picture counts as on air for this long when no other follows. */
const longestPictureUs = 1_000_000;

/**
 * The last seconds of one stream and epoch as they are needed to compare it with prints: sub-fingerprints on a regular grid of slots and the
 * hash of every picture. Slots are numbered from 0 and never renumbered; those that a gap in the sound left empty say so.
 */
export class StreamMemory {
  readonly #codes: Uint32Array;
  readonly #heard: Uint8Array;
  readonly #slotMask: number;
  readonly #pictureUs: Float64Array;
  readonly #high: Uint32Array;
  readonly #low: Uint32Array;
  readonly #spanUs: number;
  #originUs = Number.NaN;
  #hopUs = nominalHopUs;
  #keptSlots: number;
  #slots = 0;
  #nextUs = Number.NaN;
  #pictures = 0;

  /** @param spanUs how much is kept, microseconds; older slots and pictures are overwritten */
  constructor(spanUs: number) {
    const slots = 2 ** Math.ceil(Math.log2(spanUs / nominalHopUs));
    this.#codes = new Uint32Array(slots);
    this.#heard = new Uint8Array(slots);
    this.#slotMask = slots - 1;
    const pictures = Math.ceil((spanUs / 1e6) * mostPicturesPerSecond);
    this.#pictureUs = new Float64Array(pictures);
    this.#high = new Uint32Array(pictures);
    this.#low = new Uint32Array(pictures);
    this.#spanUs = spanUs;
    this.#keptSlots = Math.floor(spanUs / nominalHopUs);
  }

  /** Number of slots so far; the newest is one less. */
  get slots(): number {
    return this.#slots;
  }

  /** The oldest slot that is still kept. */
  get oldestSlot(): number {
    return Math.max(0, this.#slots - this.#keptSlots);
  }

  /** Spacing of the slots, microseconds. */
  get hopUs(): number {
    return this.#hopUs;
  }

  /** Number of pictures so far; the newest is one less. */
  get pictures(): number {
    return this.#pictures;
  }

  /** The oldest picture that is still kept. */
  get oldestPicture(): number {
    return Math.max(0, this.#pictures - this.#pictureUs.length);
  }

  /** Takes in a run of signals of this epoch. What does not come in order is left out. */
  add(run: Pick<Signals, 'pictures' | 'fingerprintStartUs' | 'fingerprintHopUs' | 'fingerprints'>): void {
    this.#addCodes(run);
    for (const picture of run.pictures) this.#addPicture(picture.ptsUs, picture.perceptualHash);
  }

  /** Forgets everything: media time begins anew. */
  clear(): void {
    this.#originUs = Number.NaN;
    this.#nextUs = Number.NaN;
    this.#slots = 0;
    this.#pictures = 0;
  }

  /** Whether a slot is kept and holds a code. */
  heard(slot: number): boolean {
    return slot >= this.oldestSlot && slot < this.#slots && this.#heard[slot & this.#slotMask] === 1;
  }

  /** The code of a slot that was heard. */
  code(slot: number): number {
    return this.#codes[slot & this.#slotMask]!;
  }

  /**
   * Compares codes from `first` to `last`, both included, with what was heard at slots that begin at `slot` and grow by `step` a code; neither
   * need be whole. Codes of slots that were not heard are left out.
   */
  compareCodes(codes: Uint32Array, first: number, last: number, slot: number, step: number): CodeAgreement {
    const oldest = this.oldestSlot;
    let compared = 0;
    let errors = 0;
    for (let index = first, exact = slot + 0.5; index <= last; index += 1, exact += step) {
      const at = Math.floor(exact);
      if (at < oldest || at >= this.#slots || this.#heard[at & this.#slotMask] === 0) continue;
      compared += 1;
      errors += bitCount(this.#codes[at & this.#slotMask]! ^ codes[index]!);
    }
    return { codes: compared, errors };
  }

  /** Media time of a slot, microseconds; NaN before the first sound. */
  slotUs(slot: number): number {
    return this.#originUs + slot * this.#hopUs;
  }

  /** The slot next to a media time, which may lie outside of what is kept; NaN before the first sound. */
  slotAt(timeUs: number): number {
    return Math.round((timeUs - this.#originUs) / this.#hopUs);
  }

  /** Media time of a picture that is kept, microseconds. */
  pictureUs(picture: number): number {
    return this.#pictureUs[picture % this.#pictureUs.length]!;
  }

  /** First half of the hash of a picture that is kept. */
  hashHigh(picture: number): number {
    return this.#high[picture % this.#pictureUs.length]!;
  }

  /** Second half of the hash of a picture that is kept. */
  hashLow(picture: number): number {
    return this.#low[picture % this.#pictureUs.length]!;
  }

  /** The picture on air at a media time, or -1 when none is kept. */
  pictureAt(timeUs: number): number {
    let low = this.oldestPicture;
    let high = this.#pictures;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.pictureUs(middle) <= timeUs + roundingUs) low = middle + 1;
      else high = middle;
    }
    const picture = low - 1;
    return picture >= this.oldestPicture && timeUs - this.pictureUs(picture) < longestPictureUs ? picture : -1;
  }

  #addCodes({ fingerprintStartUs, fingerprintHopUs, fingerprints }: Pick<Signals, 'fingerprintStartUs' | 'fingerprintHopUs' | 'fingerprints'>): void {
    const count = Math.floor(fingerprints.length / 4);
    if (count === 0 || !(fingerprintHopUs > 0)) return;
    if (Number.isNaN(this.#originUs)) {
      this.#originUs = fingerprintStartUs;
      this.#hopUs = fingerprintHopUs;
      this.#keptSlots = Math.floor(this.#spanUs / fingerprintHopUs);
      this.#nextUs = fingerprintStartUs;
    }
    // Rounded times must not make a slot of a continuous stretch fall on its neighbour.
    const continuous = Math.abs(fingerprintStartUs - this.#nextUs) < this.#hopUs / 2;
    let slot = continuous ? this.#slots : this.slotAt(fingerprintStartUs);
    if (slot - this.#slots > this.#codes.length) this.#heard.fill(0);
    else for (let empty = this.#slots; empty < slot; empty += 1) this.#heard[empty & this.#slotMask] = 0;
    const view = new DataView(fingerprints.buffer, fingerprints.byteOffset, fingerprints.length);
    for (let index = 0; index < count; index += 1, slot += 1) {
      if (slot < this.#slots) continue;
      this.#codes[slot & this.#slotMask] = view.getUint32(index * 4);
      this.#heard[slot & this.#slotMask] = 1;
      this.#slots = slot + 1;
    }
    this.#nextUs = fingerprintStartUs + count * this.#hopUs;
  }

  #addPicture(ptsUs: number, hash: Uint8Array): void {
    if (hash.length !== 8 || (this.#pictures > 0 && ptsUs <= this.pictureUs(this.#pictures - 1))) return;
    const at = this.#pictures % this.#pictureUs.length;
    this.#pictureUs[at] = ptsUs;
    this.#high[at] = ((hash[0]! << 24) | (hash[1]! << 16) | (hash[2]! << 8) | hash[3]!) >>> 0;
    this.#low[at] = ((hash[4]! << 24) | (hash[5]! << 16) | (hash[6]! << 8) | hash[7]!) >>> 0;
    this.#pictures += 1;
  }
}
