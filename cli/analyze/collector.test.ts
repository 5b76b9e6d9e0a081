import { expect, test } from 'vitest';

import { EventMaker } from '../../test/support/event-maker.ts';
import { AnalysisCollector } from './collector.ts';

const maker = new EventMaker('recording', 0);
const time = { durationMs: 600_000, toMs: (_epoch: number, ptsUs: number) => Math.round(ptsUs / 1000) };
const inBreak = { breakId: 'b', airingId: 'a', endMs: 80_000 };

function collect(...spots: Parameters<EventMaker['spot']>[1][]): ReturnType<AnalysisCollector['breaks']>[0]['spots'] {
  const collector = new AnalysisCollector();
  collector.addBreak(maker.break(60_000, { breakId: 'b', endMs: 90_000, state: 'final' }));
  for (const fields of spots) collector.addSpot(maker.spot(60_000, { ...inBreak, ...fields }));
  return collector.breaks(time)[0]?.spots ?? [];
}

test('a break was announced by its first event and final by its first final one, whatever comes twice or late', () => {
  const collector = new AnalysisCollector();
  const revisions = [
    maker.break(60_000, { breakId: 'b', revision: 1, knownUpToUs: 64e6 }),
    maker.break(60_000, { breakId: 'b', revision: 2, state: 'confirmed', knownUpToUs: 80e6 }),
    maker.break(60_000, { breakId: 'b', revision: 3, state: 'final', endMs: 90_000, knownUpToUs: 101e6 }),
  ];
  for (const event of [...revisions].reverse()) collector.addBreak(event);
  for (const event of revisions) collector.addBreak(event);
  collector.addBreak(maker.break(200_000, { breakId: 'gone', state: 'retracted' }));
  expect(collector.breaks(time)).toMatchObject([
    { breakId: 'b', startMs: 60_000, endMs: 90_000, announcedMs: 64_000, finalMs: 101_000, state: 'final' },
  ]);
});

test('a spot of the catalogue was named by the first event that carried its id', () => {
  const spots = collect(
    { revision: 1, spotId: 'guess', knownUpToUs: 61e6 },
    { revision: 2, spotId: 'acme', identifiedBy: 'catalogue', known: true, knownUpToUs: 62e6 },
    { revision: 3, spotId: 'acme', identifiedBy: 'catalogue', known: true, knownUpToUs: 82e6, state: 'final', title: 'Acme 20', brand: 'Acme' },
  );
  expect(spots).toMatchObject([{ spotId: 'acme', known: true, identifiedMs: 62_000, state: 'final', title: 'Acme 20', brand: 'Acme' }]);
});

test('a spot seen for the first time was named by its first event, also when a later airing gave it another name', () => {
  const spots = collect(
    { revision: 1, spotId: 'guess', knownUpToUs: 66e6 },
    { revision: 2, spotId: 'guess', knownUpToUs: 84e6, state: 'final' },
    { revision: 3, spotId: 'candidate', identifiedBy: 'repeat', knownUpToUs: 500e6, state: 'final', title: 'Spot 1' },
  );
  expect(spots).toMatchObject([{ spotId: 'candidate', airing: 1, identifiedBy: 'repeat', identifiedMs: 66_000, title: 'Spot 1' }]);
});

test('a second airing was named when it was recognised, and an airing that was taken back is gone', () => {
  const second = { airing: 2, spotId: 'candidate', identifiedBy: 'repeat' } as const;
  expect(collect({ revision: 1, spotId: 'guess', knownUpToUs: 61e6 }, { ...second, revision: 2, knownUpToUs: 63e6 })).toMatchObject([
    { airing: 2, identifiedMs: 63_000 },
  ]);
  expect(collect({ revision: 1 }, { revision: 2, state: 'retracted' })).toEqual([]);
});
