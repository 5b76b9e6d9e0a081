import { expect, test } from 'vitest';

import { Rate } from './rates.ts';

test('a rate is the mean of the last ten whole seconds', () => {
  const rate = new Rate();
  for (let second = 0; second < 20; second += 1) rate.add(second * 1000 + 500, second < 10 ? 100 : 4);
  expect(rate.perSecond(20_100)).toBe(4);
});

test('a young rate is over the seconds it has seen, and without a whole second there is none', () => {
  const rate = new Rate();
  expect(rate.perSecond(5000)).toBe(0);
  rate.add(5000, 6);
  expect(rate.perSecond(5900)).toBe(0);
  expect(rate.perSecond(6000)).toBe(6);
  expect(rate.perSecond(7000)).toBe(3);
});

test('silence brings it back to nothing, however long', () => {
  const rate = new Rate();
  rate.add(1000, 50);
  expect(rate.perSecond(12_000)).toBe(0);
  expect(rate.perSecond(10_000_000)).toBe(0);
});
