import type { Cue } from './cue-finder.ts';
import { DurationModel } from './duration-model.ts';
import { EvidenceLine } from './evidence-line.ts';
import type { BreakParameters } from './parameters.ts';

/** What is on air: programme with its logo, programme without (title, ident, promo), a spot. */
export type AirState = 'programme' | 'plain' | 'ad';

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
  /** Log-likelihood of "no logo" up to the cue. */
  evidence: number;
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
  readonly #evidence = new EvidenceLine();
  #nodes: Node[] = [];

  /** @param startUs first media time; what is on air then is not known */
  constructor(parameters: BreakParameters, startUs: number) {
    this.#parameters = parameters;
    this.#durations = new DurationModel(parameters.duration);
    const cue: Cue = { beforeUs: startUs, afterUs: startUs, kind: 'cut', blackS: 0, silenceS: 0 };
    const node: Node = { cue, evidence: 0, passed: 0, entries: {} };
    const { startInAd, startInPlain } = parameters.transition;
    this.#enter(node, 'programme', 0, undefined);
    this.#enter(node, 'plain', startInPlain, undefined);
    this.#enter(node, 'ad', startInAd, undefined);
    this.#nodes.push(node);
  }

  /** Adds evidence of a sample: log-likelihood ratio of "ad or plain" against programme. PTS order. */
  observe(ptsUs: number, gain: number): void {
    this.#evidence.add(ptsUs, gain);
  }

  /** Adds a cue; one that is not later than the last is ignored. All evidence before it must be in. */
  addCue(cue: Cue): void {
    const last = this.#nodes[this.#nodes.length - 1]!;
    if (cue.afterUs <= last.cue.afterUs + 1000) return;
    const passed = last.passed + this.#parameters.cue.passed[cue.kind];
    const node: Node = { cue, evidence: this.#evidence.before(cue.afterUs), passed, entries: {} };
    const gain = this.#parameters.cue.gain[cue.kind];
    const { transition } = this.#parameters;
    const programme = last.entries.programme;
    const plain = last.entries.plain;
    if (programme !== undefined) {
      this.#enter(node, 'ad', programme.score + gain + transition.programmeToAd, programme);
      this.#enter(node, 'plain', programme.score + gain + transition.programmeToPlain, programme);
    }
    if (plain !== undefined) {
      const score = this.#plainScore(plain, node.cue.afterUs);
      const leaving = score + gain + this.#durations.plainEnd;
      this.#enter(node, 'programme', leaving + transition.plainToProgramme, plain);
      this.#enter(node, 'ad', leaving + transition.plainToAd, plain);
    }
    for (const from of this.#nodes) this.#endSpot(node, from.entries.ad, gain);
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
    for (const { entries } of this.#nodes) if (entries.ad !== undefined) open.push(['ad', entries.ad, this.#openSpotScore(entries.ad, nowUs)]);
    const ad = Math.max(...open.filter(([state]) => state === 'ad').map(([, , score]) => score), -1e6);
    const rest = Math.max(...open.filter(([state]) => state !== 'ad').map(([, , score]) => score), -1e6);
    const best = open.reduce((one, other) => (other[2] > one[2] ? other : one));
    return { adOdds: ad - rest, state: best[0], path: pathOf(best[1]) };
  }

  /** Forgets what cannot change the future: cues before `ptsUs`. */
  forget(ptsUs: number): void {
    this.#evidence.forget(ptsUs);
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

  #evidenceSince(entry: Entry, untilUs: number): number {
    return this.#evidence.before(untilUs) - entry.node.evidence;
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
    const length = first ? Math.max(this.#durations.spot(lengthS), -4.5 + (lengthS > 95 ? -1e6 : 0)) : this.#durations.spot(lengthS);
    if (length === Number.NEGATIVE_INFINITY) return;
    const { transition } = this.#parameters;
    const passed = node.passed - this.#parameters.cue.passed[node.cue.kind] - entry.node.passed;
    const score = entry.score + this.#evidenceSince(entry, node.cue.afterUs) + passed + length + gain;
    const breakS = (node.cue.beforeUs - entry.breakStartUs) / 1e6;
    const whole = first ? 0 : this.#durations.wholeBreak(breakS, entry.spots);
    this.#enter(node, 'ad', score + transition.adToAd, entry);
    this.#enter(node, 'programme', score + transition.adToProgramme + whole, entry);
    this.#enter(node, 'plain', score + transition.adToPlain + whole, entry);
  }

  #enter(node: Node, state: AirState, score: number, previous: Entry | undefined): void {
    const present = node.entries[state];
    if (present !== undefined && present.score >= score) return;
    const inBreak = previous?.state === 'ad' && state === 'ad';
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

function pathOf(entry: Entry): Stretch[] {
  const path: Stretch[] = [];
  let end: Cue | undefined;
  for (let at: Entry | undefined = entry; at !== undefined; at = at.previous) {
    path.unshift({ state: at.state, start: at.node.cue, end });
    end = at.node.cue;
  }
  return path;
}
