import { expect, test } from 'vitest';

import { latency, runningTime, shortLength, utc } from './format.ts';

test('running times are mm:ss, and h:mm:ss from an hour on', () => {
  expect([0, 59_999, 60_000, 3_599_000, 3_600_000, -5].map(runningTime)).toEqual(['00:00', '00:59', '01:00', '59:59', '1:00:00', '00:00']);
});

test('lengths keep a tenth below a minute and never say 60.0 s', () => {
  expect([20_040, 59_949, 59_950, 90_000].map(shortLength)).toEqual(['20.0 s', '59.9 s', '01:00', '01:30']);
});

test('latencies, moments and what is missing', () => {
  expect([null, 84.4, 1240, 109_400].map(latency)).toEqual(['–', '84 ms', '1.2 s', '01:49']);
  expect(utc(Date.UTC(2026, 4, 1, 20, 15, 3))).toBe('2026-05-01 20:15:03 UTC');
});
