import type { Airing } from '../../core/as-run/as-run.ts';
import { type AlignOptions, type MatchedBy, type Pair, alignPlan } from './align.ts';
import type { PlannedSpot } from './plan.ts';

/** What is not as planned about a spot that aired. */
export type Difference = 'late' | 'early' | 'cut short' | 'longer' | 'wrong order';

/**
 * `aired`; `missing`: the stream was watched and it was not there; `not watched`: planned for a time of which there is no recording;
 * `unplanned`: it aired and stands in no plan.
 */
export type PlanStatus = 'aired' | 'missing' | 'not watched' | 'unplanned';

/** One line of the comparison. */
export interface PlanLine {
  status: PlanStatus;
  differences: Difference[];
  planned: PlannedSpot | undefined;
  aired: Airing | undefined;
  matchedBy: MatchedBy | undefined;
  /** Aired minus planned start; undefined unless it aired. */
  shiftMs: number | undefined;
}

/** What a plan is compared with. */
export interface Watched {
  /** Airings from one window before the plan to one after it. */
  airings: readonly Airing[];
  /** Wall clock between which the stream was watched, epoch milliseconds. */
  fromMs: number;
  toMs: number;
}

/** Lengths that differ by no more are as planned, milliseconds: half of what plans round to. */
const lengthToleranceMs = 500;

/** Compares a plan with what aired, in order of time. Airings outside the time of the plan (give or take the tolerance) are left out. */
export function comparePlan(planned: readonly PlannedSpot[], watched: Watched, options: AlignOptions): PlanLine[] {
  const { pairs, missing, unplanned } = alignPlan(planned, watched.airings, options);
  const breaks = breakSpans(watched.airings);
  const misplaced = wrongOrder(pairs);
  const plannedFromMs = Math.min(...planned.map(({ startMs }) => startMs)) - options.toleranceMs;
  const plannedToMs = Math.max(...planned.map(({ startMs, durationMs = 0 }) => startMs + durationMs)) + options.toleranceMs;
  const alone = { differences: [], matchedBy: undefined, shiftMs: undefined };
  const lines: PlanLine[] = [
    ...pairs.map((pair): PlanLine => {
      const shiftMs = pair.aired.startMs - pair.planned.startMs;
      const late = isInBreak(pair, breaks) ? [] : shiftOf(shiftMs, options.toleranceMs);
      const order: Difference[] = misplaced.has(pair) ? ['wrong order'] : [];
      return { ...pair, status: 'aired', differences: [...late, ...lengthOf(pair), ...order], shiftMs };
    }),
    ...missing.map((one): PlanLine => {
      const watchedThen = one.startMs >= watched.fromMs && one.startMs < watched.toMs;
      return { ...alone, status: watchedThen ? 'missing' : 'not watched', planned: one, aired: undefined };
    }),
    ...unplanned
      .filter(({ startMs }) => startMs >= plannedFromMs && startMs < plannedToMs)
      .map((one): PlanLine => ({ ...alone, status: 'unplanned', planned: undefined, aired: one })),
  ];
  return lines.sort((one, other) => timeOf(one) - timeOf(other));
}

/** True when something is not as planned. What was not watched is not held against anybody. */
export function differs(line: PlanLine): boolean {
  return line.status === 'missing' || line.status === 'unplanned' || line.differences.length > 0;
}

function timeOf({ planned, aired }: PlanLine): number {
  return aired?.startMs ?? planned?.startMs ?? 0;
}

function shiftOf(shiftMs: number, toleranceMs: number): Difference[] {
  if (Math.abs(shiftMs) <= toleranceMs) return [];
  return [shiftMs > 0 ? 'late' : 'early'];
}

function lengthOf({ planned, aired }: Pair): Difference[] {
  const overMs = aired.durationMs - (planned.durationMs ?? aired.durationMs);
  if (Math.abs(overMs) <= lengthToleranceMs) return [];
  return [overMs < 0 ? 'cut short' : 'longer'];
}

interface BreakSpan {
  fromMs: number;
  toMs: number;
}

function breakSpans(airings: readonly Airing[]): Map<string, BreakSpan> {
  const spans = new Map<string, BreakSpan>();
  for (const { breakId, startMs, durationMs } of airings) {
    const held = spans.get(breakId) ?? { fromMs: startMs, toMs: startMs };
    spans.set(breakId, { fromMs: Math.min(held.fromMs, startMs), toMs: Math.max(held.toMs, startMs + durationMs) });
  }
  return spans;
}

/** A spot that aired in the break that was on air at its planned time is on time, however long the break. */
function isInBreak({ planned, aired }: Pair, breaks: ReadonlyMap<string, BreakSpan>): boolean {
  const span = breaks.get(aired.breakId);
  return span !== undefined && planned.startMs >= span.fromMs && planned.startMs < span.toMs;
}

/** Of the spots that aired in one break those that did not keep the planned order: as few as possible. */
function wrongOrder(pairs: readonly Pair[]): Set<Pair> {
  const byBreak = new Map<string, Pair[]>();
  for (const pair of pairs) {
    const key = `${pair.aired.breakId} ${pair.planned.breakName}`;
    byBreak.set(key, [...(byBreak.get(key) ?? []), pair]);
  }
  const misplaced = new Set(pairs);
  for (const group of byBreak.values()) {
    const aired = [...group].sort((one, other) => one.aired.startMs - other.aired.startMs);
    for (const pair of longestInOrder(aired)) misplaced.delete(pair);
  }
  return misplaced;
}

/** Longest part of a sequence that keeps the planned order. */
function longestInOrder(aired: readonly Pair[]): Pair[] {
  const planned = (one: Pair, other: Pair): number => one.planned.startMs - other.planned.startMs || one.planned.line - other.planned.line;
  let best: Pair[] = [];
  const endingAt: Pair[][] = [];
  for (const pair of aired) {
    const before = endingAt.filter((chain) => planned(chain.at(-1) ?? pair, pair) < 0);
    const longest = before.reduce<Pair[]>((most, chain) => (chain.length > most.length ? chain : most), []);
    const chain = [...longest, pair];
    endingAt.push(chain);
    if (chain.length > best.length) best = chain;
  }
  return best;
}
