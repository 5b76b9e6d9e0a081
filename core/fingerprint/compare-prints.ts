import { pictureScore, soundScore } from './agreement-sum.ts';
import { isTelling } from './code-postings.ts';
import { pictureDeviations, soundDeviations } from './evidence.ts';
import { bitCount } from './hamming.ts';
import type { AudioPrint, SpotPrint, VideoPrint } from './spot-print.ts';

/** How two prints lie to each other. */
export interface PrintComparison {
  /** Time in the one at which the other begins, microseconds; negative when the other begins earlier. */
  offsetUs: number;
  /** Length of what agrees at that offset, microseconds; 0 when nothing does. */
  overlapUs: number;
  /** Share of bits that differ in it; undefined when no sound agrees. */
  bitErrorRate: number | undefined;
  /** Mean distance of the hashes in it, bits of 64; undefined when there are no pictures in it. */
  hashBits: number | undefined;
  /** They are one spot: nearly the whole length of both agrees. */
  same: boolean;
}

/** A stretch in which two prints agree. */
interface Stretch {
  offsetUs: number;
  fromUs: number;
  toUs: number;
  score: number;
}

/** Share of the longer one's length that must agree in the same spot; a tenth may be black, silence or a changed end card. */
const sameShare = 0.85;
/** Offsets with most hits that are verified. */
const verifiedOffsets = 6;
const agreeingDeviations = 7;
/** Pictures further apart than this in the same place are other pictures: another version. */
const otherPictureBits = 24;
const stepsAround = [-100_000, 0, 100_000];

/**
 * Finds the offset at which two prints share the longest stretch, by their sound (voting of equal codes, then bit errors), by their pictures
 * where sound shares nothing. Both at the speed of the print; variants are not looked at. About 15 ms for two spots of 30 s.
 */
export function comparePrints(one: SpotPrint, other: SpotPrint): PrintComparison {
  const found = soundStretch(one.audio, other.audio) ?? pictureStretch(one.video, other.video);
  if (found === undefined) return { offsetUs: 0, overlapUs: 0, bitErrorRate: undefined, hashBits: undefined, same: false };
  const sound = soundErrors(one.audio, other.audio, found);
  const pictures = Math.min(
    ...stepsAround.map((lagUs) => pictureDistance(one.video, other.video, { ...found, offsetUs: found.offsetUs + lagUs }) ?? Infinity),
  );
  const overlapUs = Math.round(found.toUs - found.fromUs);
  const alike = overlapUs >= sameShare * Math.max(one.durationUs, other.durationUs) && !(Number.isFinite(pictures) && pictures > otherPictureBits);
  return {
    offsetUs: Math.round(found.offsetUs),
    overlapUs,
    bitErrorRate: sound,
    hashBits: Number.isFinite(pictures) ? pictures : undefined,
    same: alike,
  };
}

function soundStretch(one: AudioPrint, other: AudioPrint): Stretch | undefined {
  const places = new Map<number, number[]>();
  one.codes.forEach((code, hop) => {
    if (isTelling(code)) places.set(code, [...(places.get(code) ?? []), hop]);
  });
  const votes = new Map<number, number>();
  other.codes.forEach((code, hop) => {
    if (!isTelling(code)) return;
    for (let bit = -1; bit < 32; bit += 1) {
      const near = bit < 0 ? code : (code ^ (1 << bit)) >>> 0;
      for (const place of places.get(near) ?? []) votes.set(place - hop, (votes.get(place - hop) ?? 0) + 1);
    }
  });
  const offsets = [...votes].sort((a, b) => b[1] - a[1]).slice(0, verifiedOffsets);
  const stretches = offsets.map(([hops]) => agreeingStretch(one, other, hops)).filter((stretch) => stretch !== undefined);
  return stretches.sort((a, b) => b.score - a.score)[0];
}

/** The stretch with the highest sum of scores at an offset of hops (Kadane's maximum subarray). */
function agreeingStretch(one: AudioPrint, other: AudioPrint, hops: number): Stretch | undefined {
  const first = Math.max(0, hops);
  const end = Math.min(one.codes.length, other.codes.length + hops);
  let score = 0;
  let begun = first;
  let best = { score: 0, from: first, to: first };
  for (let hop = first; hop < end; hop += 1) {
    score += soundScore(bitCount(one.codes[hop]! ^ other.codes[hop - hops]!), 1);
    if (score <= 0) [score, begun] = [0, hop + 1];
    else if (score > best.score) best = { score, from: begun, to: hop + 1 };
  }
  const length = best.to - best.from;
  if (length < 20) return undefined;
  let errors = 0;
  for (let hop = best.from; hop < best.to; hop += 1) errors += bitCount(one.codes[hop]! ^ other.codes[hop - hops]!);
  if (soundDeviations(errors / (32 * length), length, 1) < agreeingDeviations) return undefined;
  const at = (hop: number): number => one.startUs + hop * one.hopUs;
  // Windows of 0.37 s are dated by their middle: the ones at the ends of a stretch belong half to it.
  const edgeUs = 186_000;
  const offsetUs = at(hops) - other.startUs;
  return { offsetUs, fromUs: at(best.from) - edgeUs, toUs: at(best.to - 1) + edgeUs, score: best.score };
}

function soundErrors(one: AudioPrint, other: AudioPrint, stretch: Stretch): number | undefined {
  let errors = 0;
  let codes = 0;
  for (let hop = 0; hop < one.codes.length; hop += 1) {
    const timeUs = one.startUs + hop * one.hopUs;
    if (timeUs < stretch.fromUs || timeUs >= stretch.toUs) continue;
    const partner = Math.round((timeUs - stretch.offsetUs - other.startUs) / other.hopUs);
    if (partner < 0 || partner >= other.codes.length) continue;
    codes += 1;
    errors += bitCount(one.codes[hop]! ^ other.codes[partner]!);
  }
  return codes === 0 ? undefined : errors / (32 * codes);
}

function pictureStretch(one: VideoPrint, other: VideoPrint): Stretch | undefined {
  const steps = one.hashes.length / 8;
  const otherSteps = other.hashes.length / 8;
  let best: Stretch | undefined;
  for (let shift = 1 - otherSteps; shift < steps; shift += 1) {
    const offsetUs = one.startUs + shift * one.stepUs - other.startUs;
    let score = 0;
    let begun = 0;
    let looks = 0;
    let bits = 0;
    for (let step = Math.max(0, shift); step < Math.min(steps, otherSteps + shift); step += 1) {
      const distance = distanceAt(one, step, other, step - shift);
      if (distance === undefined) continue;
      if (score === 0) [begun, looks, bits] = [step, 0, 0];
      const isNew = step === 0 || (distanceAt(one, step, one, step - 1) ?? 64) > 6;
      score = Math.max(0, score + pictureScore(distance));
      if (isNew) [looks, bits] = [looks + 1, bits + distance];
      if (looks === 0 || pictureDeviations(bits / looks, looks) < agreeingDeviations || score <= (best?.score ?? 0)) continue;
      best = { offsetUs, fromUs: one.startUs + begun * one.stepUs, toUs: one.startUs + (step + 1) * one.stepUs, score };
    }
  }
  return best;
}

function pictureDistance(one: VideoPrint, other: VideoPrint, stretch: Stretch): number | undefined {
  let bits = 0;
  let hashes = 0;
  for (let step = 0; step < one.hashes.length / 8; step += 1) {
    const timeUs = one.startUs + step * one.stepUs;
    if (timeUs < stretch.fromUs || timeUs >= stretch.toUs) continue;
    const distance = distanceAt(one, step, other, Math.round((timeUs - stretch.offsetUs - other.startUs) / other.stepUs));
    if (distance === undefined) continue;
    bits += distance;
    hashes += 1;
  }
  return hashes === 0 ? undefined : bits / hashes;
}

/** Distance of two hashes; undefined when one is missing or flat. */
function distanceAt(one: VideoPrint, step: number, other: VideoPrint, otherStep: number): number | undefined {
  if (step < 0 || otherStep < 0 || step * 8 >= one.hashes.length || otherStep * 8 >= other.hashes.length) return undefined;
  let bits = 0;
  let ones = 0;
  let otherOnes = 0;
  for (let byte = 0; byte < 8; byte += 1) {
    const [a, b] = [one.hashes[step * 8 + byte]!, other.hashes[otherStep * 8 + byte]!];
    bits += bitCount(a ^ b);
    ones += a;
    otherOnes += b;
  }
  return ones === 0 || otherOnes === 0 ? undefined : bits;
}
