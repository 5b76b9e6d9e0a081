import { type Cue, plainCue } from './cue-finder.ts';
import { DurationModel } from './duration-model.ts';
import { EvidenceLine } from './evidence-line.ts';
import type { BreakParameters } from './parameters.ts';

/**
 * What is on air: programme with its logo, programme without (title, ident, promo), a spot, a spot on a channel that leaves its logo on air in
 * breaks.
 */
export type AirState = 'programme' | 'plain' | 'ad' | 'branded-ad';

const adStates = ['ad', 'branded-ad'] as const;
type AdState = (typeof adStates)[number];

/** True for a spot, whatever becomes of the logo. */
export function isAd(state: AirState): state is AdState {
  return state === 'ad' || state === 'branded-ad';
}

/** A way to be in a state from a cue on: its best score and what came before. */
interface Entry {
  state: AirState;
  node: Node;
  score: number;
  /** State before the cue; undefined at the beginning of what is remembered. */
  previous: Entry | undefined;
  /** Start and number of spots of the break this is in. */
  breakStartUs: number;
  spots: number;
}

interface Node {
  cue: Cue;
  /** Log-likelihood of "no logo" and of "no programme" by all else, up to the cue. */
  logo: number;
  content: number;
  /** Log-likelihood, of ad against programme, of all cues up to this one when none is a boundary. */
  passed: number;
  entries: Partial<Record<AirState, Entry>>;
}

/** A stretch of the best path. */
export interface Stretch {
  state: AirState;
  start: Cue;
  /** Cue at its end; undefined while it is on air. */
  end: Cue | undefined;
}

/** What the filter believes at a moment. */
export interface Belief {
  /** Log odds of ad against the better of programme and plain. */
  adOdds: number;
  /** Most likely state. */
  state: AirState;
  /** Best explanation of what is remembered, oldest first; neighbours of one state are separate spots. */
  path: Stretch[];
}

/**
 * Explicit-duration hidden Markov model (Ferguson 1980; Yu, "Hidden semi-Markov models", 2010) over programme, plain and ad, whose states
 * change only at cues; max-product (Viterbi) forward filter. Scores are relative to "programme all along", whose score is 0.
 */
export class BreakFilter {
  readonly #parameters: BreakParameters;
  readonly #durations: DurationModel;
  readonly #logo = new EvidenceLine();
  readonly #content = new EvidenceLine();
  #nodes: Node[] = [];
  #branded: number;

  /** @param startUs first media time; what is on air then is not known */
  constructor(parameters: BreakParameters, startUs: number) {
    this.#parameters = parameters;
    this.#durations = new DurationModel(parameters.duration);
    this.#branded = Math.log(parameters.logo.priorStays);
    const node: Node = { cue: plainCue(startUs), logo: 0, content: 0, passed: 0, entries: {} };
    const { startInAd, startInPlain } = parameters.transition;
    this.#enter(node, 'programme', 0, undefined);
    this.#enter(node, 'plain', startInPlain, undefined);
    this.#enter(node, 'ad', startInAd, undefined);
    this.#enter(node, 'branded-ad', startInAd + this.#branded, undefined);
    this.#nodes.push(node);
  }

  /** Adds what the logo says: log-likelihood ratio of "not on air" against "on air". PTS order. */
  observeLogo(ptsUs: number, gain: number): void {
    this.#logo.add(ptsUs, gain);
  }

  /** Adds what pictures and sound say: log-likelihood ratio of "no programme" against programme. PTS order. */
  observeContent(ptsUs: number, gain: number): void {
    this.#content.add(ptsUs, gain);
  }

  /** How likely it is, 0 to 1, that the channel leaves its logo on air in the next break. */
  expectBranded(share: number): void {
    this.#branded = Math.log(Math.max(1e-3, Math.min(0.999, share)));
  }

  /** Adds a cue; one that is not later than the last is ignored. All evidence before it must be in. */
  addCue(cue: Cue): void {
    const last = this.#nodes[this.#nodes.length - 1]!;
    if (cue.afterUs <= last.cue.afterUs + 1000) return;
    const passed = last.passed + this.#passedGain(cue);
    const node: Node = { cue, logo: this.#logo.before(cue.afterUs), content: this.#content.before(cue.afterUs), passed, entries: {} };
    const gain = this.#boundaryGain(cue);
    const { transition } = this.#parameters;
    const programme = last.entries.programme;
    const plain = last.entries.plain;
    if (programme !== undefined) {
      this.#beginBreak(node, programme.score + gain + transition.programmeToAd, programme);
      this.#enter(node, 'plain', programme.score + gain + transition.programmeToPlain, programme);
    }
    if (plain !== undefined) {
      const score = this.#plainScore(plain, node.cue.afterUs);
      const leaving = score + gain + this.#durations.plainEnd;
      this.#enter(node, 'programme', leaving + transition.plainToProgramme, plain);
      this.#beginBreak(node, leaving + transition.plainToAd, plain);
    }
    for (const from of this.#nodes) for (const state of adStates) this.#endSpot(node, from.entries[state], gain);
    if (programme !== undefined) this.#keep(node, programme, programme.score);
    if (plain !== undefined) this.#keep(node, plain, this.#plainScore(plain, cue.afterUs));
    this.#nodes.push(node);
  }

  /** What is believed now, with everything before `nowUs` read. */
  belief(nowUs: number): Belief {
    const last = this.#nodes[this.#nodes.length - 1]!;
    const open: [AirState, Entry, number][] = [];
    const { programme, plain } = last.entries;
    if (programme !== undefined) open.push(['programme', programme, programme.score]);
    if (plain !== undefined) open.push(['plain', plain, this.#plainScore(plain, nowUs)]);
    for (const { entries } of this.#nodes) {
      for (const state of adStates) {
        const entry = entries[state];
        if (entry !== undefined) open.push([state, entry, this.#openSpotScore(entry, nowUs)]);
      }
    }
    const ad = Math.max(...open.filter(([state]) => isAd(state)).map(([, , score]) => score), -1e6);
    const rest = Math.max(...open.filter(([state]) => !isAd(state)).map(([, , score]) => score), -1e6);
    const best = open.reduce((one, other) => (other[2] > one[2] ? other : one));
    return { adOdds: ad - rest, state: best[0], path: pathOf(best[1]) };
  }

  /** Forgets what cannot change the future: cues before `ptsUs`. */
  forget(ptsUs: number): void {
    this.#logo.forget(ptsUs);
    this.#content.forget(ptsUs);
    let count = 0;
    while (count < this.#nodes.length - 1 && this.#nodes[count]!.cue.afterUs < ptsUs) count += 1;
    if (count < 16) return;
    const kept = this.#nodes.slice(count);
    // Links into the forgotten past are cut, so that a stream of days stays small.
    for (const node of kept) {
      for (const entry of Object.values(node.entries)) {
        if (entry.previous !== undefined && entry.previous.node.cue.afterUs < ptsUs) entry.previous = undefined;
      }
    }
    this.#nodes = kept;
  }

  /** Log-likelihood ratio of a cue as a boundary against one within programme. */
  #boundaryGain(cue: Cue): number {
    const { cue: cues, sound } = this.#parameters;
    return cues.gain[cue.kind] + cue.soundGain * (isSeparator(cue) ? sound.separatorShare : 1);
  }

  /** ... and of one that a spot passes over. */
  #passedGain(cue: Cue): number {
    const { cue: cues, sound } = this.#parameters;
    return cues.passed[cue.kind] - Math.max(0, Math.min(sound.mostPassed, cue.soundGain * sound.passedShare));
  }

  #beginBreak(node: Node, score: number, previous: Entry): void {
    this.#enter(node, 'ad', score + Math.log1p(-Math.exp(this.#branded)), previous);
    this.#enter(node, 'branded-ad', score + this.#branded, previous);
  }

  #evidenceSince(entry: Entry, untilUs: number): number {
    const logo = entry.state === 'branded-ad' ? 0 : this.#logo.before(untilUs) - entry.node.logo;
    return logo + this.#content.before(untilUs) - entry.node.content;
  }

  #plainScore(entry: Entry, untilUs: number): number {
    return entry.score + this.#evidenceSince(entry, untilUs) + this.#durations.plainSurvival((untilUs - entry.node.cue.afterUs) / 1e6);
  }

  #openSpotScore(entry: Entry, nowUs: number): number {
    const passed = (this.#nodes[this.#nodes.length - 1]?.passed ?? 0) - entry.node.passed;
    return entry.score + this.#evidenceSince(entry, nowUs) + passed + this.#durations.spotSurvival((nowUs - entry.node.cue.afterUs) / 1e6);
  }

  /** The spot that began at `entry` ends at `node`. */
  #endSpot(node: Node, entry: Entry | undefined, gain: number): void {
    if (entry === undefined) return;
    const lengthS = (node.cue.beforeUs - entry.node.cue.afterUs) / 1e6;
    // A spot that was on air when the stream began has any length.
    const first = entry.previous === undefined;
    const length = first ? this.#durations.restOfSpot(lengthS) : this.#durations.spot(lengthS);
    if (length === Number.NEGATIVE_INFINITY) return;
    const { transition } = this.#parameters;
    const passed = node.passed - this.#passedGain(node.cue) - entry.node.passed;
    const score = entry.score + this.#evidenceSince(entry, node.cue.afterUs) + passed + length + gain;
    const breakS = (node.cue.beforeUs - entry.breakStartUs) / 1e6;
    const whole = first ? 0 : this.#durations.wholeBreak(breakS, entry.spots);
    this.#enter(node, entry.state, score + transition.adToAd, entry);
    this.#enter(node, 'programme', score + transition.adToProgramme + whole, entry);
    this.#enter(node, 'plain', score + transition.adToPlain + whole, entry);
  }

  #enter(node: Node, state: AirState, score: number, previous: Entry | undefined): void {
    const present = node.entries[state];
    if (present !== undefined && present.score >= score) return;
    const inBreak = isAd(state) && previous?.state === state;
    node.entries[state] = {
      state,
      node,
      score,
      previous,
      breakStartUs: inBreak ? previous.breakStartUs : node.cue.afterUs,
      spots: inBreak ? previous.spots + 1 : 1,
    };
  }

  /** Programme and plain go on across a cue when that explains more than beginning anew: the entry stays the one at which they began. */
  #keep(node: Node, entry: Entry, scoreNow: number): void {
    const present = node.entries[entry.state];
    if (present === undefined || present.score < scoreNow) node.entries[entry.state] = entry;
  }
}

function isSeparator(cue: Cue): boolean {
  return cue.blackS > 0 || cue.silenceS > 0;
}

function pathOf(entry: Entry): Stretch[] {
  const path: Stretch[] = [];
  let end: Cue | undefined;
  for (let at: Entry | undefined = entry; at !== undefined; at = at.previous) {
    path.unshift({ state: at.state, start: at.node.cue, end });
    end = at.node.cue;
  }
  return path;
}
