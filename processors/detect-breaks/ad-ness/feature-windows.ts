import type { Signals } from '../../../schemas/events.generated.ts';
import { soundWindows } from '../sound-bands.ts';
import { SecondMeter } from './second-meter.ts';
import { windowFeatures } from './window-features.ts';

/** What the seconds around one second look and sound like. */
export interface JudgedSecond {
  /** Media time at which the second starts, microseconds. */
  ptsUs: number;
  /** See {@link windowFeatures}; undefined where there is nothing to see or hear. */
  features: number[] | undefined;
}

/** Seconds of a window: four before and four after the one that is judged. */
export const windowSeconds = 9;
const middle = (windowSeconds - 1) / 2;
const secondUs = 1_000_000;
const mostSecondsAhead = 600;

/** Measures every second of a stream within its window, as soon as the window is complete. One instance per stream. */
export class FeatureWindows {
  /** Media time of second 0. */
  #firstUs: number | undefined;
  /** Seconds from {@link #base} on. */
  readonly #seconds: SecondMeter[] = [];
  #base = 0;
  /** The next second to judge. */
  #next = 0;
  #spectrum: Uint8Array | undefined;

  /** Reads a run; gives the seconds whose window it completed, in order. */
  add(run: Signals): JudgedSecond[] {
    this.#firstUs ??= run.ptsUs;
    for (const picture of run.pictures) this.#secondAt(picture.ptsUs)?.addPicture(picture);
    for (const sound of run.sound) this.#secondAt(sound.ptsUs)?.addSound(sound);
    for (const { ptsUs, bytes } of soundWindows(run)) {
      this.#secondAt(ptsUs)?.addSpectrum(bytes, this.#spectrum);
      this.#spectrum = bytes;
    }
    // Spectra come up to 0.2 s late.
    return this.#judge(Math.floor((run.endUs - this.#firstUs - 300_000) / secondUs));
  }

  /** Judges what is left, with shorter windows, and starts anew. */
  flush(): JudgedSecond[] {
    const judged = this.#judge(this.#base + this.#seconds.length + middle);
    this.newEpoch();
    return judged;
  }

  /** Media time starts anew: forgets everything that was not judged yet. */
  newEpoch(): void {
    this.#firstUs = undefined;
    this.#seconds.length = 0;
    this.#base = 0;
    this.#next = 0;
    this.#spectrum = undefined;
  }

  /** The meter of the second that holds a time; undefined when it was judged already or lies too far ahead to belong to this stream. */
  #secondAt(ptsUs: number): SecondMeter | undefined {
    const index = Math.floor((ptsUs - (this.#firstUs ?? ptsUs)) / secondUs) - this.#base;
    if (index < 0 || index > mostSecondsAhead) return undefined;
    while (this.#seconds.length <= index) this.#seconds.push(new SecondMeter());
    return this.#seconds[index];
  }

  /** Judges every second whose window ends by `complete`, the count of seconds that have been read whole. */
  #judge(complete: number): JudgedSecond[] {
    const judged: JudgedSecond[] = [];
    for (; this.#next + middle < complete && this.#next < this.#base + this.#seconds.length; this.#next += 1) {
      const window = this.#seconds.slice(Math.max(0, this.#next - middle - this.#base), this.#next + middle + 1 - this.#base);
      judged.push({ ptsUs: (this.#firstUs ?? 0) + this.#next * secondUs, features: windowFeatures(window) });
      if (this.#next - middle < this.#base) continue;
      this.#seconds.shift();
      this.#base += 1;
    }
    return judged;
  }
}
