import { describe, expect, it } from 'vitest';

import { fakePrint } from '../../test/support/fake-fingerprints.ts';
import { comparePrints } from './compare-prints.ts';

describe('comparePrints', () => {
  it('calls a print the same as itself', () => {
    expect(comparePrints(fakePrint('acme', 10), fakePrint('acme', 10))).toMatchObject({ offsetUs: 0, bitErrorRate: 0, hashBits: 0, same: true });
  });

  it('finds nothing shared by two spots', () => {
    expect(comparePrints(fakePrint('acme', 10), fakePrint('other', 10))).toMatchObject({ overlapUs: 0, same: false });
  });

  it('finds where a cut-down lies in the long version, and that it is another', () => {
    const long = fakePrint(
      [
        ['opening', 6],
        ['acme', 10],
      ],
      16,
    );
    const found = comparePrints(long, fakePrint('acme', 10));
    expect(Math.abs(found.offsetUs - 6_000_000)).toBeLessThan(20_000);
    expect(found.overlapUs).toBeGreaterThan(9_500_000);
    expect(found.same).toBe(false);
  });

  it('goes by the pictures when there is no sound', () => {
    const silent = { ...fakePrint('acme', 10), audio: { startUs: 0, hopUs: 11_610, codes: new Uint32Array(0) } };
    expect(comparePrints(silent, fakePrint('acme', 10))).toMatchObject({ bitErrorRate: undefined, same: true });
  });
});
