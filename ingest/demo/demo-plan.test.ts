import { describe, expect, test } from 'vitest';
import { demoParts, demoPlan } from './demo-plan.ts';
import { planFrames } from './plan.ts';
import { detailCsv, planTruth, truthCsv, truthEdl } from './truth.ts';

const airings = (ids: readonly string[]): number[] => [
  ...ids.reduce((counts, id) => counts.set(id, (counts.get(id) ?? 0) + 1), new Map<string, number>()).values(),
];

describe('demo plan', () => {
  test('opens its first break 12 to 15 seconds after the start and the next after at least 40 s of programme', () => {
    const { breaks } = planTruth(demoPlan('news'));
    expect(breaks).toHaveLength(3);
    expect(breaks[0]?.startS).toBeGreaterThanOrEqual(12);
    expect(breaks[0]?.startS).toBeLessThanOrEqual(15);
    for (let index = 1; index < breaks.length; index++)
      expect((breaks[index]?.startS ?? 0) - (breaks[index - 1]?.endS ?? 0)).toBeGreaterThanOrEqual(40);
  });

  test.each(['news', 'sport'] as const)('channel %s airs spots more than once and has breaks with and without black', (channel) => {
    const truth = planTruth(demoPlan(channel));
    expect(airings(truth.spots.map((spot) => spot.id)).filter((count) => count > 1).length).toBeGreaterThanOrEqual(2);
    const blackInside = truth.breaks.map((span) => truth.separators.filter((black) => black.startS >= span.startS && black.endS <= span.endS).length);
    expect(blackInside).toContain(0);
    expect(Math.max(...blackInside)).toBeGreaterThanOrEqual(2);
  });

  test.each(['news', 'sport'] as const)('channel %s has two parts of whole AAC frames, so that it plays and loops without a gap', (channel) => {
    for (const part of demoParts(channel)) expect((planFrames(part) * (48_000 / 25)) % 1024).toBe(0);
  });

  test('has a first part of one and a half minutes that ends in programme, whose ticker the second part continues', () => {
    const [first, second] = demoParts('news');
    expect(planFrames(first) / 25).toBeGreaterThan(75);
    expect(planFrames(first) / 25).toBeLessThan(95);
    expect(first.items.at(-1)?.kind).toBe('programme');
    expect(second.firstFrame).toBe(planFrames(first));
  });

  test('gives the same plan every time', () => {
    expect(demoPlan('news')).toEqual(demoPlan('news'));
  });

  test('an airing of a spot has the same shots and sound as the one before', () => {
    const { items } = demoPlan('news');
    const [first, second] = items.filter((item) => item.id === 'norda');
    expect(second?.shots).toEqual(first?.shots);
    expect(second?.sound).toEqual(first?.sound);
  });
});

describe('truth', () => {
  test('is written as CSV in order of time, breaks before their spots', () => {
    const lines = truthCsv(planTruth(demoPlan('news'))).split('\n');
    expect(lines.slice(0, 3)).toEqual(['kind,id,start_s,end_s', 'break,break-1,14.480000,55.920000', 'spot,norda,14.480000,24.480000']);
    expect(detailCsv(planTruth(demoPlan('news')))).toContain('\nseparator,black,');
  });

  test('is written as an edit decision list with a break a line', () => {
    expect(truthEdl(planTruth(demoPlan('news'))).split('\n')[0]).toBe('14.480000 55.920000 3');
  });

  test('breaks begin with their first spot and end with their last, and cuts are exact frame times', () => {
    const truth = planTruth(demoPlan('news'));
    for (const span of truth.breaks) {
      expect(truth.spots.some((spot) => spot.startS === span.startS)).toBe(true);
      expect(truth.spots.some((spot) => spot.endS === span.endS)).toBe(true);
    }
    for (const cut of truth.cuts) expect(Math.abs(cut * 25 - Math.round(cut * 25))).toBeLessThan(1e-4);
  });
});
