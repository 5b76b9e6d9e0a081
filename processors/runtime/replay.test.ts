import { afterEach, expect, test } from 'vitest';

import { createModelStore } from '../../core/inference/models/model-store.ts';
import type { PictureSignals, Signals } from '../../schemas/events.generated.ts';
import { topics } from '../../schemas/topics.ts';
import { type BusFixture, eventsOn, openBusFixture, until } from '../../test/support/bus-fixtures.ts';
import { signalsEvent } from '../../test/support/signals-events.ts';
import { detectShots } from '../detect-shots/index.ts';
import { groupOf, type RunningProcessor, runProcessor } from './run-processor.ts';
import { runtimeConfigSchema } from './runtime-config.ts';

const pictureUs = 40_000;
const lengthSeconds = 40;
/** Cuts in the middle of seconds, so that no run of signals begins with one. */
const cutsUs = [3_400_000, 9_720_000, 17_080_000, 26_600_000, 33_200_000];

let fixture: BusFixture;
let running: RunningProcessor | undefined;

afterEach(async () => {
  await running?.close();
  await fixture.dispose();
});

/** A picture of shot number `n`: still inside, another scene than its neighbours. */
function picture(ptsUs: number): PictureSignals {
  const shot = cutsUs.filter((cutUs) => cutUs <= ptsUs).length;
  const isCut = cutsUs.includes(ptsUs);
  return {
    ptsUs,
    lumaMean: 100 + shot,
    lumaDeviation: 40,
    blackRatio: 0,
    blackRowRatio: 0,
    uniformRatio: 0,
    histogramDistance: isCut ? 1 : 0.01,
    pictureDifference: isCut ? 120 : 1,
    perceptualHash: Buffer.alloc(8, shot % 2 === 0 ? 0x0f : 0xf0),
    letterboxRatio: 0,
  };
}

function second(number: number): Signals {
  const pictures = Array.from({ length: 25 }, (_, index) => picture(number * 1_000_000 + index * pictureUs));
  return signalsEvent(number, { pictures, endOfStream: number === lengthSeconds - 1 });
}

async function start(): Promise<void> {
  const inference = (): never => {
    throw new Error('This processor needs no inference.');
  };
  const deps = { ...fixture, models: createModelStore(fixture.dataDir), inference };
  running = await runProcessor(detectShots, {}, runtimeConfigSchema.parse({}), deps);
  await running.subscribed;
}

/** Identities of the distinct shots on the bus. */
async function shots(): Promise<string[]> {
  const all = (await eventsOn(fixture, topics.shots)).map((shot) => `${shot.ptsUs}-${shot.endUs} ${shot.transition} ${shot.shotId} ${shot.eventId}`);
  return [...new Set(all)].toSorted();
}

/** Finds the shots of the whole recording, restarting the process after some of its seconds. */
async function shotsWithRestarts(restartAfter: readonly number[]): Promise<string[]> {
  fixture = await openBusFixture();
  await start();
  for (let number = 0; number < lengthSeconds; number += 1) {
    await fixture.publisher.publish(topics.signals, [second(number)]);
    if (!restartAfter.includes(number)) continue;
    const handled = `sightline_component_process_duration_seconds_count{component="detect-shots"}`;
    const first = (await fixture.bus.lag(groupOf('detect-shots'), 'signals'))[0];
    await until(async () => (await fixture.metrics.expose()).text.includes(handled) && (first?.endOffset ?? 0) > 0);
    await running?.close();
    fixture = await fixture.reopen();
    await start();
  }
  const whole = `${cutsUs.at(-1)}-${lengthSeconds * 1_000_000} `;
  await until(async () => (await shots()).some((shot) => shot.startsWith(whole)));
  const found = await shots();
  await running?.close();
  await fixture.dispose();
  return found;
}

test('restarts in the middle of shots leave no trace: the same shots under the same ids, no more and no less', async () => {
  const undisturbed = await shotsWithRestarts([]);
  expect(undisturbed.map((shot) => Number(shot.split('-')[0]))).toEqual([0, ...cutsUs].toSorted((a, b) => String(a).localeCompare(String(b))));
  expect(await shotsWithRestarts([5, 12, 13, 20, 29, 36])).toEqual(undisturbed);
});
