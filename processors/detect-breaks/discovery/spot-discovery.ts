import { createHash } from 'node:crypto';

import type { Repeat } from '../../../core/fingerprint/spot-print.ts';
import type { Signals } from '../../../schemas/events.generated.ts';
import type { Cue } from '../cue-finder.ts';
import { DurationModel } from '../duration-model.ts';
import type { Span } from '../silence-meter.ts';
import { SoundChange } from '../sound-change.ts';
import { SeamTest } from '../seam-test.ts';
import { type DiscoveryParameters, defaultDiscovery } from './discovery-parameters.ts';
import { openGain } from './open-gain.ts';
import { type Neighbour, type Verdict, isReplay, judge, refusalOf } from './spot-judge.ts';
import { type Part, partsOf } from './stretch-parts.ts';

/** A spot that nobody registered and that airs for the second time at least. */
export interface DiscoveredSpot {
  /** `spot-` and 12 hex digits: the same whenever this first airing is found again. */
  candidateId: string;
  /** The airing that has just been, trimmed to cues; microseconds of media time. */
  startUs: number;
  endUs: number;
  /** The first airing that is known, trimmed in the same way. */
  earlier: Repeat['earlier'];
  /** 0 to 1. */
  confidence: number;
  /** For people. */
  evidence: string[];
}

/** A repeated stretch, or a part of one, that is no spot. */
export interface RejectedStretch {
  startUs: number;
  endUs: number;
  earlier: Repeat['earlier'];
  /** A sentence for the log. */
  reason: string;
}

/** A repeat on air, or over and not judged yet. */
export interface OpenRepeat {
  startUs: number;
  endUs: number;
  earlier: Repeat['earlier'];
  /** Log likelihood ratio of ad against programme for the stretch so far. */
  gain: number;
}

/**
 * Tells the mean probability of "ad", 0 to 1, of a span of the running stream; undefined when nobody knows. On the basis of the `logo` it is asked
 * after a repeat: what else is believed there rests on the repeat itself.
 */
export type AdBelief = (startUs: number, endUs: number, basis: 'any' | 'logo') => number | undefined;

interface Tracked {
  repeat: Repeat;
  earlierCutsUs: readonly number[];
  /** Made when the repeat is over and its cues are known. */
  parts: Part[] | undefined;
}

/** Repeats and cues are remembered this long. */
const memoryUs = 300_000_000;
/** The sound after a cue is known this much later. */
const soundUs = 2_000_000;
/** A neighbour is looked at over this span, and is told apart from what it is beside by the second. */
const neighbourUs = 8_000_000;
const gapUs = 300_000;
/** The logo says what comes after a repeat when this much of that was seen, and it is read so much later. */
const leastSeenUs = 5_000_000;
const logoDelayUs = 2_000_000;
/** Two spots of a break are no further apart. */
const besideUs = 1_500_000;
/** Beliefs of break and of programme. */
const breakBelief = 0.6;
const programmeBelief = 0.2;
/** A cut of the earlier airing is its boundary when it is this near to where the lag puts it. */
const earlierReachUs = 250_000;
const mostRejected = 256;
const mostReplayed = 256;

/**
 * Finds spots among the repeats of one stream: trims them to cues, divides what holds several spots, and judges each by how much of it agrees,
 * its length, its ends and its neighbours, so that titles, idents, jingles, music beds, replays and reruns are not taken for spots. Feed every
 * repeat and every cue, then ask {@link SpotDiscovery.decide}. Holds no clock; bounded by the last 300 s.
 */
export class SpotDiscovery {
  readonly #parameters: DiscoveryParameters;
  readonly #durations: DurationModel;
  #tracked = new Map<string, Tracked>();
  #cues: Cue[] = [];
  /** Cues whose sound is not complete yet. */
  #fresh: Cue[] = [];
  readonly #sound: SoundChange;
  readonly #seams: SeamTest;
  /** Spans of spots that were told, so that each is told once. */
  #told: { startUs: number; endUs: number }[] = [];
  #rejected: RejectedStretch[] = [];
  /** Spans of what was shown again right after it had been on air. */
  #replayed: Span[] = [];

  constructor(parameters: Partial<DiscoveryParameters> = {}) {
    this.#parameters = { ...defaultDiscovery, ...parameters };
    this.#durations = new DurationModel(this.#parameters.duration);
    this.#sound = new SoundChange(this.#parameters.sound);
    this.#seams = new SeamTest(this.#parameters.seam);
  }

  /** Takes in what the repeat finder told. @param earlierCutsUs cuts of the earlier airing, microseconds of its media time */
  addRepeat(repeat: Repeat, earlierCutsUs: readonly number[]): void {
    const { startUs, earlier } = repeat;
    const key = `${startUs} ${earlier.streamId} ${earlier.epoch} ${earlier.startUs}`;
    this.#tracked.set(key, { repeat, earlierCutsUs, parts: undefined });
    if (repeat.over && isReplay(repeat, this.#parameters)) this.#replayed = [...this.#replayed, repeat, repeat.earlier].slice(-mostReplayed);
  }

  /** Takes in the sound of a run of signals: how it changes at a cut says whether something ends there. */
  hear(run: Signals): void {
    this.#sound.remember(run);
    this.#seams.remember(run);
  }

  /** Takes in a cue, in any order. Edges of the logo and hints of other witnesses are no cues of the content and are left out. */
  addCue(cue: Cue): void {
    if (cue.kind !== 'logo' && cue.kind !== 'hint') this.#fresh.push(cue);
  }

  /** Media time begins anew. */
  newEpoch(): void {
    this.#tracked = new Map();
    this.#cues = [];
    this.#fresh = [];
    this.#told = [];
    this.#replayed = [];
    this.#seams.newEpoch();
  }

  /**
   * The spots that are certain now and were not told before, in order.
   *
   * @param nowUs media time that has been read
   * @param belief what the break model makes of the neighbours, repeats apart
   */
  decide(nowUs: number, belief: AdBelief): DiscoveredSpot[] {
    this.#weighCues(nowUs);
    const ripe = [...this.#tracked.values()].filter(({ repeat }) => repeat.over && nowUs >= repeat.endUs + this.#parameters.settleS * 1e6);
    for (const tracked of ripe) tracked.parts ??= this.#divide(tracked.repeat);
    // The oldest airing first: it gives the name.
    ripe.sort((one, other) => one.repeat.earlier.eventTimeMs - other.repeat.earlier.eventTimeMs);
    const discovered = ripe.flatMap((tracked) => this.#judgeParts(tracked, nowUs, belief));
    this.#forget(nowUs);
    return discovered.sort((one, other) => one.startUs - other.startUs);
  }

  /** Repeats on air, or over and not judged yet, with what they say for an ad so far. */
  open(nowUs: number): OpenRepeat[] {
    return [...this.#tracked.values()].flatMap(({ repeat }) => {
      const gain = openGain(repeat, [...this.#cues, ...this.#fresh], nowUs, this.#parameters);
      return gain === undefined ? [] : [{ startUs: repeat.startUs, endUs: repeat.endUs, earlier: repeat.earlier, gain }];
    });
  }

  /** What was refused since this was asked last. */
  takeRejected(): RejectedStretch[] {
    const rejected = this.#rejected;
    this.#rejected = [];
    return rejected;
  }

  #weighCues(nowUs: number): void {
    this.#fresh = this.#fresh.filter((cue) => {
      if (nowUs < cue.afterUs + soundUs) return true;
      this.#cues.push({ ...cue, soundGain: this.#sound.gain(cue.beforeUs, cue.afterUs, cue.dipDb) });
      return false;
    });
  }

  #divide(repeat: Repeat): Part[] {
    const leastUs = this.#parameters.leastSpotS * 1e6;
    const others = [...this.#tracked.values()].filter(
      ({ repeat: other }) => other !== repeat && other.endUs - other.startUs >= leastUs && refusalOf(other, this.#parameters) === undefined,
    );
    const endsUs = others.flatMap(({ repeat: other }) => (other.over ? [other.startUs, other.endUs] : [other.startUs]));
    // The sound behind the last cues is not known yet; it matters only to those inside.
    const seamGain = (cue: Cue, stretch: Span): number => this.#seams.gain(cue, stretch);
    return partsOf(repeat, [...this.#cues, ...this.#fresh], endsUs, seamGain, this.#durations, this.#parameters);
  }

  #judgeParts(tracked: Tracked, nowUs: number, belief: AdBelief): DiscoveredSpot[] {
    const { repeat } = tracked;
    const parts = tracked.parts ?? [];
    const late = nowUs >= repeat.endUs + this.#parameters.patienceS * 1e6;
    const { leastScore: least, hastyScore, neighbourS } = this.#parameters;
    const leastScore = nowUs < repeat.endUs + neighbourS * 1e6 ? hastyScore : least;
    const undecided: Part[] = [];
    const discovered: DiscoveredSpot[] = [];
    for (const part of parts) {
      const [startUs, endUs] = [part.start.afterUs, part.end.beforeUs];
      if (this.#isTold(startUs, endUs) || this.#isToldBetter(tracked, part)) continue;
      const verdict = this.#judge(tracked, part, nowUs, belief);
      if (verdict.refusal === undefined && verdict.score >= leastScore) {
        this.#told.push({ startUs, endUs });
        discovered.push(this.#describe(tracked, part, verdict));
      } else if (verdict.refusal === undefined && !late) undecided.push(part);
      else this.#rejected.push({ startUs, endUs, earlier: repeat.earlier, reason: verdict.refusal ?? verdict.doubt });
    }
    tracked.parts = undecided;
    return discovered;
  }

  #judge(tracked: Tracked, part: Part, nowUs: number, belief: AdBelief): Verdict {
    const [startUs, endUs] = [part.start.afterUs, part.end.beforeUs];
    const inside = this.#cues.filter((cue) => cue.beforeUs > startUs + gapUs && cue.afterUs < endUs - gapUs);
    const before = this.#neighbour(part, part.start.beforeUs, belief(part.start.beforeUs - neighbourUs, part.start.beforeUs - gapUs, 'any'));
    const seenUs = Math.min(nowUs - logoDelayUs, part.end.afterUs + neighbourUs);
    const believed = seenUs < part.end.afterUs + leastSeenUs ? undefined : belief(part.end.afterUs + gapUs, seenUs, 'logo');
    const after = this.#neighbour(part, part.end.afterUs, believed);
    const wasReplayed = tracked.repeat.sameEpoch && this.#wasReplayed(tracked.repeat, part);
    const then = this.#neighboursThen(tracked.repeat, part, belief);
    return judge({ part, repeat: tracked.repeat, inside, before, after, then, wasReplayed }, this.#durations, this.#parameters);
  }

  /** Whether the part, when it aired before, was shown twice in a row: a sponsor's card, a trailer, a goal. */
  #wasReplayed({ startUs, earlier }: Repeat, part: Part): boolean {
    const lagUs = startUs - earlier.startUs;
    const isIt = (one: Span): boolean =>
      Math.abs(one.startUs + lagUs - part.start.afterUs) < besideUs && Math.abs(one.endUs + lagUs - part.end.beforeUs) < besideUs;
    return this.#replayed.some(isIt);
  }

  /** What lay beside the part when it aired before, if that was in this stream: those breaks are settled. */
  #neighboursThen({ sameEpoch, startUs, earlier }: Repeat, part: Part, belief: AdBelief): [before: Neighbour, after: Neighbour] {
    if (!sameEpoch) return ['unknown', 'unknown'];
    const lagUs = startUs - earlier.startUs;
    const [firstUs, lastUs] = [part.start.afterUs - lagUs, part.end.beforeUs - lagUs];
    return [
      neighbourOf(belief(firstUs - neighbourUs, firstUs - besideUs, 'any')),
      neighbourOf(belief(lastUs + besideUs, lastUs + neighbourUs, 'any')),
    ];
  }

  /**
   * Whether another repeat of the same airing begins with the part: after a separator of another length than then, the lag is another, and what this
   * repeat says beyond it is what is left of its agreement.
   */
  #isToldBetter({ repeat }: Tracked, part: Part): boolean {
    const reachUs = this.#parameters.cueReachS * 1e6;
    if (part.start.afterUs - repeat.startUs < reachUs) return false;
    const thenUs = repeat.earlier.startUs + part.start.afterUs - repeat.startUs;
    return [...this.#tracked.values()].some(
      ({ repeat: other }) =>
        other !== repeat &&
        other.earlier.streamId === repeat.earlier.streamId &&
        other.earlier.epoch === repeat.earlier.epoch &&
        Math.abs(other.startUs - part.start.afterUs) < reachUs &&
        Math.abs(other.earlier.startUs - thenUs) < besideUs,
    );
  }

  /** What lies beside a part at a moment: another spot or repeat that ends or begins there, else what is believed. */
  #neighbour(part: Part, atUs: number, belief: number | undefined): Neighbour {
    const isBeside = (startUs: number, endUs: number): boolean =>
      (Math.abs(startUs - atUs) < besideUs || Math.abs(endUs - atUs) < besideUs) &&
      (endUs <= part.start.afterUs + besideUs || startUs >= part.end.beforeUs - besideUs);
    const leastUs = this.#parameters.leastSpotS * 1e6;
    const repeats = [...this.#tracked.values()].flatMap(({ repeat, parts }) => {
      if (refusalOf(repeat, this.#parameters) !== undefined) return [];
      if (parts === undefined) return repeat.endUs - repeat.startUs < leastUs ? [] : [{ startUs: repeat.startUs, endUs: repeat.endUs }];
      return parts.filter((other) => isDivided(other, part)).map(({ start, end }) => ({ startUs: start.afterUs, endUs: end.beforeUs }));
    });
    if ([...this.#told, ...repeats].some(({ startUs, endUs }) => isBeside(startUs, endUs))) return 'break';
    return neighbourOf(belief);
  }

  #describe({ repeat, earlierCutsUs }: Tracked, part: Part, verdict: Verdict): DiscoveredSpot {
    const [startUs, endUs] = [part.start.afterUs, part.end.beforeUs];
    const lagUs = repeat.startUs - repeat.earlier.startUs;
    const endLagUs = repeat.endUs - repeat.earlier.endUs;
    const slope = (endLagUs - lagUs) / Math.max(1, repeat.endUs - repeat.startUs);
    const earlierUs = (timeUs: number): number => timeUs - lagUs - slope * (timeUs - repeat.startUs);
    const earlier = {
      ...repeat.earlier,
      startUs: nearest(earlierUs(startUs), earlierCutsUs),
      endUs: nearest(earlierUs(endUs), earlierCutsUs),
      eventTimeMs: repeat.earlier.eventTimeMs + Math.round((earlierUs(startUs) - repeat.earlier.startUs) / 1000),
    };
    const confidence = repeat.confidence / (1 + Math.exp(-verdict.score));
    return { candidateId: candidateIdOf(earlier), startUs, endUs, earlier, confidence, evidence: verdict.evidence };
  }

  #isTold(startUs: number, endUs: number): boolean {
    return this.#told.some((one) => Math.min(one.endUs, endUs) - Math.max(one.startUs, startUs) > 0.3 * (endUs - startUs));
  }

  #forget(nowUs: number): void {
    const oldestUs = nowUs - memoryUs;
    for (const [key, { repeat, parts }] of this.#tracked) {
      const judged = parts?.length === 0 && repeat.endUs < nowUs - this.#parameters.patienceS * 1e6;
      if (judged || repeat.endUs < oldestUs) this.#tracked.delete(key);
    }
    const openUs = Math.min(oldestUs, ...[...this.#tracked.values()].map(({ repeat }) => repeat.startUs - neighbourUs));
    if ((this.#cues[0]?.afterUs ?? Infinity) < openUs - neighbourUs) this.#cues = this.#cues.filter(({ afterUs }) => afterUs >= openUs);
    this.#told = this.#told.filter(({ endUs }) => endUs >= oldestUs);
    if (this.#rejected.length > mostRejected) this.#rejected = this.#rejected.slice(-mostRejected);
  }
}

function neighbourOf(belief: number | undefined): Neighbour {
  if (belief === undefined) return 'unknown';
  if (belief >= breakBelief) return 'break';
  return belief <= programmeBelief ? 'programme' : 'unknown';
}

/** Whether a part is another than `part` and more than a cut divides them. */
function isDivided(other: Part, part: Part): boolean {
  if (other.end.afterUs === part.start.afterUs) return part.start.firm;
  return other.start.beforeUs === part.end.beforeUs ? part.end.firm : other !== part;
}

/** The earlier airing's own boundary, to the picture, where its cuts are known. */
function nearest(timeUs: number, cutsUs: readonly number[]): number {
  let best = Math.round(timeUs);
  let reachUs = earlierReachUs;
  for (const cutUs of cutsUs) {
    if (Math.abs(cutUs - timeUs) >= reachUs) continue;
    reachUs = Math.abs(cutUs - timeUs);
    best = cutUs;
  }
  return best;
}

/** Times are rounded so coarsely that a replay, which may find the airing in another block, says the same. */
function candidateIdOf({ tenantId, streamId, epoch, startUs, eventTimeMs }: Repeat['earlier']): string {
  const place = [tenantId, streamId, epoch, Math.round(startUs / 1e6), Math.floor(eventTimeMs / 600_000)];
  return `spot-${createHash('sha256').update(JSON.stringify(place)).digest('hex').slice(0, 12)}`;
}
