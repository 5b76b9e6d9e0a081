import { describe, expect, test } from 'vitest';

import { TimeLine, epochStepUs } from './time-line.ts';

const second = 1_000_000;
const wrapUs = Math.round(2 ** 33 / 0.09);

test('keeps the time of the source within one epoch', () => {
  const line = new TimeLine(4);
  expect(line.lead(90 * second)).toEqual({ epoch: 4, ptsUs: 90 * second });
  expect(line.lead(91 * second)).toEqual({ epoch: 4, ptsUs: 91 * second });
  expect(line.place(89 * second)).toEqual({ epoch: 4, ptsUs: 89 * second });
});

test('begins an epoch at a reset and takes the step of the decoder out again', () => {
  const line = new TimeLine(1);
  line.lead(50 * second);
  expect(line.lead(epochStepUs + 2 * second)).toEqual({ epoch: 2, ptsUs: 2 * second });
  expect(line.lead(2 * epochStepUs - 20_000)).toEqual({ epoch: 3, ptsUs: -20_000 });
});

test('begins an epoch at a gap of more than ten seconds', () => {
  const line = new TimeLine(1);
  line.lead(50 * second);
  expect(line.lead(59 * second).epoch).toBe(1);
  expect(line.lead(70 * second)).toEqual({ epoch: 2, ptsUs: 70 * second });
});

test('puts sound that trails the pictures into the epoch it belongs to', () => {
  const line = new TimeLine(1);
  line.lead(50 * second);
  line.lead(epochStepUs + 2 * second);
  expect(line.place(49 * second)).toEqual({ epoch: 1, ptsUs: 49 * second });
  expect(line.place(epochStepUs + second)).toEqual({ epoch: 2, ptsUs: second });
});

test('goes on in the same epoch where a 33-bit clock wraps', () => {
  const line = new TimeLine(1);
  line.lead(wrapUs - second);
  expect(line.lead(epochStepUs + second)).toEqual({ epoch: 1, ptsUs: wrapUs + second });
  expect(line.lead(epochStepUs + 2 * second)).toEqual({ epoch: 1, ptsUs: wrapUs + 2 * second });
  expect(line.lead(2 * epochStepUs + second).epoch).toBe(2);
});

describe('a time of the source that did not pass through the decoder', () => {
  test('is that of the current epoch, however often the clock has wrapped', () => {
    const line = new TimeLine(1);
    line.lead(wrapUs - second);
    expect(line.placeSource(wrapUs - 3 * second)).toEqual({ epoch: 1, ptsUs: wrapUs - 3 * second });
    expect(line.placeSource(2 * second)).toEqual({ epoch: 1, ptsUs: wrapUs + 2 * second });
    line.lead(epochStepUs + second);
    expect(line.placeSource(2 * second)).toEqual({ epoch: 1, ptsUs: wrapUs + 2 * second });
    expect(line.placeSource(wrapUs - second)).toEqual({ epoch: 1, ptsUs: wrapUs - second });
  });

  test('has no place before the first picture, or when its epoch is over or has not begun', () => {
    const line = new TimeLine(1);
    expect(line.placeSource(0)).toBeUndefined();
    line.lead(500 * second);
    expect(line.placeSource(5 * second)).toBeUndefined();
    expect(line.placeSource(520 * second)).toBeUndefined();
    line.lead(epochStepUs + 4 * second);
    expect(line.placeSource(5 * second)).toEqual({ epoch: 2, ptsUs: 5 * second });
    expect(line.placeSource(499 * second)).toBeUndefined();
  });

  test('may lie anywhere in the epoch that is being read', () => {
    const line = new TimeLine(1);
    line.lead(100 * second);
    for (let at = 105; at <= 300; at += 5) line.lead(at * second);
    expect(line.placeSource(100 * second)?.ptsUs).toBe(100 * second);
    expect(line.placeSource(80 * second)).toBeUndefined();
  });
});
