import { agreesSince, AgreementSum, pictureScore } from './agreement-sum.ts';
import { agreeing, followUs, longestLagUs, pictureDeviations, surveyUs } from './evidence.ts';
import type { PictureLine } from './picture-line.ts';
import type { Line } from './sound-line.ts';
import type { StreamMemory } from './stream-memory.ts';

/** Steps in which the lag between sound and pictures is looked for: one picture at 25 a second, microseconds. */
const lagStepUs = 40_000;
const lagsUs = Array.from({ length: longestLagUs / lagStepUs }, (_, index) => (index + 1) * lagStepUs).flatMap((lagUs) => [-lagUs, lagUs]);
/** Speeds that are looked for when there are only pictures: film and PAL. */
const speeds = [1, 1 + 1 / 24, 1 - 1 / 25, 1.02, 0.98];
/** Bits of a hash by which another speed must agree better than the print's own: over the first seconds they hardly differ. */
const otherSpeedBits = 1.5;
/** Seconds that must have been seen before a speed is looked for: 4 % are then three hashes. */
const speedSeenUs = 5_000_000;
/** Fall of the sum after which pictures are said to agree no more: about 0.5 s of unrelated material. */
const leftFall = 8;
/** The line is brought back onto the pictures every so many hashes, once a second, while the sum has not fallen by more than this. */
const alignedHashes = 5;
const alignedFall = 2;

/** What the pictures say of one contender: how well the hashes of its print agree along a line, and since when. */
export class PictureWitness {
  readonly #pictures: PictureLine;
  #line: Line | undefined;
  #agreement = new AgreementSum();
  #deviations = 0;
  #hashes = 0;
  #bits = 0;
  #compared = 0;
  #nextStep = 0;

  constructor(pictures: PictureLine) {
    this.#pictures = pictures;
  }

  /** Where the print is by what was seen; undefined as long as nothing says so. */
  get line(): Line | undefined {
    return this.#line;
  }

  /** See {@link pictureDeviations}. */
  get deviations(): number {
    return this.#deviations;
  }

  /** What speaks for it since it agrees, nats. */
  get support(): number {
    return this.#agreement.total;
  }

  /** Until when it agreed, media time; -Infinity when it never did. */
  get agreedUntilUs(): number {
    return this.#agreement.agreedUntilUs;
  }

  /** Mean distance of the hashes since it agrees, bits; undefined before anything was compared. */
  get hashBits(): number | undefined {
    return this.#hashes === 0 ? undefined : this.#bits / this.#hashes;
  }

  /** Pictures were compared for most of a second, and are others. */
  get contradicts(): boolean {
    return this.#compared >= 4 && this.#deviations < 2;
  }

  /** Whether they are believed on their own. */
  get agree(): boolean {
    return this.#deviations >= agreeing;
  }

  /** Whether they agreed and have not ceased to. */
  get goOn(): boolean {
    return this.#line !== undefined && this.#agreement.fallen < leftFall && this.#agreement.total > 0;
  }

  /** Says along which line the pictures may be. */
  propose(line: Line): void {
    this.#line = line;
  }

  /** Takes over the speed that was heard: sound sees a tempo much better than pictures do. What is seen at `nowUs` stays where it is. */
  takeSpeed(speed: number, nowUs: number): void {
    const line = this.#line;
    if (line === undefined || line.speed === speed) return;
    this.#line = { startUs: nowUs - ((nowUs - line.startUs) * line.speed) / speed, speed };
  }

  /**
   * Looks at everything again that is remembered, near its own line or the one that is heard, and moves the line to where it agrees best.
   *
   * @returns since when the pictures agree, media time; undefined when they do not
   */
  survey(memory: StreamMemory, heard: Line | undefined): number | undefined {
    const pictures = this.#pictures;
    const base = this.#line ?? heard;
    if (pictures.count === 0 || memory.pictures === 0 || base === undefined) return undefined;
    const nowUs = memory.pictureUs(memory.pictures - 1);
    const [first, last] = this.#stepsWithin(nowUs - surveyUs, nowUs, base);
    if (last - first < 2) return undefined;
    const moves = [0, ...lagsUs];
    const own = pictures.refine(memory, first, last, base, [heard === undefined ? 1 - base.speed : 0], moves, 0.5);
    const line = heard === undefined ? pictures.refine(memory, first, last, own, turnsOf(own), moves, otherSpeedBits) : own;
    const from = agreesSince(first, last, (step) => {
      const bits = pictures.bitsAt(memory, step, line);
      return bits < 0 ? 0 : pictureScore(bits);
    });
    this.#compared = pictures.compare(memory, first, last, line).hashes;
    const agreed = pictures.compare(memory, from, last, line);
    this.#deviations = agreed.looks === 0 ? 0 : pictureDeviations(agreed.meanBits, agreed.looks);
    this.#agreement = new AgreementSum();
    this.#hashes = 0;
    this.#bits = 0;
    if (!this.agree) {
      if (heard !== undefined) this.#line = undefined;
      return undefined;
    }
    this.#line = line;
    for (let step = from; step <= last; step += 1) this.#addStep(memory, step, line);
    this.#nextStep = last + 1;
    return pictures.stepUs(from, line);
  }

  /**
   * Goes on with what was seen since the last call. There must be a line.
   *
   * @param fromUs since when the contender agrees, media time
   * @param heard its sound says at which speed it is
   */
  follow(memory: StreamMemory, fromUs: number, heard: boolean): void {
    const line = this.#line!;
    const last = this.#pictures.stepAt(memory.pictureUs(memory.pictures - 1), line);
    const before = Math.floor(this.#nextStep / alignedHashes);
    for (; this.#nextStep <= last; this.#nextStep += 1) this.#addStep(memory, this.#nextStep, line);
    if (Math.floor(this.#nextStep / alignedHashes) > before && this.#agreement.fallen < alignedFall) this.align(memory, fromUs, heard);
  }

  /** Moves the line by whole pictures, and as long as nothing is heard to another speed, to where the hashes agree best, then onto the first picture. */
  align(memory: StreamMemory, fromUs: number, heard: boolean): void {
    const line = this.#line;
    if (line === undefined || memory.pictures < 12) return;
    const newest = memory.pictures - 1;
    const spacingUs = (memory.pictureUs(newest) - memory.pictureUs(newest - 10)) / 10;
    const nowUs = memory.pictureUs(newest);
    const [first, last] = this.#stepsWithin(Math.max(fromUs, nowUs - followUs), nowUs, line);
    const moves = [-1, 1, -2, 2, -3, 3].map((count) => count * spacingUs);
    const moved = this.#pictures.refine(memory, first, last, line, [0], moves, 0.05);
    const seeksSpeed = !heard && nowUs - fromUs >= speedSeenUs;
    const best = seeksSpeed ? this.#pictures.refine(memory, first, last, moved, turnsOf(moved), [0, ...moves], 0.5) : moved;
    const picture = memory.pictureAt(best.startUs);
    const onPicture = picture >= 0 && memory.pictureUs(picture) > best.startUs - 2 * spacingUs;
    this.#line = { startUs: onPicture ? memory.pictureUs(picture) : best.startUs, speed: best.speed };
    const agreed = this.#pictures.compare(memory, first, last, this.#line);
    this.#compared = agreed.hashes;
    this.#deviations = pictureDeviations(agreed.meanBits, agreed.looks);
  }

  #stepsWithin(fromUs: number, toUs: number, line: Line): [number, number] {
    return [Math.max(0, this.#pictures.stepAt(fromUs, line)), this.#pictures.stepAt(toUs, line)];
  }

  #addStep(memory: StreamMemory, step: number, line: Line): void {
    const bits = this.#pictures.bitsAt(memory, step, line);
    if (bits < 0) return;
    this.#hashes += 1;
    this.#bits += bits;
    this.#agreement.add(pictureScore(bits), this.#pictures.stepUs(step, line));
  }
}

/** What is to be added to the speed of a line for each of the others. */
function turnsOf(line: Line): number[] {
  return speeds.map((speed) => speed - line.speed).filter((turn) => Math.abs(turn) > 1e-6);
}
