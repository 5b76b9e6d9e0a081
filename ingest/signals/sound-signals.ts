import type { AudioSignals } from '../../schemas/events.generated.ts';
import { soundFormat } from './analysis-format.ts';
import { soundLevel } from './sound-level.ts';
import { SoundTimeline } from './sound-timeline.ts';
import { SubFingerprinter, fingerprintCentreUs, fingerprintHopUs, spectrumHopUs } from './sub-fingerprints.ts';

const blockUs = (soundFormat.blockSamples * 1e6) / soundFormat.rateHz;

/** A run of sub-fingerprints at a regular hop. */
export interface FingerprintRun {
  /** Media time of the first, the middle of its window; -1 when the run is empty. */
  startUs: number;
  codes: number[];
}

/** A run of spectra at a regular hop. */
export interface SpectrumRun {
  /** Media time of the middle of the first window; -1 when the run is empty. */
  startUs: number;
  spectra: Uint8Array[];
}

/** One continuous stretch of sound. */
class Stretch {
  readonly block = new Int16Array(soundFormat.blockSamples);
  filled = 0;
  blocks = 0;
  readonly fingerprinter = new SubFingerprinter();
  /** Sub-fingerprints that were not taken yet. */
  readonly codes: number[] = [];
  taken = 0;
  readonly spectra: Uint8Array[] = [];
  spectraTaken = 0;

  constructor(readonly startUs: number) {}

  /** Media time of the n-th of {@link Stretch.codes}. */
  fingerprintUs(index: number): number {
    return this.startUs + (this.taken + index + 1) * fingerprintHopUs + fingerprintCentreUs;
  }

  /** Media time of the n-th of {@link Stretch.spectra}. */
  spectrumUs(index: number): number {
    return this.startUs + (this.spectraTaken + index) * spectrumHopUs + fingerprintCentreUs;
  }
}

/** Levels per 23.2 ms block and sub-fingerprints per 11.6 ms of one stream's sound, through gaps and jumps. */
export class SoundSignals {
  readonly #timeline = new SoundTimeline();
  #stretches: Stretch[] = [];
  #levels: AudioSignals[] = [];

  /** Adds mono samples at 11,025 Hz whose first has media time `ptsUs`. The samples are read before it returns. */
  add(samples: Int16Array, ptsUs: number): void {
    if (!Number.isFinite(ptsUs)) return;
    const placement = this.#timeline.place(samples, ptsUs);
    if (placement.restart) this.#stretches.push(new Stretch(placement.ptsUs));
    const stretch = this.#stretches[this.#stretches.length - 1];
    if (stretch === undefined) return;
    if (placement.silence > 0) this.#append(stretch, new Int16Array(placement.silence));
    this.#append(stretch, placement.samples);
  }

  /** Levels of the blocks that start before `untilUs`, once each, PTS order. */
  takeLevels(untilUs: number): AudioSignals[] {
    const taken = this.#levels.filter((level) => level.ptsUs < untilUs);
    this.#levels = this.#levels.filter((level) => level.ptsUs >= untilUs);
    return taken.sort((one, other) => one.ptsUs - other.ptsUs);
  }

  /**
   * The sub-fingerprints before `untilUs` that were not taken yet. A run is regular, so where sound jumped inside it those after the jump
   * come with the next run.
   */
  takeFingerprints(untilUs: number): FingerprintRun {
    const stretch = this.#oldestStretch();
    if (stretch === undefined) return { startUs: -1, codes: [] };
    let count = 0;
    while (count < stretch.codes.length && stretch.fingerprintUs(count) < untilUs) count += 1;
    if (count === 0) return { startUs: -1, codes: [] };
    const startUs = Math.round(stretch.fingerprintUs(0));
    const codes = stretch.codes.splice(0, count);
    stretch.taken += count;
    return { startUs, codes };
  }

  /** The spectra before `untilUs` that were not taken yet; a run is regular, as with {@link takeFingerprints}. */
  takeSpectra(untilUs: number): SpectrumRun {
    const stretch = this.#oldestStretch();
    if (stretch === undefined) return { startUs: -1, spectra: [] };
    let count = 0;
    while (count < stretch.spectra.length && stretch.spectrumUs(count) < untilUs) count += 1;
    if (count === 0) return { startUs: -1, spectra: [] };
    const startUs = Math.round(stretch.spectrumUs(0));
    const spectra = stretch.spectra.splice(0, count);
    stretch.spectraTaken += count;
    return { startUs, spectra };
  }

  /** Drops what was taken whole. */
  #oldestStretch(): Stretch | undefined {
    while (this.#stretches.length > 1 && this.#stretches[0]?.codes.length === 0 && this.#stretches[0].spectra.length === 0) this.#stretches.shift();
    return this.#stretches[0];
  }

  #append(stretch: Stretch, samples: Int16Array): void {
    stretch.fingerprinter.add(
      samples,
      (code) => stretch.codes.push(code),
      (levels) => stretch.spectra.push(levels),
    );
    for (let at = 0; at < samples.length;) {
      const part = samples.subarray(at, at + soundFormat.blockSamples - stretch.filled);
      stretch.block.set(part, stretch.filled);
      stretch.filled += part.length;
      at += part.length;
      if (stretch.filled < soundFormat.blockSamples) break;
      const ptsUs = Math.round(stretch.startUs + stretch.blocks * blockUs);
      this.#levels.push({ ptsUs, durationUs: Math.round(blockUs), ...soundLevel(stretch.block) });
      stretch.blocks += 1;
      stretch.filled = 0;
    }
  }
}
