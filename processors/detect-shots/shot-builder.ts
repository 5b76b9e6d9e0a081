import type { PictureSignals, Transition } from '../../schemas/events.generated.ts';
import { type Cut, CutDetector } from './cut-detector.ts';

/** A finished run of pictures between two cuts, media time only. */
export interface BuiltShot {
  startUs: number;
  endUs: number;
  pictures: number;
  transition: Transition;
  confidence: number;
}

/** Turns pictures into shots, each finished when the cut after it is certain. Pictures may start mid-stream. */
export class ShotBuilder {
  readonly #detector = new CutDetector();
  #times: number[] = [];
  #begin: { transition: Transition; confidence: number } = { transition: 'start', confidence: 1 };
  #intervalUs = 40_000;

  /** Adds a picture; pictures that do not grow in PTS are ignored. */
  add(picture: PictureSignals): BuiltShot[] {
    const last = this.#times[this.#times.length - 1];
    if (last !== undefined) {
      if (picture.ptsUs <= last) return [];
      this.#intervalUs = picture.ptsUs - last;
    }
    this.#times.push(picture.ptsUs);
    return this.#close(this.#detector.add(picture));
  }

  /** True while no picture belongs to an open shot other than its very beginning. */
  get empty(): boolean {
    return this.#times.length === 0;
  }

  /** Ends the last shot one picture after its last picture. */
  flush(): BuiltShot[] {
    const shots = this.#close(this.#detector.flush());
    const last = this.#times[this.#times.length - 1];
    if (last !== undefined) shots.push(this.#shot(this.#times.length, last + this.#intervalUs));
    this.#times = [];
    return shots;
  }

  #close(cuts: readonly Cut[]): BuiltShot[] {
    const shots: BuiltShot[] = [];
    for (const cut of cuts) {
      const count = this.#times.findIndex((ptsUs) => ptsUs >= cut.ptsUs);
      if (count <= 0) continue;
      shots.push(this.#shot(count, cut.ptsUs));
      this.#times = this.#times.slice(count);
      this.#begin = { transition: cut.kind, confidence: cut.confidence };
    }
    return shots;
  }

  #shot(pictures: number, endUs: number): BuiltShot {
    return { startUs: this.#times[0]!, endUs, pictures, ...this.#begin };
  }
}
