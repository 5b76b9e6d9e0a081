import type { ChannelTrust, SpliceSide } from './channel-trust.ts';
import type { BookChange, BookedCue } from './cue-book.ts';
import { sideName } from './splice-reconciler.ts';

/** Where a splice cue says that a break starts or ends, for the break model. */
export interface SplicePoint {
  cueId: string;
  side: 'start' | 'end';
  /** Media time, the channel's learned offset included; the boundary is the best cut within {@link SplicePoint.toleranceUs}. */
  atUs: number;
  toleranceUs: number;
  /** Added to the log-odds that a break starts (ends) here; never negative. */
  logLikelihood: number;
  /** 0 to 1. */
  trust: number;
  /** The cue was taken back: the earlier point of this cue and side is void. */
  withdrawn: boolean;
  /** One line for the evidence of a break. */
  evidence: string;
}

/** Share of cue points of the pictures at which a break starts or ends, without any knowledge: what trust is measured against. */
const baseRate = 0.02;
/** A cue alone must not outweigh what is seen for good: pictures that speak against it by this much win, natural log. */
const mostLogLikelihood = 6;
/** A length is a plan, and says less about the end than a cue for it. */
const durationWeight = 0.6;
/** Least and most tolerance, and how many standard deviations it is, microseconds. */
const tolerance = { leastUs: 300_000, mostUs: 3_000_000, unknownUs: 1_000_000, deviations: 3 };
/** Two cues for one point (a section and a tag of the playlist) count once within this, microseconds. */
const samePointUs = 500_000;
/** Points kept for telling those. */
const keptPoints = 64;

const carrierNames = { scte35: 'SCTE 35', hlsCue: 'HLS', hlsDateRange: 'HLS', hlsOatcls: 'HLS' } as const;

interface KeptPoint {
  point: SplicePoint;
  /** Start of the break whose announced length this end is; undefined for a cue of its own. */
  plannedFromUs: number | undefined;
}

/** Turns splice cues into points of the break model, weighted by how far the channel is to be believed. */
export class SpliceWitness {
  readonly #trust: ChannelTrust;
  #points: KeptPoint[] = [];
  #news: SplicePoint[] = [];

  constructor(trust: ChannelTrust) {
    this.#trust = trust;
  }

  /** A cue was announced, corrected or taken back. */
  change({ kind, cue }: BookChange): void {
    if (kind === 'cancelled') this.#withdraw(({ point }) => point.cueId === cue.cueId);
    else for (const kept of this.#pointsOf(cue)) this.#put(kept);
  }

  /** New, changed and withdrawn points since the last call. */
  takePoints(): SplicePoint[] {
    const news = this.#news;
    this.#news = [];
    return news;
  }

  /** A new epoch began. */
  clear(): void {
    this.#points = [];
    this.#news = [];
  }

  #pointsOf(cue: BookedCue): KeptPoint[] {
    const { durationUs } = cue.message;
    const own = this.#point(cue, cue.side, cue.spliceUs);
    if (cue.side === 'in' || durationUs === null || durationUs <= 0) return [own];
    return [own, this.#point(cue, 'in', cue.spliceUs + durationUs, cue.spliceUs)];
  }

  #point(cue: BookedCue, side: SpliceSide, spliceUs: number, plannedFromUs?: number): KeptPoint {
    const trust = this.#trust.trust(side);
    const spreadUs = this.#trust.spreadUs(side);
    const learnedUs = Math.min(tolerance.mostUs, Math.max(tolerance.leastUs, spreadUs * tolerance.deviations));
    const share = plannedFromUs === undefined ? 1 : durationWeight;
    const point: SplicePoint = {
      cueId: cue.cueId,
      side: sideName(side),
      atUs: Math.round(spliceUs + this.#trust.offsetUs(side)),
      toleranceUs: spreadUs === 0 ? tolerance.unknownUs : Math.round(learnedUs),
      logLikelihood: share * Math.min(mostLogLikelihood, Math.max(0, logit(trust) - logit(baseRate))),
      trust,
      withdrawn: false,
      evidence: evidenceOf(cue, side, plannedFromUs !== undefined, trust),
    };
    return { point, plannedFromUs };
  }

  #put(kept: KeptPoint): void {
    const { cueId, side, atUs, logLikelihood } = kept.point;
    const isOther = ({ point }: KeptPoint): boolean => point.cueId !== cueId && point.side === side;
    const isNear = (each: KeptPoint): boolean => isOther(each) && Math.abs(each.point.atUs - atUs) < samePointUs;
    // A second cue for one point adds nothing.
    if (this.#points.some((each) => isNear(each) && each.point.logLikelihood >= logLikelihood)) return;
    // A cue for the end replaces the end that a length had promised, wherever that was.
    const isPromised = (each: KeptPoint): boolean => isOther(each) && each.plannedFromUs !== undefined && each.plannedFromUs < atUs;
    this.#withdraw((each) => isNear(each) || (side === 'end' && kept.plannedFromUs === undefined && isPromised(each)));
    this.#points = [...this.#points.filter(({ point }) => point.cueId !== cueId || point.side !== side), kept].slice(-keptPoints);
    this.#news.push(kept.point);
  }

  #withdraw(isVoid: (kept: KeptPoint) => boolean): void {
    for (const { point } of this.#points.filter(isVoid)) this.#news.push({ ...point, withdrawn: true });
    this.#points = this.#points.filter((kept) => !isVoid(kept));
  }
}

function logit(probability: number): number {
  return Math.log(probability / (1 - probability));
}

function evidenceOf({ message }: BookedCue, side: SpliceSide, planned: boolean, trust: number): string {
  const { carrier, command, spliceEventId, durationUs } = message;
  const event = spliceEventId < 0 ? '' : ` ${String(spliceEventId)}`;
  const what = planned ? `announced length ${((durationUs ?? 0) / 1e6).toFixed(0)} s` : `splice cue ${side}`;
  return `${what} of the broadcaster (${carrierNames[carrier]} ${command}${event}), trusted ${trust.toFixed(2)}`;
}
