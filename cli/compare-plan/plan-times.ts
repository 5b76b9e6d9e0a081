import { parseMoment } from '../../core/as-run/moment.ts';
import type { TimeZone, WallTime } from '../../core/as-run/time-zone.ts';
import { messageOf } from '../../core/errors/app-error.ts';

/** Orders of day, month and year that `--date-format` takes. */
export const dateFormats = ['iso', 'dmy', 'mdy'] as const;

/** One of {@link dateFormats}. */
export type DateFormat = (typeof dateFormats)[number];

/** How the times of a plan are to be read. */
export interface PlanClock {
  zone: TimeZone;
  dateFormat: DateFormat;
  /** Pictures a second of time codes `HH:MM:SS:FF`. */
  rateFps: number;
  /** Day of times without a date. */
  date: Pick<WallTime, 'year' | 'month' | 'day'> | undefined;
}

/** A text that means no time; the message says what is expected. */
export class TimeTextError extends Error {}

/**
 * The moment that the start of a plan means: a time of day with the date beside it, or both in one text.
 *
 * @param dateText content of the date column, empty when there is none
 * @throws TimeTextError
 */
export function startOf(text: string, dateText: string, clock: PlanClock): number {
  if (dateText !== '') return momentOf(parseDate(dateText, clock.dateFormat), text, clock);
  const [, first = '', rest = ''] = /^(\S+?)(?:[T ]+(.+))?$/.exec(text) ?? [];
  if (rest !== '' || /^\d{4}-\d\d-\d\d/.test(text)) {
    // An offset of its own, as our own as-run log writes it.
    if (/(?:Z|[+-]\d\d:?\d\d)$/.test(rest)) return withOffset(text, clock.zone);
    return momentOf(parseDate(first, clock.dateFormat), rest, clock);
  }
  if (clock.date === undefined) throw new TimeTextError(`"${text}" has no date: the plan needs a column date, or the command --date`);
  return momentOf(clock.date, text, clock);
}

function momentOf(date: Pick<WallTime, 'year' | 'month' | 'day'>, timeText: string, { zone, rateFps }: PlanClock): number {
  const timeMs = timeOfDayMs(timeText, rateFps);
  const hour = Math.floor(timeMs / 3_600_000);
  const minute = Math.floor(timeMs / 60_000) % 60;
  return zone.momentOf({ ...date, hour, minute, second: Math.floor(timeMs / 1000) % 60, millisecond: Math.round(timeMs % 1000) });
}

function withOffset(text: string, zone: TimeZone): number {
  try {
    return parseMoment(text.replace(/([+-]\d\d)(\d\d)$/, '$1:$2'), zone);
  } catch (error) {
    throw new TimeTextError(messageOf(error));
  }
}

/** A date in one of the orders. @throws TimeTextError */
export function parseDate(text: string, format: DateFormat): Pick<WallTime, 'year' | 'month' | 'day'> {
  const iso = /^(\d{4})[-/.]?(\d\d)[-/.]?(\d\d)$/.exec(text);
  const other = /^(\d{1,2})[./-](\d{1,2})[./-](\d{2}|\d{4})$/.exec(text);
  // Points are written between day, month and year in that order alone.
  const order = format === 'iso' && text.includes('.') ? 'dmy' : format;
  const [year, month, day] =
    iso !== null
      ? [iso[1], iso[2], iso[3]]
      : order === 'dmy'
        ? [other?.[3], other?.[2], other?.[1]]
        : order === 'mdy'
          ? [other?.[3], other?.[1], other?.[2]]
          : [];
  const date = { year: Number(year) + (year?.length === 2 ? 2000 : 0), month: Number(month), day: Number(day) };
  const exists = new Date(Date.UTC(date.year, date.month - 1, date.day)).getUTCDate() === date.day && date.month >= 1 && date.month <= 12;
  if (!exists) throw new TimeTextError(`"${text}" is no date: write 2026-11-21 or 21.11.2026, or say --date-format dmy or mdy`);
  return date;
}

/** `HH:MM`, `HH:MM:SS`, `HH:MM:SS.mmm` or `HH:MM:SS:FF` (`;` before the frames of drop-frame codes) as milliseconds. Hours go to 47. @throws TimeTextError */
export function timeOfDayMs(text: string, rateFps: number): number {
  const match = /^(\d{1,2}):(\d\d)(?::(\d\d)(?:[.,](\d{1,3})|[:;](\d\d))?)?$/.exec(text);
  const [, hours = '', minutes = '', seconds = '0', fraction = '0', frames] = match ?? [];
  if (match === null || Number(hours) > 47 || Number(minutes) > 59 || Number(seconds) > 59) {
    throw new TimeTextError(`"${text}" is no time of day: write HH:MM:SS, HH:MM:SS.mmm or HH:MM:SS:FF`);
  }
  const frameMs = frames === undefined ? Number(fraction.padEnd(3, '0')) : (1000 * Number(frames)) / rateFps;
  if (frames !== undefined && Number(frames) >= Math.ceil(rateFps)) {
    throw new TimeTextError(`"${text}" has frame ${frames}, but there are ${Math.ceil(rateFps)} a second (--rate says how many)`);
  }
  return ((Number(hours) * 60 + Number(minutes)) * 60 + Number(seconds)) * 1000 + frameMs;
}

/** A length: seconds (`20`, `19,96`), `20 s`, `20"`, `M:SS`, or a time code. @throws TimeTextError */
export function lengthMs(text: string, rateFps: number): number {
  const plain = /^(\d+(?:[.,]\d+)?)\s*(?:s|sec|sek|"|'')?\.?$/i.exec(text)?.[1];
  if (plain !== undefined) return Math.round(Number(plain.replace(',', '.')) * 1000);
  const short = /^(\d{1,2}):(\d\d)$/.exec(text);
  if (short !== null) return (Number(short[1]) * 60 + Number(short[2])) * 1000;
  try {
    return timeOfDayMs(text, rateFps);
  } catch {
    throw new TimeTextError(`"${text}" is no length: write seconds (20 or 19.96), M:SS or HH:MM:SS:FF`);
  }
}
