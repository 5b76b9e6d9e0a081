/**
 * How well breaks and spots are found, ours beside the installed `comskip` on the same files: `node dist/bench/breaks.js FOLDER…`.
 *
 * A folder holds recordings with their truth `NAME.csv` (`kind,id,start_s,end_s`), as scripts/generate-broadcast.ts and
 * scripts/compose-foreign.ts make them. Cold: no file knows of another. `--warm` analyses recordings of one channel in order of their names
 * with one catalogue and one history and scores all but the first. Signals are measured once and kept beside the recordings.
 */
import { writeFileSync } from 'node:fs';
import { Command } from 'commander';

import { MemoryCatalogue } from '../core/catalogue/memory-catalogue.ts';
import { type BreakScore, type ScoredSpan, addScores, f1, quantile, scoreBreaks } from '../test/support/break-score.ts';
import { type BreakLog, offlineBreaks } from '../test/support/offline-breaks.ts';
import { rateOfFile, recordedSignals } from '../test/support/recorded-signals.ts';
import { comskipBreaks, comskipInis } from './breaks/comskip.ts';
import { failuresOf } from './breaks/failures.ts';
import { type Labelled, labelledIn } from './breaks/recordings.ts';
import { type SpotMemory, type SpotScore, addSpotScores, emptySpotMemory, scoreSpots } from './breaks/spot-score.ts';

interface Result {
  style: string;
  ours: BreakScore;
  peers: BreakScore[];
  rateFps: number;
  announcedS: number[];
  spots: SpotScore;
  cpuMsPerS: number;
  failures: string[];
}

interface Options {
  only?: string;
  peer: boolean;
  warm: boolean;
  failures?: string;
}

/** Media time a live viewer waits from the start of a break to its first event; Infinity when there was none. */
function announcedAfterS(span: ScoredSpan, log: BreakLog): number {
  const first = log.breaks.find(
    ({ ptsUs, knownUpToUs }) => ptsUs / 1e6 < span.endS && knownUpToUs / 1e6 > span.startS && knownUpToUs / 1e6 < span.endS + 30,
  );
  return first === undefined ? Number.POSITIVE_INFINITY : first.knownUpToUs / 1e6 - span.startS;
}

/** What is kept from one recording of a channel to the next. */
interface Channel {
  catalogue: MemoryCatalogue;
  memory: SpotMemory;
  days: number;
}

const dayMs = 86_400_000;

async function measure(recording: Labelled, channel: Channel, peer: boolean): Promise<Result> {
  const day = channel.days++;
  const measured = await recordedSignals(recording.path);
  const runs = measured.map((run) => ({ ...run, epoch: day + 1, eventTimeMs: run.eventTimeMs + day * dayMs }));
  const durationS = (runs.at(-1)?.endUs ?? 0) / 1e6;
  const before = process.cpuUsage();
  const log = await offlineBreaks(runs, { catalogue: channel.catalogue });
  const used = process.cpuUsage(before);
  const found = log.settledBreaks.map(({ ptsUs, endUs }) => ({ startS: ptsUs / 1e6, endS: (endUs ?? ptsUs) / 1e6 }));
  const announcedS = recording.breaks.map((span) => announcedAfterS(span, log));
  const peers = peer ? comskipInis.flatMap((ini) => [comskipBreaks(recording.path, ini)].filter((spans) => spans !== undefined)) : [];
  return {
    style: recording.style,
    ours: scoreBreaks(recording.breaks, found, durationS),
    peers: peers.map((spans) => scoreBreaks(recording.breaks, spans, durationS)),
    rateFps: rateOfFile(recording.path),
    announcedS,
    spots: scoreSpots(recording.spots, log.settledSpots, log.spots, channel.memory),
    cpuMsPerS: (used.user + used.system) / 1000 / durationS,
    failures: failuresOf(recording, log.settledBreaks, announcedS),
  };
}

function row(name: string, score: BreakScore, rateFps: number): string {
  const perHour = (60 * score.falseS) / Math.max(1, score.programmeS);
  const frames = (share: number): string => (score.errorsS.length === 0 ? '-' : (quantile(score.errorsS, share) * rateFps).toFixed(1));
  return `${name.padEnd(34)} F1 ${f1(score).toFixed(3)}   false ${perHour.toFixed(2).padStart(5)} min/h   missed ${score.missedS.toFixed(1).padStart(5)} s   bounds p50 ${frames(0.5)} p95 ${frames(0.95)} frames`;
}

function report(results: readonly Result[]): void {
  const styles = [...new Set(results.map(({ style }) => style))];
  for (const style of [...styles, 'all']) {
    const group = results.filter((result) => style === 'all' || result.style === style);
    const rate = group[0]?.rateFps ?? 25;
    console.log(row(`${style}, ours`, addScores(group.map(({ ours }) => ours)), rate));
    const peers = comskipInis.map((_, index) => group.flatMap(({ peers: scores }) => scores[index] ?? [])).filter((scores) => scores.length > 0);
    const best = peers.map((scores) => addScores(scores)).sort((one, other) => f1(other) - f1(one))[0];
    if (best !== undefined) console.log(row(`${style}, comskip (better ini)`, best, rate));
    const announced = group.flatMap(({ announcedS }) => announcedS);
    const spots = addSpotScores(group.map((result) => result.spots));
    const share = (part: number, whole: number): string => `${part} of ${whole}${whole === 0 ? '' : ` (${((100 * part) / whole).toFixed(1)} %)`}`;
    console.log(
      `  announced p50 ${quantile(announced, 0.5).toFixed(1)} p95 ${quantile(announced, 0.95).toFixed(1)} s; spots cut out exactly ${share(spots.exact, spots.true)}; ` +
        `later airings recognised ${share(spots.recognised, spots.repeats)}, of these exactly cut ${spots.recognisedExactly}; ` +
        `said repeats that are none ${share(spots.wrongRepeats, spots.saidRepeats)}; named after p50 ${quantile(spots.identifiedS, 0.5).toFixed(1)} p95 ${quantile(spots.identifiedS, 0.95).toFixed(1)} s`,
    );
  }
  const cpu = quantile(
    results.map(({ cpuMsPerS }) => cpuMsPerS),
    0.5,
  );
  console.log(`detect-breaks costs ${cpu.toFixed(2)} ms of CPU per second of stream`);
}

async function main(folders: string[], options: Options): Promise<void> {
  const recordings = folders.flatMap(labelledIn).filter(({ name }) => options.only === undefined || name.includes(options.only));
  const channels = new Map<string, Channel>();
  const results: Result[] = [];
  const failures: string[] = [];
  for (const recording of recordings) {
    const key = options.warm && recording.channel !== undefined ? `${recording.style} ${recording.channel}` : recording.name;
    const channel = channels.get(key) ?? { catalogue: new MemoryCatalogue(), memory: emptySpotMemory(), days: 0 };
    channels.set(key, channel);
    const result = await measure(recording, channel, options.peer);
    if (options.warm && channel.days === 1) continue;
    results.push(result);
    console.log(row(recording.name.slice(0, 34), result.ours, result.rateFps));
    failures.push(`## ${recording.name}  F1 ${f1(result.ours).toFixed(3)}`, ...result.failures.map((line) => `- ${line}`), '');
  }
  console.log('');
  report(results);
  if (options.failures !== undefined) writeFileSync(options.failures, failures.join('\n'));
}

await new Command('breaks')
  .argument('<folders...>')
  .option('--only <text>', 'recordings whose name holds this text')
  .option('--no-peer', 'without comskip')
  .option('--warm', 'recordings of one channel share catalogue and history; the first of each is not scored', false)
  .option('--failures <file>', 'write what went wrong in each recording to this file')
  .action(main)
  .parseAsync();
