import { describe, expect, test } from 'vitest';

import type { Airing } from '../../core/as-run/as-run.ts';
import { TimeZone } from '../../core/as-run/time-zone.ts';
import { alignSequences } from './align.ts';
import { planByStream } from './channels.ts';
import { comparePlan, differs } from './compare.ts';
import { comparisonCsv, comparisonJson, comparisonTable, summaryOf } from './output.ts';
import type { PlannedSpot } from './plan.ts';

const base = Date.UTC(2026, 10, 21, 20);
const at = (minutes: number): number => base + minutes * 60_000;
const options = { windowMs: 3 * 3_600_000, toleranceMs: 300_000 };

let line = 1;
function planned(minutes: number, title: string, fields: Partial<PlannedSpot> = {}): PlannedSpot {
  return { line: (line += 1), startMs: at(minutes), durationMs: 20_000, spotId: '', title, brand: '', channel: '', breakName: '', ...fields };
}

function aired(minutes: number, title: string, fields: Partial<Airing> = {}): Airing {
  return {
    ...{ tenantId: 'default', streamId: 'one', channel: 'One', startMs: at(minutes), durationMs: 20_000, uncertaintyMs: 20, timeSource: 'pdt' },
    ...{ epoch: 1, ptsUs: 0, firstPtsUs: 0, rateFps: 25, airingId: `a${minutes}`, breakId: `b${Math.floor(minutes / 10)}`, position: 1 },
    ...{
      spotId: `spot-${title}`,
      title,
      brand: '',
      product: '',
      category: '',
      familiarity: 'known',
      airing: 1,
      confidence: 1,
      state: 'final',
      toldMs: 0,
    },
    ...fields,
  };
}

const compare = (plan: PlannedSpot[], airings: Airing[]) => comparePlan(plan, { airings, fromMs: at(-600), toMs: at(600) }, options);
const told = (plan: PlannedSpot[], airings: Airing[]) =>
  compare(plan, airings).map((one) => [one.planned?.title ?? one.aired?.title, one.status, one.differences.join(', '), one.matchedBy ?? '']);

describe('matching', () => {
  test('goes by spot id, then title, then brand and length, then, for spots nobody has named, by time and length', () => {
    const plan = [
      planned(0, 'x', { spotId: 'spot-1' }),
      planned(1, 'Caf\u00e9  ACME!'),
      planned(2, '', { brand: 'Bolt', durationMs: 30_000 }),
      planned(3, 'Crunch', { durationMs: 10_000 }),
      planned(4, 'Drum', { durationMs: 15_000 }),
    ];
    const airings = [
      aired(0, 'One', { spotId: 'spot-1' }),
      aired(1, 'cafe acme'),
      aired(2, 'B', { brand: 'BOLT', durationMs: 29_600 }),
      aired(3, 'Spot 12ab', { familiarity: 'new', durationMs: 10_040 }),
      aired(4, 'Somebody', { durationMs: 15_000 }),
    ];
    expect(told(plan, airings)).toEqual([
      ['x', 'aired', '', 'spot id'],
      ['Caf\u00e9  ACME!', 'aired', '', 'title'],
      ['', 'aired', '', 'brand and length'],
      ['Crunch', 'aired', '', 'time and length'],
      ['Drum', 'missing', '', ''],
      ['Somebody', 'unplanned', '', ''],
    ]);
  });

  test('is global: a missing airing does not shift those after it', () => {
    const plan = [0, 60, 120, 180].map((minutes) => planned(minutes, 'A'));
    expect(
      told(
        plan,
        [62, 119, 184].map((minutes) => aired(minutes, 'A')),
      ),
    ).toEqual([
      ['A', 'missing', '', ''],
      ['A', 'aired', '', 'title'],
      ['A', 'aired', '', 'title'],
      ['A', 'aired', '', 'title'],
    ]);
  });

  test('has the least sum of differences over all spots, and pairs nothing beyond the window', () => {
    const moments = (...times: number[]) => times.map((startMs) => ({ startMs }));
    const pairs = (ones: number[], others: number[], windowMs: number) =>
      alignSequences(moments(...ones), moments(...others), windowMs, () => true).map(([one, other]) => [one.startMs, other.startMs]);
    // The nearest first would pair 5 with 4, and then 0 with 8: together 9 apart instead of 7.
    expect(pairs([0, 5], [4, 8], 12)).toEqual([
      [0, 4],
      [5, 8],
    ]);
    expect(pairs([0, 100], [13, 101], 12)).toEqual([[100, 101]]);
    expect(pairs([], [1], 12)).toEqual([]);
  });
});

describe('what differs', () => {
  test('late and early beyond the tolerance, but not within the break that was on air', () => {
    const longBreak = [aired(0, 'first', { breakId: 'b' }), aired(9, 'A', { breakId: 'b' })];
    expect(told([planned(0, 'first'), planned(0, 'A')], longBreak).map(([, , what]) => what)).toEqual(['', '']);
    expect(told([planned(0, 'A')], [aired(6, 'A')])).toEqual([['A', 'aired', 'late', 'title']]);
    expect(told([planned(6, 'A')], [aired(0, 'A')])).toEqual([['A', 'aired', 'early', 'title']]);
    expect(told([planned(0, 'A')], [aired(4.9, 'A')])).toEqual([['A', 'aired', '', 'title']]);
  });

  test('cut short and longer by more than half a second', () => {
    const lengths = [19_600, 15_000, 20_600].map((durationMs) => told([planned(0, 'A')], [aired(0, 'A', { durationMs })])[0]?.[2]);
    expect(lengths).toEqual(['', 'cut short', 'longer']);
  });

  test('wrong order within a break: as few spots as possible are out of place', () => {
    const plan = ['A', 'B', 'C', 'D'].map((title) => planned(0, title));
    const airings = ['D', 'A', 'B', 'C'].map((title, index) => aired(index / 3, title, { breakId: 'b' }));
    expect(told(plan, airings).map(([title, , what]) => [title, what])).toEqual([
      ['D', 'wrong order'],
      ['A', ''],
      ['B', ''],
      ['C', ''],
    ]);
  });

  test('what was planned for a time that nobody watched is not missing; airings around the plan are not unplanned', () => {
    const watched = { airings: [aired(-60, 'before'), aired(0, 'A'), aired(90, 'after')], fromMs: at(-60), toMs: at(30) };
    const lines = comparePlan([planned(0, 'A'), planned(20, 'B'), planned(40, 'C')], watched, options);
    expect(lines.map(({ status }) => status)).toEqual(['aired', 'missing', 'not watched']);
    expect(lines.map(differs)).toEqual([false, true, false]);
  });
});

describe('channels', () => {
  const stream = (streamId: string, channel: string) => ({ streamId, channel, fromMs: 0, toMs: 1, rateFps: 25 });

  test('the column of the plan names the stream, by id or title; a plan of one channel fits a single stream', () => {
    const plan = [planned(0, 'A', { channel: 'Channel One' }), planned(0, 'B', { channel: 'two' })];
    const parts = planByStream(plan, [stream('one', 'CHANNEL ONE'), stream('two', 'Zwei')], undefined);
    expect(parts.map((part) => [part.stream.streamId, part.planned.map(({ title }) => title)])).toEqual([
      ['one', ['A']],
      ['two', ['B']],
    ]);
    expect(planByStream(plan.slice(0, 1), [stream('x', 'y')], undefined)[0]?.stream.streamId).toBe('x');
    expect(planByStream(plan, [stream('x', 'y')], 'TWO')[0]?.planned.map(({ title }) => title)).toEqual(['B']);
  });

  test('a channel that is no stream is told with the streams that there are', () => {
    const plan = [planned(0, 'A', { channel: 'One' }), planned(0, 'B', { channel: 'Three' })];
    expect(() => planByStream(plan, [stream('one', 'One'), stream('two', 'Zwei')], undefined)).toThrow(/"Three".*one \(One\), two \(Zwei\)/);
    expect(() => planByStream([planned(0, 'A')], [stream('one', 'One'), stream('two', 'Zwei')], undefined)).toThrow(/names no channel: choose one/);
  });
});

describe('output', () => {
  const lines = compare([planned(0, '=A', { line: 2 }), planned(1, 'B', { line: 3 })], [aired(6.2, '=A', { durationMs: 15_000 })]);
  const style = { zone: new TimeZone('Europe/Berlin'), rateFps: 25 };

  test('a table with a sentence that sums it up', () => {
    const table = comparisonTable(lines, style);
    expect(table).toMatch(/2026-11-21 21:00:00:00 .*2026-11-21 21:06:12:00 .*\+6:12 .*15 s of 20 s .*=A .*title .*late, cut short/);
    expect(table).toContain('0 of 2 planned spots aired as planned; 1 missing, 1 late, 1 cut short.');
    expect(summaryOf(lines)).toMatchObject({ planned: 2, aired: 1, missing: 1, asPlanned: 0 });
  });

  test('CSV and JSON say the same, formulas defused', () => {
    const [head = '', missing = '', late = ''] = comparisonCsv(lines, style).split('\r\n');
    expect(head).toMatch(/^status,differences,channel,planned_start,aired_start,shift_ms,planned_duration_ms,/);
    expect(missing).toMatch(/^missing,,/);
    expect(late).toContain("late; cut short,One,2026-11-21T21:00:00.000+01:00,2026-11-21T21:06:12.000+01:00,372000,20000,15000,title,'=A,'=A,");
    const parsed = JSON.parse(comparisonJson(lines, style)) as { lines: { status: string; differences: string[]; planLine: number }[] };
    expect(parsed.lines).toMatchObject([
      { status: 'missing', differences: [], planLine: 3 },
      { status: 'aired', differences: ['late', 'cut short'], planLine: 2 },
    ]);
  });
});
