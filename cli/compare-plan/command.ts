import { type Command, InvalidArgumentError, Option } from 'commander';

import { readAsRun } from '../../core/as-run/as-run.ts';
import { type WatchedStream, readWatchedStreams } from '../../core/as-run/watched.ts';
import type { RowSource } from '../../core/as-run/row-source.ts';
import { duration } from '../../core/config/fields.ts';
import { UsageError } from '../../core/errors/app-error.ts';
import { exitCodes } from '../../core/errors/exit-code.ts';
import { connectAnalytics } from '../analytics-connection.ts';
import { type SelectionFlags, addSelectionOptions, filterOf, zoneOf } from '../as-run/selection.ts';
import { zoneLine } from '../as-run/tables.ts';
import { requireWritable, writeText } from '../output.ts';
import { planByStream } from './channels.ts';
import { type PlanLine, comparePlan, differs } from './compare.ts';
import { type ComparisonStyle, comparisonCsv, comparisonJson, comparisonTable } from './output.ts';
import { type DateFormat, dateFormats, parseDate } from './plan-times.ts';
import { readPlan } from './read-plan.ts';

interface CompareFlags extends SelectionFlags {
  channel?: string;
  date?: ReturnType<typeof parseDate>;
  dateFormat: DateFormat;
  rate?: number;
  tolerance: number;
  window: number;
  format: 'table' | 'csv' | 'json';
  out: string;
  strict?: boolean;
}

const help = `
PLAN is CSV with a header: comma, semicolon or tab, UTF-8 or Windows-1252. Columns are found by their names in English and German, e.g. date,
start, duration, spot_id, title, brand, channel, break (docs/as-run.md has all). The exit code is 0 also when something differs, but for --strict.

  sightline compare-plan plan.csv --stream channel-1 --time-zone Europe/Berlin
  sightline compare-plan sendeplan.csv --date-format dmy --format csv --out differences.csv
`;

/** Adds `sightline compare-plan`. */
export function registerComparePlan(program: Command): void {
  const command = program
    .command('compare-plan')
    .description('what aired against a media plan or the as-run log of somebody else: aired, missing, late, cut short, wrong order')
    .argument('<plan>', 'CSV file')
    .option('--channel <name>', 'rows of this channel of the plan alone')
    .option('--date <day>', 'day of times without a date, 2026-11-21', day)
    .addOption(new Option('--date-format <order>', 'order of dates: 2026-11-21, 21/11/2026 or 11/21/2026').choices(dateFormats).default('iso'))
    .option('--rate <fps>', 'pictures a second of time codes HH:MM:SS:FF (default: those of the stream)', rate)
    .addOption(
      new Option('--tolerance <length>', 'this much late or early is on time, and so is everything within its break')
        .argParser(length)
        .default(300_000, '5m'),
    )
    .addOption(
      new Option('--window <length>', 'an airing further from its time than this is another one').argParser(length).default(10_800_000, '3h'),
    )
    .addOption(new Option('--format <name>', 'how to write it').choices(['table', 'csv', 'json']).default('table'))
    .option('--out <file>', 'file to write ("-" is standard output)', '-')
    .option('--strict', 'exit code 1 when something differs');
  addSelectionOptions(command)
    .addHelpText('after', help)
    .action(async (plan: string, flags: CompareFlags) => {
      process.exitCode = await run(plan, flags);
    });
}

function day(text: string): ReturnType<typeof parseDate> {
  try {
    return parseDate(text, 'iso');
  } catch {
    throw new InvalidArgumentError('Write a day as 2026-11-21.');
  }
}

function rate(text: string): number {
  const fps = Number(text);
  if (!(fps >= 1 && fps <= 240)) throw new InvalidArgumentError('Pictures a second are a number from 1 to 240.');
  return fps;
}

function length(text: string): number {
  const parsed = duration().safeParse(text);
  if (!parsed.success) throw new InvalidArgumentError('Write a length as 90s, 5m or 2h.');
  return parsed.data;
}

async function run(path: string, flags: CompareFlags): Promise<number> {
  requireWritable(flags.out);
  const zone = zoneOf(flags);
  const connection = await connectAnalytics(flags);
  try {
    const filter = await filterOf(flags, zone, connection);
    const streams = (await readWatchedStreams(connection)).filter(({ streamId }) => filter.streamId === undefined || streamId === filter.streamId);
    if (streams.length === 0) throw new UsageError('E_USAGE', 'Nothing was watched yet: there is nothing to compare a plan with.');
    const rateFps = flags.rate ?? streams.find((stream) => stream.rateFps > 0)?.rateFps ?? 25;
    const planned = readPlan(path, { zone, dateFormat: flags.dateFormat, rateFps, date: flags.date }).filter(
      ({ startMs }) => startMs >= (filter.fromMs ?? -Infinity) && startMs < (filter.toMs ?? Infinity),
    );
    const lines: PlanLine[] = [];
    for (const part of planByStream(planned, streams, flags.channel))
      lines.push(...(await compareStream(connection, part.stream, part.planned, flags)));
    await writeText(flags.out, text(lines, flags, { zone, rateFps }));
    return flags.strict === true && lines.some(differs) ? exitCodes.failed : exitCodes.done;
  } finally {
    await connection.close();
  }
}

async function compareStream(
  source: RowSource,
  stream: WatchedStream,
  planned: Parameters<typeof comparePlan>[0],
  flags: CompareFlags,
): Promise<PlanLine[]> {
  if (planned.length === 0) return [];
  const starts = planned.map(({ startMs }) => startMs);
  const margin = flags.window + flags.tolerance;
  const filter = { streamId: stream.streamId, fromMs: Math.min(...starts) - margin, toMs: Math.max(...starts) + margin };
  const airings = await readAsRun(source, filter);
  const vague = airings.find(({ uncertaintyMs }) => uncertaintyMs > flags.tolerance);
  if (vague !== undefined) {
    const minutes = Math.round(vague.uncertaintyMs / 60_000);
    process.stderr.write(
      `sightline: warning: the wall clock of ${stream.channel} is known to ${minutes} min only; analyze it with --recording-start to compare times.\n`,
    );
  }
  return comparePlan(planned, { ...stream, airings }, { windowMs: flags.window, toleranceMs: flags.tolerance });
}

function text(lines: readonly PlanLine[], flags: CompareFlags, style: ComparisonStyle): string {
  if (flags.format === 'csv') return comparisonCsv(lines, style);
  if (flags.format === 'json') return comparisonJson(lines, style);
  const moments = lines.map(({ planned, aired }) => planned?.startMs ?? aired?.startMs ?? 0);
  return comparisonTable(lines, style) + zoneLine(style.zone, moments);
}
