import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, expect, test } from 'vitest';

import { TimeZone } from '../../core/as-run/time-zone.ts';
import { type PlanClock, lengthMs, parseDate, timeOfDayMs } from './plan-times.ts';
import { readPlan } from './read-plan.ts';

const folder = mkdtempSync(join(tmpdir(), 'sightline-plan-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const clock: PlanClock = { zone: new TimeZone('Europe/Berlin'), dateFormat: 'iso', rateFps: 25, date: undefined };
const date = { year: 2026, month: 11, day: 21 };

function read(content: string | Uint8Array, fields: Partial<PlanClock> = {}): ReturnType<typeof readPlan> {
  const path = join(folder, 'plan.csv');
  writeFileSync(path, content);
  return readPlan(path, { ...clock, ...fields });
}
const starts = (...args: Parameters<typeof read>): string[] => read(...args).map(({ startMs }) => clock.zone.iso(startMs));

test('a German plan: semicolons, Windows-1252, dd.mm.yyyy, decimal commas, time codes', () => {
  const text = 'Sender;Datum;Uhrzeit;Dauer;Motiv;Kunde;Block\r\nKanal 1;21.11.2026;20:14:59:12;19,96;M\u00fcsli "knusprig";M\u00fcller;B1\r\n';
  expect(read(Buffer.from(text, 'latin1'))).toEqual([
    {
      ...{ line: 2, startMs: Date.UTC(2026, 10, 21, 19, 14, 59, 480), durationMs: 19_960 },
      ...{ spotId: '', title: 'M\u00fcsli "knusprig"', brand: 'M\u00fcller', channel: 'Kanal 1', breakName: 'B1' },
    },
  ]);
});

test('an English plan: tabs, a mark, date and time in one column, an end instead of a length', () => {
  const text = '\ufeffStart Time\tEnd Time\tISCI\tAdvertiser\n2026-11-21 23:59:50\t2026-11-22 00:00:10\tABCD1234\tAcme\n';
  expect(read(text)).toMatchObject([{ startMs: Date.UTC(2026, 10, 21, 22, 59, 50), durationMs: 20_000, spotId: 'ABCD1234', brand: 'Acme' }]);
});

test('our own as-run log is a plan', () => {
  const text = 'channel,stream_id,start,time_code,duration_ms,spot_id,title\nOne,one,2026-11-21T20:00:00.040+01:00,20:00:00:01,19960,spot-1,Acme\n';
  expect(read(text)).toMatchObject([{ startMs: Date.UTC(2026, 10, 21, 19, 0, 0, 40), durationMs: 19_960, spotId: 'spot-1', channel: 'One' }]);
});

test('times without a date take the day of the command, and go on after midnight', () => {
  const text = 'time,title\n23:58:00,A\n00:03:00,B\n25:10:00,C\n';
  expect(starts(text, { date })).toEqual(['2026-11-21T23:58:00.000+01:00', '2026-11-22T00:03:00.000+01:00', '2026-11-23T01:10:00.000+01:00']);
  expect(() => read(text)).toThrow(/plan\.csv, line 2: "23:58:00" has no date: the plan needs a column date, or the command --date\.$/);
});

test('day, month and year come in the order that is said', () => {
  expect(parseDate('2026-11-21', 'iso')).toEqual(date);
  expect(parseDate('20261121', 'dmy')).toEqual(date);
  expect(parseDate('21.11.26', 'iso')).toEqual(date);
  expect(parseDate('21/11/2026', 'dmy')).toEqual(date);
  expect(parseDate('11/21/2026', 'mdy')).toEqual(date);
  expect(() => parseDate('11/21/2026', 'iso')).toThrow(/no date: write 2026-11-21/);
  expect(() => parseDate('31.02.2026', 'iso')).toThrow(/no date/);
});

test('times and lengths in the forms that plans use', () => {
  expect(['06:00', '6:00:30', '20:15:00.5', '20:15:00:24', '20:15:00;12'].map((text) => timeOfDayMs(text, 25))).toEqual([
    21_600_000, 21_630_000, 72_900_500, 72_900_960, 72_900_480,
  ]);
  expect(['20', '19,96', '30 s', '20"', '1:05', '00:00:20:12'].map((text) => lengthMs(text, 25))).toEqual([
    20_000, 19_960, 30_000, 20_000, 65_000, 20_480,
  ]);
  expect(() => timeOfDayMs('20:15:00:25', 25)).toThrow(/has frame 25, but there are 25 a second/);
  expect(() => timeOfDayMs('8 pm', 25)).toThrow(/no time of day/);
  expect(() => lengthMs('half', 25)).toThrow(/no length/);
});

test.each([
  ['title,length\nA,20\n', /line 1: no column holds the start, .*found: title, length/],
  ['date,time,length\n2026-11-21,20:15,20\n', /line 1: no column says which spot it is/],
  ['date,time,title\n2026-11-21,20:15,A\n2026-11-21,soon,B\n', /plan\.csv, line 3: "soon" is no time of day/],
  ['', /line 1: no column holds the start/],
])('a plan that cannot be read is told with line and expectation (%#)', (text, message) => {
  expect(() => read(text)).toThrow(message);
});
