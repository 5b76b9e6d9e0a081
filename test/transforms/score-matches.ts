import type { SpotIndex } from '../../core/fingerprint/spot-index.ts';
import { SpotMatcher } from '../../core/fingerprint/spot-matcher.ts';
import type { SpotMatch } from '../../core/fingerprint/spot-print.ts';
import type { ReadRecording } from './read-signals.ts';
import type { TransformedAiring } from './transform-reel.ts';

/** One match from its first report to its last, times in seconds from the first picture of the recording. */
export interface MatchedAiring {
  key: string;
  startS: number;
  fromS: number;
  toS: number;
  /** When it was first reported. */
  reportedS: number;
  last: SpotMatch;
}

/** How a matcher did on one recording. */
export interface MatchScore {
  airings: number;
  found: number;
  /** Matches of something that was not on air then. */
  wrong: readonly MatchedAiring[];
  missed: readonly TransformedAiring[];
  /** From the first picture that was on air to the report, seconds. */
  latenciesS: readonly number[];
  /** Errors of start and end, seconds; positive is late. */
  startErrorsS: readonly number[];
  endErrorsS: readonly number[];
  /** CPU of the matcher, milliseconds a second of media. */
  cpuMsPerS: number;
}

/** A match may date a spot this far off and still be the airing, seconds. */
const toleranceS = 1;

/** Lets a matcher of an index listen to a recording and compares what it says with what was on air. */
export function scoreMatches(index: SpotIndex, recording: ReadRecording, truth: readonly TransformedAiring[]): MatchScore {
  const cpu = process.cpuUsage();
  const matches = matchedAirings(index, recording);
  const { user, system } = process.cpuUsage(cpu);
  const durationS = recording.epochs.reduce((most, epoch) => Math.max(most, epoch.startMs / 1000 + (epoch.endUs - epoch.firstPtsUs) / 1e6), 0);
  const left = new Set(matches);
  const missed: TransformedAiring[] = [];
  const pairs: [TransformedAiring, MatchedAiring][] = [];
  for (const airing of truth) {
    const fitting = matches.filter((match) => match.key === airing.id && Math.min(match.toS, airing.endS) > Math.max(match.fromS, airing.startS));
    const match = fitting.find((one) => Math.abs(one.startS - airing.spotStartS) < toleranceS);
    // A recording that was cut in two by its clock gives two matches of one airing.
    for (const one of fitting) if (one === match || Math.abs(one.startS - airing.spotStartS) < toleranceS) left.delete(one);
    if (match === undefined) missed.push(airing);
    else pairs.push([airing, match]);
  }
  return {
    airings: truth.length,
    found: pairs.length,
    wrong: [...left],
    missed,
    latenciesS: pairs.map(([airing, match]) => match.reportedS - airing.startS),
    startErrorsS: pairs.map(([airing, match]) => match.startS - airing.spotStartS),
    endErrorsS: pairs.map(([airing, match]) => match.toS - airing.endS),
    cpuMsPerS: (user + system) / 1000 / durationS,
  };
}

/** What a matcher says of a recording, withdrawn matches left out. */
function matchedAirings(index: SpotIndex, { runs, epochs, firstPtsUs }: ReadRecording): MatchedAiring[] {
  const matcher = new SpotMatcher(index);
  const found: MatchedAiring[] = [];
  const open = new Map<string, MatchedAiring>();
  let epoch = runs[0]?.epoch ?? 0;
  const take = (matches: readonly SpotMatch[], nowUs: number): void => {
    const span = epochs.find((one) => one.epoch === epoch);
    const seconds = (us: number): number => (span === undefined ? (us - firstPtsUs) / 1e6 : span.startMs / 1000 + (us - span.firstPtsUs) / 1e6);
    for (const match of matches) {
      const times = { startS: seconds(match.startUs), fromS: seconds(match.fromUs), toS: seconds(match.toUs), last: match };
      const known = open.get(match.key);
      const airing = known === undefined ? { key: match.key, reportedS: seconds(nowUs), ...times } : Object.assign(known, times);
      if (known === undefined) found.push(airing);
      open.set(match.key, airing);
      if (match.over) open.delete(match.key);
    }
  };
  let nowUs = 0;
  for (const run of runs) {
    if (run.epoch !== epoch) {
      take(matcher.flush(), nowUs);
      matcher.newEpoch();
      open.clear();
      epoch = run.epoch;
    }
    nowUs = run.endUs;
    take(matcher.add(run), nowUs);
  }
  take(matcher.flush(), nowUs);
  return found.filter((airing) => airing.last.confidence > 0);
}
