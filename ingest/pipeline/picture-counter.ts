import type { MediaTime } from '../media-time/time-line.ts';

/** One epoch of a reading, for turning its media time into milliseconds from the first picture. */
export interface EpochSpan {
  epoch: number;
  /** Media time of its first picture (first sound when there are no pictures). */
  firstPtsUs: number;
  /** End of the last picture read so far. */
  endUs: number;
  /** Milliseconds from the first picture of the reading to the first of this epoch. */
  startMs: number;
}

/** Indices of so many pictures are remembered, for samples that come a little later than their picture. */
const rememberedPictures = 512;

/** Counts pictures, numbers them, and keeps where every epoch lies on the line of milliseconds from the first picture. */
export class PictureCounter {
  readonly #spans: EpochSpan[] = [];
  readonly #firstEpoch: number;
  readonly #indices = new Map<number, number>();
  #pictures = 0;
  #told = 0;
  #inEpoch = 0;
  #lastPtsUs = 0;

  constructor(firstEpoch: number) {
    this.#firstEpoch = firstEpoch;
  }

  /** Pictures of the reading. */
  get pictures(): number {
    return this.#pictures;
  }

  /** Pictures of the current epoch. */
  get picturesInEpoch(): number {
    return this.#inEpoch;
  }

  /** Pictures since the last call. */
  takeNew(): number {
    const count = this.#pictures - this.#told;
    this.#told = this.#pictures;
    return count;
  }

  /** Epochs so far. */
  get spans(): readonly EpochSpan[] {
    return this.#spans;
  }

  /** Where the reading is. */
  get now(): MediaTime {
    return { epoch: this.#spans.at(-1)?.epoch ?? this.#firstEpoch, ptsUs: this.#lastPtsUs };
  }

  /** Milliseconds from the first picture to the end of what was read. */
  get readMs(): number {
    const span = this.#spans.at(-1);
    return span === undefined ? 0 : span.startMs + (span.endUs - span.firstPtsUs) / 1000;
  }

  /** Counts one picture. */
  picture(time: MediaTime, rawUs: number): void {
    const span = this.#span(time);
    const stepUs = time.ptsUs - this.#lastPtsUs;
    this.#indices.set(rawUs, this.#inEpoch);
    if (this.#indices.size > rememberedPictures) this.#indices.delete(this.#indices.keys().next().value ?? rawUs);
    this.#pictures += 1;
    this.#inEpoch += 1;
    // The last picture is shown as long as the one before it.
    span.endUs = Math.max(span.endUs, time.ptsUs + (this.#inEpoch > 1 && stepUs > 0 && stepUs < 2_000_000 ? stepUs : 0));
    this.#lastPtsUs = time.ptsUs;
  }

  /** Takes note of sound where there are no pictures. */
  sound(time: MediaTime, durationUs: number): void {
    const span = this.#span(time);
    span.endUs = Math.max(span.endUs, Math.round(time.ptsUs + durationUs));
    this.#lastPtsUs = time.ptsUs;
  }

  /** Number of the picture with this raw time within its epoch, -1 when unknown. */
  indexOf(rawUs: number): number {
    return this.#indices.get(rawUs) ?? -1;
  }

  #span(time: MediaTime): EpochSpan {
    const current = this.#spans.at(-1);
    if (current?.epoch === time.epoch) return current;
    this.#inEpoch = 0;
    const span = { epoch: time.epoch, firstPtsUs: time.ptsUs, endUs: time.ptsUs, startMs: this.readMs };
    this.#spans.push(span);
    return span;
  }
}
