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

/** A cue inside a stretch as the boundary between two parts, and what speaks for it. */
interface Boundary extends PartEnd {
  gain: number;
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
  const heard = heardSeams(inside, { startUs: start.afterUs, endUs: end.beforeUs }, seamGain);
  const boundaries = inside.map((cue, index) => boundaryAt(cue, heard[index]!, otherEndsUs, parameters));
  const nodes = [{ ...start, gain: 0 }, ...divide(start, boundaries, end, durations), { ...end, gain: 0 }];
  // A cut near a seam may have been clearer than the seam: by the lengths on both sides of it the other is the likelier one.
  for (let at = 1; at < nodes.length - 1; at += 1) {
    const [before, seam, after] = [nodes[at - 1]!, nodes[at]!, nodes[at + 1]!];
    const weigh = (cue: Cue): Boundary => boundaryAt(cue, seamGain(cue, { startUs: before.afterUs, endUs: after.beforeUs }), otherEndsUs, parameters);
    const score = (one: Boundary): number =>
      one.gain + durations.spot(partSeconds({ start: before, end: one })) + durations.spot(partSeconds({ start: one, end: after }));
    const rivals = inside.filter((cue) => cue.beforeUs > before.afterUs && cue.afterUs < after.beforeUs).map(weigh);
    nodes[at] = rivals.reduce((one, other) => (score(other) > score(one) ? other : one), seam);
  }
  return nodes.slice(1).map((node, index) => ({ start: nodes[index]!, end: node }));
}

/**
 * What the sound says for a seam at each cue of a span, the clearest first: what lies beyond a seam says nothing of the cues on this side of it, so
 * that each side is then listened to by itself.
 */
function heardSeams(cues: readonly Cue[], span: Span, seamGain: SeamGain): number[] {
  const gains = cues.map((cue) => seamGain(cue, span));
  const clearest = gains.indexOf(Math.max(...gains));
  const seam = cues[clearest];
  if (seam === undefined || gains[clearest]! <= 0) return gains;
  const before = heardSeams(cues.slice(0, clearest), { startUs: span.startUs, endUs: seam.beforeUs }, seamGain);
  const after = heardSeams(cues.slice(clearest + 1), { startUs: seam.afterUs, endUs: span.endUs }, seamGain);
  return [...before, gains[clearest]!, ...after];
}

/** The boundaries of the most likely division (dynamic programming over the boundaries). */
function divide(start: PartEnd, boundaries: readonly Boundary[], end: PartEnd, durations: DurationModel): Boundary[] {
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
  const inner: Boundary[] = [];
  for (let to = best.at(-1)!.from; to > 0; to = best[to]!.from) inner.unshift(nodes[to]!);
  return inner;
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
function boundaryAt(cue: Cue, seamGain: number, otherEndsUs: readonly number[], parameters: DiscoveryParameters): Boundary {
  const { split, seam, splitAtOtherEnd, cueReachS } = parameters;
  const reachUs = cueReachS * 1e6;
  const shared = otherEndsUs.some((endUs) => endUs > cue.beforeUs - reachUs && endUs < cue.afterUs + reachUs);
  // Separators speak for themselves.
  const heard = cue.kind === 'cut' ? Math.max(-seam.most, Math.min(seam.most, seamGain)) : 0;
  const gain = split[cue.kind] + heard + (shared ? splitAtOtherEnd : 0);
  return { beforeUs: cue.beforeUs, afterUs: cue.afterUs, cue, firm: gain > 0, gain };
}
