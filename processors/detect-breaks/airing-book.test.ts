import { expect, test } from 'vitest';

import type { CatalogueSpot } from '../../core/catalogue/catalogue.ts';
import { AiringBook } from './airing-book.ts';
import type { Span } from './silence-meter.ts';
import type { Sighting } from './spot-watch.ts';

const span = (startS: number, endS: number): Span => ({ startUs: startS * 1e6, endUs: endS * 1e6 });

/** The car, recognised from one second to another. */
function carAt(startS: number, endS: number): Sighting {
  const names = { title: 'Car', brand: '', product: '', category: '', parentId: null, relation: null };
  const life = { durationMs: 30_000, origin: 'test', revision: 1, createdMs: 0, updatedMs: 0 };
  const spot: CatalogueSpot = { ...names, ...life, spotId: 'spot-car', tenantId: 'default', status: 'candidate' };
  const known = { key: 'repeat spot-car', spot, by: 'repeat' as const, over: true, withdrawn: false, sure: true };
  return { ...known, ...span(startS, endS), shownStartUs: startS * 1e6, agreesUs: 30e6, confidence: 0.9, evidence: 'aired before' };
}

function airingsOf(cuts: readonly Span[], sightings: readonly Sighting[]): (string | number)[][] {
  const book = new AiringBook();
  book.update('break', cuts, sightings, 'provisional', 200e6);
  return book.airings.map(({ startUs, endUs, identity }) => [startUs / 1e6, (endUs ?? 0) / 1e6, identity.title]);
}

test('a recognised spot takes the cuts near its ends', () => {
  expect(airingsOf([span(100, 130), span(130, 150)], [carAt(100.3, 129.6)])).toEqual([
    [100, 130, 'Car'],
    [130, 150, ''],
  ]);
});

test('a recognised spot that the model cut in two stays whole', () => {
  expect(airingsOf([span(100, 115.1), span(115.1, 130), span(130, 150)], [carAt(100, 130)])).toEqual([
    [100, 130, 'Car'],
    [130, 150, ''],
  ]);
});

test('a match that broke off is the whole airing when what began with it is as long as the spot', () => {
  expect(airingsOf([span(100, 130), span(130, 150)], [carAt(100, 109)])).toEqual([
    [100, 130, 'Car'],
    [130, 150, ''],
  ]);
});

test('airings of one break never overlap: beside a name only what is left of a segment is told, and no scraps', () => {
  expect(airingsOf([span(100, 120), span(120, 150)], [carAt(100, 109)])).toEqual([
    [100, 109, 'Car'],
    [109, 120, ''],
    [120, 150, ''],
  ]);
  expect(airingsOf([span(95, 120)], [carAt(98, 108)])).toEqual([
    [98, 108, 'Car'],
    [108, 120, ''],
  ]);
});
