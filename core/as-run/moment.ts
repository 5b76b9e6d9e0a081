import { UsageError } from '../errors/app-error.ts';
import type { TimeZone } from './time-zone.ts';

/** A moment as it stands on a command line. */
const pattern = /^(\d{4})-(\d\d)-(\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d)(?:\.(\d{1,3}))?)?(Z|[+-]\d\d:?\d\d)?)?$/;

/**
 * The moment that a text means, epoch milliseconds: `2026-11-21`, `2026-11-21T10:00`, `2026-11-21 10:00:00.040`, with or without an offset
 * (`Z`, `+01:00`); without one it is the wall clock of `zone`. A bare date is its first moment, or with `endOfDay` the first of the next day.
 *
 * @throws UsageError `E_USAGE`
 */
export function parseMoment(text: string, zone: TimeZone, endOfDay = false): number {
  const match = pattern.exec(text.trim());
  const [, year = '', month = '', day = '', hour, minute = '0', second = '0', fraction = '0', offset] = match ?? [];
  const isDate = match !== null && Number(month) >= 1 && Number(month) <= 12 && Number(day) >= 1 && Number(day) <= 31;
  if (!isDate || Number(hour ?? 0) > 23 || Number(minute) > 59 || Number(second) > 59) {
    throw new UsageError(
      'E_USAGE',
      `"${text}" is no time: write 2026-11-21 or 2026-11-21T10:00:00, with Z or +01:00 for another zone than ${zone.name}.`,
    );
  }
  const wall = {
    year: Number(year),
    month: Number(month),
    day: Number(day) + (hour === undefined && endOfDay ? 1 : 0),
    hour: Number(hour ?? 0),
    minute: Number(minute),
    second: Number(second),
    millisecond: Number(fraction.padEnd(3, '0')),
  };
  if (offset === undefined) return zone.momentOf(wall);
  return Date.UTC(wall.year, wall.month - 1, wall.day, wall.hour, wall.minute, wall.second, wall.millisecond) - offsetMs(offset);
}

function offsetMs(offset: string): number {
  if (offset === 'Z') return 0;
  const [, sign, hours, minutes] = /^([+-])(\d\d):?(\d\d)$/.exec(offset) ?? [];
  return (sign === '-' ? -1 : 1) * (Number(hours) * 60 + Number(minutes)) * 60_000;
}
