import type { Signals } from '../../../schemas/events.generated.ts';
import { tickUs } from '../media-ticks.ts';
import type { FormatParameters } from '../parameters.ts';
import type { Span } from '../silence-meter.ts';
import { FormatAspect, type FormatAspectState } from './format-aspect.ts';
import { type BarLook, type SoundLook, barLookOf, lookText, soundLookOf } from './format-looks.ts';
import { FormatPotential } from './format-potential.ts';

/** What is kept over a restart: plain JSON. */
export interface FormatState {
  bars: FormatAspectState;
  sound: FormatAspectState;
  proven: number;
}

/** Programme is learned when it is this old and still believed, microseconds: older than a spot is long (as in SceneMemory). */
const learnAfterUs = 25_000_000;
/** Breaks with another format than programme that are counted at the most: after so many without, it is forgotten. */
const mostProven = 3;
/** Changes, and stretches of programme, that are remembered. */
const mostEdges = 32;

/** A change of format, and what it says for a boundary. */
interface FormatEdge {
  atUs: number;
  /** Positive: away from what programme looks like; negative: back to it. */
  gain: number;
}

/**
 * Watches the format of a channel: whether the picture has bars, and how the sound stands between the loudspeakers. Programme that is a film in
 * letterbox, an old series in 4:3 or surround sound is interrupted by spots that are not, and comes back. What programme looks like is
 * learned per channel; what one change says is bounded, so that a film on a channel of full pictures, or a clip of an archive in the
 * news, is no break by itself.
 */
export class FormatWitness {
  readonly #parameters: FormatParameters;
  readonly #bars: FormatAspect<BarLook>;
  readonly #sound: FormatAspect<SoundLook>;
  #potential: FormatPotential;
  #edges: FormatEdge[] = [];
  /** Up to where programme was learned or passed over, and the last stretches that were learned. */
  #learnedUs = Number.NaN;
  #learned: Span[] = [];
  #proven = 0;

  constructor(parameters: FormatParameters) {
    this.#parameters = parameters;
    this.#bars = new FormatAspect(parameters, parameters.bars, parameters.barsHoldS);
    this.#sound = new FormatAspect(parameters, parameters.sound, parameters.soundHoldS);
    this.#potential = new FormatPotential(parameters.speakS);
  }

  /**
   * Adds a tick.
   *
   * @param programme belief that programme is on air, 0 to 1: its looks are learned then, unless a break is open
   * @returns log-likelihood ratio of "no programme" against programme by this tick
   */
  add(tick: Signals, programme: number, inBreak: boolean): number {
    for (const picture of tick.pictures) this.#note(this.#bars, picture.ptsUs, barLookOf(picture));
    for (const spread of tick.soundSpread) this.#note(this.#sound, spread.ptsUs, soundLookOf(spread));
    this.#learn(tick.endUs - learnAfterUs, !inBreak && programme > 0.5);
    return this.#potential.next(this.#bars.gain + this.#sound.gain, this.#bound, tickUs / 1e6);
  }

  /** What changes of format say for a break or spot that starts, and ends, at a cue. */
  gainsAt({ beforeUs, afterUs }: { beforeUs: number; afterUs: number }): { startGain: number; endGain: number } {
    const { edgeToleranceS, mostEdge, edgePerBreak } = this.#parameters;
    const toleranceUs = edgeToleranceS * 1e6;
    const most = mostEdge + edgePerBreak * this.#proven;
    const near = this.#edges.filter(({ atUs }) => atUs >= beforeUs - toleranceUs && atUs <= afterUs + toleranceUs);
    const sum = (sign: 1 | -1): number =>
      Math.min(
        most,
        near.reduce((total, { gain }) => total + Math.max(0, gain * sign), 0),
      );
    return { startGain: sum(1), endGain: sum(-1) };
  }

  /** A break was settled: spots look so. */
  breakEnded(startUs: number, endUs: number): void {
    for (const aspect of [this.#bars, this.#sound]) {
      for (const span of this.#learned) aspect.takeBackProgramme(Math.max(startUs, span.startUs), Math.min(endUs, span.endUs));
      aspect.learnSpots(startUs, endUs);
    }
    this.#learnedUs = Math.max(this.#learnedUs, endUs);
    const other = this.#bars.difference(startUs, endUs) ?? this.#sound.difference(startUs, endUs);
    this.#proven = Math.max(0, Math.min(mostProven, this.#proven + (other === undefined ? -1 : 1)));
  }

  /** How a stretch differs from programme, in words, a fact a line. */
  lines(startUs: number, endUs: number): string[] {
    return [this.#bars.difference(startUs, endUs), this.#sound.difference(startUs, endUs)].flatMap((difference) =>
      difference === undefined ? [] : [`${lookText(difference.look)}, programme has ${lookText(difference.house)}`],
    );
  }

  /** Media time starts afresh; what was learned stays. */
  newEpoch(): void {
    this.#bars.newEpoch();
    this.#sound.newEpoch();
    this.#potential = new FormatPotential(this.#parameters.speakS);
    this.#edges = [];
    this.#learnedUs = Number.NaN;
    this.#learned = [];
  }

  /** What was learned, as JSON. */
  save(): FormatState {
    return { bars: this.#bars.save(), sound: this.#sound.save(), proven: this.#proven };
  }

  /** Takes back what {@link FormatWitness.save} gave, before the first tick. */
  restore({ bars, sound, proven }: FormatState): void {
    this.#bars.restore(bars);
    this.#sound.restore(sound);
    this.#proven = proven;
  }

  /** A channel whose breaks were seen to look otherwise is believed further. */
  get #bound(): number {
    const { unproven, perBreak } = this.#parameters;
    return unproven + perBreak * this.#proven;
  }

  #note<Look extends string>(aspect: FormatAspect<Look>, ptsUs: number, look: Look | undefined): void {
    const before = aspect.changed;
    const change = aspect.see(ptsUs, look);
    if (change === undefined) return;
    if (!before) this.#potential.assume(aspect.gainOf(change.from), this.#bound);
    const { edgeShare, settledS } = this.#parameters;
    const settled = Math.min(1, change.heldS / settledS);
    const gain = (aspect.gainOf(change.to) - aspect.gainOf(change.from)) * edgeShare * settled;
    this.#edges = [...this.#edges, { atUs: change.atUs, gain }].slice(-mostEdges);
  }

  #learn(untilUs: number, believed: boolean): void {
    if (Number.isNaN(this.#learnedUs)) this.#learnedUs = untilUs;
    if (untilUs <= this.#learnedUs) return;
    const span = { startUs: this.#learnedUs, endUs: untilUs };
    this.#learnedUs = untilUs;
    if (!believed) return;
    this.#bars.learnProgramme(span.startUs, span.endUs);
    this.#sound.learnProgramme(span.startUs, span.endUs);
    const last = this.#learned[this.#learned.length - 1];
    if (last?.endUs === span.startUs) last.endUs = span.endUs;
    else this.#learned = [...this.#learned, span].slice(-mostEdges);
  }
}
