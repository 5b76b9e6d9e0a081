import type { Contender } from './contender.ts';
import type { SpotMatch } from './spot-print.ts';
import type { StreamMemory } from './stream-memory.ts';

/**
 * Evidence (see evidence.ts) from which a contender is established. 72 is 8.5 deviations: the bound exp(-36) for one comparison, and a stream
 * makes some 1e5 independent comparisons an hour with a thousand spots, so that chance alone errs once in 1e10 hours. What does err is not
 * chance but shared material; {@link requiredSpanUs} is for that.
 */
const establishedEvidence = 72;
/** Shortest agreement of a spot that is seen from its start, microseconds. */
const shortestUs = 600_000;
/** Longest agreement that is asked of one that is not. */
const longestRequiredUs = 4_000_000;
/** Sound without its pictures must agree for this long. */
const contradictedUs = 3_000_000;
/** Share of differing bits up to which sound is believed that its pictures contradict, or that fits only at another tempo: music is alike. */
const doubtfulShare = 0.2;
/** A contender must be better supported than what is on air by this factor and these nats. */
const betterFactor = 1.1;
const betterNats = 12;
/** A spot that has come to its end is held this long to see whether a longer one goes on. */
const holdUs = 900_000;
/** A match that goes on is repeated this often. */
const progressUs = 1_000_000;
/** Starts that differ by less are not worth telling, nor ends by three times as much. */
const startToleranceUs = 4000;
/** What agrees since longer before the end of what was on air last was not on air then. */
const overlookedUs = 1_500_000;
/** Share of what is on air that a rival must cover to take its place. */
const coveredShare = 0.6;
/** A rival goes on when it agrees this much longer and ends this much later; it is waited for when it ends {@link awaitedUs} later. */
const goingOnUs = 300_000;
const awaitedUs = 500_000;
/** A longer spot that is to take the place of a shorter one agrees from its beginning, up to this. */
const sameBeginningUs = 1_000_000;
/** The last windows of sound reach over the end by their length of 0.37 s (Haitsma and Kalker 2002), less a hop or two. */
const lastWindowUs = 350_000;
/** Evidence at which certainty is 1 - 1/e, and what certainty is worth when the pictures contradict. */
const certainEvidence = 24;
const contradictedFactor = 0.8;
/** What was missed at the beginning of the memory may have been on air unseen; up to this it counts as seen from its start. */
const unseenUs = 700_000;
const seenFromStartUs = 300_000;
/** An end this close is reached. */
const reachedUs = 50_000;

/** What was last said of the match on air. */
interface Said {
  startUs: number;
  toUs: number;
  endUs: number;
}

/**
 * Decides which of the established contenders is on air: one at a time, the one with whose whole length most agrees. Numbers without a source
 * of their own were set on seed 1 of docs/measurements/identification.md.
 */
export class OnAir {
  #current: Contender | undefined;
  #said: Said | undefined;
  readonly #done = new WeakSet<Contender>();
  /** End of what was on air before. */
  #overUs = Number.NEGATIVE_INFINITY;

  /** Whether a contender was on air and is over, or lost and ended. */
  isDone(contender: Contender): boolean {
    return this.#done.has(contender);
  }

  /** Forgets everything. */
  clear(): void {
    this.#current = undefined;
    this.#said = undefined;
    this.#overUs = Number.NEGATIVE_INFINITY;
  }

  /** Ends what is on air. */
  end(): SpotMatch[] {
    return this.#current === undefined ? [] : [this.#finish(this.#current)];
  }

  /** Establishes and compares contenders. @returns what is new or has changed */
  decide(memory: StreamMemory, contenders: readonly Contender[]): SpotMatch[] {
    for (const contender of contenders) {
      if (!contender.established && isCredible(contender, memory)) contender.establish(memory);
    }
    const nowUs = nowOf(memory);
    const rivals = contenders.filter((one) => one.established && one !== this.#current && !this.#done.has(one));
    const said: SpotMatch[] = [];
    const current = this.#current;
    if (current !== undefined) said.push(...this.#challenge(current, rivals, nowUs));
    if (this.#current === undefined) {
      const next = best(rivals.filter((one) => !one.left && !isPast(one, nowUs) && this.#isFresh(one)));
      if (next !== undefined) said.push(this.#put(next));
    }
    for (const rival of rivals) if (rival !== this.#current && (rival.left || isPast(rival, nowUs - holdUs))) this.#done.add(rival);
    return said;
  }

  /** Whether a contender agrees with more than what has been on air already. */
  #isFresh(one: Contender): boolean {
    return (
      one.toUs - Math.max(one.fromUs, this.#overUs) >= Math.min(shortestUs, (one.toUs - one.fromUs) / 2) && one.fromUs > this.#overUs - overlookedUs
    );
  }

  #challenge(current: Contender, rivals: readonly Contender[], nowUs: number): SpotMatch[] {
    const covering = rivals.filter((one) => !one.left && overlapUs(one, current) > coveredShare * (current.toUs - current.fromUs));
    const ended = current.left || isPast(current, nowUs);
    const going = best(covering.filter((one) => one.toUs > current.toUs + goingOnUs && (current.left || one.endUs > current.endUs + goingOnUs)));
    if (ended && going !== undefined && going.fromUs < current.fromUs + sameBeginningUs) return [this.#withdraw(current), this.#put(going)];
    if (ended) {
      const awaited = !current.left && covering.some((one) => one.endUs > current.endUs + awaitedUs) && nowUs < current.endUs + holdUs;
      return awaited ? [] : [this.#finish(current)];
    }
    const better = best(covering.filter((one) => one.support > betterFactor * current.support + betterNats));
    if (better !== undefined) return [this.#withdraw(current), this.#put(better)];
    return this.#progress(current);
  }

  #put(contender: Contender): SpotMatch {
    this.#current = contender;
    return this.#say(contender, false);
  }

  #progress(contender: Contender): SpotMatch[] {
    const { startUs, endUs, toUs } = this.#said!;
    const moved = Math.abs(contender.startUs - startUs) > startToleranceUs || Math.abs(contender.endUs - endUs) > 3 * startToleranceUs;
    return moved || contender.toUs - toUs >= progressUs ? [this.#say(contender, false)] : [];
  }

  #finish(contender: Contender): SpotMatch {
    this.#current = undefined;
    this.#done.add(contender);
    this.#overUs = contender.toUs;
    return this.#say(contender, true);
  }

  /** It was another spot all along: nothing of it agrees. */
  #withdraw(contender: Contender): SpotMatch {
    const match = this.#say(contender, true);
    this.#current = undefined;
    this.#done.add(contender);
    return { ...match, startUs: this.#said!.startUs, toUs: match.fromUs, confidence: 0 };
  }

  #say(contender: Contender, over: boolean): SpotMatch {
    const { key, fromUs, line, bitErrorRate, hashBits } = contender;
    const startUs = Math.round(contender.startUs);
    const endUs = Math.round(contender.endUs);
    // What agreed to within the last window was played out.
    const toUs = over && endUs - contender.toUs < lastWindowUs ? endUs : Math.round(contender.toUs);
    this.#said = { startUs, endUs, toUs };
    const certainty = 1 - Math.exp(-contender.evidence / certainEvidence);
    const confidence = contender.contradicted ? contradictedFactor * certainty : certainty;
    return { key, startUs, endUs, speed: line.speed, fromUs: Math.round(fromUs), toUs, bitErrorRate, hashBits, confidence, over };
  }
}

function nowOf(memory: StreamMemory): number {
  const heardUs = memory.slots > 0 ? memory.slotUs(memory.slots - 1) : Number.NEGATIVE_INFINITY;
  const seenUs = memory.pictures > 0 ? memory.pictureUs(memory.pictures - 1) : Number.NEGATIVE_INFINITY;
  return Math.max(heardUs, seenUs);
}

function isCredible(contender: Contender, memory: StreamMemory): boolean {
  if (contender.evidence < establishedEvidence || contender.left) return false;
  const doubtful = (contender.contradicted || contender.turned) && !contender.picturesAgree;
  if (doubtful && (contender.bitErrorRate ?? 0.5) > doubtfulShare) return false;
  return contender.toUs - contender.fromUs >= requiredSpanUs(contender, memory);
}

/**
 * How long a contender must agree: a spot that is joined in the middle, after something else was on air, may only share its end card or its
 * music with what is on air, so the more of it is missing the longer it must agree.
 */
function requiredSpanUs(contender: Contender, memory: StreamMemory): number {
  const oldestUs = memory.pictures > 0 ? memory.pictureUs(memory.oldestPicture) : memory.slotUs(memory.oldestSlot);
  const missingUs = oldestUs > contender.fromUs - unseenUs ? 0 : contender.fromUs - contender.startUs;
  const spanUs = Math.min(longestRequiredUs, shortestUs + Math.max(0, missingUs - seenFromStartUs));
  return contender.contradicted ? Math.max(spanUs, contradictedUs) : spanUs;
}

function isPast(contender: Contender, nowUs: number): boolean {
  return contender.endUs < nowUs + reachedUs;
}

function overlapUs(one: Contender, other: Contender): number {
  return Math.min(one.toUs, other.toUs) - Math.max(one.fromUs, other.fromUs);
}

/** The best supported; of two that nearly are the shorter, which ends first and then gives way if the longer goes on. */
function best(contenders: readonly Contender[]): Contender | undefined {
  return [...contenders].sort((one, other) => {
    const [more, less] = one.support >= other.support ? [one, other] : [other, one];
    const alike = more.support < betterFactor * less.support + betterNats;
    return alike ? one.durationUs - other.durationUs : other.support - one.support;
  })[0];
}
