import { agreesSince, AgreementSum, soundScore } from './agreement-sum.ts';
import { followUs, soundDeviations, surveyUs } from './evidence.ts';
import type { Line, SoundLine } from './sound-line.ts';
import type { StreamMemory } from './stream-memory.ts';

/** How often one that is followed is brought back onto its line, microseconds. */
const refinedUs = 700_000;
/** Tempo changes that are looked for: up to 8 %, as far as the transforms of docs/measurements/identification.md go. */
const coarseTurns = Array.from({ length: 33 }, (_, index) => (index - 16) / 200);
/** Span on which a tempo is sought, and share of differing bits from which it is. */
const turnedUs = 2_000_000;
const turnedShare = 0.15;
/** Share of bits that another speed than the print's own must be worth. */
const straightGain = 0.015;
const turnGain = 0.05;
const fineTurns = [
  [-0.02, -0.01, -0.005, 0.005, 0.01, 0.02],
  [-0.002, -0.0005, 0, 0.0005, 0.002],
];
/** Speeds closer to that of the track than this are its own. */
const turnedSpeed = 0.004;
/** Stretch on which two tracks of a print are compared, and share of bits that another must be better. */
const comparedUs = 1_000_000;
const otherTrackGain = 0.03;
/** Fall of the sum after which sound is said to agree no more: about 0.5 s of unrelated material. */
const leftFall = 9;

/** What a survey of the remembered sound found. */
export interface SoundSurvey {
  /** Media time of the newest check code along the refined line, microseconds. */
  newestUs: number;
  /** Since when the sound agrees up to now; undefined when it does not. */
  agreesFromUs: number | undefined;
}

/** What the sound says of one contender: how well one track of its print agrees along a line, and since when. */
export class SoundWitness {
  #sound: SoundLine;
  #line: Line;
  #agreement = new AgreementSum();
  #deviations = 0;
  #codes = 0;
  #errors = 0;
  #nextCheck: number;
  #refinedCheck = 0;

  constructor(sound: SoundLine, line: Line, timeUs: number) {
    this.#sound = sound;
    this.#line = line;
    this.#nextCheck = sound.checkAt(timeUs, line) + 1;
  }

  /** Where the print is by what was heard. */
  get line(): Line {
    return this.#line;
  }

  /** Track of the segment that is compared. */
  get track(): number {
    return this.#sound.track;
  }

  /** See {@link soundDeviations}. */
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

  /** Share of differing bits since it agrees; undefined before anything was compared. */
  get bitErrorRate(): number | undefined {
    return this.#codes === 0 ? undefined : this.#errors / (32 * this.#codes);
  }

  /** Neither at the speed of the print nor at one of its variants. */
  get turned(): boolean {
    return Math.abs(this.#line.speed / this.#sound.speed - 1) > turnedSpeed;
  }

  /** Whether it agreed and has not ceased to. */
  get agrees(): boolean {
    return this.#agreement.fallen < leftFall && this.#agreement.total > 0;
  }

  /** Says along which line the sound may be as well; of several tracks of the print the one stays that agreed best before `timeUs`. */
  propose(memory: StreamMemory, sound: SoundLine, line: Line, timeUs: number): void {
    const rate = (track: SoundLine, along: Line): number =>
      track.rate(memory, track.checkAt(timeUs - comparedUs, along), track.checkAt(timeUs, along), along);
    if (rate(sound, line) > rate(this.#sound, this.#line) - otherTrackGain) return;
    this.#sound = sound;
    this.#line = line;
    this.#nextCheck = sound.checkAt(timeUs, line) + 1;
    this.#refinedCheck = 0;
  }

  /**
   * Looks at everything again that is remembered, and turns and moves the line to where it agrees best.
   *
   * @returns undefined when there is too little to compare
   */
  survey(memory: StreamMemory): SoundSurvey | undefined {
    const sound = this.#sound;
    if (memory.slots === 0) return undefined;
    const nowUs = memory.slotUs(memory.slots - 1);
    const last = sound.checkAt(nowUs, this.#line);
    const first = sound.checkAt(nowUs - surveyUs, this.#line);
    if (last - first < 2) return undefined;
    this.#refine(memory, first, last);
    const line = this.#line;
    const from = agreesSince(first, last, (check) => {
      const errors = sound.errorsAt(memory, check, line);
      return errors < 0 ? 0 : soundScore(errors, sound.stride);
    });
    this.#agreement = new AgreementSum();
    this.#codes = 0;
    this.#errors = 0;
    for (let check = from; check <= last; check += 1) this.#addCheck(memory, check);
    this.#nextCheck = last + 1;
    this.#judge();
    return { newestUs: sound.checkUs(last, line), agreesFromUs: from > last ? undefined : sound.checkUs(from, line) };
  }

  /**
   * Goes on with what was heard since the last call. `fromUs` is since when the contender agrees.
   *
   * @returns media time of the newest check code when the line was refined
   */
  follow(memory: StreamMemory, fromUs: number): number | undefined {
    const sound = this.#sound;
    const nowUs = memory.slotUs(memory.slots - 1);
    const last = sound.checkAt(nowUs, this.#line);
    const first = Math.max(sound.checkAt(nowUs - followUs, this.#line), sound.checkAt(fromUs, this.#line));
    const sinceUs = (last - this.#refinedCheck) * sound.stride * memory.hopUs;
    const refined = last - first > 8 && sinceUs > refinedUs;
    if (refined) {
      this.#refinedCheck = last;
      this.#refine(memory, first, last);
    }
    for (; this.#nextCheck <= last; this.#nextCheck += 1) this.#addCheck(memory, this.#nextCheck);
    this.#judge();
    return refined ? sound.checkUs(last, this.#line) : undefined;
  }

  #refine(memory: StreamMemory, first: number, last: number): void {
    const sound = this.#sound;
    const old = this.#line;
    let line = old;
    // On a short span any tempo agrees by chance as well as the right one, and where the line agrees already none is sought.
    const near = Math.max(first, last - Math.ceil(turnedUs / (sound.stride * memory.hopUs)));
    let from = first;
    if ((last - near) * sound.stride * memory.hopUs > 0.6 * turnedUs && sound.rate(memory, near, last, line) > turnedShare) {
      const turns = coarseTurns.map((turn) => sound.speed * (1 + turn) - old.speed);
      line = sound.refine(memory, near, last, line, turns, [-memory.hopUs, 0, memory.hopUs], turnGain);
      if (line !== old) from = near;
    }
    const moves = [-memory.hopUs / 2, 0, memory.hopUs / 2];
    const steps = (last - from) * sound.stride * memory.hopUs > 0.9 * turnedUs ? fineTurns : [[0]];
    for (const turns of steps) line = sound.refine(memory, from, last, line, turns, moves, 0.004);
    this.#line = straightened(memory, sound, from, last, line);
  }

  #addCheck(memory: StreamMemory, check: number): void {
    const errors = this.#sound.errorsAt(memory, check, this.#line);
    if (errors < 0) return;
    this.#codes += 1;
    this.#errors += errors;
    this.#agreement.add(soundScore(errors, this.#sound.stride), this.#sound.checkUs(check, this.#line));
  }

  #judge(): void {
    const { stride } = this.#sound;
    this.#deviations = soundDeviations(this.bitErrorRate ?? 0.5, this.#codes * stride, stride);
  }
}

/** The line at the track's own speed through the middle of a span, unless that agrees clearly worse: a wrong speed misdates start and end. */
function straightened(memory: StreamMemory, sound: SoundLine, first: number, last: number, line: Line): Line {
  const middleUs = sound.checkUs((first + last) / 2, line);
  const { speed } = sound;
  const straight = { startUs: middleUs - ((middleUs - line.startUs) * line.speed) / speed, speed };
  return sound.rate(memory, first, last, straight) < sound.rate(memory, first, last, line) + straightGain ? straight : line;
}
