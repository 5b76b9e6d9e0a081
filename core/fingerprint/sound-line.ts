import { bitCount } from './hamming.ts';
import type { IndexSegment } from './index-segment.ts';
import type { CodeAgreement, StreamMemory } from './stream-memory.ts';

/** A straight line that says which moment of a print is on air when. */
export interface Line {
  /** Media time of the print's first picture by what is heard, microseconds. */
  startUs: number;
  /** Speed at which the print is played; 1.02 is 2 % too fast. */
  speed: number;
}

/** The check codes of one track, compared with what was heard along a line. */
export class SoundLine {
  readonly stride: number;
  readonly #checks: Uint32Array;
  readonly #place: number;
  readonly #length: number;
  readonly #speed: number;
  readonly #startUs: number;
  readonly #hopUs: number;

  constructor(
    segment: IndexSegment,
    readonly track: number,
  ) {
    const { tracks, checks, checkStride } = segment.parts;
    this.stride = checkStride;
    this.#checks = checks;
    this.#place = tracks.place[track]! / checkStride;
    this.#length = Math.ceil(tracks.length[track]! / checkStride);
    this.#speed = tracks.speed[track]!;
    this.#startUs = tracks.startUs[track]!;
    this.#hopUs = tracks.hopUs[track]!;
  }

  /** Speed of the track itself. */
  get speed(): number {
    return this.#speed;
  }

  /** The line of a speed on which a hop of the track is heard at a media time. */
  lineThrough(hop: number, timeUs: number, speed: number): Line {
    return { startUs: timeUs - (this.#startUs + hop * this.#hopUs) * (this.#speed / speed), speed };
  }

  /** Media time of a check code, microseconds. */
  checkUs(check: number, { startUs, speed }: Line): number {
    return startUs + (this.#startUs + check * this.stride * this.#hopUs) * (this.#speed / speed);
  }

  /** Check code next to a media time, not before the first and not behind the last. */
  checkAt(timeUs: number, { startUs, speed }: Line): number {
    const check = Math.round(((timeUs - startUs) * (speed / this.#speed) - this.#startUs) / (this.stride * this.#hopUs));
    return Math.max(0, Math.min(this.#length - 1, check));
  }

  /** Bits in which a check code differs from what was heard at its time; -1 when nothing was heard then. */
  errorsAt(memory: StreamMemory, check: number, line: Line): number {
    const slot = memory.slotAt(this.checkUs(check, line));
    return memory.heard(slot) ? bitCount(memory.code(slot) ^ this.#checks[this.#place + check]!) : -1;
  }

  /** Compares the check codes from `first` to `last`, both included. */
  compare(memory: StreamMemory, first: number, last: number, line: Line): CodeAgreement {
    const slot = (this.checkUs(first, line) - memory.slotUs(0)) / memory.hopUs;
    const step = (this.stride * this.#hopUs * this.#speed) / (line.speed * memory.hopUs);
    return memory.compareCodes(this.#checks, this.#place + first, this.#place + last, slot, step);
  }

  /**
   * The best of the lines near one: turned by each of `turns` (added to the speed) about the middle of the span from `first` to `last` and moved
   * by each of `movesUs`. The line itself when none is better.
   *
   * @param gain share of bits by which another must be better
   */
  refine(memory: StreamMemory, first: number, last: number, line: Line, turns: readonly number[], movesUs: readonly number[], gain: number): Line {
    const pivotUs = this.checkUs((first + last) / 2, line);
    const pivot = (pivotUs - line.startUs) * line.speed;
    let best = line;
    let least = this.rate(memory, first, last, line) - gain;
    for (const turn of turns) {
      const speed = line.speed + turn;
      for (const moveUs of movesUs) {
        const near = { startUs: pivotUs + moveUs - pivot / speed, speed };
        const rate = this.rate(memory, first, last, near);
        if (rate < least) [best, least] = [near, rate];
      }
    }
    return best;
  }

  /** Share of bits that differ between `first` and `last`; 1 when nothing was heard there. */
  rate(memory: StreamMemory, first: number, last: number, line: Line): number {
    const { codes, errors } = this.compare(memory, first, last, line);
    return codes === 0 ? 1 : errors / (32 * codes);
  }
}
