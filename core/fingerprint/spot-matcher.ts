import type { Signals } from '../../schemas/events.generated.ts';
import { isTelling, selectedNear } from './code-postings.ts';
import { Contender } from './contender.ts';
import type { IndexSegment } from './index-segment.ts';
import { OnAir } from './on-air.ts';
import { PictureLine } from './picture-line.ts';
import { SoundLine } from './sound-line.ts';
import type { SpotIndex } from './spot-index.ts';
import type { SpotMatch } from './spot-print.ts';
import { StreamMemory } from './stream-memory.ts';

/**
 * In how many bits a code may differ to be looked up. Two find more of badly damaged sound among a million spots (97 instead of 76 % of
 * 3 s with 10 % wrong bits), but cost 31 ms of CPU for them instead of about 2.
 */
const lookUpRadius = 1;
/** How much of the stream is remembered, microseconds. */
const memoryUs = 14_000_000;
/** A hit must agree with its surroundings by less than this share of bits to be followed up. */
const followedShare = 0.38;
const surroundingsUs = 1_500_000;
/** Slopes at which the surroundings are looked at. */
const surroundingTurns = [0, -0.05, 0.05];
/** Most contenders that are not established. */
const mostContenders = 24;
/** Hits of the same print on nearly the same line belong to one contender. */
const sameLineUs = 40_000;
const sameAiringUs = 500_000;
/** Pictures are looked up this often, microseconds. */
const lookUpUs = 200_000;
/** Hashes within so many bits are hits; a picture with more hits than this is a common look. */
const nearBits = 14;
const mostLooks = 48;
/** An unestablished contender is given up after this long, or earlier when it has been heard or seen enough and does not agree. */
const patienceUs = 6_000_000;
const judgedUs = 1_200_000;
const hopelessEvidence = 16;

/**
 * Finds the spots of an index in one stream while they are on air. Sub-fingerprints, and hashes about five times a second, are looked up; each
 * hit whose surroundings agree too becomes a contender, a line through print and stream that is compared with everything that comes until it
 * is established, or hopeless. What is established competes for being on air ({@link OnAir}).
 *
 * Numbers without a source of their own were set on seed 1 of docs/measurements/identification.md, which tells how they did on unseen ones.
 *
 * One instance per stream. Costs next to nothing while nothing is on air (docs/measurements/identification.md); memory is bounded.
 */
export class SpotMatcher {
  readonly #index: SpotIndex;
  readonly #memory = new StreamMemory(memoryUs);
  readonly #onAir = new OnAir();
  #contenders: Contender[] = [];
  #nextSlot = 0;
  #nextLookUs = Number.NEGATIVE_INFINITY;

  constructor(index: SpotIndex) {
    this.#index = index;
  }

  /** Takes in the next run of signals. @returns matches that are new or have changed */
  add(run: Signals): SpotMatch[] {
    this.#memory.add(run);
    const segments = this.#index.segments();
    this.#lookUpCodes(segments);
    this.#lookUpPictures(segments);
    this.#update();
    return this.#onAir.decide(this.#memory, this.#contenders);
  }

  /** Media time begins anew: what is on air is cut off unsaid, call {@link flush} before to have it said. */
  newEpoch(): void {
    this.#memory.clear();
    this.#contenders = [];
    this.#onAir.clear();
    this.#nextSlot = 0;
    this.#nextLookUs = Number.NEGATIVE_INFINITY;
  }

  /** Nothing follows: ends what is on air. */
  flush(): SpotMatch[] {
    const last = this.#onAir.end();
    this.#contenders = [];
    return last;
  }

  #lookUpCodes(segments: readonly IndexSegment[]): void {
    const memory = this.#memory;
    // Segments thinned alike hold the same codes: what to look up is worked out once for all of them.
    const shifts = [...new Set(segments.map((segment) => segment.parts.shift))];
    const groups = shifts.map((shift) => segments.filter((segment) => segment.parts.shift === shift));
    let previous = -1;
    for (let slot = Math.max(this.#nextSlot, memory.oldestSlot); slot < memory.slots; slot += 1) {
      const code = memory.heard(slot) ? memory.code(slot) : -1;
      if (code < 0 || code === previous || !isTelling(code)) continue;
      previous = code;
      for (const group of groups) {
        selectedNear(code, lookUpRadius, group[0]!.parts.shift, (mixed) => {
          for (const segment of group) segment.findCode(mixed, (track, hop) => this.#admitSound(segment, track, hop, slot));
        });
      }
    }
    this.#nextSlot = memory.slots;
  }

  #admitSound(segment: IndexSegment, track: number, hop: number, slot: number): void {
    const { tracks, prints } = segment.parts;
    const print = tracks.print[track]!;
    const sound = new SoundLine(segment, track);
    const timeUs = this.#memory.slotUs(slot);
    const line = sound.lineThrough(hop, timeUs, sound.speed);
    const same = this.#contenders.find((one) => one.segment === segment && one.print === print && one.isOn(line, timeUs, sameAiringUs));
    if (same !== undefined && same.track === track && same.isOn(line, timeUs, sameLineUs)) return;
    if (!this.#agreesAround(sound, hop, line)) return;
    if (same !== undefined) same.proposeSound(this.#memory, sound, line, timeUs);
    else if (this.#index.isHome(prints.keys[print]!, segment)) {
      const contender = new Contender(segment, print, timeUs);
      contender.proposeSound(this.#memory, sound, line, timeUs);
      this.#contenders.push(contender);
    }
  }

  /** Whether the surroundings of a hit agree; too close to the start of a spot nothing can be said against it. */
  #agreesAround(sound: SoundLine, hop: number, line: { startUs: number; speed: number }): boolean {
    const last = Math.floor(hop / sound.stride);
    const first = Math.max(0, last - Math.round(surroundingsUs / (this.#memory.hopUs * sound.stride)));
    if ((last - first) * sound.stride < 24) return true;
    const best = sound.refine(this.#memory, first, last, line, surroundingTurns, [0], 0);
    const { codes, errors } = sound.compare(this.#memory, first, last, best);
    return codes * sound.stride < 24 || errors < followedShare * 32 * codes;
  }

  #lookUpPictures(segments: readonly IndexSegment[]): void {
    const memory = this.#memory;
    for (let picture = memory.oldestPicture; picture < memory.pictures; picture += 1) {
      const timeUs = memory.pictureUs(picture);
      if (timeUs < this.#nextLookUs) continue;
      this.#nextLookUs = timeUs + lookUpUs;
      const [high, low] = [memory.hashHigh(picture), memory.hashLow(picture)];
      if (high === 0 && low === 0) continue;
      for (const segment of segments) {
        const hits = new Map<number, number>();
        segment.findLook(high, low, nearBits, (print, step) => hits.set(print, step));
        if (hits.size > mostLooks) continue;
        for (const [print, step] of hits) this.#admitLook(segment, print, step, timeUs);
      }
    }
  }

  #admitLook(segment: IndexSegment, print: number, step: number, timeUs: number): void {
    if (!this.#index.isHome(segment.parts.prints.keys[print]!, segment)) return;
    const line = new PictureLine(segment, print).lineThrough(step, timeUs, 1);
    if (this.#contenders.some((one) => one.segment === segment && one.print === print && one.isOn(line, timeUs, sameAiringUs))) return;
    const contender = new Contender(segment, print, timeUs);
    contender.proposePictures(line);
    this.#contenders.push(contender);
  }

  #update(): void {
    const memory = this.#memory;
    const nowUs = Math.max(
      memory.slots > 0 ? memory.slotUs(memory.slots - 1) : -Infinity,
      memory.pictures > 0 ? memory.pictureUs(memory.pictures - 1) : -Infinity,
    );
    for (const contender of this.#contenders) {
      if (contender.established) contender.follow(memory);
      else contender.survey(memory);
    }
    this.#contenders = this.#contenders.filter((one) => !this.#contenders.some((other) => other.isSameButBetter(one)));
    this.#contenders = this.#contenders.filter(
      (one) => this.#index.holds(one.key) && (one.established ? !this.#onAir.isDone(one) : !isHopeless(one, nowUs)),
    );
    const waiting = this.#contenders.filter((one) => !one.established).sort((one, other) => other.evidence - one.evidence);
    const dropped = new Set(waiting.slice(mostContenders));
    if (dropped.size > 0) this.#contenders = this.#contenders.filter((one) => !dropped.has(one));
  }
}

function isHopeless(contender: Contender, nowUs: number): boolean {
  const ageUs = nowUs - contender.admittedUs;
  return ageUs > patienceUs || contender.endUs < nowUs - 1_000_000 || (ageUs > judgedUs && contender.evidence < hopelessEvidence);
}
