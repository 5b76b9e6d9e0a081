import { expect, test } from 'vitest';

import { MemoryCatalogue } from '../../core/catalogue/memory-catalogue.ts';
import { createLogger } from '../../core/log/logger.ts';
import type { Shot, Signals } from '../../schemas/events.generated.ts';
import { type Segment, syntheticSignals } from '../../test/support/synthetic-signals.ts';
import type { Emit } from '../processor.ts';
import { detectShots } from './index.ts';

async function shotsOf(runs: readonly Signals[]): Promise<Shot[]> {
  const processor = detectShots.prepare({}, { log: createLogger({ level: 'silent' }), catalogue: new MemoryCatalogue() })();
  const shots: Shot[] = [];
  const emit: Emit = (_topic, event) => void shots.push(event as unknown as Shot);
  for (const run of runs) await processor.process(run, emit);
  await processor.flush(emit);
  return shots;
}

const spans = (shots: readonly Shot[]): unknown => shots.map(({ ptsUs, endUs, pictures, transition }) => [ptsUs, endUs, pictures, transition]);

test('emits one shot per pair of neighbouring cuts, ending at the first picture of the next shot', async () => {
  const shots = await shotsOf(syntheticSignals([{ name: 'a', seconds: 6, shotS: 2 }]));
  expect(spans(shots)).toEqual([
    [0, 2_000_000, 50, 'start'],
    [2_000_000, 4_000_000, 50, 'cut'],
    [4_000_000, 6_000_000, 50, 'cut'],
  ]);
});

test('takes black between two shots as one boundary at its end', async () => {
  const segments: Segment[] = [
    { name: 'a', seconds: 2 },
    { name: 'gap', seconds: 0.4, black: true },
    { name: 'b', seconds: 2 },
  ];
  expect(spans(await shotsOf(syntheticSignals(segments)))).toEqual([
    [0, 2_400_000, 60, 'start'],
    [2_400_000, 4_400_000, 50, 'cut'],
  ]);
});

test('does not take a flash for a cut', async () => {
  const runs = syntheticSignals([{ name: 'a', seconds: 4, shotS: 10 }]);
  for (const run of runs) {
    for (const picture of run.pictures) {
      if (picture.ptsUs === 2_000_000)
        Object.assign(picture, { pictureDifference: 90, histogramDistance: 0.9, perceptualHash: Buffer.alloc(8, 0x5a) });
      if (picture.ptsUs === 2_040_000) Object.assign(picture, { pictureDifference: 90, histogramDistance: 0.9 });
    }
  }
  expect(spans(await shotsOf(runs))).toEqual([[0, 4_000_000, 100, 'start']]);
});

test('finds the cut into noise and out of it, where every picture differs from the last', async () => {
  const runs = syntheticSignals([
    { name: 'a', seconds: 2, shotS: 10 },
    { name: 'noise', seconds: 2, shotS: 10 },
    { name: 'b', seconds: 2, shotS: 10 },
  ]);
  const noise = runs.flatMap(({ pictures }) => pictures).filter(({ ptsUs }) => ptsUs >= 2_000_000 && ptsUs <= 4_000_000);
  noise.forEach((picture, index) => {
    const atEdge = index === 0 || index === noise.length - 1;
    Object.assign(picture, { pictureDifference: 88, histogramDistance: atEdge ? 0.85 : 0.07 });
    if (index < noise.length - 1)
      Object.assign(picture, { perceptualHash: Buffer.from(Array.from({ length: 8 }, (_, byte) => (index * 89 + byte * 151) & 0xff)) });
  });
  expect((await shotsOf(runs)).map(({ ptsUs }) => ptsUs)).toEqual([0, 2_000_000, 4_000_000]);
});

test('takes fast motion for motion', async () => {
  const runs = syntheticSignals([{ name: 'a', seconds: 3, shotS: 10 }]);
  runs
    .flatMap((run) => run.pictures)
    .forEach((picture, index) => Object.assign(picture, { pictureDifference: 30, histogramDistance: 0.1, perceptualHash: Buffer.alloc(8, index) }));
  expect(await shotsOf(runs)).toHaveLength(1);
});

test('gives the same ids whatever the length of the runs, and ends the last shot at a new epoch', async () => {
  const segments = [{ name: 'a', seconds: 6, shotS: 1.6 }];
  const ids = (shots: readonly Shot[]): string[] => shots.map(({ eventId }) => eventId);
  expect(ids(await shotsOf(syntheticSignals(segments, { runMs: 3000 })))).toEqual(ids(await shotsOf(syntheticSignals(segments))));
  const open = syntheticSignals(segments).map((run) => ({ ...run, endOfStream: false }));
  const shots = await shotsOf([...open, ...syntheticSignals(segments, { epoch: 2 })]);
  expect(shots.map(({ epoch, ptsUs }) => [epoch, ptsUs])).toEqual(
    [1, 2].flatMap((epoch) => [0, 1_600_000, 3_200_000, 4_800_000].map((ptsUs) => [epoch, ptsUs])),
  );
});
