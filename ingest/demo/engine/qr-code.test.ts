import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { qrModules } from './qr-code.ts';

const digest = (text: string): string =>
  createHash('sha256')
    .update(
      qrModules(text)
        .map((row) => row.map((dark) => (dark ? '#' : '.')).join(''))
        .join('\n'),
    )
    .digest('hex')
    .slice(0, 16);

describe('QR code', () => {
  test('has 29 by 29 modules with three finder patterns', () => {
    const modules = qrModules('https://kobi.example');
    expect(modules).toHaveLength(29);
    for (const [top, left] of [
      [0, 0],
      [0, 22],
      [22, 0],
    ] as const) {
      const ring = Array.from({ length: 7 }, (_, index) => modules[top]?.[left + index]);
      expect(ring).toEqual(new Array(7).fill(true));
      expect(modules[top + 1]?.[left + 1]).toBe(false);
      expect(modules[top + 3]?.[left + 3]).toBe(true);
    }
  });

  // These modules were read back as the same texts by jsQR 1.4.0, an independent decoder.
  test.each([
    ['https://kobi.example', 'a527a9afbbdb6641'],
    ['hi', 'd9d4d508b0245879'],
  ])('encodes %s as an independent decoder reads it', (text, expected) => {
    expect(digest(text)).toBe(expected);
  });
});
