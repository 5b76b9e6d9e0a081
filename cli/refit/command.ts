import { basename } from 'node:path';

import { type Command, InvalidArgumentError } from 'commander';
import { stringify } from 'yaml';

import { UsageError } from '../../core/errors/app-error.ts';
import { defaultParameters, type BreakParameters } from '../../processors/detect-breaks/parameters.ts';
import { readParameters } from '../../processors/detect-breaks/parameters-file.ts';
import { addBreakScores, type BreakScore, f1, falseMinutesPerHour } from '../evaluate/break-score.ts';
import { truthFilesFor } from '../evaluate/truth-files.ts';
import { requireWritable, writeText } from '../output.ts';
import { refitCues } from './cue-counts.ts';
import { type LabelledRecording, readRecording } from './labelled-recordings.ts';
import { search, tryOut } from './search.ts';

interface RefitOptions {
  truth: string[];
  out: string;
  from?: string;
  rounds: number;
}

const help = `
Labels as for "sightline evaluate". The parameters are fitted to all recordings but one and tried on that one, for each in turn, so that the second
column says what to expect of recordings that were not used; then they are fitted to all and written. Use the file with
processors.detectBreaks.parameters. What is fitted, and how: docs/break-model.md.

  sightline refit monday.ts tuesday.ts wednesday.ts --truth labels/ --out parameters.yaml
`;

/** Adds `sightline refit`. */
export function registerRefit(program: Command): void {
  program
    .command('refit')
    .description('fit the break model to labelled recordings of your channels')
    .argument('<recording...>', 'media files')
    .option(
      '--truth <file>',
      'labels of a recording, or a folder of them; once for each recording',
      (path: string, all: string[]) => [...all, path],
      [],
    )
    .requiredOption('--out <file>', 'write the parameters to this YAML file')
    .option('--from <file>', 'start from this parameters file instead of the shipped parameters')
    .option('--rounds <n>', 'most rounds of the search', wholeNumber, 2)
    .addHelpText('after', help)
    .action(run);
}

async function run(paths: string[], options: RefitOptions): Promise<void> {
  requireWritable(options.out);
  if (paths.length < 2) throw new UsageError('E_USAGE', 'At least two recordings are needed: one to fit to and one to try on.');
  const start = options.from === undefined ? defaultParameters : readParameters(options.from);
  const truths = truthFilesFor(paths, options.truth);
  const recordings: LabelledRecording[] = [];
  for (const [index, path] of paths.entries()) {
    say(`Reading ${basename(path)} (${index + 1} of ${paths.length}).`);
    recordings.push(await readRecording(path, truths[index] ?? '', () => undefined));
  }
  const before = await tryOut(recordings, start, 0);
  const held: BreakScore[] = [];
  for (const [index, recording] of recordings.entries()) {
    const rest = recordings.filter((one) => one !== recording);
    const fitted = await fit(rest, start, options.rounds, `without ${basename(recording.path)} (${index + 1} of ${recordings.length})`);
    held.push(...(await tryOut([recording], fitted, 0)).scores);
  }
  const fitted = await fit(recordings, start, options.rounds, 'to all recordings');
  const after = await tryOut(recordings, fitted, 0);
  await writeText(options.out, toYaml(fitted, start));
  await writeText('-', table(recordings, before.scores, held, after.scores));
  const worse = (f1(addBreakScores(held)) ?? 0) < (f1(addBreakScores(before.scores)) ?? 0);
  if (worse)
    say('On recordings it was not fitted to, the fitted model does worse than the one it started from: do not use it, label more recordings.');
}

async function fit(recordings: readonly LabelledRecording[], start: BreakParameters, rounds: number, what: string): Promise<BreakParameters> {
  say(`Fitting ${what}.`);
  const counted = refitCues(recordings, start);
  const [plain, refitted] = [await tryOut(recordings, start, 0), await tryOut(recordings, counted, 1)];
  return await search(recordings, refitted.goal > plain.goal ? counted : start, rounds, (trials) => {
    if (trials % 10 === 0) say(`  ${trials} trials`);
  });
}

/** Only what differs from where the fit began. */
function toYaml(fitted: BreakParameters, start: BreakParameters): string {
  const heading = '# Written by "sightline refit". Keys that are left out keep their shipped values; docs/break-model.md says what each means.\n';
  const changed = differences(
    fitted as unknown as Tree,
    start === defaultParameters ? (start as unknown as Tree) : (defaultParameters as unknown as Tree),
  );
  return `${heading}${stringify(changed ?? {})}`;
}

type Tree = { readonly [key: string]: Tree } | number | readonly unknown[];

function differences(one: Tree, other: Tree | undefined): Tree | undefined {
  if (typeof one === 'number' || Array.isArray(one)) return JSON.stringify(one) === JSON.stringify(other) ? undefined : one;
  const pairs = Object.entries(one).map(
    ([key, value]) => [key, differences(value as Tree, (other as Record<string, Tree> | undefined)?.[key])] as const,
  );
  const changed = pairs.filter((pair): pair is readonly [string, Tree] => pair[1] !== undefined);
  return changed.length === 0 ? undefined : Object.fromEntries(changed);
}

function table(recordings: readonly LabelledRecording[], before: BreakScore[], held: BreakScore[], after: BreakScore[]): string {
  const width = Math.max(10, ...recordings.map(({ path }) => basename(path).length));
  const cell = (score: BreakScore): string => `${(f1(score) ?? 1).toFixed(3)} ${(falseMinutesPerHour(score) ?? 0).toFixed(2).padStart(6)}`;
  const row = (name: string, scores: readonly BreakScore[]): string => `${name.padEnd(width)}  ${scores.map(cell).join('    ')}`;
  const lines = recordings.map(({ path }, index) => row(basename(path), [before[index]!, held[index]!, after[index]!]));
  const head = `${'F1, false min/h'.padEnd(width)}  before          held out        fitted to it`;
  return `${[head, ...lines, row('together', [addBreakScores(before), addBreakScores(held), addBreakScores(after)])].join('\n')}\n`;
}

function say(text: string): void {
  process.stderr.write(`sightline: ${text}\n`);
}

function wholeNumber(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1) throw new InvalidArgumentError('A whole number from 1 is expected.');
  return value;
}
