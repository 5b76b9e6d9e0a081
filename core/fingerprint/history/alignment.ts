import { bitCount } from '../hamming.ts';
import { hashStepUs } from '../print-recorder.ts';
import type { HistoryBlock } from '../spot-print.ts';
import { Agreement } from './agreement.ts';
import type { RunningWindow } from './running-window.ts';
import type { Tape } from './tape.ts';

/** Codes of the same sound differ in fewer bits (bit error rate 0.39; Haitsma and Kalker 2002 take 0.35 for whole blocks), unrelated ones in 16. */
const sameCodeBits = 12.4;
/** What disagreement counts in a pause, where it is between two kinds of noise. */
const quietWorth = 0.15;
/** What a moment costs that proves nothing, so that silence does not go on for ever. */
const nothingCost = 0.5;
/** Pictures of the same scene differ in fewer bits; and what a bit counts, five times a second, beside 86 codes. */
const samePictureBits = 20;
const pictureWorth = 3;
/** A picture like the one before it proves little. */
const staticWorth = 0.25;
const staticBits = 3;
/** The stretch is over when the score fell this far: 0.8 s of disagreement. */
const overDrop = 260;
/** ... and when it never was much. */
const youngDrop = 150;
const youngScore = 300;
/** How often the lag is adjusted, and over how many codes: tempos differ by up to a few per cent. */
const adjustCodes = 43;
/** Mean bits that another lag must be better. */
const adjustGain = 0.5;

/** One way in which the running stream repeats a tape: a lag, and how far it holds. */
export class Alignment {
  readonly tape: Tape;
  /** Running time less time on the tape, at the beginning and now, microseconds. */
  readonly startLagUs: number;
  lagUs: number;
  /** First and last slot of what agrees. */
  readonly firstSlot: number;
  lastSlot: number;
  over = false;
  readonly #window: RunningWindow;
  #now: Agreement;
  #best: Agreement;
  #nextSlot: number;
  #nextPictureUs: number;
  #block: HistoryBlock | undefined;
  #sinceAdjusted = 0;

  /** Aligns from a slot at which both were found to agree, and looks back to where that began. */
  constructor(window: RunningWindow, tape: Tape, slot: number, lagUs: number) {
    this.#window = window;
    this.tape = tape;
    this.lagUs = this.#bestLag(slot, lagUs, 3);
    const back = this.#lookBack(slot);
    this.firstSlot = back.slot;
    this.startLagUs = back.lagUs;
    this.#now = back.agreement;
    this.#best = this.#now.copy();
    this.lastSlot = slot;
    this.#nextSlot = slot + 1;
    this.#nextPictureUs = this.hashUs(window.memory.slotUs(slot), 1);
  }

  /** What agrees between {@link firstSlot} and {@link lastSlot}. */
  get agreement(): Readonly<Agreement> {
    return this.#best;
  }

  /** Media time of the stretch that agrees, microseconds, to a slot. */
  get startUs(): number {
    return this.#window.memory.slotUs(this.firstSlot);
  }

  get endUs(): number {
    return this.#window.memory.slotUs(this.lastSlot);
  }

  /** Goes on with what has been heard and seen since. */
  advance(): void {
    const { memory } = this.#window;
    for (; this.#nextSlot < memory.slots && !this.over; this.#nextSlot += 1) {
      this.#step(this.#now, this.#nextSlot, 1);
      if (this.#now.score > this.#best.score) {
        this.#best = this.#now.copy();
        this.lastSlot = this.#nextSlot;
      }
      this.over = this.#best.score - this.#now.score > (this.#best.score < youngScore ? youngDrop : overDrop);
      this.#sinceAdjusted += 1;
      if (this.#sinceAdjusted < adjustCodes) continue;
      this.#sinceAdjusted = 0;
      if (this.lastSlot === this.#nextSlot) this.lagUs = this.#bestLag(this.#nextSlot, this.lagUs, 1);
    }
  }

  /** Bits in which the code of a slot differs from the tape; undefined when there is nothing to compare or it would prove nothing. */
  codeBits(slot: number, lagUs = this.lagUs): number | undefined {
    const { memory } = this.#window;
    if (this.#window.worth(slot) === 'nothing') return undefined;
    const timeUs = memory.slotUs(slot) - lagUs;
    const block = this.#blockAt(timeUs);
    if (block === undefined) return undefined;
    const { codes, startUs, hopUs } = block.audio;
    const code = codes[Math.round((timeUs - block.startUs - startUs) / hopUs)];
    return code === undefined || code === 0 ? undefined : bitCount(code ^ memory.code(slot));
  }

  /** Bits in which the picture at a media time differs from the tape; undefined when either shows nothing. */
  pictureBits(timeUs: number, lagUs = this.lagUs): number | undefined {
    const { memory } = this.#window;
    const block = this.#blockAt(timeUs - lagUs);
    if (block === undefined) return undefined;
    const { startUs, stepUs, hashes } = block.video;
    const index = Math.round((timeUs - lagUs - block.startUs - startUs) / stepUs);
    if (index < 0 || index * 8 + 8 > hashes.length) return undefined;
    const [high, low] = [word(hashes, index * 8), word(hashes, index * 8 + 4)];
    const picture = memory.pictureAt(block.startUs + startUs + index * stepUs + lagUs);
    if (picture < 0 || (high | low) === 0) return undefined;
    let least: number | undefined;
    // Lags are known to half a picture, so at a cut the neighbour may be meant.
    for (let at = Math.max(memory.oldestPicture, picture - 1); at <= picture + 1 && at < memory.pictures; at += 1) {
      if ((memory.hashHigh(at) | memory.hashLow(at)) === 0) continue;
      const bits = bitCount(memory.hashHigh(at) ^ high) + bitCount(memory.hashLow(at) ^ low);
      least = least === undefined ? bits : Math.min(least, bits);
    }
    return least;
  }

  /** The next running time, from a time on, of which the tape has a hash; that time where the tape has none. */
  hashUs(timeUs: number, direction: 1 | -1, lagUs = this.lagUs): number {
    const block = this.#blockAt(timeUs - lagUs);
    if (block === undefined) return timeUs;
    const { startUs, stepUs } = block.video;
    const originUs = block.startUs + startUs + lagUs;
    const steps = (timeUs - originUs) / stepUs;
    return originUs + (direction === 1 ? Math.ceil(steps) : Math.floor(steps)) * stepUs;
  }

  #step(agreement: Agreement, slot: number, direction: 1 | -1): void {
    this.#compareSound(agreement, slot);
    const slotUs = this.#window.memory.slotUs(slot);
    if (direction * (slotUs - this.#nextPictureUs) < 0) return;
    this.#comparePictures(agreement, this.#nextPictureUs, direction);
    this.#nextPictureUs = this.hashUs(this.#nextPictureUs + (direction * hashStepUs) / 2, direction);
  }

  #compareSound(agreement: Agreement, slot: number): void {
    if (this.#blockAt(this.#window.memory.slotUs(slot) - this.lagUs) === undefined) {
      agreement.score += sameCodeBits - 16;
      return;
    }
    const bits = this.codeBits(slot);
    if (bits === undefined) {
      agreement.score -= nothingCost;
      return;
    }
    const much = this.#window.worth(slot) === 'much';
    agreement.score += (sameCodeBits - bits) * (much ? 1 : quietWorth);
    if (!much) return;
    agreement.codes += 1;
    agreement.bits += bits;
  }

  #comparePictures(agreement: Agreement, timeUs: number, direction: 1 | -1): void {
    const bits = this.pictureBits(timeUs);
    if (bits === undefined) return;
    const moving = this.#changedSince(timeUs, timeUs - direction * hashStepUs);
    agreement.score += (samePictureBits - bits) * pictureWorth * (moving ? 1 : staticWorth);
    agreement.pictures += 1;
    agreement.pictureBits += bits;
    if (moving) agreement.scenes += 1;
  }

  #changedSince(timeUs: number, otherUs: number): boolean {
    const { memory } = this.#window;
    const [one, other] = [memory.pictureAt(timeUs), memory.pictureAt(otherUs)];
    if (one < 0 || other < 0) return true;
    return bitCount(memory.hashHigh(one) ^ memory.hashHigh(other)) + bitCount(memory.hashLow(one) ^ memory.hashLow(other)) > staticBits;
  }

  #lookBack(slot: number): { slot: number; lagUs: number; agreement: Agreement } {
    const now = new Agreement();
    let best = { slot, lagUs: this.lagUs, agreement: now.copy() };
    const foundLagUs = this.lagUs;
    this.#nextPictureUs = this.hashUs(this.#window.memory.slotUs(slot), -1);
    const oldest = this.#window.memory.oldestSlot;
    for (let at = slot; at >= oldest && best.agreement.score - now.score <= overDrop; at -= 1) {
      this.#step(now, at, -1);
      if (now.score > best.agreement.score) best = { slot: at, lagUs: this.lagUs, agreement: now.copy() };
      if ((slot - at) % adjustCodes === adjustCodes - 1 && best.slot === at) this.lagUs = this.#bestLag(at + adjustCodes - 1, this.lagUs, 1);
    }
    this.lagUs = foundLagUs;
    return best;
  }

  /** The lag, of those a few slots around, at which the codes up to a slot agree best. */
  #bestLag(slot: number, lagUs: number, steps: number): number {
    const { hopUs } = this.#window.memory;
    let best = lagUs;
    let least = this.#meanBits(slot, lagUs) - adjustGain;
    for (let step = -steps; step <= steps; step += 1) {
      const bits = step === 0 ? 32 : this.#meanBits(slot, lagUs + step * hopUs);
      if (bits < least) {
        least = bits;
        best = lagUs + step * hopUs;
      }
    }
    return best;
  }

  #meanBits(slot: number, lagUs: number): number {
    let sum = 0;
    let count = 0;
    for (let at = slot; at > slot - adjustCodes; at -= 1) {
      const bits = this.codeBits(at, lagUs);
      if (bits === undefined) continue;
      sum += bits;
      count += 1;
    }
    return count < adjustCodes / 3 ? 16 : sum / count;
  }

  #blockAt(timeUs: number): HistoryBlock | undefined {
    if (this.#block === undefined || timeUs < this.#block.startUs || timeUs >= this.#block.endUs) this.#block = this.tape.blockAt(timeUs);
    return this.#block;
  }
}

function word(bytes: Uint8Array, at: number): number {
  return ((bytes[at]! << 24) | (bytes[at + 1]! << 16) | (bytes[at + 2]! << 8) | bytes[at + 3]!) >>> 0;
}
