import type { PictureSignals, Signals } from '../../schemas/events.generated.ts';
import { isBlackPicture, isUniformPicture } from '../detect-shots/black-picture.ts';
import { type Cut, CutDetector } from '../detect-shots/cut-detector.ts';
import type { CueKind, CueParameters } from './parameters.ts';
import { SoundDips } from './sound-dips.ts';
import { SilenceMeter, type Span } from './silence-meter.ts';

/** A moment at which one thing may give way to another. */
export interface Cue {
  /** What came before ends here; the first picture of a separator. */
  beforeUs: number;
  /** What comes after begins here; equal to `beforeUs` for a hard cut. */
  afterUs: number;
  kind: CueKind;
  /** Seconds of black (or one colour) and of silence in it. */
  blackS: number;
  silenceS: number;
  /** How far the sound dips there, dB. */
  dipDb: number;
  /** Log-likelihood ratio of a boundary by how the sound changes, 0 when nothing is known. */
  soundGain: number;
  /** What other witnesses (a known spot, a splice cue) say for a break or spot that starts, and ends, here; log-likelihood ratios. */
  startGain: number;
  endGain: number;
}

/** A hard cut, or whatever else is made of it. */
export function plainCue(ptsUs: number): Cue {
  return { beforeUs: ptsUs, afterUs: ptsUs, kind: 'cut', blackS: 0, silenceS: 0, dipDb: 0, soundGain: 0, startGain: 0, endGain: 0 };
}

/** A cue waits this long for what may belong to it. */
const settleUs = 1_200_000;
/** Longest separator; what is longer is a slide or a dead channel, and its two ends are cues of their own. */
const longestSeparatorUs = 6_000_000;

/** Finds cues: black or uniform runs, silences, cuts, and what of these belongs together. */
export class CueFinder {
  readonly #parameters: CueParameters;
  readonly #cuts = new CutDetector();
  readonly #silence: SilenceMeter;
  readonly #dips = new SoundDips();
  #black: (Span & { uniform: boolean }) | undefined;
  #blacks: (Span & { uniform: boolean })[] = [];
  #silences: Span[] = [];
  #pendingCuts: Cut[] = [];
  #lastPicture: PictureSignals | undefined;

  constructor(parameters: CueParameters) {
    this.#parameters = parameters;
    this.#silence = new SilenceMeter(parameters);
  }

  /** Adds a tick; returns the cues that are now certain, in order. */
  add(tick: Signals): Cue[] {
    for (const picture of tick.pictures) this.#look(picture);
    for (const block of tick.sound) {
      this.#dips.add(block);
      this.#keepSilence(this.#silence.add(block));
    }
    return this.#settle(tick.endUs - settleUs);
  }

  /** All that is left at the end of a stream. */
  flush(): Cue[] {
    this.#pendingCuts.push(...this.#cuts.flush());
    if (this.#black !== undefined) this.#endBlack(this.#black.endUs);
    this.#keepSilence(this.#silence.open);
    return this.#settle(Number.POSITIVE_INFINITY);
  }

  #look(picture: PictureSignals): void {
    this.#pendingCuts.push(...this.#cuts.add(picture));
    const black = isBlackPicture(picture);
    const uniform = !black && isUniformPicture(picture);
    if (this.#black !== undefined && (this.#black.uniform ? !uniform : !black)) this.#endBlack(picture.ptsUs);
    if (black || uniform) {
      this.#black ??= { startUs: picture.ptsUs, endUs: picture.ptsUs, uniform };
      this.#black.endUs = picture.ptsUs;
    }
    this.#lastPicture = picture;
  }

  #endBlack(endUs: number): void {
    const black = this.#black;
    this.#black = undefined;
    if (black !== undefined && endUs - black.startUs >= this.#parameters.leastBlackS * 1e6) this.#blacks.push({ ...black, endUs });
  }

  #keepSilence(span: Span | undefined): void {
    if (span !== undefined && span.endUs - span.startUs >= this.#parameters.leastSilenceS * 1e6) this.#silences.push({ ...span });
  }

  /** Builds cues from everything that ended before `untilUs` and touches nothing still open. */
  #settle(untilUs: number): Cue[] {
    const joinUs = this.#parameters.joinS * 1e6;
    const openUs = Math.min(this.#black?.startUs ?? Infinity, this.#silence.open?.startUs ?? Infinity, this.#openCutsUs()) - joinUs;
    const limitUs = untilUs === Infinity ? Infinity : this.#clear(Math.min(untilUs, Math.max(openUs, untilUs - longestSeparatorUs)));
    const cues: Cue[] = [];
    this.#blacks = this.#blacks.filter((black) => !this.#ripe(black, limitUs, () => cues.push(this.#blackCue(black))));
    this.#silences = this.#silences.filter((silence) => !this.#ripe(silence, limitUs, () => cues.push(...this.#silenceCue(silence))));
    this.#pendingCuts = this.#pendingCuts.filter((cut) => {
      if (cut.ptsUs >= limitUs) return true;
      cues.push({ ...plainCue(cut.ptsUs), kind: cut.kind === 'dissolve' ? 'dissolve' : 'cut', dipDb: this.#dips.dipAt(cut.ptsUs) });
      return false;
    });
    return cues.sort((one, other) => one.afterUs - other.afterUs);
  }

  /** Media time up to which all cuts are known. */
  #openCutsUs(): number {
    return this.#lastPicture === undefined ? Infinity : this.#cuts.decidedUs;
  }

  /** Moves a limit to before every span that reaches over it, so that what belongs together is settled together. */
  #clear(limitUs: number): number {
    const joinUs = this.#parameters.joinS * 1e6;
    const spans: readonly Span[] = [...this.#blacks, ...this.#silences].sort((one, other) => other.endUs - one.endUs);
    let clearUs = limitUs;
    for (const span of spans) if (span.endUs + joinUs >= clearUs && span.startUs - joinUs < clearUs) clearUs = span.startUs - joinUs;
    return clearUs;
  }

  #ripe(span: Span, limitUs: number, take: () => void): boolean {
    if (span.endUs >= limitUs) return false;
    take();
    return true;
  }

  /** A black run takes the silence and the cuts that touch it. */
  #blackCue(black: Span & { uniform: boolean }): Cue {
    const joinUs = this.#parameters.joinS * 1e6;
    let silenceUs = 0;
    this.#silences = this.#silences.filter((silence) => {
      if (silence.startUs > black.endUs + joinUs || silence.endUs < black.startUs - joinUs) return true;
      silenceUs += silence.endUs - silence.startUs;
      return false;
    });
    this.#pendingCuts = this.#pendingCuts.filter((cut) => cut.ptsUs < black.startUs - joinUs / 2 || cut.ptsUs > black.endUs + joinUs / 2);
    const kind: CueKind = black.uniform ? 'uniform' : silenceUs > 0 ? 'black+silence' : 'black';
    return {
      ...plainCue(black.startUs),
      afterUs: black.endUs,
      kind: black.uniform && silenceUs > 0 ? 'black+silence' : kind,
      blackS: (black.endUs - black.startUs) / 1e6,
      silenceS: silenceUs / 1e6,
    };
  }

  /** A silence takes the cut inside it; without one its middle is a weak cue. */
  #silenceCue(silence: Span): Cue[] {
    const silenceS = (silence.endUs - silence.startUs) / 1e6;
    if (this.#blacks.some((black) => black.endUs >= silence.startUs - 300_000 && black.startUs <= silence.endUs + 300_000)) return [];
    const cut = this.#pendingCuts.find((one) => one.ptsUs >= silence.startUs - 120_000 && one.ptsUs <= silence.endUs + 120_000);
    if (cut !== undefined) {
      this.#pendingCuts = this.#pendingCuts.filter((one) => one !== cut);
      return [{ ...plainCue(cut.ptsUs), kind: 'silence+cut', silenceS }];
    }
    if (silenceS < 0.3) return [];
    const middleUs = Math.round((silence.startUs + silence.endUs) / 2);
    return [{ ...plainCue(middleUs), kind: 'silence', silenceS }];
  }
}
