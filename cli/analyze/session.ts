import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';

import type { Command } from 'commander';

import { UsageError } from '../../core/errors/app-error.ts';
import { explain } from '../../core/errors/exit-code.ts';
import { createLogger } from '../../core/log/logger.ts';
import type { Catalogue } from '../../core/catalogue/catalogue.ts';
import { openDataDir } from '../../core/service/data-dir.ts';
import { openKit } from '../compose.ts';
import { readConfig } from '../config.ts';
import { openAnalysisCatalogue } from './catalogue.ts';
import { createProgress } from './progress.ts';
import { type AnalysedInput, AnalysisRun } from './run-analysis.ts';
import { openAnalysisSinks } from './sinks.ts';

/** How recordings are analysed, as the command line says it. */
export interface SessionOptions {
  /** Detector, `none` for none. */
  model: string;
  cold?: boolean;
  catalogue?: string;
  dataDir?: string;
  config?: string;
  recordingStart?: string;
  quiet?: boolean;
  verbose?: boolean;
}

/** What came of a session. */
export interface SessionResult {
  /** One an input, in order; fewer when it was interrupted. */
  inputs: AnalysedInput[];
  interrupted: boolean;
}

/** Adds the options that say which catalogue and history an analysis uses, and where it keeps its results. */
export function addSessionOptions(command: Command): Command {
  return command
    .option('--data-dir <dir>', 'use the catalogue and history there, add to them, and keep results there (default: a temporary folder)')
    .option('--cold', 'use neither catalogue nor history, and leave both alone')
    .option('--catalogue <file>', 'use an exported catalogue instead, for reading alone ("sightline catalogue export")')
    .option('--config <file>', 'configuration of processors and models (YAML)')
    .option('--quiet', 'no progress');
}

/**
 * Analyses inputs one after the other through the same processors as live; they share catalogue and history, so that a spot of the first that
 * airs again in the second is found. Messages go to standard error.
 *
 * @param onCatalogue called before the first input with the catalogue that the analysis starts with
 * @throws UsageError `E_USAGE`, ConfigError `E_CONFIG_INVALID`, InvariantError `E_DATA_DIR_UNUSABLE`
 */
export async function analyseInputs(
  inputs: readonly string[],
  options: SessionOptions,
  onCatalogue?: (catalogue: Catalogue, tenantId: string) => Promise<void>,
): Promise<SessionResult> {
  if (options.cold === true && options.catalogue !== undefined) {
    throw new UsageError('E_USAGE', '--cold uses no catalogue: leave out --cold or --catalogue.');
  }
  if (inputs.length > 1 && options.recordingStart !== undefined) {
    throw new UsageError('E_USAGE', '--recording-start takes one input: every recording began at its own time.');
  }
  const detector = options.model === 'none' ? { enabled: false } : { enabled: true, model: options.model };
  // A throw-away log needs no fsync: after a crash nobody reads it.
  const bus = options.dataDir === undefined ? { bus: { embedded: { durable: false } } } : {};
  const config = readConfig(options.config, { processors: { detectObjects: detector }, ...bus });
  const log = createLogger({ level: options.verbose === true ? 'debug' : 'fatal', pretty: process.stderr.isTTY });
  const temporary = options.dataDir === undefined ? mkdtempSync(join(tmpdir(), 'sightline-analyze-')) : undefined;
  const closers: (() => Promise<void> | void)[] = [];
  const interrupted = new AbortController();
  const interrupt = (): void => interrupted.abort();
  process.once('SIGINT', interrupt).once('SIGTERM', interrupt);
  try {
    if (temporary !== undefined) closers.push(() => rmSync(temporary, { recursive: true, force: true }));
    const dataDir = openDataDir(options.dataDir ?? temporary ?? '');
    closers.push(() => dataDir.release());
    const kit = await openKit(config, dataDir.path, log);
    closers.push(async () => await kit.bus.close());
    const opened = await openAnalysisCatalogue(options, kit);
    const { catalogue, kept } = opened;
    closers.push(async () => await opened.close());
    await onCatalogue?.(catalogue, config.ingest.tenantId);
    const sinks =
      options.dataDir === undefined ? undefined : await openAnalysisSinks(kit, (error) => log.error({ err: error }, 'A sink can no longer run.'));
    if (sinks !== undefined) closers.push(async () => await sinks.stop());
    const run = new AnalysisRun(kit, catalogue, { groups: sinks?.groups ?? [], ...(kept && sinks !== undefined ? { log: sinks.log } : {}) });
    closers.push(async () => await run.stop());
    await run.start();
    await sinks?.start();
    return { inputs: await analyseEach(run, inputs, options, interrupted.signal), interrupted: interrupted.signal.aborted };
  } finally {
    process.off('SIGINT', interrupt).off('SIGTERM', interrupt);
    for (const close of closers.reverse()) await close();
  }
}

async function analyseEach(run: AnalysisRun, inputs: readonly string[], options: SessionOptions, signal: AbortSignal): Promise<AnalysedInput[]> {
  const { recordingStart } = options;
  const analysed: AnalysedInput[] = [];
  for (const input of inputs) {
    if (signal.aborted) break;
    const progress = createProgress(basename(input), options.quiet === true);
    const onProgress = (mediaMs: number, totalMs: number): void => progress.update(mediaMs, totalMs);
    const result = await run.analyse(input, { signal, onProgress, ...(recordingStart === undefined ? {} : { recordingStart }) });
    progress.end();
    // The sentence of a failure says it all; the decoder's own complaints are in the report.
    const told = result.warnings.filter(({ code }) => result.failure === undefined || code !== 'E_DECODE_FAILED');
    for (const warning of told) process.stderr.write(`sightline: warning: ${warning.message} [${warning.code}]\n`);
    if (signal.aborted) process.stderr.write('sightline: interrupted: results up to here follow.\n');
    else if (result.failure !== undefined) process.stderr.write(`sightline: ${explain(result.failure, options.verbose === true)}\n`);
    analysed.push(result);
  }
  return analysed;
}
