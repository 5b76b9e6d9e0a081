import { agreeing, combined, longestLagUs, soundDeviations, surveyUs } from './evidence.ts';
import type { IndexSegment } from './index-segment.ts';
import { PictureLine } from './picture-line.ts';
import { PictureWitness } from './picture-witness.ts';
import { type Line, SoundLine } from './sound-line.ts';
import { type SoundSurvey, SoundWitness } from './sound-witness.ts';
import type { StreamMemory } from './stream-memory.ts';

/** Contenders for one print that start this close are one airing. */
const sameStartUs = 250_000;
/** Codes that a track must hold, and checks that must be comparable, for sound to be looked for near the pictures. */
const fewestCodes = 40;
const fewestChecks = 8;

/** One print along one line: something that may be on air. Sound and pictures are its witnesses. */
export class Contender {
  readonly key: string;
  readonly durationUs: number;
  readonly admittedUs: number;
  readonly #segment: IndexSegment;
  readonly #pictures: PictureWitness;
  #sound: SoundWitness | undefined;
  #established = false;
  #fromUs = Number.POSITIVE_INFINITY;

  constructor(
    segment: IndexSegment,
    readonly print: number,
    admittedUs: number,
  ) {
    this.#segment = segment;
    this.key = segment.parts.prints.keys[print]!;
    this.durationUs = segment.parts.prints.durationUs[print]!;
    this.admittedUs = admittedUs;
    this.#pictures = new PictureWitness(new PictureLine(segment, print));
  }

  /** Says along which line the sound may be; of several tracks of the print the one stays that agreed best before `timeUs`. */
  proposeSound(memory: StreamMemory, sound: SoundLine, line: Line, timeUs: number): void {
    if (this.#sound === undefined) this.#sound = new SoundWitness(sound, line, timeUs);
    else this.#sound.propose(memory, sound, line, timeUs);
  }

  /** Says along which line the pictures may be. */
  proposePictures(line: Line): void {
    this.#pictures.propose(line);
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
    const [heard, seen] = [this.#sound?.line, this.#pictures.line];
    const line = seen !== undefined && this.#pictures.agree ? seen : (heard ?? seen);
    return { startUs: line!.startUs, speed: heard?.speed ?? line!.speed };
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
    const heardUs = this.#sound?.agreedUntilUs ?? Number.NEGATIVE_INFINITY;
    return Math.min(this.endUs, Math.max(this.fromUs, heardUs, this.#pictures.agreedUntilUs));
  }

  /** Sound and pictures together: see {@link combined}. */
  get evidence(): number {
    return combined(this.#sound?.deviations ?? 0, this.#pictures.deviations);
  }

  /** Sum of what speaks for and against it since it agrees, nats. */
  get support(): number {
    return (this.#sound?.support ?? 0) + this.#pictures.support;
  }

  /** Pictures were compared for most of a second, and are others. */
  get contradicted(): boolean {
    return this.#pictures.contradicts;
  }

  /** Neither at the speed of the print nor at one of its variants. */
  get turned(): boolean {
    return this.#sound?.turned ?? false;
  }

  get picturesAgree(): boolean {
    return this.#pictures.agree;
  }

  /** Neither sound nor pictures agree any more. */
  get left(): boolean {
    return !(this.#sound?.agrees ?? false) && !this.#pictures.goOn;
  }

  /** Share of bits of sound that differ since it agrees; undefined without sound. */
  get bitErrorRate(): number | undefined {
    return this.#sound?.bitErrorRate;
  }

  /** Mean distance of the hashes since it agrees, bits; undefined without pictures. */
  get hashBits(): number | undefined {
    return this.#pictures.hashBits;
  }

  /** Whether a line of the same print is this contender's own. */
  isOn(line: Line, timeUs: number, toleranceUs: number): boolean {
    const own = this.#sound?.line ?? this.#pictures.line!;
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
    this.#takeSound(this.#sound?.survey(memory));
    this.#surveyPictures(memory);
    if (this.#sound === undefined && this.picturesAgree) this.#seekSound(memory);
  }

  /** It is taken for real: from now on only what is new is looked at, and the line is followed. */
  establish(memory: StreamMemory): void {
    this.#established = true;
    this.#pictures.align(memory, this.#fromUs, this.#sound !== undefined);
  }

  /** Goes on with what came since the last call. */
  follow(memory: StreamMemory): void {
    const refinedUs = this.#sound?.follow(memory, this.#fromUs);
    if (refinedUs !== undefined) this.#pictures.takeSpeed(this.#sound!.line.speed, refinedUs);
    if (this.#pictures.line === undefined) this.#surveyPictures(memory);
    else this.#pictures.follow(memory, this.#fromUs, this.#sound !== undefined);
  }

  #takeSound(survey: SoundSurvey | undefined): void {
    if (survey === undefined) return;
    this.#pictures.takeSpeed(this.#sound!.line.speed, survey.newestUs);
    if (survey.agreesFromUs !== undefined) this.#fromUs = survey.agreesFromUs;
  }

  #surveyPictures(memory: StreamMemory): void {
    const seenFromUs = this.#pictures.survey(memory, this.#sound?.line);
    if (seenFromUs === undefined) return;
    const heard = this.#sound !== undefined && this.#sound.support > 0;
    this.#fromUs = heard ? Math.min(this.#fromUs, seenFromUs) : seenFromUs;
  }

  /** Looks for the sound near where the pictures are. */
  #seekSound(memory: StreamMemory): void {
    const { tracks, prints } = this.#segment.parts;
    const track = prints.track[this.print]!;
    if (track >= prints.track[this.print + 1]! || memory.slots === 0 || tracks.length[track]! < fewestCodes) return;
    const sound = new SoundLine(this.#segment, track);
    const line = this.#pictures.line!;
    const nowUs = memory.slotUs(memory.slots - 1);
    const last = sound.checkAt(nowUs, line);
    const first = sound.checkAt(nowUs - surveyUs, line);
    if (last - first < fewestChecks) return;
    const moves: number[] = [];
    for (let moveUs = -longestLagUs; moveUs <= longestLagUs; moveUs += memory.hopUs) moves.push(moveUs);
    const found = sound.refine(memory, first, last, line, [0], moves, 0);
    const { codes, errors } = sound.compare(memory, first, last, found);
    if (codes === 0 || soundDeviations(errors / (32 * codes), codes * sound.stride, sound.stride) < agreeing) return;
    this.#sound = new SoundWitness(sound, found, nowUs);
    this.#takeSound(this.#sound.survey(memory));
  }
}
