import { InvalidInputError } from '../../core/errors/app-error.ts';
import type { CsvRow } from '../csv-table.ts';
import { comparable } from './plan.ts';

/** What a plan can say about a spot, and the headers under which it is found, compared without case, accents and punctuation. */
const columnAliases = {
  start: [
    'start',
    'start time',
    'time',
    'planned start',
    'air time',
    'airtime',
    'scheduled',
    'scheduled time',
    'datetime',
    'on air',
    'uhrzeit',
    'zeit',
    'startzeit',
    'sendezeit',
    'beginn',
    'heure',
    'hora',
    'tc in',
    'timecode',
    'time code',
  ],
  date: ['date', 'day', 'air date', 'broadcast date', 'datum', 'sendetag', 'tag', 'jour', 'fecha'],
  end: ['end', 'end time', 'stop', 'ende', 'endzeit', 'tc out', 'fin'],
  duration: ['duration', 'length', 'dur', 'duration s', 'seconds', 'planned duration', 'laenge', 'lange', 'dauer', 'duree', 'duracion', 'sek'],
  durationMs: ['duration ms', 'length ms'],
  spotId: [
    'spot id',
    'spotid',
    'id',
    'ad id',
    'adid',
    'isci',
    'clock number',
    'clock',
    'house id',
    'material id',
    'spot number',
    'spotnummer',
    'motiv id',
  ],
  title: ['title', 'spot', 'spot title', 'name', 'creative', 'copy', 'description', 'titel', 'motiv', 'spottitel', 'titre'],
  brand: ['brand', 'advertiser', 'client', 'customer', 'marke', 'kunde', 'werbungtreibender', 'annonceur'],
  channel: ['channel', 'station', 'network', 'stream', 'stream id', 'sender', 'kanal', 'chaine'],
  breakName: ['break', 'break id', 'block', 'break number', 'break no', 'pod', 'werbeblock', 'blocknummer', 'ecran'],
} as const satisfies Record<string, readonly string[]>;

/** A thing that a column can hold. */
export type ColumnName = keyof typeof columnAliases;

/** Where each column stands. */
export type Columns = ReadonlyMap<ColumnName, number>;

/**
 * Finds the columns by the headers of the first row.
 *
 * @throws InvalidInputError `E_TABLE_INVALID` when there is no start, or nothing that a spot could be recognised by
 */
export function findColumns(head: CsvRow | undefined, path: string): Columns {
  const headers = (head?.cells ?? []).map(comparable);
  const columns = new Map<ColumnName, number>();
  for (const [name, aliases] of Object.entries(columnAliases) as [ColumnName, readonly string[]][]) {
    // The aliases are in order of preference: "start" before "time".
    const alias = aliases.find((one) => headers.includes(one));
    if (alias !== undefined) columns.set(name, headers.indexOf(alias));
  }
  const found = `found: ${head?.cells.join(', ') ?? 'nothing'}`;
  if (!columns.has('start')) throw invalid(path, head, `no column holds the start, e.g. start, time or air time (${found})`);
  if (!(['spotId', 'title', 'brand'] as const).some((name) => columns.has(name))) {
    throw invalid(path, head, `no column says which spot it is, e.g. spot_id, title or brand (${found})`);
  }
  return columns;
}

function invalid(path: string, head: CsvRow | undefined, what: string): InvalidInputError {
  return new InvalidInputError('E_TABLE_INVALID', `${path}, line ${head?.line ?? 1}: ${what}.`);
}
