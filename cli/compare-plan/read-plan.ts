import { InvalidInputError, messageOf } from '../../core/errors/app-error.ts';
import { type CsvRow, readCsv, readText } from '../csv-table.ts';
import { type ColumnName, type Columns, findColumns } from './columns.ts';
import type { PlannedSpot } from './plan.ts';
import { type PlanClock, TimeTextError, lengthMs, startOf } from './plan-times.ts';

/**
 * Reads a media plan or an as-run log of somebody else; columns are found by their headers (docs/as-run.md).
 *
 * @returns the spots in the order of the file, which may go over midnight
 * @throws InvalidInputError `E_SOURCE_NOT_FOUND`, or `E_TABLE_INVALID` with the line and what is expected
 */
export function readPlan(path: string, clock: PlanClock): PlannedSpot[] {
  const [head, ...rows] = readCsv(readText(path), path).rows;
  const columns = findColumns(head, path);
  const spots = rows.map((row) => plannedSpot(row, columns, clock, path));
  return hasDates(columns, rows) ? spots : overMidnight(spots);
}

function plannedSpot(row: CsvRow, columns: Columns, clock: PlanClock, path: string): PlannedSpot {
  const cell = (name: ColumnName): string => row.cells[columns.get(name) ?? -1] ?? '';
  try {
    const startMs = startOf(cell('start'), cell('date'), clock);
    return {
      line: row.line,
      startMs,
      durationMs: durationOf(cell, startMs, clock),
      spotId: cell('spotId'),
      title: cell('title'),
      brand: cell('brand'),
      channel: cell('channel'),
      breakName: cell('breakName'),
    };
  } catch (error) {
    if (!(error instanceof TimeTextError)) throw error;
    throw new InvalidInputError('E_TABLE_INVALID', `${path}, line ${row.line}: ${messageOf(error)}.`, { cause: error });
  }
}

function durationOf(cell: (name: ColumnName) => string, startMs: number, clock: PlanClock): number | undefined {
  if (cell('durationMs') !== '') return lengthMs(cell('durationMs'), clock.rateFps) / 1000;
  if (cell('duration') !== '') return lengthMs(cell('duration'), clock.rateFps);
  if (cell('end') === '') return undefined;
  const endMs = startOf(cell('end'), cell('date'), clock);
  return endMs >= startMs ? endMs - startMs : endMs + dayMs - startMs;
}

function hasDates(columns: Columns, rows: readonly CsvRow[]): boolean {
  const place = columns.get('start') ?? -1;
  return columns.has('date') || rows.some(({ cells }) => /^\d{1,4}[-./]\d/.test(cells[place] ?? ''));
}

const dayMs = 86_400_000;

/** Times of day alone: one that lies more than half a day before the row above it belongs to the next day. */
function overMidnight(spots: readonly PlannedSpot[]): PlannedSpot[] {
  let days = 0;
  let before = -Infinity;
  return spots.map((spot) => {
    if (spot.startMs < before - dayMs / 2) days += 1;
    before = spot.startMs;
    return { ...spot, startMs: spot.startMs + days * dayMs };
  });
}
