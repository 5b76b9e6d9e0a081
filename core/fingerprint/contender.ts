import { AgreementSum, pictureScore, soundScore } from './agreement-sum.ts';
import { combined, pictureDeviations, soundDeviations } from './evidence.ts';
import type { IndexSegment } from './index-segment.ts';
import { PictureLine } from './picture-line.ts';
import { type Line, SoundLine } from './sound-line.ts';
import type { StreamMemory } from './stream-memory.ts';

/** How far back a contender looks before it is established, microseconds. */
const surveyUs = 4_000_000;
/** How often an established one is brought back onto its line. */
const refinedUs = 700_000;
/** How far back an established one looks to follow its line. */
const followUs = 8_000_000;
/** Sound and pictures of a broadcast may be this far apart, microseconds. */
const longestLagUs = 320_000;
const lagStepUs = 40_000;
/** Tempo changes that are looked for: up to 8 %. */
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
/** Speeds that are looked for when there are only pictures: film and PAL. */
const pictureTurns = [0, 1 / 24, -1 / 25, 0.02, -0.02];
/** Stretch on which two tracks of a print are compared, and share of bits that another must be better. */
const comparedUs = 1_000_000;
const otherTrackGain = 0.03;
/** Contenders for one print that start this close are one airing. */
const sameStartUs = 250_000;
/** Deviations at which one witness is believed on its own to say where the other should agree. */
const agreeing = 4;
/** Falls of the sums after which sound or pictures are said to agree no more: about 0.5 s of unrelated material. */
const soundFall = 9;
const pictureFall = 8;

/** One print along one line: something that may be on air. */
export class Contender {
  readonly key: string;
  readonly durationUs: number;
  readonly admittedUs: number;
  readonly #segment: IndexSegment;
  readonly #pictures: PictureLine;
  #sound: SoundLine | undefined;
  #heardLine: Line | undefined;
  #seenLine: Line | undefined;
  #heard = new AgreementSum();
  #seen = new AgreementSum();
  #nextCheck = 0;
  #refined = 0;
  #nextStep = 0;
  #established = false;
  #fromUs = Number.POSITIVE_INFINITY;
  #heardDeviations = 0;
  #seenDeviations = 0;
  #codes = 0;
  #errors = 0;
  #hashes = 0;
  #bits = 0;
  #compared = 0;

  constructor(
    segment: IndexSegment,
    readonly print: number,
    admittedUs: number,
  ) {
    this.#segment = segment;
    this.key = segment.parts.prints.keys[print]!;
    this.durationUs = segment.parts.prints.durationUs[print]!;
    this.admittedUs = admittedUs;
    this.#pictures = new PictureLine(segment, print);
  }

  /** Says along which line the sound may be; of several tracks of the print the one stays that agreed best before `timeUs`. */
  proposeSound(memory: StreamMemory, sound: SoundLine, line: Line, timeUs: number): void {
    if (this.#sound !== undefined && this.#heardLine !== undefined) {
      const rate = (track: SoundLine, along: Line): number =>
        track.rate(memory, track.checkAt(timeUs - comparedUs, along), track.checkAt(timeUs, along), along);
      if (rate(sound, line) > rate(this.#sound, this.#heardLine) - otherTrackGain) return;
    }
    this.#sound = sound;
    this.#heardLine = line;
    this.#nextCheck = sound.checkAt(timeUs, line) + 1;
    this.#refined = 0;
  }

  /** Says along which line the pictures may be. */
  proposePictures(line: Line): void {
    this.#seenLine = line;
  }

  get segment(): IndexSegment {
    return this.#segment;
  }

  get established(): boolean {
    return this.#established;
  }

  /** Track of the segment along which sound is compared; undefined as long as there are only pictures. */
  get track(): number | undefined {
    return this.#sound?.track;
  }

  /** Line by which the spot is dated: pictures are exact to one picture, sound to about 10 ms. */
  get line(): Line {
    const line = this.#seenLine !== undefined && this.#seenDeviations >= agreeing ? this.#seenLine : (this.#heardLine ?? this.#seenLine);
    return { startUs: line!.startUs, speed: this.#heardLine?.speed ?? line!.speed };
  }

  get startUs(): number {
    return this.line.startUs;
  }

  get endUs(): number {
    const { startUs, speed } = this.line;
    return startUs + this.durationUs / speed;
  }

  /** Since when it agrees, media time. */
  get fromUs(): number {
    return Math.max(this.startUs, this.#fromUs);
  }

  /** Until when it agreed, media time. */
  get toUs(): number {
    return Math.min(this.endUs, Math.max(this.fromUs, this.#heard.agreedUntilUs, this.#seen.agreedUntilUs));
  }

  /** Sound and pictures together: see {@link combined}. */
  get evidence(): number {
    return combined(this.#heardDeviations, this.#seenDeviations);
  }

  /** Sum of what speaks for and against it since it agrees, nats. */
  get support(): number {
    return this.#heard.total + this.#seen.total;
  }

  /** Pictures were compared for most of a second, and are others. */
  get contradicted(): boolean {
    return this.#compared >= 4 && this.#seenDeviations < 2;
  }

  /** Neither at the speed of the print nor at one of its variants. */
  get turned(): boolean {
    return this.#heardLine !== undefined && Math.abs(this.#heardLine.speed / this.#sound!.speed - 1) > 0.004;
  }

  get picturesAgree(): boolean {
    return this.#seenDeviations >= agreeing;
  }

  get soundAgrees(): boolean {
    return this.#heardDeviations >= agreeing;
  }

  /** Neither sound nor pictures agree any more. */
  get left(): boolean {
    const heard = this.#heardLine !== undefined && this.#heard.fallen < soundFall && this.#heard.total > 0;
    const seen = this.#seenLine !== undefined && this.#seen.fallen < pictureFall && this.#seen.total > 0;
    return !heard && !seen;
  }

  get bitErrorRate(): number | undefined {
    return this.#codes === 0 ? undefined : this.#errors / (32 * this.#codes);
  }

  get hashBits(): number | undefined {
    return this.#hashes === 0 ? undefined : this.#bits / this.#hashes;
  }

  /** Whether a line of the same print is this contender's own. */
  isOn(line: Line, timeUs: number, toleranceUs: number): boolean {
    const own = this.#heardLine ?? this.#seenLine!;
    const printUs = (timeUs - line.startUs) * line.speed;
    return Math.abs(own.startUs + printUs / own.speed - timeUs) < toleranceUs;
  }

  /** Whether this is the same airing as another contender and agrees better, or was there before when both are established. */
  isSameButBetter(other: Contender): boolean {
    if (other === this || other.#segment !== this.#segment || other.print !== this.print) return false;
    if (Math.abs(other.startUs - this.startUs) > sameStartUs) return false;
    if (other.#established || this.#established) return this.#established && (!other.#established || this.admittedUs < other.admittedUs);
    return this.support > other.support || (this.support === other.support && this.admittedUs < other.admittedUs);
  }

  /** Looks at everything again that is remembered: as long as it is not established. */
  survey(memory: StreamMemory): void {
    this.#surveySound(memory);
    this.#surveyPictures(memory);
    if (this.#heardLine === undefined && this.picturesAgree) this.#seekSound(memory);
  }

  /** It is taken for real: from now on only what is new is looked at, and the line is followed. */
  establish(memory: StreamMemory): void {
    this.#established = true;
    this.#alignPictures(memory);
  }

  /** Goes on with what came since the last call. */
  follow(memory: StreamMemory): void {
    if (this.#heardLine !== undefined) this.#followSound(memory);
    if (this.#seenLine === undefined) this.#surveyPictures(memory);
    else this.#followPictures(memory);
  }

  #surveySound(memory: StreamMemory): void {
    const sound = this.#sound;
    if (sound === undefined || this.#heardLine === undefined || memory.slots === 0) return;
    const nowUs = memory.slotUs(memory.slots - 1);
    const last = sound.checkAt(nowUs, this.#heardLine);
    const first = sound.checkAt(nowUs - surveyUs, this.#heardLine);
    if (last - first < 2) return;
    this.#refineSound(memory, sound, first, last);
    const line = this.#heardLine;
    let total = 0;
    let best = 0;
    let from = last + 1;
    for (let check = last; check >= first; check -= 1) {
      const errors = sound.errorsAt(memory, check, line);
      if (errors >= 0) total += soundScore(errors, sound.stride);
      if (total > best) [best, from] = [total, check];
    }
    this.#heard = new AgreementSum();
    this.#codes = 0;
    this.#errors = 0;
    for (let check = from; check <= last; check += 1) this.#addCheck(memory, sound, check, line);
    this.#nextCheck = last + 1;
    const rate = this.bitErrorRate ?? 0.5;
    this.#heardDeviations = soundDeviations(rate, this.#codes * sound.stride, sound.stride);
    if (best > 0) this.#fromUs = Math.min(Number.POSITIVE_INFINITY, sound.checkUs(from, line));
  }

  #refineSound(memory: StreamMemory, sound: SoundLine, first: number, last: number): void {
    const old = this.#heardLine!;
    let line = old;
    // On a short span any tempo agrees by chance as well as the right one, and where the line agrees already none is sought.
    const near = Math.max(first, last - Math.ceil(turnedUs / (sound.stride * memory.hopUs)));
    let from = first;
    if ((last - near) * sound.stride * memory.hopUs > 0.6 * turnedUs && sound.rate(memory, near, last, line) > turnedShare) {
      line = sound.refine(memory, near, last, line, this.#turns(sound, line), [-memory.hopUs, 0, memory.hopUs], turnGain);
      if (line !== old) from = near;
    }
    const moves = [-memory.hopUs / 2, 0, memory.hopUs / 2];
    const turns = (last - from) * sound.stride * memory.hopUs > 0.9 * turnedUs ? fineTurns : [[0]];
    for (const step of turns) line = sound.refine(memory, from, last, line, step, moves, 0.004);
    this.#heardLine = straightened(memory, sound, from, last, line);
    if (this.#seenLine === undefined || this.#heardLine.speed === this.#seenLine.speed) return;
    // Sound sees a tempo much better than pictures do; what is seen now stays where it is.
    const nowUs = sound.checkUs(last, this.#heardLine);
    this.#seenLine = {
      startUs: nowUs - ((nowUs - this.#seenLine.startUs) * this.#seenLine.speed) / this.#heardLine.speed,
      speed: this.#heardLine.speed,
    };
  }

  #turns(sound: SoundLine, { speed }: Line): readonly number[] {
    return coarseTurns.map((turn) => sound.speed * (1 + turn) - speed);
  }

  #addCheck(memory: StreamMemory, sound: SoundLine, check: number, line: Line): void {
    const errors = sound.errorsAt(memory, check, line);
    if (errors < 0) return;
    this.#codes += 1;
    this.#errors += errors;
    this.#heard.add(soundScore(errors, sound.stride), sound.checkUs(check, line));
  }

  #followSound(memory: StreamMemory): void {
    const sound = this.#sound!;
    const nowUs = memory.slotUs(memory.slots - 1);
    const last = sound.checkAt(nowUs, this.#heardLine!);
    const first = Math.max(sound.checkAt(nowUs - followUs, this.#heardLine!), sound.checkAt(this.#fromUs, this.#heardLine!));
    const sinceUs = (last - this.#refined) * sound.stride * memory.hopUs;
    if (last - first > 8 && sinceUs > refinedUs) {
      this.#refined = last;
      this.#refineSound(memory, sound, first, last);
    }
    for (; this.#nextCheck <= last; this.#nextCheck += 1) this.#addCheck(memory, sound, this.#nextCheck, this.#heardLine!);
    this.#heardDeviations = soundDeviations(this.bitErrorRate ?? 0.5, this.#codes * sound.stride, sound.stride);
  }

  #surveyPictures(memory: StreamMemory): void {
    const pictures = this.#pictures;
    const base = this.#seenLine ?? this.#heardLine;
    if (pictures.count === 0 || memory.pictures === 0 || base === undefined) return;
    const nowUs = memory.pictureUs(memory.pictures - 1);
    const [first, last] = this.#stepsWithin(nowUs - surveyUs, nowUs, base);
    if (last - first < 2) return;
    const lags: number[] = [];
    for (let lagUs = lagStepUs; lagUs <= longestLagUs; lagUs += lagStepUs) lags.push(-lagUs, lagUs);
    const turns = this.#heardLine === undefined ? pictureTurns.map((turn) => 1 + turn - base.speed) : [0];
    const line = pictures.refine(memory, first, last, base, turns, [0, ...lags], 0.5);
    let total = 0;
    let best = 0;
    let from = last + 1;
    for (let step = last; step >= first; step -= 1) {
      const bits = pictures.bitsAt(memory, step, line);
      if (bits >= 0) total += pictureScore(bits);
      if (total > best) [best, from] = [total, step];
    }
    const whole = pictures.compare(memory, first, last, line);
    const agreed = pictures.compare(memory, from, last, line);
    this.#compared = whole.hashes;
    this.#seenDeviations = agreed.looks === 0 ? 0 : pictureDeviations(agreed.meanBits, agreed.looks);
    this.#seen = new AgreementSum();
    this.#hashes = 0;
    this.#bits = 0;
    if (!this.picturesAgree) {
      if (this.#heardLine !== undefined) this.#seenLine = undefined;
      return;
    }
    this.#seenLine = line;
    for (let step = from; step <= last; step += 1) this.#addStep(memory, step, line);
    this.#nextStep = last + 1;
    this.#fromUs = Math.min(this.#heard.total > 0 ? this.#fromUs : Number.POSITIVE_INFINITY, pictures.stepUs(from, line));
  }

  #stepsWithin(fromUs: number, toUs: number, line: Line): [number, number] {
    return [Math.max(0, this.#pictures.stepAt(fromUs, line)), this.#pictures.stepAt(toUs, line)];
  }

  #addStep(memory: StreamMemory, step: number, line: Line): void {
    const bits = this.#pictures.bitsAt(memory, step, line);
    if (bits < 0) return;
    this.#hashes += 1;
    this.#bits += bits;
    this.#seen.add(pictureScore(bits), this.#pictures.stepUs(step, line));
  }

  #followPictures(memory: StreamMemory): void {
    const pictures = this.#pictures;
    const line = this.#seenLine!;
    const last = pictures.stepAt(memory.pictureUs(memory.pictures - 1), line);
    const before = Math.floor(this.#nextStep / 5);
    for (; this.#nextStep <= last; this.#nextStep += 1) this.#addStep(memory, this.#nextStep, line);
    if (Math.floor(this.#nextStep / 5) > before && this.#seen.fallen < 2) this.#alignPictures(memory);
  }

  /** Moves the line by whole pictures to where the hashes agree best, then onto the first picture. */
  #alignPictures(memory: StreamMemory): void {
    if (this.#seenLine === undefined || memory.pictures < 12) return;
    const newest = memory.pictures - 1;
    const spacingUs = (memory.pictureUs(newest) - memory.pictureUs(newest - 10)) / 10;
    const line = this.#seenLine;
    const nowUs = memory.pictureUs(newest);
    const [first, last] = this.#stepsWithin(Math.max(this.#fromUs, nowUs - followUs), nowUs, line);
    const moves = [-1, 1, -2, 2, -3, 3].map((count) => count * spacingUs);
    const best = this.#pictures.refine(memory, first, last, line, [0], moves, 0.05);
    const picture = memory.pictureAt(best.startUs);
    const onPicture = picture >= 0 && memory.pictureUs(picture) > best.startUs - 2 * spacingUs;
    this.#seenLine = { startUs: onPicture ? memory.pictureUs(picture) : best.startUs, speed: best.speed };
    const agreed = this.#pictures.compare(memory, first, last, this.#seenLine);
    this.#compared = agreed.hashes;
    this.#seenDeviations = pictureDeviations(agreed.meanBits, agreed.looks);
  }

  /** Looks for the sound near where the pictures are. */
  #seekSound(memory: StreamMemory): void {
    const { tracks, prints } = this.#segment.parts;
    const track = prints.track[this.print]!;
    if (track >= prints.track[this.print + 1]! || memory.slots === 0 || tracks.length[track]! < 40) return;
    const sound = new SoundLine(this.#segment, track);
    const line = this.#seenLine!;
    const nowUs = memory.slotUs(memory.slots - 1);
    const last = sound.checkAt(nowUs, line);
    const first = sound.checkAt(nowUs - surveyUs, line);
    if (last - first < 8) return;
    const moves: number[] = [];
    for (let moveUs = -longestLagUs; moveUs <= longestLagUs; moveUs += memory.hopUs) moves.push(moveUs);
    const found = sound.refine(memory, first, last, line, [0], moves, 0);
    const { codes, errors } = sound.compare(memory, first, last, found);
    if (codes === 0 || soundDeviations(errors / (32 * codes), codes * sound.stride, sound.stride) < agreeing) return;
    this.proposeSound(memory, sound, found, nowUs);
    this.#surveySound(memory);
  }
}

/** The line at the track's own speed through the middle of a span, unless that agrees clearly worse: a wrong speed misdates start and end. */
function straightened(memory: StreamMemory, sound: SoundLine, first: number, last: number, line: Line): Line {
  const middleUs = sound.checkUs((first + last) / 2, line);
  const { speed } = sound;
  const straight = { startUs: middleUs - ((middleUs - line.startUs) * line.speed) / speed, speed };
  return sound.rate(memory, first, last, straight) < sound.rate(memory, first, last, line) + straightGain ? straight : line;
}
