import type { PictureSignals } from '../../schemas/events.generated.ts';
import { hammingDistance } from '../detect-shots/hamming.ts';
import type { SceneParameters } from './parameters.ts';

/** A picture this far into a shot stands for it, microseconds: past the cut's own blur and dissolves. */
const intoShotUs = 400_000;
/** A picture as flat as this has no scene in it. */
const leastDeviation = 8;
const stepUs = 200_000;

/** Most shots that are known at once: a programme cut every two seconds. */
const mostKnown = 512;
/** Familiar shots whose word can be taken back: of minutes. */
const mostTold = 128;
/** Shots that are kept over a restart. */
const mostSaved = 256;

/** What is kept over a restart: plain JSON. */
export interface SceneState {
  hashes: string[];
  familiar: number;
  judged: number;
}

interface Seen {
  ptsUs: number;
  hash: Buffer;
}

/**
 * Remembers what the programme looked like and says, shot by shot, whether a shot was seen before. Camera positions, studios and faces come back
 * in a programme, on both sides of a break; what is shown in a spot was never seen before (Yeung and Yeo's scene graph, 1996, in
 * one direction). How much a new shot says is learned from the programme itself: where nothing ever comes back, it says nothing.
 */
export class SceneMemory {
  readonly #parameters: SceneParameters;
  /** Pictures of programme, oldest first. */
  #known: Seen[] = [];
  /** Shots that are not old enough to be known. */
  #waiting: Seen[] = [];
  #shot: Seen | undefined;
  #judged = false;
  #lastUs = Number.NEGATIVE_INFINITY;
  #firstUs = Number.NaN;
  /** Shots of programme that were seen before, and all; with forgetting. */
  #familiar: number;
  #judgedShots: number;
  #unseen = 0;
  /** What familiar shots said lately, oldest first. */
  #told: (Seen & { gain: number })[] = [];

  constructor(parameters: SceneParameters) {
    this.#parameters = parameters;
    this.#familiar = parameters.priorShots * parameters.priorFamiliar;
    this.#judgedShots = parameters.priorShots;
  }

  /**
   * Adds a picture.
   *
   * @param programme belief that programme is on air, 0 to 1
   * @returns log-likelihood ratio of "no programme" against programme by this picture; 0 when it says nothing
   */
  add(picture: PictureSignals, programme: number): number {
    const { ptsUs, perceptualHash: hash } = picture;
    if (ptsUs - this.#lastUs < stepUs) return 0;
    if (Number.isNaN(this.#firstUs)) this.#firstUs = ptsUs;
    this.#lastUs = ptsUs;
    this.#admit(ptsUs, programme);
    if (picture.lumaDeviation < leastDeviation) {
      this.#shot = undefined;
      return 0;
    }
    if (this.#shot === undefined || hammingDistance(this.#shot.hash, hash) >= this.#parameters.otherShotBits) {
      this.#shot = { ptsUs, hash };
      this.#judged = false;
    }
    if (this.#judged || ptsUs - this.#shot.ptsUs < intoShotUs) return 0;
    this.#judged = true;
    this.#waiting.push({ ptsUs, hash });
    const gain = this.#judge(hash, programme);
    if (gain < 0) this.#told = [...this.#told, { ptsUs, hash, gain }].slice(-mostTold);
    return gain;
  }

  /**
   * A spot was on air in a span: that its shots were seen before says that the spot aired before, unnoticed, and nothing for programme. Forgets
   * those shots.
   *
   * @returns what they had said, to be taken back; nothing a second time
   */
  recant(startUs: number, endUs: number): { ptsUs: number; gain: number }[] {
    const inside = this.#told.filter(({ ptsUs }) => ptsUs >= startUs && ptsUs < endUs);
    if (inside.length === 0) return [];
    this.#told = this.#told.filter((one) => !inside.includes(one));
    const isOfSpot = ({ hash }: Seen): boolean => inside.some((one) => hammingDistance(one.hash, hash) <= this.#parameters.sameShotBits);
    this.#known = this.#known.filter((seen) => !isOfSpot(seen));
    return inside;
  }

  /** What is known, as JSON: hashes in hex, newest last, and how often shots of programme were seen before. */
  save(): SceneState {
    return {
      hashes: this.#known.slice(-mostSaved).map(({ hash }) => hash.toString('hex')),
      familiar: this.#familiar,
      judged: this.#judgedShots,
    };
  }

  /** Takes back what {@link SceneMemory.save} gave, before the first picture. */
  restore({ hashes, familiar, judged }: SceneState): void {
    this.#known = hashes.map((hash) => ({ ptsUs: Number.NEGATIVE_INFINITY, hash: Buffer.from(hash, 'hex') }));
    this.#familiar = familiar;
    this.#judgedShots = judged;
  }

  /** Forgets what was seen in a break. */
  forget(startUs: number, endUs: number): void {
    const outside = ({ ptsUs }: Seen): boolean => ptsUs < startUs || ptsUs >= endUs;
    this.#known = this.#known.filter(outside);
    this.#waiting = this.#waiting.filter(outside);
  }

  /** A new epoch: media time starts afresh; looks stay known. */
  newEpoch(): void {
    this.#known = this.#known.map(({ hash }) => ({ ptsUs: Number.NEGATIVE_INFINITY, hash }));
    this.#waiting = [];
    this.#told = [];
    this.#shot = undefined;
    this.#lastUs = Number.NEGATIVE_INFINITY;
    this.#firstUs = Number.NaN;
  }

  #judge(hash: Buffer, programme: number): number {
    const { leastKnown, sameShotBits, adFamiliar, mostUnseen, learnShots } = this.#parameters;
    if (this.#known.length < leastKnown) return 0;
    const familiar = this.#known.some((seen) => hammingDistance(seen.hash, hash) <= sameShotBits);
    const share = this.#familiar / this.#judgedShots;
    if (programme > 0.5) {
      const keep = 1 - 1 / learnShots;
      this.#familiar = this.#familiar * keep + (familiar ? 1 : 0);
      this.#judgedShots = this.#judgedShots * keep + 1;
    }
    if (familiar) {
      this.#unseen = 0;
      return Math.log(adFamiliar / Math.max(adFamiliar, share));
    }
    const gain = Math.min(Math.log((1 - adFamiliar) / Math.max(0.05, 1 - share)), mostUnseen - this.#unseen);
    this.#unseen += Math.max(0, gain);
    return Math.max(0, gain);
  }

  /** Shots become known when they are older than a spot is long and programme is still believed. */
  #admit(nowUs: number, programme: number): void {
    const { knownAfterS, memoryS } = this.#parameters;
    while (this.#waiting.length > 0 && this.#waiting[0]!.ptsUs < nowUs - knownAfterS * 1e6) {
      const seen = this.#waiting.shift()!;
      if (programme > 0.5) this.#known.push(seen);
    }
    while (this.#known.length > mostKnown || (this.#known.length > 0 && isOld(this.#known[0]!, nowUs - memoryS * 1e6))) this.#known.shift();
  }
}

/** Shots of before a restart or of another epoch have no time; they go when there are too many. */
function isOld({ ptsUs }: Seen, oldestUs: number): boolean {
  return ptsUs > Number.NEGATIVE_INFINITY && ptsUs < oldestUs;
}
