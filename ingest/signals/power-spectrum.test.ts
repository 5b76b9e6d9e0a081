import { describe, expect, test } from 'vitest';

import { PowerSpectrum } from './power-spectrum.ts';

const even = (length: number): Float32Array => new Float32Array(length).fill(1);

/** Squared magnitudes by the definition of the discrete Fourier transform. */
function byDefinition(samples: readonly number[], bin: number): number {
  let real = 0;
  let imaginary = 0;
  samples.forEach((sample, index) => {
    real += sample * Math.cos((2 * Math.PI * bin * index) / samples.length);
    imaginary -= sample * Math.sin((2 * Math.PI * bin * index) / samples.length);
  });
  return real * real + imaginary * imaginary;
}

describe.each([8, 32, 512, 2048])('a window of %i samples', (length) => {
  const samples = Array.from({ length }, (_unused, index) => ((index * 7919) % 251) - 125 + 3 * Math.sin(index));
  const ring = Float32Array.from(samples);
  const last = length / 2;

  test('gives in every bin what the definition gives', () => {
    const spectrum = new PowerSpectrum(length);
    spectrum.transform(ring, 0, even(length));
    const powers = spectrum.powers(1, last);
    for (let bin = 1; bin < last; bin += 1) {
      const expected = byDefinition([...ring], bin);
      expect(Math.abs(powers[bin]! - expected)).toBeLessThan(1e-9 * length * length + 1e-9 * expected);
    }
  });

  test('begins at its oldest sample, and weighs each', () => {
    const oldest = length / 4;
    const weights = Float32Array.from({ length }, (_unused, index) => (index + 1) / length);
    const window = [...ring.subarray(oldest), ...ring.subarray(0, oldest)].map((sample, index) => sample * weights[index]!);
    const spectrum = new PowerSpectrum(length);
    spectrum.transform(ring, oldest, weights);
    const expected = byDefinition(window, 1);
    expect(Math.abs(spectrum.powers(1, 2)[1]! - expected)).toBeLessThan(1e-9 * length * length + 1e-9 * expected);
  });

  test('of digital silence has no power at all', () => {
    const spectrum = new PowerSpectrum(length);
    spectrum.transform(new Float32Array(length), 0, even(length));
    expect(Math.max(...spectrum.powers(1, last))).toBe(0);
  });
});
