import { UsageError } from '../errors/app-error.ts';

/** A moment as a wall clock shows it. */
export interface WallTime {
  year: number;
  /** 1 to 12. */
  month: number;
  day: number;
  /** 0 to 23; more is taken as hours of the following day, as broadcast days are written. */
  hour: number;
  minute: number;
  second: number;
  millisecond: number;
}

/** A time zone of the IANA database: turns moments into wall-clock time and back. */
export class TimeZone {
  /** IANA name, e.g. `Europe/Berlin`. */
  readonly name: string;
  readonly #format: Intl.DateTimeFormat;

  /** @throws UsageError `E_USAGE` when there is no such zone */
  constructor(name: string) {
    try {
      this.#format = new Intl.DateTimeFormat('en-GB', {
        timeZone: name,
        hourCycle: 'h23',
        year: 'numeric',
        month: '2-digit',
        day: '2-digit',
        hour: '2-digit',
        minute: '2-digit',
        second: '2-digit',
      });
    } catch (error) {
      throw new UsageError('E_USAGE', `There is no time zone "${name}": give a name such as Europe/Berlin or UTC.`, { cause: error });
    }
    this.name = name;
  }

  /** The zone of this machine. */
  static local(): TimeZone {
    return new TimeZone(Intl.DateTimeFormat().resolvedOptions().timeZone);
  }

  /** Wall clock of a moment (epoch milliseconds). */
  wallTime(ms: number): WallTime {
    const parts = new Map(this.#format.formatToParts(ms).map(({ type, value }) => [type, Number(value)]));
    const part = (name: Intl.DateTimeFormatPartTypes): number => parts.get(name) ?? 0;
    return {
      year: part('year'),
      month: part('month'),
      day: part('day'),
      hour: part('hour'),
      minute: part('minute'),
      second: part('second'),
      millisecond: ((Math.floor(ms) % 1000) + 1000) % 1000,
    };
  }

  /** Minutes east of UTC at a moment. */
  offsetMinutes(ms: number): number {
    return Math.round((asUtcMs(this.wallTime(ms)) - Math.floor(ms)) / 60_000);
  }

  /**
   * The moment at which the wall clock shows this; of an hour that a change of the clock repeats the first, of one it leaves out the moment that the
   * clock would have shown without the change.
   */
  momentOf(wall: WallTime): number {
    const utcMs = asUtcMs(wall);
    // The offset a day before holds on both sides of a change until it happens.
    const before = utcMs - this.offsetMinutes(utcMs - 86_400_000) * 60_000;
    if (asUtcMs(this.wallTime(before)) === utcMs) return before;
    const after = utcMs - this.offsetMinutes(utcMs + 86_400_000) * 60_000;
    return asUtcMs(this.wallTime(after)) === utcMs ? after : before;
  }

  /** ISO 8601 with milliseconds and offset: `2026-11-21T10:00:00.000+01:00`. */
  iso(ms: number): string {
    const wall = this.wallTime(ms);
    return `${dateText(wall)}T${two(wall.hour)}:${two(wall.minute)}:${two(wall.second)}.${String(wall.millisecond).padStart(3, '0')}${this.offsetText(ms)}`;
  }

  /** Offset from UTC at a moment: `+01:00`. */
  offsetText(ms: number, separator = ':'): string {
    const minutes = this.offsetMinutes(ms);
    const size = Math.abs(minutes);
    return `${minutes < 0 ? '-' : '+'}${two(Math.floor(size / 60))}${separator}${two(size % 60)}`;
  }
}

/** `2026-11-21`. */
export function dateText(wall: WallTime): string {
  return `${String(wall.year).padStart(4, '0')}-${two(wall.month)}-${two(wall.day)}`;
}

function asUtcMs(wall: WallTime): number {
  return Date.UTC(wall.year, wall.month - 1, wall.day, wall.hour, wall.minute, wall.second, wall.millisecond);
}

function two(value: number): string {
  return String(value).padStart(2, '0');
}
