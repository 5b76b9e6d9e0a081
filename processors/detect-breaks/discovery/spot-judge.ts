import type { Repeat } from '../../../core/fingerprint/spot-print.ts';
import type { Cue } from '../cue-finder.ts';
import type { DurationModel } from '../duration-model.ts';
import { airedAt, mediaClock } from '../media-clock.ts';
import type { DiscoveryParameters } from './discovery-parameters.ts';
import { type Part, partSeconds } from './stretch-parts.ts';

/** What lies beside a part: a break (or something else that repeats), programme, or nobody knows. */
export type Neighbour = 'break' | 'programme' | 'unknown';

/** What is known about a part when it is judged. */
export interface PartFacts {
  part: Part;
  repeat: Repeat;
  /** Cues inside the part. */
  inside: readonly Cue[];
  before: Neighbour;
  after: Neighbour;
  /** What lay beside it at its earlier airing. */
  then: readonly [before: Neighbour, after: Neighbour];
  /** At its earlier airing it was shown twice in a row. */
  wasReplayed: boolean;
}

/** What a part was found to be. */
export interface Verdict {
  /** Log likelihood ratio, spot against anything else that repeats. */
  score: number;
  /** For people, what speaks for it. */
  evidence: string[];
  /** Why it is no spot, whatever else; undefined when the score decides. */
  refusal: string | undefined;
  /** What spoke most against it. */
  doubt: string;
}

const shortS = 7;
const longCardS = 8;
const titlesS = 13;

/** Judges whether a part of a repeated stretch is a spot. */
export function judge(facts: PartFacts, durations: DurationModel, parameters: DiscoveryParameters): Verdict {
  const { part, repeat, inside, before, after, then } = facts;
  const seconds = partSeconds(part);
  const refusal =
    refusalOf(repeat, parameters) ?? lengthRefusal(seconds, parameters) ?? (facts.wasReplayed ? 'shown twice in a row before' : undefined);
  const sure = (repeat.hashBits ?? 64) <= parameters.surePictureBits;
  const points: [number, string][] = [
    [sure ? 0 : parameters.unsure, 'sound and pictures are alike but not the same'],
    [lengthScore(seconds, durations, parameters), `${seconds.toFixed(2)} s is no usual length of a spot`],
    [endScore(part.start.cue, parameters), 'nothing ends where it begins'],
    [endScore(part.end.cue, parameters), 'nothing ends where it ends'],
    [parameters.neighbours[neighbourhood(before, after)], before === after ? 'programme on both sides' : 'programme beside it'],
    [parameters.thenShare * parameters.neighbours[neighbourhood(...then)], 'programme beside it when it aired before'],
    [isTitles(facts, seconds) ? parameters.titles : 0, 'last before the programme at both airings, like titles'],
    [part.start.firm ? 0 : parameters.unfirm, 'nothing but a cut divides it from what comes before'],
    [part.end.firm ? 0 : parameters.unfirm, 'nothing but a cut divides it from what comes after'],
    [
      seconds < shortS && (before !== 'break' || after !== 'break') && !then.every((one) => one === 'break') ? parameters.shortAtEdge : 0,
      'as short as an ident or a jingle',
    ],
    [seconds >= longCardS && inside.every(({ kind }) => kind === 'logo') ? parameters.onePicture : 0, 'one picture throughout, like a title card'],
  ];
  const score = points.reduce((sum, [worth]) => sum + worth, parameters.prior);
  const worst = points.reduce((one, other) => (other[0] < one[0] ? other : one));
  const doubt = worst[0] < 0 ? worst[1] : 'too little speaks for a spot';
  return { score, refusal, doubt, evidence: evidenceOf(facts, seconds) };
}

/** Short, and each time between a break and programme: a spot is seldom last twice, titles and trailers always are. */
function isTitles({ before, after, then }: PartFacts, seconds: number): boolean {
  const isLast = ([one, other]: readonly [Neighbour, Neighbour]): boolean => one === 'break' && other === 'programme';
  return seconds < titlesS && isLast([before, after]) && isLast(then);
}

/** Whether a repeat follows so soon after what it repeats that it is a replay. */
export function isReplay({ sameEpoch, startUs, earlier }: Repeat, { replayGapS }: DiscoveryParameters): boolean {
  return sameEpoch && startUs - earlier.endUs < replayGapS * 1e6;
}

/** Why a repeated stretch is no spot whatever its parts are; undefined when it may be. Holds for a stretch that is still on air too. */
export function refusalOf(repeat: Repeat, parameters: DiscoveryParameters): string | undefined {
  const { hashBits, bitErrorRate } = repeat;
  if (repeat.confidence === 0) return 'a loop: it overlaps what it repeats';
  if (hashBits !== undefined && hashBits > parameters.samePictureBits) return 'only the sound repeats: a music bed or a jingle';
  if (hashBits === undefined && (bitErrorRate ?? 1) > parameters.blindErrorRate) return 'the sound alone is not alike enough';
  if (bitErrorRate === undefined && (hashBits ?? 64) > parameters.silentPictureBits) return 'the pictures alone are not alike enough';
  if (repeat.endUs - repeat.startUs > parameters.rerunS * 1e6) return 'longer than any break of spots in the same order: a rerun';
  return isReplay(repeat, parameters) ? 'right after it was first on air: a replay' : undefined;
}

function lengthRefusal(seconds: number, { leastSpotS, longestSpotS }: DiscoveryParameters): string | undefined {
  if (seconds < leastSpotS) return `${seconds.toFixed(2)} s is too short for a spot`;
  return seconds > longestSpotS ? `${seconds.toFixed(2)} s is too long for a spot` : undefined;
}

function endScore(cue: Cue | undefined, parameters: DiscoveryParameters): number {
  return cue === undefined ? parameters.noEnd : parameters.end[cue.kind] + (cue.kind === 'cut' && cue.dipDb >= parameters.dipDb ? parameters.dip : 0);
}

/** How much likelier a spot has this length than what else repeats. */
function lengthScore(seconds: number, durations: DurationModel, { otherMeanS, leastLength, mostLength }: DiscoveryParameters): number {
  const other = -seconds / otherMeanS - Math.log(otherMeanS);
  return Math.max(leastLength, Math.min(mostLength, durations.spot(seconds) - other));
}

function neighbourhood(one: Neighbour, other: Neighbour): keyof DiscoveryParameters['neighbours'] {
  if (one === 'unknown' || other === 'unknown') return one === 'unknown' ? other : one;
  if (one !== other) return 'break and programme';
  return one === 'break' ? 'both breaks' : 'both programme';
}

function evidenceOf({ repeat, before, after }: PartFacts, seconds: number): string[] {
  const { sameEpoch, earlier, bitErrorRate, hashBits } = repeat;
  const when = sameEpoch ? `at ${mediaClock(earlier.startUs)} of the stream` : airedAt(earlier);
  const evidence = [`the same ${seconds.toFixed(2)} s were on air ${when}`];
  if (bitErrorRate !== undefined) evidence.push(`${Math.round((1 - bitErrorRate) * 100)} % of the sound bits agree`);
  if (hashBits !== undefined) evidence.push(`pictures differ in ${hashBits.toFixed(1)} of 64 bits`);
  if (before === 'break' && after === 'break') evidence.push('between other spots');
  else if (before === 'break' || after === 'break') evidence.push('beside another spot');
  return evidence;
}
