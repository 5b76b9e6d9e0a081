import { expect, test } from 'vitest';

import { recordingClock, sourceClock } from './event-clock.ts';

test('events have the time that the source says, from the epoch on in which it says it', () => {
  const clock = sourceClock(recordingClock(1_000_000, 50));
  clock.observe(1, 10_000_000);
  expect(clock.at(1, 12_000_000)).toEqual({ eventTimeMs: 1_002_000, timeSource: 'file', uncertaintyMs: 50 });
  clock.tell(1, 20_000_000, 5_000_000, 100);
  expect(clock.at(1, 12_000_000)).toEqual({ eventTimeMs: 4_992_000, timeSource: 'pdt', uncertaintyMs: 100 });
  clock.observe(2, 0);
  expect(clock.at(2, 1_000_000).timeSource).toBe('file');
  expect(clock.at(1, 21_000_000).timeSource).toBe('pdt');
});
