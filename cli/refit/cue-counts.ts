import { CueFinder } from '../../processors/detect-breaks/cue-finder.ts';
import { MediaTicks } from '../../processors/detect-breaks/media-ticks.ts';
import type { BreakParameters, CueKind } from '../../processors/detect-breaks/parameters.ts';
import type { LabelledRecording } from './labelled-recordings.ts';

/** A cue this close to a labelled boundary is that boundary, seconds. */
const nearS = 0.15;
/** The shipped gains are worth this many boundaries of the recordings. */
const priorBoundaries = 30;
/** Shares and rates are kept off zero by this much. */
const least = 1e-4;

interface Counts {
  boundaries: number;
  programmeS: number;
  spotS: number;
  /** Cues of each kind at boundaries, in programme and inside spots. */
  kinds: Map<CueKind, { boundary: number; programme: number; inside: number }>;
}

/**
 * Maximum-likelihood gains of the cues by counting, with the shipped ones as prior: a gain is the logarithm of the share of spot boundaries
 * that hold such a cue over its rate in programme, and what it costs a spot to pass over one the logarithm of the two rates.
 */
export function refitCues(recordings: readonly LabelledRecording[], shipped: BreakParameters): BreakParameters {
  const counts: Counts = { boundaries: 0, programmeS: 0, spotS: 0, kinds: new Map() };
  for (const recording of recordings) count(recording, shipped, counts);
  if (counts.boundaries === 0) return shipped;
  const gain = { ...shipped.cue.gain };
  const passed = { ...shipped.cue.passed };
  const weight = counts.boundaries / (counts.boundaries + priorBoundaries);
  for (const [kind, { boundary, programme, inside }] of counts.kinds) {
    const rate = Math.max(least, programme / Math.max(1, counts.programmeS));
    const measured = Math.log(Math.max(least, boundary / counts.boundaries) / rate);
    const passing = Math.log(Math.max(least, inside / Math.max(1, counts.spotS)) / rate);
    gain[kind] = round(mix(shipped.cue.gain[kind], bounded(measured), weight));
    passed[kind] = round(mix(shipped.cue.passed[kind], Math.min(0.1, bounded(passing) / 3), weight));
  }
  return { ...shipped, cue: { ...shipped.cue, gain, passed } };
}

function count({ runs, breaks, spots, durationS }: LabelledRecording, { cue }: BreakParameters, counts: Counts): void {
  const pieces = spots.length > 0 ? spots : breaks;
  const edges = pieces.flatMap(({ startS, endS }) => [startS, endS]);
  const ads = pieces.reduce((sum, { startS, endS }) => sum + endS - startS, 0);
  counts.boundaries += new Set(edges.map((edge) => Math.round(edge * 2))).size;
  counts.spotS += ads;
  counts.programmeS += Math.max(0, durationS - ads);
  const ticks = new MediaTicks();
  const finder = new CueFinder(cue);
  const found = [...runs.flatMap((run) => ticks.add(run)), ...ticks.flush()].flatMap((tick) => finder.add(tick));
  for (const one of [...found, ...finder.flush()]) {
    const kind = counts.kinds.get(one.kind) ?? { boundary: 0, programme: 0, inside: 0 };
    counts.kinds.set(one.kind, kind);
    const isBoundary = edges.some((edge) => edge >= one.beforeUs / 1e6 - nearS && edge <= one.afterUs / 1e6 + nearS);
    const atS = one.afterUs / 1e6;
    if (isBoundary) kind.boundary += 1;
    else if (pieces.some(({ startS, endS }) => atS > startS && atS < endS)) kind.inside += 1;
    else kind.programme += 1;
  }
}

function mix(prior: number, measured: number, weight: number): number {
  return prior * (1 - weight) + measured * weight;
}

function bounded(value: number): number {
  return Math.max(-4, Math.min(6, value));
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}
