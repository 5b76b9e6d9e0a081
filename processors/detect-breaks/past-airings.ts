import type { CatalogueSpot } from '../../core/catalogue/catalogue.ts';
import type { Signals, Spot } from '../../schemas/events.generated.ts';
import type { SpotNews } from './airing-book.ts';
import type { BreakNews } from './break-detector.ts';
import { renamedSpot } from './break-events.ts';
import type { CatalogueDesk } from './catalogue-desk.ts';
import type { DiscoveredSpot } from './discovery/spot-discovery.ts';
import { mediaClock } from './media-clock.ts';
import type { Span } from './silence-meter.ts';

/** A break of the past, as it was told last. */
export interface PastBreak extends Span {
  breakKey: string;
  confidence: number;
  evidence: string[];
}

/** A first airing that was too short to make a break alone. */
export interface LoneAiring {
  spot: CatalogueSpot;
  discovered: DiscoveredSpot;
}

/** What is to be published of the past, in order. */
export interface PastNews {
  /** Next revisions of airings that were published before. */
  revised: Spot[];
  /** News of breaks and airings that nobody had seen. */
  found: (BreakNews | SpotNews)[];
}

/** Breaks of the past that are remembered. */
const mostBreaks = 64;
/** A spot this close to a break belongs to it, microseconds: one or two unknown spots lie between. */
const sameBreakUs = 35_000_000;
/** A lone stretch of the past that is shorter may as well be a title or a sponsor's card: it makes no break until another spot is found beside it, microseconds. */
const leastLoneUs = 14_000_000;
/** Lone airings that are remembered. */
const mostLone = 16;
/** Confidence of a break that was seen only because its spots came again. */
const lateConfidence = 0.9;

/**
 * Brings the past up to date when a spot is discovered at its second airing: the first airing gets its name by a new revision; when it had never
 * been reported, it is now, with the break around it, as late as it is.
 */
export class PastAirings {
  readonly #desk: CatalogueDesk;
  #breaks: PastBreak[] = [];
  #lone: LoneAiring[] = [];

  constructor(desk: CatalogueDesk) {
    this.#desk = desk;
  }

  /** Breaks that are remembered, for keeping them over a restart. */
  get breaks(): readonly PastBreak[] {
    return this.#breaks;
  }

  /** Airings that wait for another beside them, for keeping them over a restart. */
  get lone(): readonly LoneAiring[] {
    return this.#lone;
  }

  /** Remembers an airing that was too short to make a break alone. */
  noteLone(airing: LoneAiring): void {
    this.#lone = [...this.#lone, airing].slice(-mostLone);
  }

  /** Remembers a break that was settled. */
  note(past: PastBreak): void {
    this.#breaks = [...this.#breaks.filter(({ breakKey }) => breakKey !== past.breakKey), past].slice(-mostBreaks);
  }

  /** Media time starts afresh. */
  newEpoch(): void {
    this.#breaks = [];
    this.#lone = [];
  }

  /**
   * What is to be published because `spot` is known to have been on air at `discovered.earlier`; undefined while the catalogue does not answer.
   *
   * @param source run of signals that was read last
   * @param knownUpToUs media time that had been read
   */
  async relabel(spot: CatalogueSpot, discovered: DiscoveredSpot, source: Signals, knownUpToUs: number): Promise<PastNews | undefined> {
    const { tenantId, streamId, epoch, startUs, endUs } = discovered.earlier;
    const own = streamId === source.streamId && epoch === source.epoch && tenantId === source.tenantId;
    const near = await this.#desk.read(async (catalogue) => await catalogue.airingsBetween(tenantId, streamId, epoch, startUs, endUs), undefined);
    if (near === undefined) return undefined;
    const overlapping = near.filter((airing) => overlapUs(airing, discovered.earlier) > 0.5 * Math.min(lengthUs(airing), endUs - startUs));
    const same = overlapping.find((airing) => overlapUs(airing, discovered.earlier) > 0.7 * Math.max(lengthUs(airing), endUs - startUs));
    const evidence = [againEvidence(discovered)];
    const lateUs = own ? knownUpToUs : (same?.knownUpToUs ?? 0);
    if (same !== undefined) {
      // A replay after a crash finds the name there already; the event may not have got out.
      if (same.spotId === spot.spotId) return { revised: same.identifiedBy === 'repeat' ? [same] : [], found: [] };
      if (same.identifiedBy === 'catalogue') return { revised: [], found: [] };
      const airing = await this.#desk.airingNumber(tenantId, spot.spotId, same.airingId, same.eventTimeMs);
      const name = { spotId: spot.spotId, title: spot.title, airing, identifiedBy: 'repeat' as const, evidence, knownUpToUs: lateUs };
      return { revised: [renamedSpot(same, name)], found: [] };
    }
    if (!own || overlapping.some(({ identifiedBy }) => identifiedBy !== 'nothing')) return { revised: [], found: [] };
    const wrong = overlapping.map((airing) => ({
      ...renamedSpot(airing, { ...airing, evidence: ['the break was cut into spots differently'], knownUpToUs }),
      state: 'retracted' as const,
      confidence: 0,
    }));
    return { revised: wrong, found: await this.#late(spot, discovered, source, knownUpToUs) };
  }

  async #late(spot: CatalogueSpot, discovered: DiscoveredSpot, source: Signals, knownUpToUs: number): Promise<(BreakNews | SpotNews)[]> {
    const { tenantId, streamId, epoch } = source;
    const { endUs } = discovered.earlier;
    const startUs = Math.max(0, discovered.earlier.startUs);
    const near = this.#breaks.find((one) => areNear(one, { startUs, endUs }));
    const beside = this.#lone.find(({ discovered: { earlier } }) => areNear(earlier, { startUs, endUs }));
    if (near === undefined && beside === undefined && endUs - startUs < leastLoneUs) {
      this.noteLone({ spot, discovered });
      return [];
    }
    const past: PastBreak = {
      breakKey: near?.breakKey ?? `${startUs}:late`,
      startUs: Math.min(startUs, near?.startUs ?? startUs),
      endUs: Math.max(endUs, near?.endUs ?? endUs),
      confidence: near?.confidence ?? lateConfidence,
      evidence: [...(near?.evidence ?? []), `'${spot.title}' was on air ${mediaClock(startUs)} to ${mediaClock(endUs)}: it aired again`],
    };
    const inBreak = await this.#desk.read(async (catalogue) => await catalogue.airingsBetween(tenantId, streamId, epoch, past.startUs, startUs), []);
    const grew = near?.startUs !== past.startUs || near.endUs !== past.endUs;
    this.note(past);
    const news: (BreakNews | SpotNews)[] = [];
    if (grew) news.push({ kind: 'break', ...past, state: 'final', knownUpToUs });
    news.push({
      kind: 'spot',
      breakKey: past.breakKey,
      airingKey: startUs,
      startUs,
      endUs,
      state: 'final',
      identity: {
        spotId: spot.spotId,
        identifiedBy: 'repeat',
        known: spot.status === 'confirmed',
        title: spot.title,
        brand: spot.brand,
        product: spot.product,
        category: spot.category,
      },
      position: inBreak.length + 1,
      confidence: discovered.confidence,
      evidence: [againEvidence(discovered)],
      knownUpToUs,
    });
    if (beside === undefined) return news;
    this.#lone = this.#lone.filter((one) => one !== beside);
    return [...news, ...(await this.#late(beside.spot, beside.discovered, source, knownUpToUs))];
  }
}

/** Why an airing of the past has a name, in words. */
export function againEvidence({ startUs }: Pick<DiscoveredSpot, 'startUs'>): string {
  return `found because it aired again at ${mediaClock(startUs)} of the stream`;
}

/** Close enough for one break. */
function areNear(one: Span, other: Span): boolean {
  return other.startUs - one.endUs <= sameBreakUs && one.startUs - other.endUs <= sameBreakUs;
}

function lengthUs({ ptsUs, endUs }: Spot): number {
  return (endUs ?? ptsUs) - ptsUs;
}

function overlapUs(airing: Spot, span: Span): number {
  return Math.min(airing.endUs ?? airing.ptsUs, span.endUs) - Math.max(airing.ptsUs, span.startUs);
}
