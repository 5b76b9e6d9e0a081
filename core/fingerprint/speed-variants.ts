/**
 * Speeds, with pitch, at which the sound of a spot is fingerprinted beside its own when it comes as a file ({@link SpotPrint.speeds}). A code
 * bears about 1.5 % of pitch either way before half of its look-ups fail (docs/measurements/identification.md), so that 24 to 25 pictures a
 * second and back (PAL) and ±2 % need prints of their own.
 */
export const speedVariants: readonly number[] = [24 / 25, 0.98, 1.02, 25 / 24];
