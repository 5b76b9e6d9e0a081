import type { Command } from 'commander';

import type { Catalogue } from '../../core/catalogue/catalogue.ts';
import { exitCodes } from '../../core/errors/exit-code.ts';
import { type SessionOptions, addSessionOptions, analyseInputs } from '../analyze/session.ts';
import { requireWritable, writeText } from '../output.ts';
import { evaluate } from './evaluation.ts';
import { toReport } from './figures.ts';
import type { KnownSpot } from './spot-score.ts';
import { toEvaluationTable } from './table.ts';
import { truthFilesFor } from './truth-files.ts';
import { readTruth } from './truth.ts';

interface EvaluateOptions extends Omit<SessionOptions, 'model'> {
  truth: string[];
  json?: string;
}

const help = `
Labels are an edit decision list ("start end 3", seconds) or CSV "kind,id,start_s,end_s" with kinds break and spot; times from the first picture.
Give one --truth a recording in the same order, or a folder with files of the same names; without --truth they are looked for beside the recordings.
Every figure is defined in docs/evaluation.md; "-" stands where there is nothing to measure.

  sightline evaluate --truth evening.csv evening.ts
  sightline evaluate --truth labels/ monday.ts tuesday.ts --json figures.json
  sightline evaluate --truth evening.edl evening.ts --catalogue spots.jsonl
`;

/** Adds `sightline evaluate`. */
export function registerEvaluate(program: Command): void {
  const command = program
    .command('evaluate')
    .description('measure how well breaks and spots of labelled recordings are found')
    .argument('<recording...>', 'media files')
    .option(
      '--truth <file>',
      'labels of a recording, or a folder of them; once for each recording',
      (path: string, all: string[]) => [...all, path],
      [],
    )
    .option('--json <file>', 'write the figures and everything that went wrong as JSON');
  addSessionOptions(command)
    .addHelpText('after', help)
    .action(async (recordings: string[], options: EvaluateOptions) => {
      process.exitCode = await run(recordings, options);
    });
}

async function run(recordings: readonly string[], options: EvaluateOptions): Promise<number> {
  requireWritable(options.json);
  const paths = truthFilesFor(recordings, options.truth);
  const truths = paths.map(readTruth);
  const known: KnownSpot[] = [];
  const session = await analyseInputs(recordings, { ...options, model: 'none' }, async (catalogue, tenantId) => {
    known.push(...(await confirmedSpots(catalogue, tenantId)));
  });
  const labelled = session.inputs.flatMap((input, index) => {
    const truth = truths[index];
    const report = input.report();
    return truth === undefined || report.durationMs === 0 ? [] : [{ report, truth, truthPath: paths[index] ?? '' }];
  });
  const report = toReport(evaluate(labelled, known));
  if (options.json !== undefined) await writeText(options.json, `${JSON.stringify(report, null, 2)}\n`);
  if (options.json !== '-') await writeText('-', toEvaluationTable(report));
  return session.interrupted || session.inputs.some(({ failure }) => failure !== undefined) ? exitCodes.failed : exitCodes.done;
}

async function confirmedSpots(catalogue: Catalogue, tenantId: string): Promise<KnownSpot[]> {
  const spots: KnownSpot[] = [];
  for (let revision = 0; ;) {
    const changes = await catalogue.changesSince(tenantId, revision);
    spots.push(...changes.spots.filter(({ status }) => status === 'confirmed').map(({ spotId, title }) => ({ spotId, title })));
    if (!changes.more) return spots;
    revision = changes.revision;
  }
}
