import type { Cue } from '../cue-finder.ts';
import type { DurationModel } from '../duration-model.ts';
import type { Span } from '../silence-meter.ts';
import type { DiscoveryParameters } from './discovery-parameters.ts';

/** One end of a part: a cue, or a moment at which nothing was seen to end. */
export interface PartEnd {
  /** What came before ends, and what comes after begins; equal for a hard cut and where there is no cue. */
  beforeUs: number;
  afterUs: number;
  cue: Cue | undefined;
  /** False where a stretch was divided at a bare cut. */
  firm: boolean;
}

/** A part of a repeated stretch that may be one spot. */
export interface Part {
  start: PartEnd;
  end: PartEnd;
}

/** Length of a part, seconds. */
export function partSeconds({ start, end }: Part): number {
  return (end.beforeUs - start.afterUs) / 1e6;
}

/** Tells by the sound of a span how much likelier a cue in it is a seam between spots than a cut within one; see SeamTest. */
export type SeamGain = (cue: Cue, span: Span) => number;

/** Where one seam is known, the sound beyond it says nothing of others: divisions are found anew until they stay, at most so often. */
const mostRounds = 5;

/**
 * Cuts a repeated stretch into spots: its two ends are moved to cues, and where a whole break airs again it is divided at the cues inside. Of
 * all divisions the most likely is taken, by the lengths of the parts and by what is seen and heard at the cues.
 *
 * @param otherEndsUs where other repeats begin or end: other airings had other neighbours
 */
export function partsOf(
  stretch: Span,
  cues: readonly Cue[],
  otherEndsUs: readonly number[],
  seamGain: SeamGain,
  durations: DurationModel,
  parameters: DiscoveryParameters,
): Part[] {
  const start = endAt(stretch.startUs, (cue) => cue.afterUs, cues, parameters);
  const end = endAt(stretch.endUs, (cue) => cue.beforeUs, cues, parameters);
  const leastUs = parameters.leastSpotS * 1e6;
  const inside = cues.filter((cue) => cue.beforeUs - start.afterUs >= leastUs && end.beforeUs - cue.afterUs >= leastUs);
  let parts: Part[] = [{ start, end }];
  for (let round = 0; round < mostRounds; round += 1) {
    const boundaries = inside.map((cue) => boundaryAt(cue, seamGain(cue, spanAround(cue, parts)), otherEndsUs, parameters));
    const divided = divide(start, boundaries, end, durations);
    const same = divided.length === parts.length && divided.every((part, index) => part.start.afterUs === parts[index]!.start.afterUs);
    parts = divided;
    if (same) break;
  }
  return parts;
}

/** From the boundary before a cue to the one after it. */
function spanAround(cue: Cue, parts: readonly Part[]): Span {
  const before = parts.filter(({ start }) => start.afterUs < cue.afterUs).at(-1) ?? parts[0]!;
  const after = parts.find(({ end }) => end.beforeUs > cue.beforeUs) ?? parts.at(-1)!;
  return { startUs: before.start.afterUs, endUs: after.end.beforeUs };
}

/** The most likely division (dynamic programming over the boundaries). */
function divide(start: PartEnd, boundaries: readonly (PartEnd & { gain: number })[], end: PartEnd, durations: DurationModel): Part[] {
  const nodes = [{ ...start, gain: 0 }, ...boundaries, { ...end, gain: 0 }];
  const best: { score: number; from: number }[] = [{ score: 0, from: -1 }];
  for (let to = 1; to < nodes.length; to += 1) {
    best.push({ score: Number.NEGATIVE_INFINITY, from: 0 });
    for (let from = 0; from < to; from += 1) {
      const seconds = partSeconds({ start: nodes[from]!, end: nodes[to]! });
      // What is no spot by its length is let through as one part, to be judged and refused with a reason.
      const length = Math.max(durations.spot(seconds), from === 0 && to === nodes.length - 1 ? -20 : Number.NEGATIVE_INFINITY);
      const score = best[from]!.score + length + nodes[to]!.gain;
      if (score > best[to]!.score) best[to] = { score, from };
    }
  }
  const parts: Part[] = [];
  for (let to = nodes.length - 1; to > 0; to = best[to]!.from) parts.unshift({ start: nodes[best[to]!.from]!, end: nodes[to]! });
  return parts;
}

/** The cue at an end of the stretch: the nearest in reach, separators and cuts with a breath before bare cuts. */
function endAt(timeUs: number, timeOf: (cue: Cue) => number, cues: readonly Cue[], { cueReachS, end }: DiscoveryParameters): PartEnd {
  let best: Cue | undefined;
  let bestWorth = Number.NEGATIVE_INFINITY;
  for (const cue of cues) {
    const farS = Math.abs(timeOf(cue) - timeUs) / 1e6;
    const worth = end[cue.kind] - (4 * farS) / cueReachS;
    if (farS > cueReachS || worth <= bestWorth) continue;
    best = cue;
    bestWorth = worth;
  }
  return best === undefined
    ? { beforeUs: timeUs, afterUs: timeUs, cue: undefined, firm: true }
    : { beforeUs: best.beforeUs, afterUs: best.afterUs, cue: best, firm: true };
}

/** A cue inside the stretch as a boundary between parts, and what speaks for it. */
function boundaryAt(cue: Cue, seamGain: number, otherEndsUs: readonly number[], parameters: DiscoveryParameters): PartEnd & { gain: number } {
  const { splitAtOtherEnd, cueReachS } = parameters;
  const reachUs = cueReachS * 1e6;
  const shared = otherEndsUs.some((endUs) => endUs > cue.beforeUs - reachUs && endUs < cue.afterUs + reachUs);
  // Separators speak for themselves.
  const gain = parameters.split[cue.kind] + (cue.kind === 'cut' ? seamGain : 0) + (shared ? splitAtOtherEnd : 0);
  return { beforeUs: cue.beforeUs, afterUs: cue.afterUs, cue, firm: gain > 0, gain };
}
