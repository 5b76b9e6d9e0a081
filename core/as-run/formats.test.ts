import { expect, test } from 'vitest';

import type { Airing } from './as-run.ts';
import { asRunCsv, asRunEdl, asRunRecord, asRunXmltv } from './formats.ts';
import { mediaTimeCode, timeCode, usualRate } from './time-code.ts';
import { TimeZone } from './time-zone.ts';

const zone = new TimeZone('Europe/Berlin');
const style = { zone, categoryName: (id: string) => (id === '1001' ? 'Tools & Hardware' : '') };
const airing: Airing = {
  tenantId: 'default',
  streamId: 'one',
  channel: 'Channel <One>',
  startMs: Date.UTC(2026, 6, 1, 10, 0, 0, 40),
  durationMs: 19_960,
  uncertaintyMs: 500,
  timeSource: 'pdt',
  epoch: 1,
  ptsUs: 61_400_000,
  firstPtsUs: 1_400_000,
  rateFps: 25,
  airingId: 'a1',
  breakId: 'b1',
  position: 2,
  spotId: 'acme-20',
  title: '=1+1, "Acme"',
  brand: 'Acme',
  product: 'Anvil',
  category: '1001',
  familiarity: 'known',
  airing: 3,
  confidence: 0.987,
  state: 'final',
  toldMs: 0,
};

test('CSV follows RFC 4180 and keeps spreadsheets from running a title as a formula', () => {
  const [head = '', line = '', rest] = asRunCsv([airing], style).split('\r\n');
  expect(rest).toBe('');
  expect(head.split(',').slice(0, 6)).toEqual(['channel', 'stream_id', 'start', 'time_code', 'duration_ms', 'media_time']);
  expect(line).toBe(
    `Channel <One>,one,2026-07-01T12:00:00.040+02:00,12:00:00:01,19960,00:01:01:10,1,2,b1,a1,acme-20,"'=1+1, ""Acme""",Acme,Anvil,1001,Tools & Hardware,known,3,0.987,final`,
  );
});

test('an edit decision list counts seconds from the first picture of the recording', () => {
  expect(asRunEdl([airing])).toBe('60.000 79.960 3\n');
});

test('the XMLTV listing escapes text, keeps the order of elements and says the offset of the zone', () => {
  expect(asRunXmltv([airing], style)).toBe(`<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE tv SYSTEM "xmltv.dtd">
<tv generator-info-name="sightline">
  <channel id="one">
    <display-name>Channel &lt;One&gt;</display-name>
  </channel>
  <programme start="20260701120000 +0200" stop="20260701120020 +0200" channel="one">
    <title>=1+1, &quot;Acme&quot;</title>
    <sub-title>Acme, Anvil</sub-title>
    <desc>Spot acme-20, position 2 of break b1, known, airing 3</desc>
    <category>Advertisement</category>
    <category>Tools &amp; Hardware</category>
    <length units="seconds">19.96</length>
  </programme>
</tv>
`);
});

test('JSON says every time as text with its offset and as a number', () => {
  expect(asRunRecord(airing, style)).toMatchObject({
    ...{ start: '2026-07-01T12:00:00.040+02:00', startMs: airing.startMs, timeCode: '12:00:00:01', mediaTime: '00:01:01:10' },
    ...{ categoryName: 'Tools & Hardware', familiarity: 'known', airing: 3 },
  });
});

test('a time code counts frames at the rate of the stream, or milliseconds when it is not known', () => {
  const wall = { hour: 9, minute: 5, second: 7, millisecond: 960 };
  expect([25, 30_000 / 1001, 0].map((rate) => timeCode(wall, rate))).toEqual(['09:05:07:24', '09:05:07:28', '09:05:07.960']);
  expect(mediaTimeCode(90_061_040_000, 25)).toBe('25:01:01:01');
  expect([29.98, 25.02, 0, 12.5].map(usualRate)).toEqual([30_000 / 1001, 25, 0, 12.5]);
});

test('wall-clock times turn into moments and back over changes of the clock', () => {
  for (const iso of ['2026-03-29T00:59:59Z', '2026-03-29T01:00:00Z', '2026-10-25T00:30:00Z', '2026-10-25T02:00:00Z', '2026-12-31T23:30:00Z']) {
    const ms = Date.parse(iso);
    expect(new Date(zone.momentOf(zone.wallTime(ms))).toISOString()).toBe(new Date(ms).toISOString());
    expect(Date.parse(zone.iso(ms))).toBe(ms);
  }
  // 02:30 came twice that night: the first is meant. 02:30 never came in March: the clock went on to 03:30.
  const night = { year: 2026, month: 10, day: 25, hour: 2, minute: 30, second: 0, millisecond: 0 };
  expect(zone.iso(zone.momentOf(night))).toBe('2026-10-25T02:30:00.000+02:00');
  expect(zone.iso(zone.momentOf({ ...night, month: 3, day: 29 }))).toBe('2026-03-29T03:30:00.000+02:00');
  expect(zone.iso(zone.momentOf({ ...night, day: 21, month: 11, hour: 25 }))).toBe('2026-11-22T01:30:00.000+01:00');
  expect(new TimeZone('America/St_Johns').offsetText(Date.UTC(2026, 0, 1))).toBe('-03:30');
  expect(() => new TimeZone('Mars/Olympus')).toThrow(/no time zone "Mars\/Olympus"/);
});
