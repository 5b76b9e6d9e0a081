import type { MediaTime } from '../media-time/time-line.ts';

interface Stretch {
  epoch: number;
  /** First media time with this offset, microseconds. */
  fromUs: number;
  /** Raw time minus media time, microseconds. */
  offsetUs: number;
}

/** Most stretches remembered: one more begins with every epoch and every wrap of a 33-bit clock. */
const mostStretches = 1000;

/** Remembers how the media time of one reading lies to its raw time (see {@link import('../media-time/time-line.ts').TimeLine}). */
export class TimeMap {
  readonly #stretches: Stretch[] = [];

  /** Takes note of a leading packet; called for each, in order. */
  note({ epoch, ptsUs }: MediaTime, rawUs: number): void {
    const last = this.#stretches.at(-1);
    const offsetUs = rawUs - ptsUs;
    if (last?.epoch === epoch && last.offsetUs === offsetUs) return;
    this.#stretches.push({ epoch, fromUs: ptsUs, offsetUs });
    if (this.#stretches.length > mostStretches) this.#stretches.shift();
  }

  /** Raw time of a media time; undefined when nothing was read of its epoch. */
  rawUs(epoch: number, ptsUs: number): number | undefined {
    const ofEpoch = this.#stretches.filter((stretch) => stretch.epoch === epoch);
    const stretch = ofEpoch.findLast((candidate) => candidate.fromUs <= ptsUs) ?? ofEpoch[0];
    return stretch === undefined ? undefined : ptsUs + stretch.offsetUs;
  }
}
