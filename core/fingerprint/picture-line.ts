import { hashDistance, newLookBits } from './evidence.ts';
import type { IndexSegment } from './index-segment.ts';
import type { Line } from './sound-line.ts';
import type { StreamMemory } from './stream-memory.ts';

/** What a comparison found. */
export interface PictureAgreement {
  /** Different looks that were compared: a picture that stands still counts once. */
  looks: number;
  /** Hashes that were compared. */
  hashes: number;
  /** Mean distance of the looks, bits. */
  meanBits: number;
}

/** The hashes of one print, compared with what was seen along a line. */
export class PictureLine {
  readonly count: number;
  readonly #high: Uint32Array;
  readonly #low: Uint32Array;
  readonly #startUs: number;
  readonly #stepUs: number;

  constructor(segment: IndexSegment, print: number) {
    const { prints, hashes } = segment.parts;
    const first = prints.hash[print]!;
    const end = prints.hash[print + 1]!;
    this.count = end - first;
    this.#high = hashes.high.subarray(first, end);
    this.#low = hashes.low.subarray(first, end);
    this.#startUs = prints.videoStartUs[print]!;
    this.#stepUs = prints.videoStepUs[print]!;
  }

  /** Media time of a hash, microseconds. */
  stepUs(step: number, { startUs, speed }: Line): number {
    return startUs + (this.#startUs + step * this.#stepUs) / speed;
  }

  /** The last hash that is on air by a media time; -1 before the first. */
  stepAt(timeUs: number, { startUs, speed }: Line): number {
    const step = Math.floor(((timeUs - startUs) * speed - this.#startUs) / this.#stepUs);
    return Math.max(-1, Math.min(this.count - 1, step));
  }

  /** The line on which a hash is seen at a media time. */
  lineThrough(step: number, timeUs: number, speed: number): Line {
    return { startUs: timeUs - (this.#startUs + step * this.#stepUs) / speed, speed };
  }

  /** Bits in which a hash differs from what was seen at its time; -1 when nothing was seen then or both are flat, which says nothing. */
  bitsAt(memory: StreamMemory, step: number, line: Line): number {
    const picture = memory.pictureAt(this.stepUs(step, line));
    if (picture < 0) return -1;
    const [high, low] = [memory.hashHigh(picture), memory.hashLow(picture)];
    if (this.#flat(step) || (high === 0 && low === 0)) return -1;
    return hashDistance(high, low, this.#high[step]!, this.#low[step]!);
  }

  /** Whether the look of a hash is another than that of the one before. */
  isNewLook(step: number): boolean {
    if (this.#flat(step)) return false;
    if (step === 0) return true;
    return hashDistance(this.#high[step]!, this.#low[step]!, this.#high[step - 1]!, this.#low[step - 1]!) > newLookBits;
  }

  /** Compares the hashes from `first` to `last`, both included. */
  compare(memory: StreamMemory, first: number, last: number, line: Line): PictureAgreement {
    let looks = 0;
    let sum = 0;
    let bits = 0;
    let hashes = 0;
    let compared = 0;
    for (let step = Math.max(0, first); step <= last; step += 1) {
      const distance = this.bitsAt(memory, step, line);
      if (distance < 0) continue;
      if (hashes > 0 && this.isNewLook(step)) {
        looks += 1;
        sum += bits / hashes;
        bits = 0;
        hashes = 0;
      }
      bits += distance;
      hashes += 1;
      compared += 1;
    }
    if (hashes > 0) {
      looks += 1;
      sum += bits / hashes;
    }
    return { looks, hashes: compared, meanBits: looks === 0 ? 32 : sum / looks };
  }

  /**
   * The best of the lines moved by each of `movesUs` and turned by each of `turns` (added to the speed) about the newest hash.
   *
   * @param gain bits by which another must be better than the line itself
   */
  refine(memory: StreamMemory, first: number, last: number, line: Line, turns: readonly number[], movesUs: readonly number[], gain: number): Line {
    const pivotUs = this.stepUs(last, line);
    const pivot = (pivotUs - line.startUs) * line.speed;
    let best = line;
    let least = this.compare(memory, first, last, line).meanBits - gain;
    for (const turn of turns) {
      const speed = line.speed + turn;
      for (const moveUs of movesUs) {
        const near = { startUs: pivotUs + moveUs - pivot / speed, speed };
        const { looks, meanBits } = this.compare(memory, first, last, near);
        if (looks > 0 && meanBits < least) [best, least] = [near, meanBits];
      }
    }
    return best;
  }

  #flat(step: number): boolean {
    return this.#high[step] === 0 && this.#low[step] === 0;
  }
}
