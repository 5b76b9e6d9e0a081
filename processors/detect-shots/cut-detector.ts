import type { PictureSignals } from '../../schemas/events.generated.ts';
import { isBlackPicture } from './black-picture.ts';
import { hammingDistance } from './hamming.ts';

/** How one shot gives way to the next. */
export type CutKind = 'cut' | 'fade' | 'dissolve';

/** A boundary between two shots. */
export interface Cut {
  /** First picture of the new shot. */
  ptsUs: number;
  kind: CutKind;
  /** 0 to 1. */
  confidence: number;
}

/** Thresholds of {@link CutDetector}. */
export interface CutThresholds {
  /** A cut's change must be this many times the mean change of its neighbours (PySceneDetect's AdaptiveDetector has 3.0). */
  adaptiveRatio: number;
  /** Least change score of a cut, 0 to 255. */
  leastScore: number;
  /** Least perceptual-hash distance across a cut, bits of 64. */
  leastHashBits: number;
  /** Least histogram distance, 0 to 1, of a cut that stands out by the histogram alone. */
  leastHistogram: number;
}

/** Defaults, set on generated broadcasts of seeds 1 to 5. */
export const defaultCutThresholds: CutThresholds = { adaptiveRatio: 3, leastScore: 14, leastHashBits: 12, leastHistogram: 0.4 };

/** Pictures looked at before and after a candidate, as AdaptiveDetector's `window_width`. */
const side = 3;
/** Two pictures this close in hash are of one scene. */
const sameSceneBits = 10;
/** A flash or a dropped-in picture is over within this time. */
const longestFlashUs = 200_000;
/** Span over which a dissolve is looked for, and the steady time asked for on both sides. */
const dissolveUs = 1_000_000;
const steadyUs = 240_000;
const kept = 96;
/** Histograms of one scene differ by about this much where compression is rough. */
const restlessHistogram = 0.02;

/**
 * Finds shot boundaries in the numbers of consecutive pictures: hard cuts as a change score that stands out from its neighbourhood (the
 * idea of PySceneDetect's AdaptiveDetector, on luma histogram and difference instead of HSV), fades as an end of black, dissolves as two
 * steady scenes with a slow change between. Into and out of noise, glitter or a strobe, where every picture differs from the last, the histogram alone
 * tells a cut, for it stays as it is there. Flashes are no cuts: the scene after them is the one before. Answers a few pictures late.
 */
export class CutDetector {
  readonly #thresholds: CutThresholds;
  #pictures: PictureSignals[] = [];
  #next = 1;
  #lastCutUs = Number.NEGATIVE_INFINITY;
  #lastMoveUs = Number.NEGATIVE_INFINITY;

  constructor(thresholds: CutThresholds = defaultCutThresholds) {
    this.#thresholds = thresholds;
  }

  /** Adds the next picture; returns the cuts that are now certain, PTS order. */
  add(picture: PictureSignals): Cut[] {
    this.#pictures.push(picture);
    const cuts: Cut[] = [];
    while (this.#decidable()) this.#decide(cuts);
    this.#forget();
    return cuts;
  }

  /** Decides what is left with the pictures there are. */
  flush(): Cut[] {
    const cuts: Cut[] = [];
    while (this.#next < this.#pictures.length) this.#decide(cuts);
    return cuts;
  }

  /** Media time up to which all cuts are known (exclusive). */
  get decidedUs(): number {
    return this.#pictures[this.#next]?.ptsUs ?? Number.NEGATIVE_INFINITY;
  }

  #decidable(): boolean {
    const candidate = this.#pictures[this.#next];
    const last = this.#pictures[this.#pictures.length - 1];
    if (candidate === undefined || last === undefined || this.#next + side >= this.#pictures.length) return false;
    return (
      last.ptsUs - candidate.ptsUs >= longestFlashUs ||
      this.#pictures.length - this.#next > 16 ||
      this.#score(this.#next) < this.#thresholds.leastScore
    );
  }

  #decide(cuts: Cut[]): void {
    const cut = this.#judge(this.#next);
    if (cut !== undefined) {
      cuts.push(cut);
      this.#lastCutUs = cut.ptsUs;
    }
    this.#next += 1;
  }

  #judge(index: number): Cut | undefined {
    const picture = this.#pictures[index]!;
    const before = this.#pictures[index - 1]!;
    if (isBlackPicture(picture)) return undefined;
    if (isBlackPicture(before)) return this.#endOfBlack(index);
    const score = this.#score(index);
    if (score >= this.#thresholds.leastScore) {
      const ratio = Math.max(
        score /
          Math.max(
            1,
            this.#neighbourhood(index, (at) => this.#score(at)),
          ),
        this.#histogramRatio(index),
      );
      const hashBits = hammingDistance(picture.perceptualHash, before.perceptualHash);
      if (ratio >= this.#thresholds.adaptiveRatio && hashBits >= this.#thresholds.leastHashBits && !this.#isFlash(index)) {
        return { ptsUs: picture.ptsUs, kind: 'cut', confidence: Math.min(1, 0.5 + (ratio - this.#thresholds.adaptiveRatio) / 20 + hashBits / 128) };
      }
    }
    return this.#dissolve(index);
  }

  #endOfBlack(index: number): Cut {
    const picture = this.#pictures[index]!;
    const next = this.#pictures[index + 1];
    const slow = picture.lumaMean < 30 && next !== undefined && next.lumaMean > picture.lumaMean;
    return { ptsUs: picture.ptsUs, kind: slow ? 'fade' : 'cut', confidence: 0.9 };
  }

  #score(index: number): number {
    const picture = this.#pictures[index]!;
    return picture.pictureDifference + 40 * picture.histogramDistance;
  }

  /** How many times as much as around it the histogram changes at a picture; 0 when that is not much. */
  #histogramRatio(index: number): number {
    const { histogramDistance } = this.#pictures[index]!;
    if (histogramDistance < this.#thresholds.leastHistogram) return 0;
    return (
      histogramDistance /
      Math.max(
        restlessHistogram,
        this.#neighbourhood(index, (at) => this.#pictures[at]!.histogramDistance),
      )
    );
  }

  #neighbourhood(index: number, changeOf: (at: number) => number): number {
    let sum = 0;
    let count = 0;
    for (let at = Math.max(1, index - side); at <= Math.min(this.#pictures.length - 1, index + side); at += 1) {
      if (at === index) continue;
      sum += changeOf(at);
      count += 1;
    }
    return count === 0 ? 0 : sum / count;
  }

  /** The scene of before the candidate is back within {@link longestFlashUs}, or the candidate is such a return. */
  #isFlash(index: number): boolean {
    const candidate = this.#pictures[index]!;
    const before = this.#pictures[index - 1]!;
    for (let at = index + 1; at < this.#pictures.length; at += 1) {
      const after = this.#pictures[at]!;
      if (after.ptsUs - candidate.ptsUs > longestFlashUs) break;
      if (hammingDistance(after.perceptualHash, before.perceptualHash) <= sameSceneBits && !isBlackPicture(after)) return true;
    }
    for (let at = index - 2; at >= 0; at -= 1) {
      const earlier = this.#pictures[at]!;
      if (candidate.ptsUs - earlier.ptsUs > longestFlashUs || earlier.ptsUs < this.#lastCutUs) break;
      if (hammingDistance(earlier.perceptualHash, candidate.perceptualHash) <= sameSceneBits && !isBlackPicture(earlier)) return true;
    }
    return false;
  }

  /** Steady scene, slow change, steady other scene that begins at `index`. */
  #dissolve(index: number): Cut | undefined {
    const picture = this.#pictures[index]!;
    const moving = picture.pictureDifference > 2.2;
    if (moving) {
      this.#lastMoveUs = picture.ptsUs;
      return undefined;
    }
    if (this.#lastMoveUs !== this.#pictures[index - 1]!.ptsUs) return undefined;
    let start = index - 1;
    while (start > 0 && this.#pictures[start]!.pictureDifference > 2.2) start -= 1;
    const origin = this.#pictures[start]!;
    const lengthUs = picture.ptsUs - origin.ptsUs;
    if (lengthUs < 160_000 || lengthUs > 2 * dissolveUs || origin.ptsUs < this.#lastCutUs + steadyUs) return undefined;
    if (hammingDistance(origin.perceptualHash, picture.perceptualHash) < 20) return undefined;
    if (!this.#dips(start, index)) return undefined;
    return { ptsUs: this.#pictures[(start + index) >> 1]!.ptsUs, kind: 'dissolve', confidence: 0.6 };
  }

  /** During a dissolve contrast falls below the line between both ends (Zabih, Miller and Mai 1999; the variance parabola). */
  #dips(start: number, end: number): boolean {
    const from = this.#pictures[start]!.lumaDeviation;
    const to = this.#pictures[end]!.lumaDeviation;
    const middle = this.#pictures[(start + end) >> 1]!.lumaDeviation;
    return middle < (from + to) / 2 - 0.08 * Math.max(from, to);
  }

  #forget(): void {
    const surplus = Math.min(this.#pictures.length - kept, this.#next - (kept >> 1));
    if (surplus < 32) return;
    this.#pictures = this.#pictures.slice(surplus);
    this.#next -= surplus;
  }
}
