import { describe, expect, it } from 'vitest';

import { fakeBroadcast, fakePrint, fakeRuns } from '../../test/support/fake-fingerprints.ts';
import { SpotIndex } from './spot-index.ts';
import { SpotMatcher } from './spot-matcher.ts';
import type { SpotMatch } from './spot-print.ts';

function match(index: SpotIndex, runs: ReturnType<typeof fakeRuns>): SpotMatch[] {
  const matcher = new SpotMatcher(index);
  return [...runs.flatMap((run) => matcher.add(run)), ...matcher.flush()];
}

function indexOf(...spots: readonly string[]): SpotIndex {
  const index = new SpotIndex();
  for (const spot of spots) index.put(spot, fakePrint(spot, 10));
  return index;
}

describe('SpotMatcher', () => {
  it('names a spot within two seconds of its first picture, dates it, and says when it is over', () => {
    const runs = fakeRuns(fakeBroadcast(['programme', 5], ['acme', 10], ['more', 5]));
    const matcher = new SpotMatcher(indexOf('acme', 'other'));
    let firstUs = 0;
    const matches: SpotMatch[] = [];
    for (const run of runs) {
      const said = matcher.add(run);
      if (said.length > 0 && matches.length === 0) firstUs = run.endUs;
      matches.push(...said);
    }
    expect(firstUs).toBeLessThanOrEqual(7_000_000);
    const last = matches.at(-1)!;
    expect(last).toMatchObject({ key: 'acme', over: true });
    expect(Math.abs(last.startUs - 5_000_000)).toBeLessThan(20_000);
    expect(Math.abs(last.toUs - 15_000_000)).toBeLessThan(60_000);
    expect(last.bitErrorRate).toBeLessThan(0.02);
  });

  it('finds nothing in what is not in the index', () => {
    expect(match(indexOf('acme', 'other'), fakeRuns(fakeBroadcast(['programme', 20], ['stranger', 10])))).toEqual([]);
  });

  it('gives two matches of a spot that is shown twice in a row', () => {
    const matches = match(indexOf('acme'), fakeRuns(fakeBroadcast(['programme', 4], ['acme', 10], ['acme', 10], ['more', 3])));
    const over = matches.filter((one) => one.over);
    expect(over.map((one) => Math.round(one.startUs / 1e6))).toEqual([4, 14]);
  });

  it('ends a spot that breaks off soon after it did', () => {
    const runs = fakeRuns(fakeBroadcast(['programme', 4], ['acme', 5], ['more', 10]));
    const matcher = new SpotMatcher(indexOf('acme'));
    const ended = runs.map((run) => ({ matches: matcher.add(run), endUs: run.endUs })).find(({ matches }) => matches.some((one) => one.over))!;
    expect(ended.endUs).toBeLessThanOrEqual(10_500_000);
    expect(Math.abs(ended.matches[0]!.toUs - 9_000_000)).toBeLessThan(300_000);
  });

  it('survives one bit in five of its sound being wrong, and pictures that are others', () => {
    const noisy = fakeRuns(fakeBroadcast(['programme', 4], ['acme', 10], ['more', 4]), { bitErrors: 0.2 });
    expect(match(indexOf('acme'), noisy).some((one) => one.key === 'acme')).toBe(true);
    const covered = fakeRuns(fakeBroadcast(['programme', 4], ['acme', 10], ['more', 4]), { otherPictures: true });
    expect(match(indexOf('acme'), covered).some((one) => one.key === 'acme')).toBe(true);
  });

  it('recognises the pictures alone when the sound is replaced', () => {
    const matches = match(indexOf('acme'), fakeRuns(fakeBroadcast(['programme', 4], ['acme', 10], ['more', 4]), { otherSound: true }));
    expect(matches.at(-1)).toMatchObject({ key: 'acme', over: true, bitErrorRate: undefined });
  });

  it('names a cut-down that shares its beginning with the long version, and withdraws what it said first if that was wrong', () => {
    const index = new SpotIndex();
    index.put('long', fakePrint('acme', 20));
    index.put(
      'short',
      fakePrint(
        [
          ['acme', 5],
          ['ending', 5],
        ],
        10,
      ),
    );
    const runs = fakeRuns(fakeBroadcast(['programme', 4], ['acme', 5], ['ending', 5], ['more', 8]));
    const standing = match(index, runs).filter((one) => one.over && one.confidence > 0);
    expect(standing.map((one) => one.key)).toEqual(['short']);
    const long = match(index, fakeRuns(fakeBroadcast(['programme', 4], ['acme', 20], ['more', 4])));
    expect(long.filter((one) => one.over && one.confidence > 0).map((one) => one.key)).toEqual(['long']);
  });

  it('does not take the shared end card of another spot for the spot', () => {
    const index = new SpotIndex();
    index.put(
      'known',
      fakePrint(
        [
          ['first', 7],
          ['card', 3],
        ],
        10,
      ),
    );
    expect(match(index, fakeRuns(fakeBroadcast(['programme', 6], ['unknown', 7], ['card', 3], ['more', 4])))).toEqual([]);
  });

  it('forgets everything at a new epoch', () => {
    const matcher = new SpotMatcher(indexOf('acme'));
    const runs = fakeRuns(fakeBroadcast(['programme', 4], ['acme', 10]));
    for (const run of runs.slice(0, 45)) matcher.add(run);
    matcher.newEpoch();
    expect(matcher.flush()).toEqual([]);
    expect(runs.flatMap((run) => matcher.add(run)).map((one) => one.key)).toContain('acme');
  });
});
