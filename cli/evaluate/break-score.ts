import { type Span, lengthS, overlapS, sharedS, totalS } from './spans.ts';

/** A break as an analysis found it. */
export interface FoundBreak extends Span {
  /** Media time that had been read when it was announced, seconds. */
  announcedS: number;
}

/** How well the breaks of one recording, or of several together, were found. All times in seconds; docs/evaluation.md defines the figures. */
export interface BreakScore {
  /** Time that is advertising in truth and was found, was found alone, is advertising alone, and is programme in truth. */
  bothS: number;
  falseS: number;
  missedS: number;
  programmeS: number;
  /** Breaks that are true, were found, of the true ones those not found, of the found ones those over programme alone. */
  trueBreaks: number;
  foundBreaks: number;
  missedBreaks: number;
  extraBreaks: number;
  /** |found - true| of both ends of every break that was found. */
  boundaryErrorsS: number[];
  /** The same in pictures of the recording. */
  boundaryErrorsFrames: number[];
  /** From the true start of a break to its announcement; Infinity for one that was never announced. */
  announcedAfterS: number[];
}

/** Nothing scored yet. */
function emptyBreakScore(): BreakScore {
  const times = { bothS: 0, falseS: 0, missedS: 0, programmeS: 0 };
  const counts = { trueBreaks: 0, foundBreaks: 0, missedBreaks: 0, extraBreaks: 0 };
  return { ...times, ...counts, boundaryErrorsS: [], boundaryErrorsFrames: [], announcedAfterS: [] };
}

/** The found break that stands for a true one: it shares most with it, and at least half of it. */
export function foundFor<Found extends Span>(span: Span, found: readonly Found[]): Found | undefined {
  const best = [...found].sort((one, other) => overlapS(other, span) - overlapS(one, span))[0];
  return best !== undefined && overlapS(best, span) >= 0.5 * lengthS(span) ? best : undefined;
}

/**
 * Scores the breaks found in one recording.
 *
 * @param recording length in seconds, and pictures a second (0: not known, no errors in frames)
 */
export function scoreBreaks(truth: readonly Span[], found: readonly FoundBreak[], recording: { durationS: number; rateFps: number }): BreakScore {
  const score = emptyBreakScore();
  const trueS = totalS(truth);
  score.bothS = sharedS(truth, found);
  score.falseS = totalS(found) - score.bothS;
  score.missedS = trueS - score.bothS;
  score.programmeS = Math.max(0, recording.durationS - trueS);
  score.trueBreaks = truth.length;
  score.foundBreaks = found.length;
  score.extraBreaks = found.filter((one) => truth.every((span) => overlapS(one, span) <= 0)).length;
  for (const span of truth) {
    const match = foundFor(span, found);
    const announced = found.filter((one) => overlapS(one, span) > 0).map(({ announcedS }) => announcedS);
    score.announcedAfterS.push(announced.length === 0 ? Infinity : Math.min(...announced) - span.startS);
    if (match === undefined) score.missedBreaks += 1;
    else score.boundaryErrorsS.push(Math.abs(match.startS - span.startS), Math.abs(match.endS - span.endS));
  }
  if (recording.rateFps > 0) score.boundaryErrorsFrames = score.boundaryErrorsS.map((errorS) => errorS * recording.rateFps);
  return score;
}

/** Adds the scores of several recordings up. */
export function addBreakScores(scores: readonly BreakScore[]): BreakScore {
  const sum = emptyBreakScore();
  for (const score of scores) {
    for (const key of ['bothS', 'falseS', 'missedS', 'programmeS', 'trueBreaks', 'foundBreaks', 'missedBreaks', 'extraBreaks'] as const) {
      sum[key] += score[key];
    }
    for (const key of ['boundaryErrorsS', 'boundaryErrorsFrames', 'announcedAfterS'] as const) sum[key].push(...score[key]);
  }
  return sum;
}

/** Share of the found time that is advertising; undefined when nothing was found. */
export function precision({ bothS, falseS }: Pick<BreakScore, 'bothS' | 'falseS'>): number | undefined {
  return ratio(bothS, bothS + falseS);
}

/** Share of the advertising time that was found; undefined when there was none. */
export function recall({ bothS, missedS }: Pick<BreakScore, 'bothS' | 'missedS'>): number | undefined {
  return ratio(bothS, bothS + missedS);
}

/** Per-second F1: harmonic mean of {@link precision} and {@link recall}; undefined when there was nothing to find and nothing was found. */
export function f1({ bothS, falseS, missedS }: Pick<BreakScore, 'bothS' | 'falseS' | 'missedS'>): number | undefined {
  return ratio(2 * bothS, 2 * bothS + falseS + missedS);
}

/** Minutes of programme that were taken for advertising, per hour of programme; undefined when there was no programme. */
export function falseMinutesPerHour({ falseS, programmeS }: Pick<BreakScore, 'falseS' | 'programmeS'>): number | undefined {
  const share = ratio(falseS, programmeS);
  return share === undefined ? undefined : 60 * share;
}

/** A part of a whole; undefined when the whole is nothing. */
export function ratio(part: number, whole: number): number | undefined {
  return whole <= 0 ? undefined : part / whole;
}
