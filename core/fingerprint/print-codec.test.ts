import { describe, expect, it } from 'vitest';

import { fakePrint } from '../../test/support/fake-fingerprints.ts';
import { InvalidInputError } from '../errors/app-error.ts';
import { decodePrint, encodePrint } from './print-codec.ts';

const print = { ...fakePrint('acme', 4), speeds: [{ speed: 0.96, audio: fakePrint('slow', 2).audio }] };

describe('print codec', () => {
  it('gives back what was written', () => {
    expect(decodePrint(encodePrint(print))).toEqual(print);
  });

  it('gives back a print without sound or pictures', () => {
    const silent = { ...print, audio: { ...print.audio, codes: new Uint32Array(0) }, speeds: [] };
    expect(decodePrint(encodePrint(silent))).toEqual(silent);
  });

  it('refuses bytes that were cut short anywhere, and bytes with something behind', () => {
    const bytes = encodePrint(print);
    for (let length = 0; length < bytes.length; length += 97) expect(() => decodePrint(bytes.subarray(0, length))).toThrow(InvalidInputError);
    expect(() => decodePrint(Buffer.concat([bytes, Buffer.alloc(1)]))).toThrow(InvalidInputError);
  });

  it('refuses another version, times that cannot be, and counts that lie', () => {
    const damaged = (at: number, value: Buffer): Buffer => {
      const bytes = encodePrint(print);
      value.copy(bytes, at);
      return bytes;
    };
    const nan = Buffer.alloc(8);
    nan.writeDoubleLE(Number.NaN);
    expect(() => decodePrint(damaged(4, Buffer.from([9])))).toThrow(/version is 9/);
    expect(() => decodePrint(damaged(5, nan))).toThrow(InvalidInputError);
    expect(() => decodePrint(damaged(29, Buffer.from([0xff, 0xff, 0xff, 0xff])))).toThrow(/cut short/);
  });
});
