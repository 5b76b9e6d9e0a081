import type { Signals } from '../../schemas/events.generated.ts';
import type { Cue } from './cue-finder.ts';
import type { Span } from './silence-meter.ts';
import type { SeamParameters } from './parameters.ts';
import { bandCount, bandLevelsDbfs, soundWindows } from './sound-bands.ts';

/** Variance added to every band, dB²: differences of 2 dB are no change. */
const floorVariance = 4;
/** Windows this close to a cue hold sound of both sides, microseconds: they are 0.19 s long. */
const edgeUs = 100_000;
/** How much sound is remembered: the longest stretch that is judged, and the time until it is, microseconds. */
const memoryUs = 260_000_000;
/** Fewest windows of a side (1.5 s), and fewest to speak for a seam (6 s): a few seconds of anything are explained well by a distribution of their own. */
const leastWindows = 16;
const tellingWindows = 60;

/**
 * Tells the seam between two things that air one after the other from a cut within one, by the sound of up to 20 s on either side. How much
 * better two normal distributions of the spectrum (one for each side) explain what was heard than one does is the generalised likelihood ratio of
 * Gish, Siu and Rohlicek, "Segregation of speakers for speech recognition and speaker identification", ICASSP 1991. The step at the cut itself
 * (see SoundChange) is the second witness. Feed every run of signals; remembers 260 s.
 */
export class SeamTest {
  readonly #parameters: SeamParameters;
  #times: number[] = [];
  #windows: Float32Array[] = [];

  constructor(parameters: SeamParameters) {
    this.#parameters = parameters;
  }

  /** Remembers what a run of signals heard. */
  remember(run: Signals): void {
    for (const { ptsUs, bytes } of soundWindows(run)) {
      this.#times.push(ptsUs);
      this.#windows.push(bandLevelsDbfs(bytes));
    }
    const oldestUs = run.endUs - memoryUs;
    if ((this.#times[0] ?? Infinity) > oldestUs - memoryUs / 4) return;
    const first = this.#times.findIndex((timeUs) => timeUs >= oldestUs);
    this.#times = this.#times.slice(first);
    this.#windows = this.#windows.slice(first);
  }

  /** Media time begins anew. */
  newEpoch(): void {
    this.#times = [];
    this.#windows = [];
  }

  /**
   * Log-likelihood ratio of "one spot gives way to another at this cue" against "a cut within a spot", both being as likely to begin with; 0 when
   * too little was heard.
   *
   * @param stretch what is known to be one spot or several: nothing beyond is looked at
   */
  gain(cue: Cue, stretch: Span): number {
    const { spanS, base, perNat, perShortSide, perStep } = this.#parameters;
    const fromUs = Math.max(stretch.startUs, cue.beforeUs - spanS * 1e6);
    const untilUs = Math.min(stretch.endUs, cue.afterUs + spanS * 1e6);
    const before = this.#between(fromUs, cue.beforeUs - edgeUs);
    const after = this.#between(cue.afterUs + edgeUs, untilUs);
    if (before.length < leastWindows || after.length < leastWindows) return 0;
    const short = 1e6 / (cue.beforeUs - fromUs) + 1e6 / (untilUs - cue.afterUs);
    const sum = base + perNat * likelihoodRatio(before, after) - perShortSide * short + perStep * cue.soundGain;
    const telling = Math.min(before.length, after.length) >= tellingWindows;
    return telling ? sum : Math.min(0, sum);
  }

  #between(fromUs: number, untilUs: number): Float32Array[] {
    const first = this.#times.findIndex((timeUs) => timeUs >= fromUs);
    if (first === -1) return [];
    const end = this.#times.findIndex((timeUs) => timeUs >= untilUs);
    return this.#windows.slice(first, end === -1 ? undefined : end);
  }
}

/** Generalised likelihood ratio of two distributions against one, nats a window. */
function likelihoodRatio(before: readonly Float32Array[], after: readonly Float32Array[]): number {
  const share = before.length / (before.length + after.length);
  return 0.5 * (logVolume([...before, ...after]) - share * logVolume(before) - (1 - share) * logVolume(after));
}

/** Logarithm of the determinant of the covariance of some windows, by its Cholesky decomposition. */
function logVolume(windows: readonly Float32Array[]): number {
  const lower = covariance(windows);
  let sum = 0;
  for (let row = 0; row < bandCount; row += 1) {
    for (let column = 0; column <= row; column += 1) {
      let value = lower[row * bandCount + column]!;
      for (let at = 0; at < column; at += 1) value -= lower[row * bandCount + at]! * lower[column * bandCount + at]!;
      lower[row * bandCount + column] = row === column ? Math.sqrt(value) : value / lower[column * bandCount + column]!;
    }
    sum += 2 * Math.log(lower[row * bandCount + row]!);
  }
  return sum;
}

/** Lower triangle of the covariance, dB², with {@link floorVariance} on its diagonal, so that it is never singular. */
function covariance(windows: readonly Float32Array[]): Float64Array {
  const means = new Float64Array(bandCount);
  for (const window of windows) for (let band = 0; band < bandCount; band += 1) means[band]! += window[band]! / windows.length;
  const lower = new Float64Array(bandCount * bandCount);
  for (const window of windows) {
    for (let row = 0; row < bandCount; row += 1) {
      const deviation = (window[row]! - means[row]!) / windows.length;
      for (let column = 0; column <= row; column += 1) lower[row * bandCount + column]! += deviation * (window[column]! - means[column]!);
    }
  }
  for (let band = 0; band < bandCount; band += 1) lower[band * bandCount + band]! += floorVariance;
  return lower;
}
