import { describe, expect, it } from 'vitest';

import { fakeBroadcast, fakePrint, fakeRuns } from '../../test/support/fake-fingerprints.ts';
import { SpotIndex } from './spot-index.ts';
import { SpotMatcher } from './spot-matcher.ts';

function keysIn(index: SpotIndex, spot: string): string[] {
  const matcher = new SpotMatcher(index);
  return [...new Set(fakeRuns(fakeBroadcast(['programme', 3], [spot, 6])).flatMap((run) => matcher.add(run).map((match) => match.key)))];
}

describe('SpotIndex', () => {
  it('finds prints that were put in one by one, after every merge', () => {
    const index = new SpotIndex();
    for (let spot = 0; spot < 20; spot += 1) {
      index.put(`spot ${spot}`, fakePrint(`spot ${spot}`, 6));
      if (spot % 3 === 0) index.segments();
    }
    expect(index.size).toBe(20);
    expect(index.segments().length).toBeLessThan(6);
    for (const spot of [0, 7, 19]) expect(keysIn(index, `spot ${spot}`)).toEqual([`spot ${spot}`]);
  });

  it('forgets what is deleted and answers with what replaced it', () => {
    const index = new SpotIndex();
    index.put('a', fakePrint('old', 6));
    index.put('b', fakePrint('gone', 6));
    index.segments();
    index.put('a', fakePrint('new', 6));
    index.delete('b');
    expect(index.size).toBe(1);
    expect(keysIn(index, 'old')).toEqual([]);
    expect(keysIn(index, 'gone')).toEqual([]);
    expect(keysIn(index, 'new')).toEqual(['a']);
  });

  it('leaves deleted prints behind when it merges', () => {
    const index = new SpotIndex();
    for (const spot of ['a', 'b', 'c']) index.put(spot, fakePrint(spot, 6));
    index.segments();
    index.delete('a');
    for (const spot of ['d', 'e', 'f']) index.put(spot, fakePrint(spot, 6));
    expect(
      index
        .segments()
        .flatMap((segment) => segment.parts.prints.keys)
        .sort(),
    ).toEqual(['b', 'c', 'd', 'e', 'f']);
    expect(keysIn(index, 'b')).toEqual(['b']);
  });
});
