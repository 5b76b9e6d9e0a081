import { soundFormat } from './analysis-format.ts';

/** Deviation of a packet's PTS from the sample count that is jitter (MPEG-TS rounding, resampler start), not a gap. */
const jitterUs = 30_000;
/** A hole up to this long is filled with silence, so that everything after it keeps its place; after a longer one a new stretch begins. */
const longestFilledUs = 2_000_000;

/** Where a packet of samples goes on a regular time line. */
export interface Placement {
  /** True when a new stretch begins here: nothing before it is continuous with it. */
  restart: boolean;
  /** Media time of the first of `samples`, when `restart`. */
  ptsUs: number;
  /** Silent samples to put before. */
  silence: number;
  /** What is left of the packet; empty when all of it had been heard. */
  samples: Int16Array;
}

/**
 * Lays packets of sound on one regular time line: fills short holes with silence, drops what overlaps, starts afresh after a jump. The PTS
 * of every sample then follows from its count, so block and fingerprint times never drift from the pictures'.
 */
export class SoundTimeline {
  #startUs = Number.NaN;
  #count = 0;

  /** Media time of the next sample; NaN before the first. */
  get nextUs(): number {
    return this.#startUs + (this.#count * 1e6) / soundFormat.rateHz;
  }

  /** Decides where a packet goes and counts it. */
  place(samples: Int16Array, ptsUs: number): Placement {
    const aheadUs = ptsUs - this.nextUs;
    if (!(Math.abs(aheadUs) <= longestFilledUs)) {
      this.#startUs = ptsUs;
      this.#count = samples.length;
      return { restart: true, ptsUs, silence: 0, samples };
    }
    if (aheadUs > jitterUs) {
      const silence = Math.round((aheadUs * soundFormat.rateHz) / 1e6);
      this.#count += silence + samples.length;
      return { restart: false, ptsUs, silence, samples };
    }
    const heard = aheadUs < -jitterUs ? Math.round((-aheadUs * soundFormat.rateHz) / 1e6) : 0;
    const rest = heard === 0 ? samples : samples.subarray(Math.min(heard, samples.length));
    this.#count += rest.length;
    return { restart: false, ptsUs, silence: 0, samples: rest };
  }
}
