import { type Command, InvalidArgumentError } from 'commander';

import { UsageError } from '../../core/errors/app-error.ts';
import { exitCodes } from '../../core/errors/exit-code.ts';
import { requireWritable, writeText } from '../output.ts';
import type { AnalysedDetection, AnalysisReport } from './analysis.ts';
import { toAsRunCsv, toEdl } from './report.ts';
import type { AnalysedInput } from './run-analysis.ts';
import { type SessionOptions, addSessionOptions, analyseInputs } from './session.ts';
import { toTable } from './table.ts';

interface AnalyzeOptions extends SessionOptions {
  json?: string;
  edl?: string;
  csv?: string;
  detections?: string;
}

const help = `
INPUT is a media file, a URL (http, https, rtsp, srt, rtmp, udp) that ends, or a folder of pictures. Several inputs share one history: a spot
of the first that airs again in the second is a second airing.
Results go to standard output or into files ("-" is standard output), progress and messages to standard error.
A damaged file ends with exit code 1, but what was found up to the damage is written.

  sightline analyze recording.ts
  sightline analyze recording.ts --json breaks.json --edl breaks.edl --csv as-run.csv
  sightline analyze photos/ --model yolox-nano --detections found.jsonl
  sightline analyze monday.ts tuesday.ts --data-dir data     keep the results, then: sightline as-run --data-dir data
`;

/** Adds `sightline analyze`. */
export function registerAnalyze(program: Command): void {
  const command = program
    .command('analyze')
    .description('find breaks, spots and objects in recordings and pictures, as fast as the machine allows')
    .argument('<input...>', 'media files, URLs or folders of pictures')
    .option('--model <name>', 'detector to use, "none" for none', 'broadcast-graphics')
    .option('--json <file>', 'write breaks, spots, splice cues and warnings as JSON')
    .option('--edl <file>', 'write breaks as an edit decision list (start end 3, seconds)')
    .option('--csv <file>', 'write the as-run log as CSV')
    .option('--detections <file>', 'write a JSON line per detection')
    .option('--recording-start <time>', 'wall clock of the first picture, e.g. 2026-11-21T20:00:00+01:00 (default: the time of the file)', moment);
  addSessionOptions(command)
    .addHelpText('after', help)
    .action(async (inputs: string[], options: AnalyzeOptions) => {
      process.exitCode = await analyze(inputs, options);
    });
}

function moment(text: string): string {
  if (!/^\d{4}-\d\d-\d\dT.*(Z|[+-]\d\d:\d\d)$/.test(text) || Number.isNaN(Date.parse(text))) {
    throw new InvalidArgumentError('Write date, time and offset, e.g. 2026-11-21T20:00:00+01:00.');
  }
  return text;
}

async function analyze(inputs: readonly string[], options: AnalyzeOptions): Promise<number> {
  if (options.detections !== undefined && options.model === 'none')
    throw new UsageError('E_USAGE', '--detections needs a detector: leave out "--model none".');
  if (inputs.length > 1 && options.edl !== undefined)
    throw new UsageError('E_USAGE', '--edl takes one input: an edit decision list has no place for file names.');
  for (const path of [options.json, options.edl, options.csv, options.detections]) requireWritable(path);
  const session = await analyseInputs(inputs, options);
  await writeResults(session.inputs, options);
  return session.interrupted || session.inputs.some(({ failure }) => failure !== undefined) ? exitCodes.failed : exitCodes.done;
}

async function writeResults(inputs: readonly AnalysedInput[], options: AnalyzeOptions): Promise<void> {
  const all = inputs.map((input) => input.report());
  const reports = all.filter((report) => report.pictures > 0 || report.durationMs > 0);
  const write = async (path: string | undefined, text: () => string): Promise<void> => {
    if (path !== undefined) await writeText(path, text());
  };
  await write(options.json, () => jsonText(all));
  await write(options.edl, () => toEdl(all[0]?.breaks ?? []));
  await write(options.csv, () => toAsRunCsv(reports));
  await write(options.detections, () => detectionLines(inputs.flatMap((input) => input.detections())));
  const toStdout = [options.json, options.edl, options.csv, options.detections].includes('-');
  if (!toStdout) await writeText('-', reports.map(toTable).join('\n'));
}

/** One input gives one object, several give a list. */
function jsonText(reports: readonly AnalysisReport[]): string {
  return `${JSON.stringify(reports.length === 1 ? reports[0] : reports, null, 2)}\n`;
}

function detectionLines(detections: readonly AnalysedDetection[]): string {
  return detections.map((detection) => `${JSON.stringify(detection)}\n`).join('');
}
