import { closeSync, mkdtempSync, openSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';

import type { Command } from 'commander';

import { UsageError, messageOf } from '../../core/errors/app-error.ts';
import { exitCodes, explain } from '../../core/errors/exit-code.ts';
import { createLogger } from '../../core/log/logger.ts';
import { openDataDir } from '../../core/service/data-dir.ts';
import { openKit } from '../compose.ts';
import { readConfig } from '../config.ts';
import type { AnalysedDetection, AnalysisReport } from './analysis.ts';
import { createProgress } from './progress.ts';
import { toAsRunCsv, toEdl } from './report.ts';
import { AnalysisRun, type AnalysisResult } from './run-analysis.ts';
import { openAnalysisSinks } from './sinks.ts';
import { toTable } from './table.ts';

interface AnalyzeOptions {
  model: string;
  json?: string;
  edl?: string;
  csv?: string;
  detections?: string;
  dataDir?: string;
  config?: string;
  quiet?: boolean;
  verbose?: boolean;
}

const help = `
INPUT is a media file, a URL (http, https, rtsp, srt, rtmp, udp) that ends, or a folder of pictures.
Results go to standard output or into files ("-" is standard output), progress and messages to standard error.
A damaged file ends with exit code 1, but what was found up to the damage is written.

  sightline analyze recording.ts
  sightline analyze recording.ts --json breaks.json --edl breaks.edl --csv as-run.csv
  sightline analyze photos/ --model yolox-nano --detections found.jsonl
  sightline analyze recording.ts --data-dir data     keep the results, then: sightline query --data-dir data "SELECT * FROM breaks"
`;

/** Adds `sightline analyze`. */
export function registerAnalyze(program: Command): void {
  program
    .command('analyze')
    .description('find breaks, spots and objects in recordings and pictures, as fast as the machine allows')
    .argument('<input...>', 'media files, URLs or folders of pictures')
    .option('--model <name>', 'detector to use, "none" for none', 'broadcast-graphics')
    .option('--json <file>', 'write breaks, spots and warnings as JSON')
    .option('--edl <file>', 'write breaks as an edit decision list (start end 3, seconds)')
    .option('--csv <file>', 'write the as-run log as CSV')
    .option('--detections <file>', 'write a JSON line per detection')
    .option('--data-dir <dir>', 'keep results and history there (default: a temporary folder)')
    .option('--config <file>', 'configuration of processors and models (YAML)')
    .option('--quiet', 'no progress')
    .addHelpText('after', help)
    .action(async (inputs: string[], options: AnalyzeOptions) => {
      process.exitCode = await analyze(inputs, options);
    });
}

async function analyze(inputs: readonly string[], options: AnalyzeOptions): Promise<number> {
  if (options.detections !== undefined && options.model === 'none')
    throw new UsageError('E_USAGE', '--detections needs a detector: leave out "--model none".');
  if (inputs.length > 1 && options.edl !== undefined)
    throw new UsageError('E_USAGE', '--edl takes one input: an edit decision list has no place for file names.');
  const detector = options.model === 'none' ? { enabled: false } : { enabled: true, model: options.model };
  for (const path of [options.json, options.edl, options.csv, options.detections]) requireWritable(path);
  // A throw-away log needs no fsync: after a crash nobody reads it.
  const bus = options.dataDir === undefined ? { bus: { embedded: { durable: false } } } : {};
  const config = readConfig(options.config, { processors: { detectObjects: detector }, ...bus });
  const log = createLogger({ level: options.verbose === true ? 'debug' : 'fatal', pretty: process.stderr.isTTY });
  const temporary = options.dataDir === undefined ? mkdtempSync(join(tmpdir(), 'sightline-analyze-')) : undefined;
  const dataDir = openDataDir(options.dataDir ?? temporary ?? '');
  const kit = await openKit(config, dataDir.path, log);
  const sinks =
    options.dataDir === undefined ? undefined : await openAnalysisSinks(kit, (error) => log.error({ err: error }, 'A sink can no longer run.'));
  const run = new AnalysisRun(kit, sinks?.groups ?? []);
  const interrupted = new AbortController();
  const interrupt = (): void => interrupted.abort();
  process.once('SIGINT', interrupt).once('SIGTERM', interrupt);
  try {
    await run.start();
    await sinks?.start();
    const results = await analyseAll(run, inputs, options, interrupted.signal);
    writeResults(results, options);
    return results.some(({ failure }) => failure !== undefined) || interrupted.signal.aborted ? exitCodes.failed : exitCodes.done;
  } finally {
    process.off('SIGINT', interrupt).off('SIGTERM', interrupt);
    await run.stop();
    await sinks?.stop();
    await kit.bus.close();
    dataDir.release();
    if (temporary !== undefined) rmSync(temporary, { recursive: true, force: true });
  }
}

async function analyseAll(run: AnalysisRun, inputs: readonly string[], options: AnalyzeOptions, signal: AbortSignal): Promise<AnalysisResult[]> {
  const results: AnalysisResult[] = [];
  for (const input of inputs) {
    if (signal.aborted) break;
    const progress = createProgress(basename(input), options.quiet === true);
    const result = await run.analyse(input, { signal, onProgress: (mediaMs, totalMs) => progress.update(mediaMs, totalMs) });
    progress.end();
    // The sentence of a failure says it all; the decoder's own complaints are in the report.
    const told = result.report.warnings.filter(({ code }) => result.failure === undefined || code !== 'E_DECODE_FAILED');
    for (const warning of told) process.stderr.write(`sightline: warning: ${warning.message} [${warning.code}]\n`);
    if (signal.aborted) process.stderr.write('sightline: interrupted: results up to here follow.\n');
    else if (result.failure !== undefined) process.stderr.write(`sightline: ${explain(result.failure, options.verbose === true)}\n`);
    results.push(result);
  }
  return results;
}

function writeResults(results: readonly AnalysisResult[], options: AnalyzeOptions): void {
  const reports = results.map(({ report }) => report).filter((report) => report.pictures > 0 || report.durationMs > 0);
  write(options.json, () => jsonText(results.map(({ report }) => report)));
  write(options.edl, () => toEdl(results[0]?.report.breaks ?? []));
  write(options.csv, () => toAsRunCsv(reports));
  write(options.detections, () => detectionLines(results.flatMap(({ detections }) => detections)));
  const toStdout = [options.json, options.edl, options.csv, options.detections].includes('-');
  if (!toStdout) process.stdout.write(reports.map(toTable).join('\n'));
}

/** One input gives one object, several give a list. */
function jsonText(reports: readonly AnalysisReport[]): string {
  return `${JSON.stringify(reports.length === 1 ? reports[0] : reports, null, 2)}\n`;
}

function detectionLines(detections: readonly AnalysedDetection[]): string {
  return detections.map((detection) => `${JSON.stringify(detection)}\n`).join('');
}

/** Said before hours of analysis, not after. @throws UsageError `E_USAGE` */
function requireWritable(path: string | undefined): void {
  if (path === undefined || path === '-') return;
  try {
    closeSync(openSync(path, 'a'));
  } catch (error) {
    throw new UsageError('E_USAGE', `${path} cannot be written (${messageOf(error)}).`, { cause: error });
  }
}

function write(path: string | undefined, text: () => string): void {
  if (path === '-') process.stdout.write(text());
  else if (path !== undefined) writeFileSync(path, text());
}
