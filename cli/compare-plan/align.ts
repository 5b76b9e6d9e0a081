import type { Airing } from '../../core/as-run/as-run.ts';
import { type PlannedSpot, comparable } from './plan.ts';

/** What told that an airing is the planned spot. */
export type MatchedBy = 'spot id' | 'title' | 'brand and length' | 'time and length';

/** A planned spot with the airing that stands for it. */
export interface Pair {
  planned: PlannedSpot;
  aired: Airing;
  matchedBy: MatchedBy;
}

/** Every planned spot and every airing, together or alone. */
export interface Alignment {
  pairs: Pair[];
  missing: PlannedSpot[];
  unplanned: Airing[];
}

/** Bounds of {@link alignPlan}, milliseconds. */
export interface AlignOptions {
  /** A spot that aired further from its time than this is missing, and the airing unplanned. */
  windowMs: number;
  /** An unnamed spot may stand for a planned one within this much of its time. */
  toleranceMs: number;
}

/** Lengths that differ by no more are the same, milliseconds: plans round to whole seconds. */
const sameLengthMs = 1000;

/** A way to tell that an airing is a planned spot: both have the same key, and nothing speaks against it. */
interface Rule {
  name: MatchedBy;
  plannedKey(planned: PlannedSpot): string;
  airedKey(aired: Airing): string;
  allows(planned: PlannedSpot, aired: Airing): boolean;
  windowMs: number;
}

/**
 * Brings a plan and what aired together: by spot id, then by title, then by brand and length, and last, for spots that nobody has named
 * yet, by time and length. Within each rule spots of one key are aligned as a whole, see {@link alignSequences}.
 */
export function alignPlan(planned: readonly PlannedSpot[], aired: readonly Airing[], { windowMs, toleranceMs }: AlignOptions): Alignment {
  const always = (): boolean => true;
  const sameLength = (one: PlannedSpot, other: Airing): boolean =>
    one.durationMs === undefined || Math.abs(one.durationMs - other.durationMs) <= sameLengthMs;
  const rules: Rule[] = [
    { name: 'spot id', plannedKey: (one) => one.spotId, airedKey: (one) => one.spotId, allows: always, windowMs },
    { name: 'title', plannedKey: (one) => comparable(one.title), airedKey: (one) => comparable(one.title), allows: always, windowMs },
    { name: 'brand and length', plannedKey: (one) => comparable(one.brand), airedKey: (one) => comparable(one.brand), allows: sameLength, windowMs },
    {
      name: 'time and length',
      plannedKey: () => 'any',
      airedKey: (one) => (one.familiarity === 'known' ? '' : 'any'),
      allows: (one, other) => one.durationMs !== undefined && sameLength(one, other),
      windowMs: toleranceMs,
    },
  ];
  let missing = [...planned].sort((one, other) => one.startMs - other.startMs || one.line - other.line);
  let unplanned = [...aired].sort((one, other) => one.startMs - other.startMs);
  const pairs: Pair[] = [];
  for (const rule of rules) {
    const found = pairsBy(rule, missing, unplanned);
    const taken = new Set<unknown>(found.flatMap((pair) => [pair.planned, pair.aired]));
    pairs.push(...found);
    missing = missing.filter((one) => !taken.has(one));
    unplanned = unplanned.filter((one) => !taken.has(one));
  }
  return { pairs, missing, unplanned };
}

function pairsBy(rule: Rule, planned: readonly PlannedSpot[], aired: readonly Airing[]): Pair[] {
  const airedByKey = groupBy(aired, (one) => rule.airedKey(one));
  return [...groupBy(planned, (one) => rule.plannedKey(one))].flatMap(([key, ours]) => {
    const theirs = airedByKey.get(key);
    if (key === '' || theirs === undefined) return [];
    return alignSequences(ours, theirs, rule.windowMs, (one, other) => rule.allows(one, other)).map(([one, other]) => ({
      planned: one,
      aired: other,
      matchedBy: rule.name,
    }));
  });
}

/**
 * Pairs two sequences in order of time so that the sum of the time differences is least, where leaving one out costs half the window: global
 * alignment (Needleman and Wunsch 1970). For things that can stand for each other no assignment is better than one that keeps their order.
 *
 * @param windowMs things further apart than this are never paired
 */
export function alignSequences<One extends { startMs: number }, Other extends { startMs: number }>(
  ones: readonly One[],
  others: readonly Other[],
  windowMs: number,
  allows: (one: One, other: Other) => boolean,
): [One, Other][] {
  return independentStretches(ones, others, windowMs).flatMap(([left, right]) => alignStretch(left, right, windowMs, allows));
}

function alignStretch<One extends { startMs: number }, Other extends { startMs: number }>(
  ones: readonly One[],
  others: readonly Other[],
  windowMs: number,
  allows: (one: One, other: Other) => boolean,
): [One, Other][] {
  const width = others.length + 1;
  const gap = windowMs / 2;
  // least[i * width + j]: least cost of the first i of one and the first j of the other.
  const least = new Float64Array((ones.length + 1) * width);
  const pairCost = (one: One, other: Other): number => {
    const apartMs = Math.abs(one.startMs - other.startMs);
    return apartMs <= windowMs && allows(one, other) ? apartMs : Infinity;
  };
  const at = (i: number, j: number): number => least[i * width + j] ?? 0;
  for (let i = 0; i <= ones.length; i += 1) {
    for (let j = 0; j <= others.length; j += 1) {
      const [one, other] = [ones[i - 1], others[j - 1]];
      if (one === undefined || other === undefined) least[i * width + j] = (i + j) * gap;
      else least[i * width + j] = Math.min(at(i - 1, j - 1) + pairCost(one, other), at(i - 1, j) + gap, at(i, j - 1) + gap);
    }
  }
  const pairs: [One, Other][] = [];
  for (let i = ones.length, j = others.length; i > 0 && j > 0;) {
    const [one, other] = [ones[i - 1], others[j - 1]];
    if (one !== undefined && other !== undefined && at(i, j) === at(i - 1, j - 1) + pairCost(one, other)) {
      pairs.push([one, other]);
      i -= 1;
      j -= 1;
    } else if (at(i, j) === at(i - 1, j) + gap) i -= 1;
    else j -= 1;
  }
  return pairs.reverse();
}

/** Cuts both sequences where nothing happens for longer than the window: no pair can reach over such a pause. */
function independentStretches<One extends { startMs: number }, Other extends { startMs: number }>(
  ones: readonly One[],
  others: readonly Other[],
  windowMs: number,
): [One[], Other[]][] {
  const all = [...ones.map((one) => ({ at: one.startMs, one })), ...others.map((other) => ({ at: other.startMs, other }))];
  const stretches: [One[], Other[]][] = [];
  let lastMs = -Infinity;
  for (const item of all.sort((a, b) => a.at - b.at)) {
    if (item.at - lastMs > windowMs) stretches.push([[], []]);
    lastMs = item.at;
    const stretch = stretches.at(-1);
    if ('one' in item) stretch?.[0].push(item.one);
    else stretch?.[1].push(item.other);
  }
  return stretches;
}

function groupBy<Item>(items: readonly Item[], keyOf: (item: Item) => string): Map<string, Item[]> {
  const groups = new Map<string, Item[]>();
  for (const item of items) {
    const group = groups.get(keyOf(item));
    if (group === undefined) groups.set(keyOf(item), [item]);
    else group.push(item);
  }
  return groups;
}
