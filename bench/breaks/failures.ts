import type { Break } from '../../schemas/events.generated.ts';
import { type Span, overlapS } from '../../cli/evaluate/spans.ts';
import type { Labelled, TrueSpan } from './recordings.ts';

const seconds = (value: number): string => value.toFixed(1);

/** What went wrong in a recording, a line each: breaks missed, cut wrong, announced late, and what was taken for a break. */
export function failuresOf(recording: Labelled, found: readonly Break[], announcedS: readonly number[]): string[] {
  const lines: string[] = [];
  const spans = found.map((one) => ({ ...one, startS: one.ptsUs / 1e6, endS: (one.endUs ?? one.ptsUs) / 1e6 }));
  recording.breaks.forEach((span, index) => {
    const hits = spans.filter((one) => overlapS(one, span) > 0);
    const where = `${span.id} ${seconds(span.startS)}-${seconds(span.endS)}`;
    if (hits.length === 0) lines.push(`MISSED ${where}: spots ${spotsIn(recording, span)}`);
    else {
      const startS = Math.min(...hits.map((one) => one.startS));
      const endS = Math.max(...hits.map((one) => one.endS));
      const holes = hits.length > 1 ? ` in ${hits.length} pieces ${hits.map((one) => `${seconds(one.startS)}-${seconds(one.endS)}`).join(' ')}` : '';
      const [early, late] = [startS - span.startS, endS - span.endS];
      if (Math.abs(early) > 0.2 || Math.abs(late) > 0.2 || holes !== '')
        lines.push(
          `BOUNDS ${where}: start ${early.toFixed(2)} s, end ${late.toFixed(2)} s${holes}; near: ${near(recording, [startS, endS])}; evidence: ${hits[0]?.evidence.join(' | ')}`,
        );
    }
    if ((announcedS[index] ?? 0) > 12) lines.push(`LATE ${where}: announced after ${seconds(announcedS[index] ?? 0)} s`);
  });
  for (const one of spans) {
    if (recording.breaks.some((span) => overlapS(one, span) > 0)) continue;
    lines.push(
      `FALSE ${seconds(one.startS)}-${seconds(one.endS)}: over ${near(recording, [(one.startS + one.endS) / 2])}; evidence: ${one.evidence.join(' | ')}`,
    );
  }
  return lines;
}

const spotsIn = (recording: Labelled, span: Span): string =>
  recording.spots
    .filter((spot) => overlapS(spot, span) > 0)
    .map((spot) => `${spot.id.replace(/^.*spot-/, '')}:${seconds(spot.endS - spot.startS)}s`)
    .join(' ');

/** Decoys within 3 s of some times. */
function near(recording: Labelled, timesS: readonly number[]): string {
  const close = (span: TrueSpan): boolean =>
    span.kind !== 'separator' && span.kind !== 'cut' && timesS.some((atS) => atS > span.startS - 3 && atS < span.endS + 3);
  const names = recording.details.filter(close).map((span) => `${span.kind} ${seconds(span.startS)}-${seconds(span.endS)}`);
  return names.length === 0 ? 'programme' : [...new Set(names)].join(', ');
}
