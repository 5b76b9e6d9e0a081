import type { Alignment } from './alignment.ts';

/** A repeat is told when its score and its codes reach these: with a tenth of the bits different after 1.5 s, with 0.3 after 2.1 s. */
const provenScore = 500;
const provenCodes = 120;
/** Without sound: pictures (3 s), how often what they show changed, and the mean distance at most. */
const provenPictures = 15;
const provenScenes = 3;
const provenPictureBits = 10;
/** Pictures of the same and of another stretch. */
const samePictureBits = 14;
const otherPictureBits = 22;
/** Sound that agrees for certain, and that hardly does. */
const surelyErrorRate = 0.22;
const hardlyErrorRate = 0.38;
/** Repeats no longer than this may be a jingle. */
const shortUs = 4_000_000;
/** A stretch may overlap what it repeats by this: ends are found to a fraction of a second. */
const overlapUs = 1_000_000;
/** One repeat outshines another of the same tape, this near in lag, when so much more agrees. */
const nearLagUs = 60_000_000;
const betterErrorRate = 0.05;
const betterPictureBits = 8;

/** Whether what agrees can be no chance. */
export function isProven({ agreement }: Alignment): boolean {
  if (agreement.codes >= provenCodes) return agreement.score >= provenScore;
  const { hashBits, pictures, scenes, codes } = agreement;
  return codes < provenCodes / 4 && pictures >= provenPictures && scenes >= provenScenes && hashBits !== undefined && hashBits <= provenPictureBits;
}

/** Whether a stretch of the running stream overlaps what it repeats: a loop of music, a slate. */
export function isPeriodic(alignment: Alignment): boolean {
  return alignment.endUs - alignment.startUs > alignment.lagUs + overlapUs;
}

/** Whether one alignment says better what another says: music repeats itself in many ways, the airing only in one. */
export function outshines(one: Alignment, other: Alignment): boolean {
  if (one.tape.streamId !== other.tape.streamId || one.tape.epoch !== other.tape.epoch) return false;
  if (Math.abs(one.lagUs - other.lagUs) > nearLagUs || one.startUs > other.endUs || one.endUs < other.startUs) return false;
  const errorRate = (one.agreement.bitErrorRate ?? 0.5) + betterErrorRate < (other.agreement.bitErrorRate ?? 0.5);
  const pictures = (one.agreement.hashBits ?? 32) + betterPictureBits < (other.agreement.hashBits ?? 32);
  return errorRate || pictures;
}

/** How sure it is that the same was on air, pictures included, 0 to 1: half at most when the pictures are others. */
export function confidenceOf(alignment: Alignment): number {
  const { bitErrorRate, hashBits } = alignment.agreement;
  const sound = bitErrorRate === undefined ? 0.8 : clip((hardlyErrorRate - bitErrorRate) / (hardlyErrorRate - surelyErrorRate));
  const pictures = hashBits === undefined ? 0.8 : 0.4 + 0.6 * clip((otherPictureBits - hashBits) / (otherPictureBits - samePictureBits));
  const length = 0.5 + 0.5 * clip((alignment.endUs - alignment.startUs) / shortUs);
  return Math.max(0.05, sound) * pictures * length;
}

function clip(value: number): number {
  return Math.max(0, Math.min(1, value));
}
