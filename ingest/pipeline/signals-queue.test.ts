import { expect, test } from 'vitest';

import { createLogger } from '../../core/log/logger.ts';
import { createMetrics } from '../../core/metrics/metrics.ts';
import { type Clock, systemClock } from '../../core/time/clock.ts';
import type { Signals } from '../../schemas/events.generated.ts';
import { recordEvents } from '../../test/support/recorded-events.ts';
import { SignalsQueue } from './signals-queue.ts';
import { SteadyPublisher } from './steady-publisher.ts';

/** A clock on which every wait lasts an hour, so that what gathers goes on gathering. */
const standing: Clock = {
  ...systemClock,
  sleep: async (_ms, signal) => await systemClock.sleep(3_600_000, signal),
};
const run = (ptsUs: number): Signals => ({ ptsUs }) as Signals;

test('the first run leaves at once; those that gather behind it leave together, in order, when the reading ends', async () => {
  const batches: number[] = [];
  const events = recordEvents();
  const { signal } = new AbortController();
  const publisher = new SteadyPublisher({
    publisher: {
      ...events.publisher,
      publish: async (topic, added) => {
        batches.push(added.length);
        return await events.publisher.publish(topic, added);
      },
    },
    metrics: createMetrics(),
    log: createLogger({ level: 'silent' }),
    clock: systemClock,
    signal,
  });
  const queue = new SignalsQueue({ publisher, stopping: signal, clock: standing, gatherMs: 250 });
  await queue.add(run(0));
  await events.until(() => events.signals.length === 1, 'the first run');
  for (const ptsUs of [1, 2, 3]) await queue.add(run(ptsUs));
  expect(events.signals).toHaveLength(1);
  await queue.drained();
  expect(events.signals.map(({ ptsUs }) => ptsUs)).toEqual([0, 1, 2, 3]);
  expect(batches).toEqual([1, 3]);
});
