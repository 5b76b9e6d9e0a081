import { afterEach, expect, test } from 'vitest';

import { createModelStore } from '../../core/inference/models/model-store.ts';
import type { Break, Signals, Spot } from '../../schemas/events.generated.ts';
import { topics } from '../../schemas/topics.ts';
import { type BusFixture, eventsOn, openBusFixture } from '../../test/support/bus-fixtures.ts';
import { until } from '../../test/support/until.ts';
import { syntheticSignals } from '../../test/support/synthetic-signals.ts';
import { twoBreaks } from '../../test/support/two-breaks.ts';
import { groupOf, type RunningProcessor, runProcessor } from '../runtime/run-processor.ts';
import { runtimeConfigSchema } from '../runtime/runtime-config.ts';
import { detectBreaks } from './index.ts';

let fixture: BusFixture;
let running: RunningProcessor | undefined;

afterEach(async () => {
  await running?.close();
  await fixture.dispose();
});

async function start(): Promise<void> {
  const inference = (): never => {
    throw new Error('This processor needs no inference.');
  };
  const options = detectBreaks.config.parse({});
  running = await runProcessor(detectBreaks, options, runtimeConfigSchema.parse({}), {
    ...fixture,
    models: createModelStore(fixture.dataDir),
    inference,
  });
  await running.subscribed;
}

async function committed(): Promise<number> {
  return (await fixture.bus.lag(groupOf('detect-breaks'), 'signals').catch(() => []))[0]?.committedOffset ?? 0;
}

/** What stands in the log at the end: the latest revision of every break and airing that was not taken back. */
async function log(restartAt: readonly number[]): Promise<unknown> {
  fixture = await openBusFixture();
  const runs: Signals[] = syntheticSignals(twoBreaks, { runMs: 1000 });
  await start();
  for (const [index, run] of runs.entries()) {
    await fixture.publisher.publish(topics.signals, [run]);
    if (!restartAt.includes(index)) continue;
    await until(async () => (await committed()) > index - 2);
    await running?.close();
    fixture = await fixture.reopen();
    await start();
  }
  await until(async () => (await committed()) >= runs.length);
  const breaks = latest(await eventsOn(fixture, topics.breaks), ({ breakId }: Break) => breakId);
  const spots = latest(await eventsOn(fixture, topics.spots), ({ airingId }: Spot) => airingId);
  return {
    breaks: breaks.map(({ breakId, state, ptsUs, endUs }) => ({ breakId, state, ptsUs, endUs })),
    spots: spots.map(({ airingId, breakId, spotId, state, ptsUs, endUs, airing, position }) => ({
      airingId,
      breakId,
      spotId,
      state,
      ptsUs,
      endUs,
      airing,
      position,
    })),
  };
}

function latest<Event extends { revision: number; state: string; ptsUs: number }>(events: readonly Event[], idOf: (event: Event) => string): Event[] {
  const last = new Map<string, Event>();
  for (const event of events) if ((last.get(idOf(event))?.revision ?? 0) <= event.revision) last.set(idOf(event), event);
  return [...last.values()].filter(({ state }) => state !== 'retracted').sort((one, other) => one.ptsUs - other.ptsUs);
}

test('restarts in programme and in the middle of breaks leave no trace: the same log under the same ids', async () => {
  const whole = await log([]);
  expect(whole).toMatchObject({
    breaks: [
      { ptsUs: 50_000_000, endUs: 110_000_000, state: 'final' },
      { ptsUs: 160_000_000, endUs: 225_000_000, state: 'final' },
    ],
  });
  await running?.close();
  await fixture.dispose();
  expect(await log([30, 75, 130, 178, 215])).toEqual(whole);
}, 120_000);
