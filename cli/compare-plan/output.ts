import Table from 'cli-table3';

import { timeCode } from '../../core/as-run/time-code.ts';
import { type TimeZone, dateText } from '../../core/as-run/time-zone.ts';
import { type CsvField, csvText } from '../../core/text/csv.ts';
import { plain } from '../as-run/tables.ts';
import { type PlanLine, differs } from './compare.ts';

/** How a comparison is written. */
export interface ComparisonStyle {
  zone: TimeZone;
  rateFps: number;
}

/** Number of lines by what came of them. */
export interface PlanSummary {
  planned: number;
  asPlanned: number;
  aired: number;
  missing: number;
  notWatched: number;
  unplanned: number;
  late: number;
  early: number;
  cutShort: number;
  longer: number;
  wrongOrder: number;
}

/** Counts the lines of a comparison. */
export function summaryOf(lines: readonly PlanLine[]): PlanSummary {
  const count = (of: (line: PlanLine) => boolean): number => lines.filter(of).length;
  return {
    planned: count(({ planned }) => planned !== undefined),
    asPlanned: count((line) => line.status === 'aired' && !differs(line)),
    aired: count(({ status }) => status === 'aired'),
    missing: count(({ status }) => status === 'missing'),
    notWatched: count(({ status }) => status === 'not watched'),
    unplanned: count(({ status }) => status === 'unplanned'),
    late: count(({ differences }) => differences.includes('late')),
    early: count(({ differences }) => differences.includes('early')),
    cutShort: count(({ differences }) => differences.includes('cut short')),
    longer: count(({ differences }) => differences.includes('longer')),
    wrongOrder: count(({ differences }) => differences.includes('wrong order')),
  };
}

/** A line for JSON and CSV. */
function record(line: PlanLine, zone: TimeZone): Record<string, CsvField> {
  const { planned, aired } = line;
  return {
    status: line.status,
    differences: line.differences.join('; '),
    channel: aired?.channel ?? planned?.channel,
    plannedStart: planned === undefined ? undefined : zone.iso(planned.startMs),
    airedStart: aired === undefined ? undefined : zone.iso(aired.startMs),
    shiftMs: line.shiftMs,
    plannedDurationMs: planned?.durationMs,
    airedDurationMs: aired?.durationMs,
    matchedBy: line.matchedBy,
    plannedTitle: planned?.title,
    airedTitle: aired?.title,
    plannedSpotId: planned?.spotId,
    airedSpotId: aired?.spotId,
    brand: aired === undefined || aired.brand === '' ? planned?.brand : aired.brand,
    breakId: aired?.breakId,
    position: aired?.position,
    airingId: aired?.airingId,
    planLine: planned?.line,
  };
}

/** Comparison as CSV. */
export function comparisonCsv(lines: readonly PlanLine[], { zone }: ComparisonStyle): string {
  const records = lines.map((line) => record(line, zone));
  const names = Object.keys(record({ ...nothing }, zone));
  const head = names.map((name) => name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`));
  return csvText([head, ...records.map((one) => names.map((name) => one[name]))]);
}

const nothing: PlanLine = { status: 'aired', differences: [], planned: undefined, aired: undefined, matchedBy: undefined, shiftMs: undefined };

/** Comparison as JSON: a summary and the lines. */
export function comparisonJson(lines: readonly PlanLine[], { zone }: ComparisonStyle): string {
  const rows = lines.map((line) => ({ ...record(line, zone), differences: line.differences }));
  return `${JSON.stringify({ timeZone: zone.name, summary: summaryOf(lines), lines: rows }, null, 2)}\n`;
}

/** Comparison for a terminal. */
export function comparisonTable(lines: readonly PlanLine[], { zone, rateFps }: ComparisonStyle): string {
  const table = new Table({
    head: ['Planned', 'Aired', 'Shift', 'Length', 'Spot', 'Matched by', 'What'],
    style: { head: [], border: [], compact: true },
    colAligns: ['right', 'right', 'right', 'right', 'left', 'left', 'left'],
  });
  const at = (ms: number | undefined): string => (ms === undefined ? '' : `${dateText(zone.wallTime(ms))} ${timeCode(zone.wallTime(ms), rateFps)}`);
  for (const line of lines) {
    const { planned, aired, shiftMs, matchedBy } = line;
    table.push([
      at(planned?.startMs),
      at(aired?.startMs),
      shiftMs === undefined ? '' : shiftText(shiftMs),
      lengthText(planned?.durationMs, aired?.durationMs),
      plain(planned === undefined ? nameOf(aired) : nameOf(planned)),
      matchedBy ?? '',
      line.status === 'aired' && line.differences.length > 0 ? line.differences.join(', ') : line.status,
    ]);
  }
  return lines.length === 0 ? 'Nothing planned and nothing aired.\n' : `${table.toString()}\n${summaryText(summaryOf(lines))}`;
}

function nameOf(spot: { title: string; spotId: string; brand: string } | undefined): string {
  return [spot?.title, spot?.spotId, spot?.brand].find((text) => text !== undefined && text !== '') ?? '';
}

function lengthText(plannedMs: number | undefined, airedMs: number | undefined): string {
  const text = (ms: number): string => `${(ms / 1000).toFixed(2).replace(/\.?0+$/, '')} s`;
  if (plannedMs === undefined || airedMs === undefined) return text(airedMs ?? plannedMs ?? 0);
  return Math.abs(plannedMs - airedMs) <= 500 ? text(airedMs) : `${text(airedMs)} of ${text(plannedMs)}`;
}

/** `+6:12`, `-0:03`. */
function shiftText(ms: number): string {
  const seconds = Math.round(Math.abs(ms) / 1000);
  const minutes = Math.floor(seconds / 60) % 60;
  const hours = Math.floor(seconds / 3600);
  const clock = `${minutes}:${String(seconds % 60).padStart(2, '0')}`;
  return `${ms < 0 ? '-' : '+'}${hours > 0 ? `${hours}:${clock.padStart(5, '0')}` : clock}`;
}

function summaryText(summary: PlanSummary): string {
  const { planned, asPlanned, missing, notWatched, unplanned, late, early, cutShort, longer, wrongOrder } = summary;
  const parts = Object.entries({
    missing,
    late,
    early,
    'cut short': cutShort,
    longer,
    'in wrong order': wrongOrder,
    unplanned,
    'not watched': notWatched,
  });
  const told = parts.filter(([, count]) => count > 0).map(([name, count]) => `${count} ${name}`);
  return `${asPlanned} of ${planned} planned spots aired as planned${told.length === 0 ? '' : `; ${told.join(', ')}`}.\n`;
}
