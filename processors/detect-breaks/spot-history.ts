import { createHash } from 'node:crypto';

import type { PictureSignals, Signals } from '../../schemas/events.generated.ts';
import { bitCount, hammingDistance } from '../detect-shots/hamming.ts';

/** Bit error rate under which two fingerprint blocks are the same sound (Haitsma and Kalker 2002: 0.35 for 3 s); whole spots are longer. */
const sameSoundRate = 0.3;
/** Mean perceptual-hash distance (bits of 64) under which two sequences show the same. */
const samePicturesBits = 16;
/** ... asked for when there is no sound to compare. */
const samePicturesAloneBits = 8;
/** Two airings of one spot differ in length by at most this: their boundaries are found to a picture or to a silence. */
const lengthToleranceUs = 400_000;
/** Offsets tried around the boundaries. */
const slackUs = 350_000;
const pictureStepUs = 400_000;
const mostSpots = 3000;
/** Rolling memory of fingerprints and pictures: the longest spot and the filter's lag, twice. */
const rememberedUs = 400_000_000;

/** What identifies a spot's content. */
interface Content {
  durationUs: number;
  codes: Uint32Array;
  hopUs: number;
  hashes: Buffer[];
}

interface KnownSpot extends Content {
  spotId: string;
  airings: Set<string>;
}

/** Answer to "which spot was that?". */
export interface Identity {
  spotId: string;
  /** 1 for the first airing in the stream's history. */
  airing: number;
  /** Bit error rate against the first airing; undefined for a first airing. */
  errorRate: number | undefined;
}

/**
 * The stream's own history of spots: tells whether a segment has aired before by comparing audio sub-fingerprints bit by bit over the whole
 * segment, with perceptual hashes as the second witness. Bounded: the last 400 s of signals and 3,000 spots.
 */
export class SpotHistory {
  #codes: { ptsUs: number; code: number }[] = [];
  #pictures: { ptsUs: number; hash: Buffer }[] = [];
  #hopUs = 11_610;
  #spots: KnownSpot[] = [];

  /** Remembers what a run of signals heard and saw. */
  remember(run: Signals): void {
    if (run.fingerprintStartUs >= 0 && run.fingerprintHopUs > 0) {
      this.#hopUs = run.fingerprintHopUs;
      for (let at = 0; at + 4 <= run.fingerprints.length; at += 4) {
        this.#codes.push({ ptsUs: run.fingerprintStartUs + (at / 4) * run.fingerprintHopUs, code: run.fingerprints.readUInt32BE(at) });
      }
    }
    for (const picture of run.pictures) this.#rememberPicture(picture);
    const oldestUs = run.endUs - rememberedUs;
    if ((this.#codes[0]?.ptsUs ?? Infinity) < oldestUs - 30_000_000) this.#codes = this.#codes.filter((code) => code.ptsUs >= oldestUs);
    if ((this.#pictures[0]?.ptsUs ?? Infinity) < oldestUs - 30_000_000)
      this.#pictures = this.#pictures.filter((picture) => picture.ptsUs >= oldestUs);
  }

  /** Forgets the running signals but no spot: media time starts afresh in a new epoch. */
  newEpoch(): void {
    this.#codes = [];
    this.#pictures = [];
  }

  /** Identifies the segment [startUs, endUs). Asking again for an airing gives the same answer unless its content changed. */
  identify(airingId: string, startUs: number, endUs: number): Identity {
    for (const spot of this.#spots) spot.airings.delete(airingId);
    this.#spots = this.#spots.filter((spot) => spot.airings.size > 0);
    const content = this.#contentOf(startUs, endUs);
    let best: { spot: KnownSpot; errorRate: number } | undefined;
    for (const spot of this.#spots) {
      if (Math.abs(spot.durationUs - content.durationUs) > lengthToleranceUs) continue;
      const errorRate = sameContent(spot, content);
      if (errorRate !== undefined && (best === undefined || errorRate < best.errorRate)) best = { spot, errorRate };
    }
    if (best !== undefined) {
      best.spot.airings.add(airingId);
      return { spotId: best.spot.spotId, airing: best.spot.airings.size, errorRate: best.errorRate };
    }
    const spot = { ...content, spotId: idOf(content), airings: new Set([airingId]) };
    this.#spots.push(spot);
    if (this.#spots.length > mostSpots) this.#spots.shift();
    return { spotId: spot.spotId, airing: 1, errorRate: undefined };
  }

  /** Takes back an airing that turned out to be none. */
  withdraw(airingId: string): void {
    for (const spot of this.#spots) spot.airings.delete(airingId);
    this.#spots = this.#spots.filter((spot) => spot.airings.size > 0);
  }

  #rememberPicture(picture: PictureSignals): void {
    const last = this.#pictures[this.#pictures.length - 1];
    if (last !== undefined && picture.ptsUs - last.ptsUs < pictureStepUs / 5) return;
    this.#pictures.push({ ptsUs: picture.ptsUs, hash: picture.perceptualHash });
  }

  #contentOf(startUs: number, endUs: number): Content {
    const codes = this.#codes.filter(({ ptsUs }) => ptsUs >= startUs && ptsUs < endUs).map(({ code }) => code);
    const hashes: Buffer[] = [];
    for (let atUs = startUs + pictureStepUs / 2; atUs < endUs; atUs += pictureStepUs) {
      const picture = this.#pictures.findLast(({ ptsUs }) => ptsUs <= atUs);
      if (picture !== undefined) hashes.push(picture.hash);
    }
    return { durationUs: endUs - startUs, codes: Uint32Array.from(codes), hopUs: this.#hopUs, hashes };
  }
}

/** Bit error rate when both are the same spot, else undefined. */
function sameContent(one: Content, other: Content): number | undefined {
  const bits = pictureDistance(one.hashes, other.hashes);
  const comparable = Math.min(one.codes.length, other.codes.length) * one.hopUs > 0.6 * other.durationUs && !isMonotonous(other.codes);
  if (!comparable) return bits !== undefined && bits <= samePicturesAloneBits ? bits / 64 : undefined;
  const errorRate = bestErrorRate(one.codes, other.codes, Math.round(slackUs / one.hopUs));
  if (errorRate > sameSoundRate) return undefined;
  return bits === undefined || bits <= samePicturesBits ? errorRate : undefined;
}

/** Silence and hum give one code for ever; equal codes then prove nothing. */
function isMonotonous(codes: Uint32Array): boolean {
  return new Set(codes).size < codes.length / 8;
}

function pictureDistance(one: readonly Buffer[], other: readonly Buffer[]): number | undefined {
  const count = Math.min(one.length, other.length);
  if (count < 4) return undefined;
  let best = 64;
  for (let shift = -1; shift <= 1; shift += 1) {
    let bits = 0;
    let compared = 0;
    for (let at = 0; at < count; at += 1) {
      const partner = other[at + shift];
      if (partner === undefined) continue;
      bits += hammingDistance(one[at]!, partner);
      compared += 1;
    }
    best = Math.min(best, bits / compared);
  }
  return best;
}

function bestErrorRate(one: Uint32Array, other: Uint32Array, slack: number): number {
  let best = 1;
  for (let shift = -slack; shift <= slack; shift += 1) best = Math.min(best, errorRateAt(one, other, shift, 8));
  return best > sameSoundRate + 0.1 ? best : Math.min(...[...Array(2 * slack + 1).keys()].map((at) => errorRateAt(one, other, at - slack, 2)));
}

function errorRateAt(one: Uint32Array, other: Uint32Array, shift: number, step: number): number {
  let bits = 0;
  let compared = 0;
  for (let at = Math.max(0, -shift); at < one.length && at + shift < other.length; at += step) {
    bits += bitCount(one[at]! ^ other[at + shift]!);
    compared += 1;
  }
  return compared * step < one.length * 0.6 ? 1 : bits / (32 * compared);
}

function idOf(content: Content): string {
  const hash = createHash('sha256');
  hash.update(content.codes);
  for (const picture of content.hashes) hash.update(picture);
  return `spot-${hash.digest('hex').slice(0, 12)}`;
}
