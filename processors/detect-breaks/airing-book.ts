import type { IdentifiedBy, LifeState } from '../../schemas/events.generated.ts';
import type { Span } from './silence-meter.ts';
import type { Sighting } from './spot-watch.ts';

/** What an airing is called. */
export interface Identity {
  /** undefined: a segment between cues that nothing is known of. */
  spotId: string | undefined;
  identifiedBy: IdentifiedBy;
  known: boolean;
  title: string;
  brand: string;
  product: string;
  category: string;
}

/** News about an airing of a spot. */
export interface SpotNews {
  kind: 'spot';
  /** Identity of the break it is in. */
  breakKey: string;
  /** Start when it was first told: with the break's its identity, whatever becomes of its bounds. */
  airingKey: number;
  startUs: number;
  /** null while it is on air. */
  endUs: number | null;
  state: LifeState;
  identity: Identity;
  position: number;
  confidence: number;
  evidence: string[];
  knownUpToUs: number;
}

interface Airing {
  airingKey: number;
  startUs: number;
  endUs: number | null;
  position: number;
  identity: Identity;
  confidence: number;
  evidence: string[];
  state: LifeState;
}

type Segment = Pick<Airing, 'startUs' | 'endUs' | 'identity' | 'confidence' | 'evidence'>;

const nothingKnown: Identity = { spotId: undefined, identifiedBy: 'nothing', known: false, title: '', brand: '', product: '', category: '' };
/** A boundary that moves by less is no news, microseconds. */
const sameUs = 5_000;
/** A cut this near to an end of what was recognised is its end, microseconds. */
const cutReachUs = 1_500_000;
/** What is left of a segment beside a named airing may be a spot from this length, microseconds. */
const leastRestUs = 4_000_000;
/** A segment of a spot's own length, within this, is the whole of it, microseconds. */
const sameLengthUs = 500_000;
/** What is on air lasts at least this long for comparisons, microseconds. */
const leastUs = 1_000_000;

/** The airings of the break that is alive: cut out by the break model, named by what was recognised, each with one identity for its life. */
export class AiringBook {
  #airings: Airing[] = [];

  /** Airings that are told and not retracted, in order. */
  get airings(): readonly Airing[] {
    return this.#airings;
  }

  /** Names of what was recognised, for the evidence of the break. */
  get recognised(): string[] {
    return this.#airings.filter(({ identity }) => identity.identifiedBy !== 'nothing').map(({ evidence }) => evidence[0] ?? '');
  }

  /**
   * Brings what was said up to date.
   *
   * @param spots segments of the break model whose ends are settled
   * @param sightings of the break, in order
   * @param over the break is settled or retracted: nothing is told of it afterwards
   */
  update(breakKey: string, spots: readonly Span[], sightings: readonly Sighting[], state: LifeState, nowUs: number): SpotNews[] {
    const over = state === 'final' || state === 'retracted';
    const segments = state === 'retracted' ? [] : segmentsOf(spots, sightings);
    const news: SpotNews[] = [];
    const tell = (airing: Airing): void => {
      const { airingKey, startUs, endUs, position, identity, confidence, evidence } = airing;
      news.push({
        kind: 'spot',
        breakKey,
        airingKey,
        startUs,
        endUs,
        state: airing.state,
        identity,
        position,
        confidence,
        evidence,
        knownUpToUs: nowUs,
      });
    };
    const pairs = segments.map((segment) => ({ segment, airing: this.#airings.find((airing) => isSame(airing, segment)) }));
    for (const airing of this.#airings) {
      if (pairs.some((pair) => pair.airing === airing)) continue;
      tell({ ...airing, state: 'retracted', confidence: 0, evidence: ['the break was cut into spots differently'] });
    }
    const taken = new Set<Airing>();
    this.#airings = pairs.map(({ segment, airing: same }, index) => {
      const airing = same === undefined || taken.has(same) ? undefined : same;
      if (airing !== undefined) taken.add(airing);
      const next: Airing = { ...segment, airingKey: airing?.airingKey ?? segment.startUs, position: index + 1, state: 'provisional' };
      if (over) next.state = 'final';
      else if (airing !== undefined)
        next.state = airing.state === 'confirmed' || (airing.endUs !== null && isNews(airing, next)) ? 'confirmed' : airing.state;
      if (next.endUs !== null && next.identity.identifiedBy !== 'nothing' && !over) next.state = 'confirmed';
      if (airing === undefined || over || isNews(airing, next)) tell(next);
      return next;
    });
    if (over) this.#airings = [];
    return news;
  }
}

/** Sightings first: a recognised spot is what it is, whatever its cuts look like. */
function segmentsOf(spots: readonly Span[], sightings: readonly Sighting[]): Segment[] {
  const named = sightings.map((sighting): Segment => {
    const cut = spots.find((spot) => isMeant(spot, sighting)) ?? spots.find((spot) => isWhole(spot, sighting));
    return {
      startUs: cut?.startUs ?? sighting.shownStartUs,
      endUs: cut?.endUs ?? (sighting.over ? sighting.endUs : null),
      identity: identityOf(sighting),
      confidence: Math.max(0.5, Math.min(0.999, sighting.confidence)),
      evidence: [sighting.evidence],
    };
  });
  const unnamed = spots.flatMap((spot) => outside(spot, named));
  const all = [...named, ...unnamed.map(unknownSegment)];
  return all.sort((one, other) => one.startUs - other.startUs);
}

/** What of a segment is left beside the airings that have a name: airings of one break never overlap. Scraps are no spots. */
function outside(spot: Span, named: readonly Segment[]): Span[] {
  const over = named.filter((one) => overlapUs(one, spot) > cutReachUs);
  if (over.length === 0) return [spot];
  if (over.some((one) => overlapUs(one, spot) > 0.5 * (spot.endUs - spot.startUs))) return [];
  const ends = [spot.startUs, ...over.map((one) => one.endUs ?? spot.endUs)];
  const starts = [...over.map((one) => one.startUs), spot.endUs];
  return ends.flatMap((startUs, index) => (starts[index]! - startUs >= leastRestUs ? [{ startUs, endUs: starts[index]! }] : []));
}

function unknownSegment({ startUs, endUs }: Span): Segment {
  const lengthS = (endUs - startUs) / 1e6;
  const usual = Math.abs(lengthS - 5 * Math.round(lengthS / 5)) < 0.3;
  return { startUs, endUs, identity: nothingKnown, confidence: usual ? 0.85 : 0.7, evidence: [`${lengthS.toFixed(2)} s between cues`] };
}

function identityOf({ spot, by }: Sighting): Identity {
  const { spotId, title, brand, product, category, status } = spot;
  return { spotId, identifiedBy: by, known: status === 'confirmed', title, brand, product, category };
}

/** Where a sighting begins and ends is known to a fraction of a second: a cut that is further away is another. */
function isMeant(spot: Span, { startUs, endUs, over }: Sighting): boolean {
  return Math.abs(spot.startUs - startUs) < cutReachUs && (!over || Math.abs(spot.endUs - endUs) < cutReachUs);
}

/** The match broke off, but what began with it is as long as the spot is: all of it was on air. */
function isWhole(spot: Span, { startUs, endUs, over, spot: { durationMs } }: Sighting): boolean {
  const lengthUs = spot.endUs - spot.startUs;
  return over && endUs < spot.endUs && Math.abs(spot.startUs - startUs) < sameLengthUs && Math.abs(lengthUs - durationMs * 1000) < sameLengthUs;
}

/** Most of the shorter lies in the longer, and they are of like length. */
function isSame(one: { startUs: number; endUs: number | null }, other: { startUs: number; endUs: number | null }): boolean {
  return overlapUs(one, other) > 0.5 * Math.max(lengthUs(one, other), lengthUs(other, one));
}

function overlapUs(one: { startUs: number; endUs: number | null }, other: { startUs: number; endUs: number | null }): number {
  return Math.min(endOf(one, other), endOf(other, one)) - Math.max(one.startUs, other.startUs);
}

function lengthUs(one: { startUs: number; endUs: number | null }, other: { startUs: number; endUs: number | null }): number {
  return Math.max(leastUs, endOf(one, other) - one.startUs);
}

/** What is on air still lasts as long as what it is compared with. */
function endOf(one: { startUs: number; endUs: number | null }, other: { startUs: number; endUs: number | null }): number {
  return one.endUs ?? Math.max(other.endUs ?? 0, other.startUs + leastUs, one.startUs + leastUs);
}

function isNews(told: Airing, next: Airing): boolean {
  const ends = told.endUs === null || next.endUs === null ? told.endUs === next.endUs : Math.abs(told.endUs - next.endUs) < sameUs;
  const { identity } = told;
  return (
    !ends ||
    Math.abs(told.startUs - next.startUs) >= sameUs ||
    told.position !== next.position ||
    identity.spotId !== next.identity.spotId ||
    identity.title !== next.identity.title ||
    identity.known !== next.identity.known
  );
}
