import type { Spot } from '../../schemas/events.generated.ts';
import type { TrueSpan } from './recordings.ts';

/** How well airings are cut out, recognised and discovered. Sums over recordings by {@link addSpotScores}. */
export interface SpotScore {
  /** True airings, and those cut out with both ends within 0.2 s. */
  true: number;
  exact: number;
  /** Airings reported. */
  reported: number;
  /** True airings of a spot that had aired before in what was analysed; those reported under the id of the first, and with both ends within 0.2 s. */
  repeats: number;
  recognised: number;
  recognisedExactly: number;
  /** Airings reported as repeats (`repeat` or `catalogue`), and those of them that are none. */
  saidRepeats: number;
  wrongRepeats: number;
  /** Media time from the first picture of a recognised repeat to the first event that named it, seconds. */
  identifiedS: number[];
}

const withinS = 0.2;

/** Ids of spots that were seen so far: which true spot each reported id stands for. Shared by the recordings of a warm run. */
export interface SpotMemory {
  /** Reported id by true id, and the other way round. */
  reportedBy: Map<string, string>;
  trueBy: Map<string, string>;
  aired: Set<string>;
}

/** Nothing seen yet. */
export const emptySpotMemory = (): SpotMemory => ({ reportedBy: new Map(), trueBy: new Map(), aired: new Set() });

/** Scores the airings reported of one recording (`settled`: last revisions; `events`: all) against the true ones. */
export function scoreSpots(truth: readonly TrueSpan[], settled: readonly Spot[], events: readonly Spot[], memory: SpotMemory): SpotScore {
  const score: SpotScore = { ...noSpots(), true: truth.length, reported: settled.length };
  const genuine = new Set<Spot>();
  const ids = finalIds(settled, truth);
  for (const span of truth) {
    const match = best(span, settled);
    const exact =
      match !== undefined && Math.abs(match.ptsUs / 1e6 - span.startS) < withinS && Math.abs((match.endUs ?? 0) / 1e6 - span.endS) < withinS;
    if (exact) score.exact += 1;
    const before = memory.aired.has(span.id);
    memory.aired.add(span.id);
    const known = memory.reportedBy.get(span.id) ?? ids.get(span.id);
    if (match !== undefined) memory.reportedBy.set(span.id, memory.reportedBy.get(span.id) ?? match.spotId);
    if (!before) continue;
    score.repeats += 1;
    if (match === undefined || match.spotId !== known) continue;
    genuine.add(match);
    score.recognised += 1;
    if (exact) score.recognisedExactly += 1;
    score.identifiedS.push(identifiedAfterS(span, match, events));
  }
  const said = settled.filter((spot) => spot.airing > 1);
  score.saidRepeats = said.length;
  score.wrongRepeats = said.filter((spot) => !genuine.has(spot)).length;
  return score;
}

/** The id under which the first airing of each true spot stands in the end. */
function finalIds(settled: readonly Spot[], truth: readonly TrueSpan[]): Map<string, string> {
  const ids = new Map<string, string>();
  for (const span of truth) {
    const match = best(span, settled);
    if (match !== undefined && !ids.has(span.id)) ids.set(span.id, match.spotId);
  }
  return ids;
}

function identifiedAfterS(span: TrueSpan, match: Spot, events: readonly Spot[]): number {
  const first = events.find((event) => event.airingId === match.airingId && event.spotId === match.spotId && event.identifiedBy !== 'nothing');
  return first === undefined ? Number.POSITIVE_INFINITY : Math.max(0, first.knownUpToUs / 1e6 - span.startS);
}

/** The reported airing that shares most with a true one, and at least half of both. */
function best(span: TrueSpan, settled: readonly Spot[]): Spot | undefined {
  const shared = (spot: Spot): number => Math.min((spot.endUs ?? 0) / 1e6, span.endS) - Math.max(spot.ptsUs / 1e6, span.startS);
  const longest = (spot: Spot): number => Math.max(((spot.endUs ?? 0) - spot.ptsUs) / 1e6, span.endS - span.startS);
  const candidates = settled.filter((spot) => shared(spot) > 0.5 * longest(spot));
  return candidates.sort((one, other) => shared(other) - shared(one))[0];
}

const noSpots = (): SpotScore => ({
  true: 0,
  exact: 0,
  reported: 0,
  repeats: 0,
  recognised: 0,
  recognisedExactly: 0,
  saidRepeats: 0,
  wrongRepeats: 0,
  identifiedS: [],
});

/** Adds scores up. */
export function addSpotScores(scores: readonly SpotScore[]): SpotScore {
  const sum = noSpots();
  for (const score of scores) {
    for (const key of ['true', 'exact', 'reported', 'repeats', 'recognised', 'recognisedExactly', 'saidRepeats', 'wrongRepeats'] as const)
      sum[key] += score[key];
    sum.identifiedS.push(...score.identifiedS);
  }
  return sum;
}
