/** A labelled or found stretch of a recording, half-open, in seconds from the first picture. */
export interface Span {
  startS: number;
  endS: number;
}

/** Length of a stretch, seconds. */
export function lengthS({ startS, endS }: Span): number {
  return Math.max(0, endS - startS);
}

/** How long two stretches are on at the same time, seconds; negative: the gap between them. */
export function overlapS(one: Span, other: Span): number {
  return Math.min(one.endS, other.endS) - Math.max(one.startS, other.startS);
}

/** The same time in stretches that do not overlap, in order. */
export function union(spans: readonly Span[]): Span[] {
  const merged: Span[] = [];
  for (const span of [...spans].sort((one, other) => one.startS - other.startS)) {
    const last = merged.at(-1);
    if (last !== undefined && span.startS <= last.endS) last.endS = Math.max(last.endS, span.endS);
    else merged.push({ startS: span.startS, endS: span.endS });
  }
  return merged;
}

/** Time of `union(spans)`, seconds. */
export function totalS(spans: readonly Span[]): number {
  return union(spans).reduce((sum, span) => sum + lengthS(span), 0);
}

/** Time that both sets of stretches cover, seconds. */
export function sharedS(spans: readonly Span[], others: readonly Span[]): number {
  const covered = union(others);
  return union(spans).reduce((sum, span) => sum + covered.reduce((part, other) => part + Math.max(0, overlapS(span, other)), 0), 0);
}
