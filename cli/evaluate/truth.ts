import { InvalidInputError } from '../../core/errors/app-error.ts';
import { type CsvRow, readCsv, readText } from '../csv-table.ts';
import type { Span } from './spans.ts';

/** A labelled stretch. */
export interface LabelledSpan extends Span {
  /** What is on air there: airings of one spot share it. */
  id: string;
}

/** What a person says is in a recording. Undefined: not labelled, so nothing can be said about it. */
export interface Truth {
  breaks: LabelledSpan[] | undefined;
  spots: LabelledSpan[] | undefined;
}

const header = ['kind', 'id', 'start_s', 'end_s'];

/**
 * Reads the labels of one recording: an edit decision list (`start end 3` in seconds, other actions are left out) or CSV
 * `kind,id,start_s,end_s` with kinds `break` and `spot`. A CSV with spots alone says nothing about breaks; one without rows says that there is
 * no advertising.
 *
 * @throws InvalidInputError `E_SOURCE_NOT_FOUND`, or `E_TABLE_INVALID` with file, line and what is expected
 */
export function readTruth(path: string): Truth {
  const text = readText(path);
  return path.toLowerCase().endsWith('.edl') ? readEdl(text, path) : readLabels(text, path);
}

function readEdl(text: string, path: string): Truth {
  const breaks: LabelledSpan[] = [];
  text.split(/\r?\n/).forEach((content, index) => {
    const line = index + 1;
    if (content.trim() === '' || content.startsWith('#')) return;
    const [start = '', end = '', action = ''] = content.trim().split(/\s+/);
    if (action === '') throw invalid(path, line, `"${content.trim()}" is not "start end 3" (seconds)`);
    const span = spanOf(start, end, path, line);
    if (action === '3') breaks.push({ id: `break-${breaks.length + 1}`, ...span });
  });
  return { breaks, spots: undefined };
}

function readLabels(text: string, path: string): Truth {
  const [head, ...rows] = readCsv(text, path).rows;
  const columns = (head?.cells ?? []).map((cell) => cell.toLowerCase());
  const places = header.map((name) => columns.indexOf(name));
  const missing = header.filter((_, index) => places[index] === -1);
  if (missing.length > 0)
    throw invalid(path, head?.line ?? 1, `the first line must name the columns ${header.join(',')} (missing: ${missing.join(', ')})`);
  const spans = { break: [] as LabelledSpan[], spot: [] as LabelledSpan[] };
  for (const row of rows) {
    const [kind, id, start, end] = places.map((place) => cellOf(row, place));
    if (kind !== 'break' && kind !== 'spot') throw invalid(path, row.line, `kind "${kind ?? ''}" is neither break nor spot`);
    spans[kind].push({ id: id ?? '', ...spanOf(start ?? '', end ?? '', path, row.line) });
  }
  const { break: breaks, spot: spots } = spans;
  return { breaks: breaks.length > 0 || spots.length === 0 ? breaks : undefined, spots: spots.length > 0 ? spots : undefined };
}

function cellOf(row: CsvRow, place: number): string {
  return row.cells[place] ?? '';
}

function spanOf(start: string, end: string, path: string, line: number): Span {
  const [startS, endS] = [start, end].map((text) => secondsOf(text, path, line));
  if (startS === undefined || endS === undefined || endS <= startS) throw invalid(path, line, `the end ${end} does not lie after the start ${start}`);
  return { startS, endS };
}

/** Seconds, written as `75.16` or as `[h:]mm:ss[.fff]`. */
function secondsOf(text: string, path: string, line: number): number {
  const match = /^(?:(?:(\d+):)?(\d{1,3}):)?(\d+(?:\.\d+)?)$/.exec(text.replace(',', '.'));
  if (match === null) throw invalid(path, line, `"${text}" is no time: write seconds (75.16) or h:mm:ss.fff from the first picture`);
  const [, hours = '0', minutes = '0', seconds = '0'] = match;
  return Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds);
}

function invalid(path: string, line: number, what: string): InvalidInputError {
  return new InvalidInputError('E_TABLE_INVALID', `${path}, line ${line}: ${what}.`);
}
