import type { MemoryCatalogue } from '../../core/catalogue/memory-catalogue.ts';
import { type BreakScore, scoreBreaks } from '../../cli/evaluate/break-score.ts';
import { type FoundAiring, type SpotScore, type SpotScorer, matchAirings } from '../../cli/evaluate/spot-score.ts';
import { defaultParameters } from '../../processors/detect-breaks/parameters.ts';
import type { Spot } from '../../schemas/events.generated.ts';
import { type BreakLog, offlineBreaks } from '../../test/support/offline-breaks.ts';
import { rateOfFile, recordedSignals } from '../../test/support/recorded-signals.ts';
import { comskipBreaks, comskipInis } from './comskip.ts';
import { failuresOf } from './failures.ts';
import type { Labelled } from './recordings.ts';

/** What is kept from one recording of a channel to the next. */
export interface Channel {
  catalogue: MemoryCatalogue;
  scorer: SpotScorer;
  days: number;
}

/** How well one recording was understood, and what it cost. */
export interface Measured {
  style: string;
  ours: BreakScore;
  /** Scores of the peer, one for each of {@link comskipInis}; empty without it. */
  peers: BreakScore[];
  spots: SpotScore;
  /** From the first picture of each recognised later airing to the event that named it, seconds. */
  namedAfterS: number[];
  cpuMsPerS: number;
  failures: string[];
}

const dayMs = 86_400_000;
const withoutAdNess = { ...defaultParameters, content: { ...defaultParameters.content, adNess: 0 } };

/** Analyses a recording with what its channel knows by now, and scores it. */
export async function measure(recording: Labelled, channel: Channel, { peer, adNess }: { peer: boolean; adNess: boolean }): Promise<Measured> {
  const day = channel.days++;
  const measured = await recordedSignals(recording.path);
  const runs = measured.map((run) => ({ ...run, epoch: day + 1, eventTimeMs: run.eventTimeMs + day * dayMs }));
  const format = { durationS: (runs.at(-1)?.endUs ?? 0) / 1e6, rateFps: rateOfFile(recording.path) };
  const before = process.cpuUsage();
  const log = await offlineBreaks(runs, { catalogue: channel.catalogue, ...(adNess ? {} : { parameters: withoutAdNess }) });
  const used = process.cpuUsage(before);
  const own = log.settledSpots.filter(({ epoch }) => epoch === day + 1);
  const airings = own.map((spot) => foundAiring(spot, log));
  const matches = matchAirings(recording.spots, airings);
  const spots = channel.scorer.score(matches, airings);
  const later = matches.flatMap((match) => (match.found !== undefined && match.found.airing > 1 && channel.scorer.isRight(match) ? [match] : []));
  const ours = scoreBreaks(recording.breaks, foundBreaks(log), format);
  return {
    style: recording.style,
    ours,
    peers: peer ? comskipScores(recording, format) : [],
    spots,
    namedAfterS: later.map(({ truth, found }) => Math.max(0, (found?.identifiedS ?? Infinity) - truth.startS)),
    cpuMsPerS: (used.user + used.system) / 1000 / format.durationS,
    failures: failuresOf(recording, log.settledBreaks, ours.announcedAfterS),
  };
}

function foundBreaks(log: BreakLog): { startS: number; endS: number; announcedS: number }[] {
  return log.settledBreaks.map(({ breakId, ptsUs, endUs }) => {
    const first = log.breaks.find((one) => one.breakId === breakId);
    return { startS: ptsUs / 1e6, endS: (endUs ?? ptsUs) / 1e6, announcedS: (first?.knownUpToUs ?? Infinity) / 1e6 };
  });
}

function foundAiring(spot: Spot, log: BreakLog): FoundAiring {
  const { airingId, spotId, title, known, airing, ptsUs, endUs } = spot;
  const named = log.spots.find((event) => event.airingId === airingId && event.spotId === spotId && event.identifiedBy !== 'nothing');
  return { startS: ptsUs / 1e6, endS: (endUs ?? ptsUs) / 1e6, spotId, title, known, airing, identifiedS: (named?.knownUpToUs ?? Infinity) / 1e6 };
}

function comskipScores(recording: Labelled, format: { durationS: number; rateFps: number }): BreakScore[] {
  const found = comskipInis.flatMap((ini) => {
    const breaks = comskipBreaks(recording.path, ini);
    return breaks === undefined ? [] : [breaks.map((span) => ({ ...span, announcedS: Infinity }))];
  });
  return found.map((breaks) => scoreBreaks(recording.breaks, breaks, format));
}
