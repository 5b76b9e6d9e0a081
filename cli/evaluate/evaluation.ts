import { usualRate } from '../../core/as-run/time-code.ts';
import type { AnalysisReport } from '../analyze/analysis.ts';
import { type BreakScore, type FoundBreak, addBreakScores, scoreBreaks } from './break-score.ts';
import { type Problem, breakProblems, spotProblems } from './problems.ts';
import { lengthS } from './spans.ts';
import { type FoundAiring, type KnownSpot, type MatchedAiring, type SpotScore, SpotScorer, addSpotScores, matchAirings } from './spot-score.ts';
import type { Truth } from './truth.ts';

/** An analysed recording with what a person says is in it. */
export interface LabelledReport {
  report: AnalysisReport;
  truth: Truth;
  /** File of the labels. */
  truthPath: string;
}

/** How well one recording was understood. Undefined: not labelled. */
export interface RecordingScore {
  file: string;
  truthPath: string;
  durationS: number;
  /** Pictures a second, 0 when there are no pictures. */
  rateFps: number;
  breaks: BreakScore | undefined;
  spots: SpotScore | undefined;
  problems: Problem[];
}

/** Scores of all recordings, and of all together. */
export interface Evaluation {
  recordings: RecordingScore[];
  breaks: BreakScore | undefined;
  spots: SpotScore | undefined;
  /** Labels mean the same spots in all recordings; else those of each recording stand for themselves. */
  sharedLabels: boolean;
}

/** Scores recordings in the order in which they were analysed. `known`: confirmed spots of the catalogue at the start. */
export function evaluate(labelled: readonly LabelledReport[], known: readonly KnownSpot[]): Evaluation {
  const sharedLabels = labelsAgree(labelled.map(({ truth }) => truth));
  const labels = labelled.flatMap(({ truth }) => (truth.spots ?? []).map(({ id }) => id));
  const shared = new SpotScorer(known, labels);
  const recordings = labelled.map((one) => scoreRecording(one, sharedLabels ? shared : new SpotScorer(known, labels)));
  const breaks = recordings.flatMap((one) => one.breaks ?? []);
  const spots = recordings.flatMap((one) => one.spots ?? []);
  return {
    recordings,
    breaks: breaks.length === 0 ? undefined : addBreakScores(breaks),
    spots: spots.length === 0 ? undefined : addSpotScores(spots),
    sharedLabels,
  };
}

function scoreRecording({ report, truth, truthPath }: LabelledReport, scorer: SpotScorer): RecordingScore {
  const durationS = report.durationMs / 1000;
  const rateFps = durationS > 0 ? usualRate(report.pictures / durationS) : 0;
  const base = { file: report.file, truthPath, durationS, rateFps };
  const foundBreaks = report.breaks.map(({ startMs, endMs, announcedMs }): FoundBreak => ({
    startS: startMs / 1000,
    endS: endMs / 1000,
    announcedS: announcedMs / 1000,
  }));
  const foundAirings = report.breaks.flatMap(({ spots }) => spots.map(foundAiring));
  const matches: MatchedAiring[] = matchAirings(truth.spots ?? [], foundAirings);
  const breaks = truth.breaks === undefined ? undefined : scoreBreaks(truth.breaks, foundBreaks, base);
  const spots = truth.spots === undefined ? undefined : scorer.score(matches, foundAirings);
  const problems = [
    ...(truth.breaks === undefined ? [] : breakProblems(truth.breaks, report.breaks)),
    ...(truth.spots === undefined ? [] : spotProblems(matches, scorer)),
  ];
  return { ...base, breaks, spots, problems: problems.sort((one, other) => one.atS - other.atS) };
}

function foundAiring(spot: AnalysisReport['breaks'][number]['spots'][number]): FoundAiring {
  const { startMs, endMs, spotId, title, known, airing, identifiedMs } = spot;
  return { startS: startMs / 1000, endS: endMs / 1000, spotId, title, known, airing, identifiedS: identifiedMs / 1000 };
}

/** Airings of one spot that differ by more than this in length are not airings of one spot, seconds. */
const lengthToleranceS = 1;

/** False when a label stands for stretches of different lengths in two recordings: then everybody counted their spots from one anew. */
function labelsAgree(truths: readonly Truth[]): boolean {
  const lengths = new Map<string, number>();
  for (const { spots = [] } of truths) {
    const own = new Map(spots.map((span) => [span.id, lengthS(span)]));
    for (const [id, length] of own) {
      if (Math.abs((lengths.get(id) ?? length) - length) > lengthToleranceS) return false;
      lengths.set(id, length);
    }
  }
  return true;
}
