/**
 * How well breaks and spots are found, ours beside the installed `comskip` on the same files: `node dist/bench/breaks.js FOLDER…`.
 *
 * A folder holds recordings with their truth `NAME.csv` (`kind,id,start_s,end_s`), as scripts/generate-broadcast.ts and
 * scripts/compose-foreign.ts make them. The figures are those of `sightline evaluate`. Cold: no file knows of another. `--warm` analyses
 * recordings of one channel in order of their names with one catalogue and one history, and scores all but the first of each. Signals are
 * measured once and kept beside the recordings.
 */
import { writeFileSync } from 'node:fs';
import { Command } from 'commander';

import { type BreakScore, addBreakScores, f1 } from '../cli/evaluate/break-score.ts';
import { breakFigures, spotFigures } from '../cli/evaluate/figures.ts';
import { quantile } from '../cli/evaluate/quantile.ts';
import { SpotScorer, addSpotScores } from '../cli/evaluate/spot-score.ts';
import { MemoryCatalogue } from '../core/catalogue/memory-catalogue.ts';
import { comskipInis } from './breaks/comskip.ts';
import { type Channel, type Measured, measure } from './breaks/measure.ts';
import { labelledIn } from './breaks/recordings.ts';

interface Options {
  only?: string;
  peer: boolean;
  adNess: boolean;
  warm: boolean;
  failures?: string;
}

const text = (value: number | string | null | undefined, digits = 3): string =>
  typeof value === 'number' && Number.isFinite(value) ? value.toFixed(digits) : typeof value === 'number' ? 'never' : (value ?? '-');
const percent = (value: number | null): string => (value === null ? '-' : `${(100 * value).toFixed(1)} %`);

function breakRow(name: string, score: BreakScore): string {
  const figures = breakFigures(score);
  const bounds = `bounds p50 ${text(figures?.boundaryErrorFrames.p50, 1)} p95 ${text(figures?.boundaryErrorFrames.p95, 1)} frames`;
  const announced = `announced p50 ${text(figures?.announcedAfterS.p50, 1)} p95 ${text(figures?.announcedAfterS.p95, 1)} s`;
  return `${name.padEnd(36)} F1 ${text(figures?.f1)}   false ${text(figures?.falseMinutesPerHour, 2).padStart(5)} min/h   missed ${text(score.missedS, 1).padStart(5)} s   ${bounds}   ${announced}`;
}

function spotRow(group: readonly Measured[]): string {
  const figures = spotFigures(addSpotScores(group.map(({ spots }) => spots)));
  const named = group.flatMap(({ namedAfterS }) => namedAfterS);
  const later = figures?.later;
  return (
    `  spots: ${percent(figures?.exactShare ?? null)} of ${figures?.trueAirings} cut out exactly; later airings: recall ${percent(later?.recall ?? null)} of ${later?.airings}, ` +
    `precision ${percent(later?.precision ?? null)} of ${later?.said}, bounds p95 ${text(later?.boundaryErrorS.p95)} s; named after p50 ${text(quantile(named, 0.5), 1)} p95 ${text(quantile(named, 0.95), 1)} s`
  );
}

function report(results: readonly Measured[]): void {
  for (const style of [...new Set(results.map((result) => result.style)), 'all']) {
    const group = results.filter((result) => style === 'all' || result.style === style);
    console.log(breakRow(`${style}, ours`, addBreakScores(group.map(({ ours }) => ours))));
    const peers = comskipInis.map((_, index) => group.flatMap(({ peers: scores }) => scores[index] ?? [])).filter((scores) => scores.length > 0);
    const best = peers.map((scores) => addBreakScores(scores)).sort((one, other) => (f1(other) ?? 0) - (f1(one) ?? 0))[0];
    if (best !== undefined) console.log(breakRow(`${style}, comskip (better ini)`, best));
    console.log(spotRow(group));
  }
  const cpu = quantile(
    results.map(({ cpuMsPerS }) => cpuMsPerS),
    0.5,
  );
  console.log(`detect-breaks costs ${text(cpu, 2)} ms of CPU per second of stream`);
}

async function main(folders: string[], options: Options): Promise<void> {
  const recordings = folders.flatMap(labelledIn).filter(({ name }) => options.only === undefined || name.includes(options.only));
  const labels = recordings.flatMap(({ spots }) => spots.map(({ id }) => id));
  const channels = new Map<string, Channel>();
  const results: Measured[] = [];
  const failures: string[] = [];
  for (const recording of recordings) {
    const key = options.warm && recording.channel !== undefined ? `${recording.style} ${recording.channel}` : recording.name;
    const channel = channels.get(key) ?? { catalogue: new MemoryCatalogue(), scorer: new SpotScorer([], labels), days: 0 };
    channels.set(key, channel);
    const result = await measure(recording, channel, options);
    if (options.warm && channel.days === 1) continue;
    results.push(result);
    console.log(breakRow(recording.name.replace(/-g\d+|-decoys|-\d+s|-320x180/g, '').slice(0, 36), result.ours));
    failures.push(`## ${recording.name}  F1 ${text(f1(result.ours))}`, ...result.failures.map((line) => `- ${line}`), '');
  }
  console.log('');
  report(results);
  if (options.failures !== undefined) writeFileSync(options.failures, failures.join('\n'));
}

await new Command('breaks')
  .argument('<folders...>')
  .option('--only <text>', 'recordings whose name holds this text')
  .option('--no-peer', 'without comskip')
  .option('--no-ad-ness', 'without the ad-ness classifier, to see its worth')
  .option('--warm', 'recordings of one channel share catalogue and history; the first of each is not scored', false)
  .option('--failures <file>', 'write what went wrong in each recording to this file')
  .action(main)
  .parseAsync();
