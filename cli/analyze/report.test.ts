import { expect, test } from 'vitest';

import type { AnalysisReport } from './analysis.ts';
import { clockTime, toAsRunCsv, toEdl } from './report.ts';

const report: AnalysisReport = {
  file: 'a, b.ts',
  durationMs: 60_000,
  pictures: 1500,
  warnings: [],
  spliceCues: [],
  breaks: [
    {
      breakId: 'b1',
      startMs: 12_040,
      endMs: 27_000,
      confidence: 0.97,
      evidence: [],
      state: 'final',
      announcedMs: 14_000,
      finalMs: 30_000,
      spots: [
        {
          ...{ airingId: 'a1', spotId: 's1', startMs: 12_040, endMs: 27_000, state: 'final', title: '=cmd("x")', confidence: 0.9 },
          ...{ known: false, identifiedBy: 'repeat', identifiedMs: 14_200, airing: 2, position: 1 },
          ...{ brand: '', product: '', category: '', evidence: [] },
        },
      ],
    },
  ],
};

test('an edit decision list has one break a line, in seconds, with action 3', () => {
  expect(toEdl(report.breaks)).toBe('12.040 27.000 3\n');
});

test('the as-run log quotes commas and defuses formulas', () => {
  const line = toAsRunCsv([report]).split('\r\n')[1];
  expect(line).toBe(`"a, b.ts",0:00:12.040,12040,14960,1,b1,12040,s1,"'=cmd(""x"")",0.9,,,,false,repeat,14200,2`);
});

test('times read as hours, minutes, seconds and milliseconds', () => {
  expect(clockTime(3_723_004.4)).toBe('1:02:03.004');
});
