import { basename } from 'node:path';

import Table from 'cli-table3';

import { clockTime } from '../analyze/report.ts';
import type { BreakFigures, EvaluationReport, SpotFigures, Spread } from './figures.ts';

/** Problems beyond this are counted, not drawn; `--json` has them all. */
const shownProblems = 40;

/** What `sightline evaluate` prints: a table of breaks, one of spots, and what went wrong. "-" stands where there is nothing to measure. */
export function toEvaluationTable(report: EvaluationReport): string {
  const parts = [breaksTable(report), spotsTable(report), problemList(report)];
  if (!report.sharedLabels) parts.push('The labels of spots mean different spots in different recordings, so each recording was taken by itself.\n');
  return parts.filter((part) => part !== '').join('\n');
}

function breaksTable({ recordings, total }: EvaluationReport): string {
  if (total.breaks === null) return '';
  const table = newTable('Breaks', [
    'F1',
    'Precision',
    'Recall',
    'False min/h',
    'Missed',
    'Extra',
    'Ends p50 / p95',
    'Frames',
    'Announced p50 / p95',
  ]);
  for (const { file, breaks } of recordings) if (breaks !== null) table.push([shortName(file), ...breakCells(breaks)]);
  if (recordings.length > 1) table.push(['All', ...breakCells(total.breaks)]);
  return `${table.toString()}\n`;
}

function breakCells(figures: BreakFigures): string[] {
  return [
    ...[decimal(figures.f1, 3), decimal(figures.precision, 3), decimal(figures.recall, 3), decimal(figures.falseMinutesPerHour, 2)],
    ...[`${figures.missedBreaks} of ${figures.trueBreaks}`, `${figures.extraBreaks} of ${figures.foundBreaks}`],
    ...[both(figures.boundaryErrorS, 3, ' s'), both(figures.boundaryErrorFrames, 1, ''), both(figures.announcedAfterS, 1, ' s')],
  ];
}

function spotsTable({ recordings, total }: EvaluationReport): string {
  if (total.spots === null) return '';
  const table = newTable('Spots', [
    ...['Airings', 'Exact', 'Known: precision', 'Recall', 'Identified p50 / p95'],
    ...['Later airings: precision', 'Recall', 'Ends p50 / p95'],
  ]);
  for (const { file, spots } of recordings) if (spots !== null) table.push([shortName(file), ...spotCells(spots)]);
  if (recordings.length > 1) table.push(['All', ...spotCells(total.spots)]);
  return `${table.toString()}\n`;
}

function spotCells({ trueAirings, exactShare, known, later }: SpotFigures): string[] {
  return [
    ...[String(trueAirings), percent(exactShare)],
    ...[counted(known.precision, known.said), counted(known.recall, known.airings), both(known.identifiedAfterS, 1, ' s')],
    ...[counted(later.precision, later.said), counted(later.recall, later.airings), both(later.boundaryErrorS, 3, ' s')],
  ];
}

function problemList({ recordings }: EvaluationReport): string {
  const lines = recordings.flatMap(({ file, problems }) =>
    problems.map(({ kind, atS, what }) => `  ${basename(file)} ${clockTime(atS * 1000)} ${kind}: ${what}\n`),
  );
  if (lines.length === 0) return 'Nothing went wrong.\n';
  const left = lines.length > shownProblems ? `  and ${lines.length - shownProblems} more (use --json for all)\n` : '';
  return `What went wrong:\n${lines.slice(0, shownProblems).join('')}${left}`;
}

function newTable(title: string, columns: readonly string[]): InstanceType<typeof Table> {
  return new Table({
    head: [title, ...columns],
    style: { head: [], border: [], compact: true },
    colAligns: ['left', ...columns.map(() => 'right' as const)],
    wordWrap: true,
  });
}

function decimal(value: number | 'never' | null, digits: number): string {
  if (value === null) return '-';
  return value === 'never' ? value : value.toFixed(digits);
}

function both(spread: Spread<number | 'never'>, digits: number, unit: string): string {
  if (spread.p50 === null) return '-';
  return `${decimal(spread.p50, digits)} / ${decimal(spread.p95, digits)}${unit}`;
}

function percent(share: number | null): string {
  return share === null ? '-' : `${(share * 100).toFixed(1)} %`;
}

function counted(share: number | null, of: number): string {
  return share === null ? '-' : `${percent(share)} of ${of}`;
}

/** Name of a file, its middle left out when it is long. */
function shortName(file: string): string {
  const name = basename(file);
  return name.length <= 40 ? name : `${name.slice(0, 18)}…${name.slice(-21)}`;
}
