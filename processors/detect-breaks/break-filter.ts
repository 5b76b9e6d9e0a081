import { type Cue, plainCue } from './cue-finder.ts';
import type { DurationModel } from './duration-model.ts';
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
  /** As it counts: with what hints add. */
  cue: Cue;
  /** As the signals have it; undefined where a hint alone is a cue. */
  found: Cue | undefined;
  /** Log-likelihood of "no logo" and of "no programme" by all else, up to the cue. */
  logo: number;
  content: number;
  /** Log-likelihood, of ad against programme, of all cues up to this one when none is a boundary. */
  passed: number;
  entries: Partial<Record<AirState, Entry>>;
}

/** A moment that a witness other than the signals names as a start or end of a spot or break. */
export interface Hint {
  atUs: number;
  /** A cue this near is the one that is meant. */
  toleranceUs: number;
  /** Log-likelihood ratios that something starts, and ends, there. */
  startGain: number;
  endGain: number;
  /** What said it: said anew, what was said before is taken back. */
  about: string;
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
  #hints: Hint[] = [];
  /** All cues of the signals before this are known: hints that none of them answers are cues themselves. */
  #knownUs = Number.NEGATIVE_INFINITY;

  /**
   * @param startUs first media time
   * @param inProgramme programme is known to be on air then: a stream is gone on with; else it is not known what is
   */
  constructor(parameters: BreakParameters, durations: DurationModel, startUs: number, inProgramme = false) {
    this.#parameters = parameters;
    this.#durations = durations;
    this.#branded = Math.log(parameters.logo.priorStays);
    const node: Node = { cue: plainCue(startUs), found: undefined, logo: 0, content: 0, passed: 0, entries: {} };
    const { startInAd, startInPlain } = parameters.transition;
    this.#enter(node, 'programme', 0, undefined);
    if (!inProgramme) {
      this.#enter(node, 'plain', startInPlain, undefined);
      this.#enter(node, 'ad', startInAd, undefined);
      this.#enter(node, 'branded-ad', startInAd + this.#branded, undefined);
    }
    this.#nodes.push(node);
  }

  /** Adds what the logo says: log-likelihood ratio of "not on air" against "on air". PTS order. */
  observeLogo(ptsUs: number, gain: number): void {
    this.#logo.add(ptsUs, gain);
  }

  /** Adds what pictures and sound say: log-likelihood ratio of "no programme" against programme. May come late. */
  observeContent(ptsUs: number, gain: number): void {
    this.#content.add(ptsUs, gain);
    if (ptsUs < this.#last.cue.afterUs) this.#rebuild(ptsUs);
  }

  /** Adds a hint, for a moment that has passed or that is to come; one of the same witness about the same thing is replaced. */
  hint(hint: Hint): void {
    const same = this.#hints.find(({ about }) => about === hint.about);
    if (same?.atUs === hint.atUs && same.startGain === hint.startGain && same.endGain === hint.endGain) return;
    this.#hints = [...this.#hints.filter((one) => one !== same), hint];
    this.#rebuild(Math.min(hint.atUs, same?.atUs ?? hint.atUs) - hint.toleranceUs);
  }

  /** Takes back what was said about something. */
  withdraw(about: string): void {
    const void_ = this.#hints.find((hint) => hint.about === about);
    if (void_ === undefined) return;
    this.#hints = this.#hints.filter((hint) => hint !== void_);
    this.#rebuild(void_.atUs - void_.toleranceUs);
  }

  /** All cues before `untilUs` have been added: hints that no cue answers become cues themselves. */
  advance(untilUs: number): void {
    const due = this.#hints.filter((hint) => dueUs(hint) < untilUs && dueUs(hint) >= this.#knownUs);
    this.#knownUs = untilUs;
    if (due.length > 0) this.#rebuild(Math.min(...due.map(({ atUs, toleranceUs }) => atUs - toleranceUs)));
  }

  /** How likely it is, 0 to 1, that the channel leaves its logo on air in the next break. */
  expectBranded(share: number): void {
    this.#branded = Math.log(Math.max(1e-3, Math.min(0.999, share)));
  }

  /** Adds a cue; one that is not later than the last is ignored. */
  addCue(found: Cue): void {
    this.#enterCue(found, found);
  }

  /** What is known better by now of how the sound changes at a cue; nothing when the cue is forgotten. */
  revise(afterUs: number, soundGain: number): void {
    const node = this.#nodes.findLast(({ found }) => found?.afterUs === afterUs);
    if (node?.found === undefined) return;
    node.found = { ...node.found, soundGain };
    this.#rebuild(afterUs);
  }

  #enterCue(bare: Cue, found: Cue | undefined): void {
    const last = this.#last;
    if (bare.afterUs <= last.cue.afterUs + 1000) return;
    const cue = this.#hints.filter((hint) => isNear(bare, hint)).reduce(strengthened, bare);
    const passed = last.passed + this.#passedGain(cue);
    const node: Node = { cue, found, logo: this.#logo.before(cue.afterUs), content: this.#content.before(cue.afterUs), passed, entries: {} };
    const gain = this.#boundaryGain(cue);
    const starts = gain + cue.startGain;
    const ends = gain + cue.endGain;
    const { transition } = this.#parameters;
    const programme = last.entries.programme;
    const plain = last.entries.plain;
    if (programme !== undefined) {
      this.#beginBreak(node, programme.score + starts + transition.programmeToAd, programme);
      this.#enter(node, 'plain', programme.score + gain + transition.programmeToPlain, programme);
    }
    if (plain !== undefined) {
      const score = this.#plainScore(plain, node.cue.afterUs);
      const leaving = score + this.#durations.plainEnd;
      this.#enter(node, 'programme', leaving + gain + transition.plainToProgramme, plain);
      this.#beginBreak(node, leaving + starts + transition.plainToAd, plain);
    }
    for (const from of this.#recent(cue.beforeUs)) for (const state of adStates) this.#endSpot(node, from.entries[state], ends);
    if (programme !== undefined) this.#keep(node, programme, programme.score);
    if (plain !== undefined) this.#keep(node, plain, this.#plainScore(plain, cue.afterUs));
    this.#nodes.push(node);
  }

  /** The cue of the signals nearest to a moment, undefined when none is within `toleranceUs`. */
  cueNear(atUs: number, toleranceUs: number): Cue | undefined {
    const near = this.#nodes.filter(({ cue }) => cue.kind !== 'hint' && Math.abs(cue.afterUs - atUs) <= toleranceUs).map(({ cue }) => cue);
    return near.sort((one, other) => Math.abs(one.afterUs - atUs) - Math.abs(other.afterUs - atUs))[0];
  }

  /** What is believed now, with everything before `nowUs` read. */
  belief(nowUs: number): Belief {
    const { programme, plain } = this.#last.entries;
    let ad = -1e6;
    let rest = -1e6;
    const best = { entry: programme, score: Number.NEGATIVE_INFINITY };
    const weigh = (entry: Entry, score: number): void => {
      if (isAd(entry.state)) ad = Math.max(ad, score);
      else rest = Math.max(rest, score);
      if (score > best.score) Object.assign(best, { entry, score });
    };
    if (programme !== undefined) weigh(programme, programme.score);
    if (plain !== undefined) weigh(plain, this.#plainScore(plain, nowUs));
    for (const { entries } of this.#recent(nowUs)) {
      for (const state of adStates) {
        const entry = entries[state];
        if (entry !== undefined) weigh(entry, this.#openSpotScore(entry, nowUs));
      }
    }
    return { adOdds: ad - rest, state: best.entry?.state ?? 'programme', path: pathOf(best.entry) };
  }

  /** Forgets what cannot change the future: cues before `ptsUs`. */
  forget(ptsUs: number): void {
    this.#logo.forget(ptsUs);
    this.#content.forget(ptsUs);
    this.#hints = this.#hints.filter(({ atUs }) => atUs >= ptsUs);
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
    return (
      cues.passed[cue.kind] - Math.max(cue.startGain, cue.endGain) / 2 - Math.max(0, Math.min(sound.mostPassed, cue.soundGain * sound.passedShare))
    );
  }

  /** What the cues within one spot say together: a pause for breath or a fade is often one of many. */
  #bounded(passed: number): number {
    const { mostPassed } = this.#parameters.cue;
    return passed >= 0 ? passed : -mostPassed * (1 - Math.exp(passed / mostPassed));
  }

  get #last(): Node {
    return this.#nodes[this.#nodes.length - 1]!;
  }

  /** Nodes at which a spot may have begun that is on air still. */
  #recent(nowUs: number): Node[] {
    const sinceUs = nowUs - this.#durations.longestSpotUs;
    const first = this.#nodes.findIndex(({ cue }) => cue.afterUs >= sinceUs);
    return first === -1 ? [] : this.#nodes.slice(first);
  }

  /** Weighs the cues after `sinceUs` anew, with the hints of now. */
  #rebuild(sinceUs: number): void {
    const first = this.#nodes.findIndex((node, index) => index > 0 && node.cue.afterUs >= sinceUs);
    const cues = (first === -1 ? [] : this.#nodes.splice(first)).flatMap(({ found }) => found ?? []);
    const keptUs = this.#last.cue.afterUs;
    const alone = this.#hints.filter((hint) => {
      const isDue = dueUs(hint) < this.#knownUs && hint.atUs > keptUs;
      return isDue && !cues.some((cue) => isNear(cue, hint)) && !isNear(this.#last.cue, hint);
    });
    const all: Pick<Node, 'cue' | 'found'>[] = [
      ...cues.map((cue) => ({ cue, found: cue })),
      ...alone.map(({ atUs }) => ({ cue: { ...plainCue(atUs), kind: 'hint' as const }, found: undefined })),
    ];
    for (const { cue, found } of all.sort((one, other) => one.cue.afterUs - other.cue.afterUs)) this.#enterCue(cue, found);
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
    const passed = this.#last.passed - entry.node.passed;
    return (
      entry.score + this.#evidenceSince(entry, nowUs) + this.#bounded(passed) + this.#durations.spotSurvival((nowUs - entry.node.cue.afterUs) / 1e6)
    );
  }

  /** The spot that began at `entry` ends at `node`. */
  #endSpot(node: Node, entry: Entry | undefined, ends: number): void {
    if (entry === undefined) return;
    const lengthS = (node.cue.beforeUs - entry.node.cue.afterUs) / 1e6;
    // A spot that was on air when the stream began has any length.
    const first = entry.previous === undefined;
    const length = first ? this.#durations.restOfSpot(lengthS) : this.#durations.spot(lengthS);
    if (length === Number.NEGATIVE_INFINITY) return;
    const { transition } = this.#parameters;
    const passed = node.passed - this.#passedGain(node.cue) - entry.node.passed;
    const score = entry.score + this.#evidenceSince(entry, node.cue.afterUs) + this.#bounded(passed) + length + ends;
    const breakS = (node.cue.beforeUs - entry.breakStartUs) / 1e6;
    const whole = first ? 0 : this.#durations.wholeBreak(breakS, entry.spots);
    this.#enter(node, entry.state, score + Math.max(0, node.cue.startGain - node.cue.endGain) + transition.adToAd, entry);
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

function isNear(cue: Cue, { atUs, toleranceUs }: Hint): boolean {
  return Math.min(Math.abs(cue.afterUs - atUs), Math.abs(cue.beforeUs - atUs)) <= toleranceUs;
}

function strengthened(cue: Cue, { startGain, endGain }: Hint): Cue {
  return { ...cue, startGain: Math.max(cue.startGain, startGain), endGain: Math.max(cue.endGain, endGain) };
}

/** From when on a hint must have been answered. */
function dueUs({ atUs, toleranceUs }: Hint): number {
  return atUs + toleranceUs;
}

function isSeparator(cue: Cue): boolean {
  return cue.blackS > 0 || cue.silenceS > 0;
}

function pathOf(entry: Entry | undefined): Stretch[] {
  const path: Stretch[] = [];
  let end: Cue | undefined;
  for (let at: Entry | undefined = entry; at !== undefined; at = at.previous) {
    path.push({ state: at.state, start: at.node.cue, end });
    end = at.node.cue;
  }
  return path.reverse();
}
