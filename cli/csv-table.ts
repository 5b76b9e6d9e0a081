import { readFileSync } from 'node:fs';

import { parse } from 'csv-parse/sync';

import { InvalidInputError, messageOf } from '../core/errors/app-error.ts';

/** A row of a table with the line of the file it begins on, counted from 1. */
export interface CsvRow {
  line: number;
  cells: readonly string[];
}

/** A file of delimited text. */
export interface CsvTable {
  rows: readonly CsvRow[];
  delimiter: string;
}

/** The text of a file: UTF-8 or UTF-16 by its mark, else UTF-8 when it is that, else Windows-1252. @throws InvalidInputError `E_SOURCE_NOT_FOUND` */
export function readText(path: string): string {
  let bytes: Buffer;
  try {
    bytes = readFileSync(path);
  } catch (error) {
    throw new InvalidInputError('E_SOURCE_NOT_FOUND', `${path} cannot be read (${messageOf(error)}).`, { cause: error });
  }
  return decodeText(bytes);
}

/** See {@link readText}. */
export function decodeText(bytes: Uint8Array): string {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return new TextDecoder('utf-16le').decode(bytes);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return Array.from(bytes, (byte) => windows1252[byte - 0x80] ?? String.fromCharCode(byte)).join('');
  }
}

/** Characters 0x80 to 0x9F of Windows-1252 (WHATWG Encoding, index-windows-1252); Node.js 20 reads them as Latin-1. */
const windows1252 = Array.from('€\u0081‚ƒ„…†‡ˆ‰Š‹Œ\u008dŽ\u008f\u0090‘’“”•–—˜™š›œ\u009džŸ');

/**
 * Reads delimited text: comma, semicolon or tab, whichever parts the first line most; fields may be quoted. Empty lines are left out, fields trimmed.
 *
 * @throws InvalidInputError `E_TABLE_INVALID` with the line, for a quote that is never closed
 */
export function readCsv(text: string, path: string): CsvTable {
  const delimiter = delimiterOf(text);
  const options = { bom: true, info: true, relax_column_count: true, relax_quotes: true, skip_empty_lines: true, trim: true } as const;
  try {
    const records: unknown = parse(text, { ...options, delimiter, record_delimiter: ['\r\n', '\n', '\r'] });
    // With `info` a record comes with the line that it ends on.
    const rows = (records as { record: string[]; info: { lines: number } }[]).map(({ record, info }) => ({
      line: info.lines - record.join('').split('\n').length + 1,
      cells: record,
    }));
    return { rows: rows.filter(({ cells }) => cells.some((cell) => cell !== '')), delimiter };
  } catch (error) {
    const line = error instanceof Error && 'lines' in error ? `, line ${String(error.lines)}` : '';
    throw new InvalidInputError('E_TABLE_INVALID', `${path}${line}: ${messageOf(error)}.`, { cause: error });
  }
}

function delimiterOf(text: string): string {
  const first = text.split(/\r?\n/).find((line) => line.trim() !== '') ?? '';
  const outside = first.replaceAll(/"[^"]*"/g, '');
  const count = (char: string): number => outside.split(char).length;
  return [',', ';', '\t'].reduce((best, char) => (count(char) > count(best) ? char : best));
}
