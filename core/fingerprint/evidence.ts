import { bitCount } from './hamming.ts';

/**
 * How much agreement of sound and pictures is worth. Both are counted in standard deviations by which what was measured lies under what two
 * unrelated recordings give, and added as squares ({@link combined}).
 *
 * Sound: unrelated codes differ in half of their bits. Neighbouring codes share most of their window, so the deviation of the share over n
 * hops is three times that of 32 n independent bits (Haitsma and Kalker 2002, section 4.3: measured 0.0148 where 0.0055 was expected); codes
 * further apart than nine hops are nearly independent. With all 256 codes of 3 s, their threshold of 0.35 lies 9 deviations out; the same 9
 * deviations are a share of 0.24 over 1 s and of 0.14 over 0.5 s.
 *
 * Pictures: unrelated looks differ in 32 bits of 64; their deviation is that of fewer, since large shapes are alike everywhere.
 */
const soundInflation = 9;
const independentHops = 1.5;
/** Standard deviation of the distance of two unrelated looks, bits (measured, docs/measurements/identification.md). */
const lookDeviation = 6;
/** A picture is a new look when it differs from the last look by more bits than this. */
export const newLookBits = 10;

/** Deviations at which one witness is believed on its own to say where the other should agree. */
export const agreeing = 4;
/** How far back everything is compared again as long as a contender is not established, microseconds. */
export const surveyUs = 4_000_000;
/** How far back the line of an established one is compared, microseconds. */
export const followUs = 8_000_000;
/** Sound and pictures of a broadcast may be this far apart, microseconds. */
export const longestLagUs = 320_000;

/** Deviations by which a share of differing bits lies under a half, of codes every `stride` hops over `hops` hops. Negative: above. */
export function soundDeviations(bitErrorRate: number, hops: number, stride: number): number {
  if (hops <= 0) return 0;
  const variance = Math.max(soundInflation, independentHops * stride) / (4 * 32 * hops);
  return (0.5 - bitErrorRate) / Math.sqrt(variance);
}

/** Deviations by which the mean distance of `looks` different looks lies under 32 bits. Negative: above. */
export function pictureDeviations(meanBits: number, looks: number): number {
  return ((32 - meanBits) / lookDeviation) * Math.sqrt(looks);
}

/**
 * Evidence of both together. For z deviations of sound and y of pictures it is z² + y² (what contradicts adds nothing); unrelated recordings
 * reach x with a chance under exp(-x / 2), about.
 */
export function combined(sound: number, pictures: number): number {
  return Math.max(0, sound) ** 2 + Math.max(0, pictures) ** 2;
}

/** Distance of two 64-bit hashes in halves, bits. */
export function hashDistance(high: number, low: number, otherHigh: number, otherLow: number): number {
  return bitCount(high ^ otherHigh) + bitCount(low ^ otherLow);
}
