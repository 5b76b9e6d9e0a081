import { afterEach, expect, test } from 'vitest';

import { createModelStore } from '../../core/inference/models/model-store.ts';
import type { PictureSignals, Signals } from '../../schemas/events.generated.ts';
import { topics } from '../../schemas/topics.ts';
import { type BusFixture, eventsOn } from '../support/bus-fixtures.ts';
import { until } from '../support/until.ts';
import { signalsEvent } from '../support/signals-events.ts';
import { detectShots } from '../../processors/detect-shots/index.ts';
import { groupOf, type RunningProcessor, runProcessor } from '../../processors/runtime/run-processor.ts';
import { runtimeConfigSchema } from '../../processors/runtime/runtime-config.ts';

const pictureUs = 40_000;
const lengthSeconds = 40;
/** Cuts in the middle of seconds, so that no run of signals begins with one. */
const cutsUs = [3_400_000, 9_720_000, 17_080_000, 26_600_000, 33_200_000];

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
    pillarboxRatio: 0,
  };
}

function second(number: number): Signals {
  const pictures = Array.from({ length: 25 }, (_, index) => picture(number * 1_000_000 + index * pictureUs));
  return signalsEvent(number, { pictures, endOfStream: number === lengthSeconds - 1 });
}

/** One run of the processor over the recording, on a bus of its own. */
class Run {
  #fixture: BusFixture;
  #running: RunningProcessor | undefined;

  constructor(fixture: BusFixture) {
    this.#fixture = fixture;
  }

  async start(): Promise<void> {
    const inference = (): never => {
      throw new Error('This processor needs no inference.');
    };
    const deps = { ...this.#fixture, models: createModelStore(this.#fixture.dataDir), inference };
    this.#running = await runProcessor(detectShots, {}, runtimeConfigSchema.parse({}), deps);
    await this.#running.subscribed;
  }

  /** Publishes the recording, restarting the processor and the bus client after some of its seconds; resolves with all shots. */
  async shots(restartAfter: readonly number[]): Promise<string[]> {
    await this.start();
    for (let number = 0; number < lengthSeconds; number += 1) {
      await this.#fixture.publisher.publish(topics.signals, [second(number)]);
      if (!restartAfter.includes(number)) continue;
      await until(async () => (await this.#committed()) > number - 2);
      await this.#running?.close();
      this.#fixture = await this.#fixture.reopen();
      await this.start();
    }
    const whole = `${cutsUs.at(-1)}-${lengthSeconds * 1_000_000} `;
    await until(async () => (await this.#found()).some((shot) => shot.startsWith(whole)));
    return await this.#found();
  }

  /** 0 also when the bus cannot say just now. */
  async #committed(): Promise<number> {
    const partitions = await this.#fixture.bus.lag(groupOf('detect-shots'), 'signals').catch(() => []);
    return partitions[0]?.committedOffset ?? 0;
  }

  async end(): Promise<void> {
    await this.#running?.close();
    await this.#fixture.dispose();
  }

  /** Identities of the distinct shots on the bus. */
  async #found(): Promise<string[]> {
    const events = await eventsOn(this.#fixture, topics.shots);
    return [...new Set(events.map((shot) => `${shot.ptsUs}-${shot.endUs} ${shot.transition} ${shot.shotId} ${shot.eventId}`))].toSorted();
  }
}

/** Tests that restarts of a processor with state leave no trace, on whatever bus `open` opens (fresh at every call). */
export function describeReplay(bus: string, open: () => Promise<BusFixture>, restartAfter: readonly number[], timeoutMs: number): void {
  let run: Run | undefined;

  afterEach(async () => {
    await run?.end();
  });

  test(
    `restarts in the middle of shots leave no trace on the ${bus}: the same shots under the same ids, no more and no less`,
    { timeout: timeoutMs },
    async () => {
      run = new Run(await open());
      const undisturbed = await run.shots([]);
      await run.end();
      const starts = undisturbed.map((shot) => Number(shot.split('-')[0])).toSorted((a, b) => a - b);
      expect(starts).toEqual([0, ...cutsUs]);
      run = new Run(await open());
      expect(await run.shots(restartAfter)).toEqual(undisturbed);
    },
  );
}
