import { type BreakScore, f1, falseMinutesPerHour, precision, ratio, recall } from './break-score.ts';
import type { Evaluation, RecordingScore } from './evaluation.ts';
import type { Problem } from './problems.ts';
import { quantile } from './quantile.ts';
import type { SpotScore } from './spot-score.ts';

/** Two points of a distribution; null: nothing to measure. `never`: it lies among those that did not happen at all. */
export interface Spread<Value = number> {
  p50: Value | null;
  p95: Value | null;
}

/** Figures of breaks, as `--json` writes them. docs/evaluation.md defines them; null: nothing to measure. */
export interface BreakFigures {
  f1: number | null;
  precision: number | null;
  recall: number | null;
  falseMinutesPerHour: number | null;
  trueBreaks: number;
  foundBreaks: number;
  missedBreaks: number;
  extraBreaks: number;
  boundaryErrorS: Spread;
  boundaryErrorFrames: Spread;
  announcedAfterS: Spread<number | 'never'>;
}

/** Figures of spots, as `--json` writes them. docs/evaluation.md defines them; null: nothing to measure. */
export interface SpotFigures {
  trueAirings: number;
  foundAirings: number;
  exactShare: number | null;
  known: { airings: number; recall: number | null; said: number; precision: number | null; identifiedAfterS: Spread };
  later: { airings: number; recall: number | null; said: number; precision: number | null; boundaryErrorS: Spread };
}

/** What `sightline evaluate --json` writes. Fields are only ever added. */
export interface EvaluationReport {
  recordings: {
    file: string;
    truth: string;
    durationS: number;
    rateFps: number;
    /** null: not labelled. */
    breaks: BreakFigures | null;
    spots: SpotFigures | null;
    problems: Problem[];
  }[];
  total: { breaks: BreakFigures | null; spots: SpotFigures | null };
  sharedLabels: boolean;
}

/** The figures of an evaluation. */
export function toReport(evaluation: Evaluation): EvaluationReport {
  const { recordings, breaks, spots, sharedLabels } = evaluation;
  return { recordings: recordings.map(recordingFigures), total: { breaks: breakFigures(breaks), spots: spotFigures(spots) }, sharedLabels };
}

function recordingFigures(score: RecordingScore): EvaluationReport['recordings'][number] {
  const { file, truthPath, durationS, rateFps, problems } = score;
  return { file, truth: truthPath, durationS, rateFps, breaks: breakFigures(score.breaks), spots: spotFigures(score.spots), problems };
}

/** Figures of a score; null for none. */
export function breakFigures(score: BreakScore | undefined): BreakFigures | null {
  if (score === undefined) return null;
  const { trueBreaks, foundBreaks, missedBreaks, extraBreaks } = score;
  const announced = spread(score.announcedAfterS);
  const said = (value: number | null): number | 'never' | null => (value === Infinity ? 'never' : value);
  return {
    f1: rounded(f1(score), 4),
    precision: rounded(precision(score), 4),
    recall: rounded(recall(score), 4),
    falseMinutesPerHour: rounded(falseMinutesPerHour(score), 3),
    ...{ trueBreaks, foundBreaks, missedBreaks, extraBreaks },
    boundaryErrorS: spread(score.boundaryErrorsS),
    boundaryErrorFrames: spread(score.boundaryErrorsFrames, 1),
    announcedAfterS: { p50: said(announced.p50), p95: said(announced.p95) },
  };
}

/** Figures of a score; null for none. */
export function spotFigures(score: SpotScore | undefined): SpotFigures | null {
  if (score === undefined) return null;
  const { trueAirings, foundAirings, knownAirings, knownSaid, laterAirings, laterSaid } = score;
  const share = (part: number, whole: number): number | null => rounded(ratio(part, whole), 4);
  return {
    ...{ trueAirings, foundAirings },
    exactShare: share(score.exact, trueAirings),
    known: {
      ...{ airings: knownAirings, recall: share(score.knownFound, knownAirings) },
      ...{ said: knownSaid, precision: share(knownSaid - score.knownWrong, knownSaid) },
      identifiedAfterS: spread(score.identifiedAfterS),
    },
    later: {
      ...{ airings: laterAirings, recall: share(score.laterFound, laterAirings) },
      ...{ said: laterSaid, precision: share(laterSaid - score.laterWrong, laterSaid) },
      boundaryErrorS: spread(score.laterErrorsS),
    },
  };
}

function spread(values: readonly number[], digits = 3): Spread {
  return { p50: rounded(quantile(values, 0.5), digits), p95: rounded(quantile(values, 0.95), digits) };
}

function rounded(value: number | undefined, digits: number): number | null {
  if (value === undefined) return null;
  return Number.isFinite(value) ? Number(value.toFixed(digits)) : value;
}
