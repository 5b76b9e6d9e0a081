import { expect, test } from 'vitest';

import { MemoryCatalogue } from '../../core/catalogue/memory-catalogue.ts';
import { PrintRecorder } from '../../core/fingerprint/print-recorder.ts';
import { createLogger } from '../../core/log/logger.ts';
import { syntheticSignals } from '../../test/support/synthetic-signals.ts';
import { SpotWatch } from './spot-watch.ts';
import { TenantMemory } from './tenant-memory.ts';

const car = { name: 'car', seconds: 30, shotS: 1.7 };
const film = { name: 'film', seconds: 30 };

/** A watch whose catalogue knows the car, as a candidate. */
async function watchFor(): Promise<SpotWatch> {
  const recorder = new PrintRecorder();
  for (const run of syntheticSignals([car])) recorder.add(run);
  const catalogue = new MemoryCatalogue();
  const print = recorder.print(0, 30e6)!;
  await catalogue.addCandidate({ spotId: 'spot-car', tenantId: 'default', title: 'Car', durationMs: 30_000, origin: 'test', print });
  const memory = new TenantMemory(catalogue, 'default', 3_600_000, createLogger({ level: 'silent' }));
  await memory.refresh(0, 0);
  return new SpotWatch(memory, () => true);
}

test('a spot that the channel joined late is one sighting however often it is told', async () => {
  const watch = await watchFor();
  for (const run of syntheticSignals([car, film]).filter(({ ptsUs }) => ptsUs >= 6e6)) watch.add(run);
  expect(watch.sightings).toHaveLength(1);
  expect(watch.sightings[0]!.startUs / 1e6).toBeCloseTo(6, 0);
  expect(watch.sightings[0]!.over).toBe(true);
});

test('what was taken back stays so, however much more of it agrees', async () => {
  const watch = await watchFor();
  const runs = syntheticSignals([film, car, film]);
  for (const run of runs.filter(({ endUs }) => endUs <= 45e6)) watch.add(run);
  const [sighting] = watch.sightings;
  expect(watch.withdraw(sighting!, { startUs: 30e6, endUs: 60e6 }).withdrawn).toBe(true);
  for (const run of runs.filter(({ endUs }) => endUs > 45e6)) watch.add(run);
  expect(watch.sightings).toEqual([]);
});
