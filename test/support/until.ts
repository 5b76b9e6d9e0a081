import { systemClock } from '../../core/time/clock.ts';

/** Generous, for machines that do other things too: the time-out of a shorter test (vitest.config.ts) ends the wait before. */
const defaultLimitMs = 60_000;
const pollMs = 20;

/**
 * Waits until `check` gives something other than `undefined` or `false`, and gives that back. While `check` throws it is not yet so.
 *
 * @param what what is waited for, as it stands in the failure
 * @throws Error when it has not come within `limitMs`, with the last error of `check` as its cause
 */
export async function until<Value>(
  check: () => Value | undefined | false | Promise<Value | undefined | false>,
  what = 'something that did not come',
  limitMs = defaultLimitMs,
): Promise<Value> {
  const deadlineMs = systemClock.monotonicMs() + limitMs;
  let cause: unknown;
  for (;;) {
    try {
      const value = await check();
      if (value !== undefined && value !== false) return value;
      cause = undefined;
    } catch (error) {
      cause = error;
    }
    if (systemClock.monotonicMs() > deadlineMs) throw new Error(`Waited ${limitMs / 1000} s for ${what}.`, { cause });
    await systemClock.sleep(pollMs);
  }
}
