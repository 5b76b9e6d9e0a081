import type { AnalysedBreak } from '../analyze/analysis.ts';
import { clockTime } from '../analyze/report.ts';
import { foundFor } from './break-score.ts';
import { type Span, overlapS } from './spans.ts';
import { type MatchedAiring, type SpotScorer, exactS } from './spot-score.ts';
import type { LabelledSpan } from './truth.ts';

/** Something a person should look at. */
export interface Problem {
  kind: 'missed break' | 'extra break' | 'wrong boundary' | 'late' | 'missed spot' | 'wrong spot';
  /** Where in the recording, seconds. */
  atS: number;
  /** What is true and what was seen. */
  what: string;
}

/** A break that is announced later than this after it began is told, seconds: the 95th percentile that is aimed at without cues. */
const lateS = 12;

/** What went wrong with the breaks of a recording. */
export function breakProblems(truth: readonly LabelledSpan[], found: readonly AnalysedBreak[]): Problem[] {
  const spans = found.map((one) => ({ ...one, startS: one.startMs / 1000, endS: one.endMs / 1000 }));
  const problems: Problem[] = [];
  for (const span of truth) {
    const touching = spans.filter((one) => overlapS(one, span) > 0);
    const match = foundFor(span, spans);
    const truly = `${span.id} is ${range(span)}`;
    if (match === undefined) {
      const seen = touching.length === 0 ? 'nothing was seen' : `seen: ${touching.map(range).join(', ')}`;
      problems.push({ kind: 'missed break', atS: span.startS, what: `${truly}; ${seen}` });
      continue;
    }
    const errors = [match.startS - span.startS, match.endS - span.endS];
    if (errors.some((errorS) => Math.abs(errorS) > exactS) || touching.length > 1) {
      const seen = touching.map(range).join(', ');
      const ends = `start ${signed(errors[0] ?? 0)}, end ${signed(errors[1] ?? 0)}`;
      problems.push({ kind: 'wrong boundary', atS: span.startS, what: `${truly}; seen: ${seen} (${ends}; ${match.evidence.join('; ')})` });
    }
    const afterS = Math.min(...touching.map(({ announcedMs }) => announcedMs / 1000)) - span.startS;
    if (afterS > lateS) problems.push({ kind: 'late', atS: span.startS, what: `${truly}; announced after ${afterS.toFixed(1)} s` });
  }
  for (const one of spans) {
    if (truth.some((span) => overlapS(one, span) > 0)) continue;
    problems.push({ kind: 'extra break', atS: one.startS, what: `programme; seen: ${range(one)} (${one.evidence.join('; ')})` });
  }
  return problems;
}

/** What went wrong with the spots of a recording that `scorer` has scored. */
export function spotProblems(matches: readonly MatchedAiring[], scorer: SpotScorer): Problem[] {
  return matches.flatMap((match): Problem[] => {
    const { truth, found } = match;
    const truly = `${truth.id} is ${range(truth)}`;
    if (found === undefined) return [{ kind: 'missed spot', atS: truth.startS, what: `${truly}; no spot was cut out there` }];
    if (scorer.isRight(match)) return [];
    return [{ kind: 'wrong spot', atS: truth.startS, what: `${truly}; seen: ${found.title === '' ? found.spotId : found.title} ${range(found)}` }];
  });
}

function range({ startS, endS }: Span): string {
  return `${clockTime(startS * 1000)} to ${clockTime(endS * 1000)}`;
}

function signed(s: number): string {
  return `${s < 0 ? '-' : '+'}${Math.abs(s).toFixed(2)} s`;
}
