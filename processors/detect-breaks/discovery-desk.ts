import type { CatalogueSpot } from '../../core/catalogue/catalogue.ts';
import { PrintRecorder } from '../../core/fingerprint/print-recorder.ts';
import type { Signals, Spot } from '../../schemas/events.generated.ts';
import type { SpotNews } from './airing-book.ts';
import type { BreakDetector, BreakNews } from './break-detector.ts';
import { renamedSpot, titleOf } from './break-events.ts';
import type { CatalogueDesk } from './catalogue-desk.ts';
import type { AdBelief, DiscoveredSpot } from './discovery/spot-discovery.ts';
import { airedAt } from './media-clock.ts';
import { type LoneAiring, PastAirings, type PastBreak, againEvidence } from './past-airings.ts';
import { type RepeatNews, RepeatWatch } from './repeat-watch.ts';
import type { Span } from './silence-meter.ts';
import type { Sighting, SpotWatch } from './spot-watch.ts';
import type { TenantMemory } from './tenant-memory.ts';

/** What discovery found with a tick. */
export interface Discovery {
  /** Airings that were recognised because they are the second of their spot. */
  sightings: Sighting[];
  evidence: { ptsUs: number; gain: number }[];
  /** Revisions of airings of the past. */
  revised: Spot[];
  /** Breaks and airings of the past that nobody had seen. */
  found: (BreakNews | SpotNews)[];
}

const stateName = 'discoveries';
/** Discoveries whose moment is kept for a replay: of some hours at least. */
const mostKept = 256;
/** Discoveries that wait for the catalogue. */
const mostOwed = 256;
/** A discovery this certain is reported whatever the break model believes; see spot-judge.ts. */
const sureConfidence = 0.95;
/** Share of the longer of two spans that are one airing, and of the shorter of two that cannot both be. */
const sameAiringShare = 0.5;
const rivalShare = 0.5;
/** What begins this close to where a settled break ended goes on with it, microseconds. */
const adjacentUs = 1_000_000;

/** When a spot was discovered in this stream. */
interface Moment {
  epoch: number;
  ptsUs: number;
}

interface DiscoveryState {
  version: 1;
  moments: [spotId: string, moment: Moment][];
  /** `lone` is absent in states of earlier versions. */
  breaks: { epoch: number; breaks: PastBreak[]; lone?: LoneAiring[] };
}

/** Makes candidates of the catalogue out of what a stream repeats, and names their first airings. */
export class DiscoveryDesk {
  readonly #memory: TenantMemory;
  readonly #desk: CatalogueDesk;
  readonly #place: { tenantId: string; streamId: string };
  readonly #repeats: RepeatWatch;
  readonly #recorder = new PrintRecorder();
  readonly #past: PastAirings;
  #moments = new Map<string, Moment>();
  /** Discoveries whose first airings are not brought up to date yet. */
  #owed: { spot: CatalogueSpot; discovered: DiscoveredSpot }[] = [];
  #spots: SpotWatch | undefined;
  #latest: Signals | undefined;

  constructor(memory: TenantMemory, desk: CatalogueDesk, place: { tenantId: string; streamId: string }) {
    this.#memory = memory;
    this.#desk = desk;
    this.#place = place;
    this.#repeats = new RepeatWatch(memory, place);
    this.#past = new PastAirings(desk);
  }

  /** Takes back what was known before a restart. @throws UnavailableError `E_STATE_UNAVAILABLE` as {@link CatalogueDesk.readFirst} */
  async load(): Promise<void> {
    const { tenantId, streamId } = this.#place;
    const stored = await this.#desk.readFirst(async (catalogue) => await catalogue.loadState(tenantId, streamId, stateName), undefined);
    if (!isState(stored)) return;
    this.#moments = new Map(stored.moments);
    for (const past of stored.breaks.breaks) this.#past.note(past);
    for (const lone of stored.breaks.lone ?? []) this.#past.noteLone(lone);
  }

  /** False for a spot that this stream itself discovered only later: what is read again after a restart must look as it did. */
  wasKnown(spotId: string, epoch: number, startUs: number): boolean {
    const moment = this.#moments.get(spotId);
    return moment === undefined || epoch > moment.epoch || (epoch === moment.epoch && startUs >= moment.ptsUs);
  }

  /** Remembers a break that was settled. */
  noteBreak({ breakKey, startUs, endUs, confidence, evidence }: BreakNews): void {
    if (endUs !== null) this.#past.note({ breakKey, startUs, endUs, confidence, evidence });
  }

  /** Takes in a tick after the detector has. */
  async add(tick: Signals, detector: BreakDetector, spots: SpotWatch): Promise<Discovery> {
    this.#latest = tick;
    this.#spots = spots;
    this.#recorder.add(tick);
    const belief: AdBelief = (startUs, endUs, basis) => (basis === 'any' || detector.leavesLogo ? detector.adShare(startUs, endUs) : undefined);
    const news = this.#repeats.add(tick, detector.freshCues, belief);
    return await this.#take(news, tick, detector);
  }

  /** The epoch ended. */
  async flush(source: Signals, detector: BreakDetector): Promise<Discovery> {
    const news = this.#repeats.flush(source.endUs, detector.freshCues, () => undefined);
    return await this.#take(news, this.#latest ?? source, detector);
  }

  /** Media time starts afresh. */
  newEpoch(): void {
    this.#recorder.newEpoch();
    this.#past.newEpoch();
  }

  async #take({ discovered, evidence, block }: RepeatNews, source: Signals, detector: BreakDetector): Promise<Discovery> {
    const discovery: Discovery = { sightings: [], evidence, revised: [], found: [] };
    if (block !== undefined) await this.#desk.write(async (catalogue) => await catalogue.appendHistory(block));
    for (const one of discovered) await this.#accept(one, source, detector, discovery);
    await this.#settle(source, detector, discovery);
    if (discovered.length > 0) await this.#save(source);
    return discovery;
  }

  async #accept(discovered: DiscoveredSpot, source: Signals, detector: BreakDetector, discovery: Discovery): Promise<void> {
    const sure = discovered.confidence >= sureConfidence;
    const rivals =
      this.#spots?.sightings.filter((one) => overlapUs(one, discovered) > rivalShare * Math.min(lengthUs(one), lengthUs(discovered))) ?? [];
    const seen = rivals.find((one) => overlapUs(one, discovered) > sameAiringShare * Math.max(lengthUs(one), lengthUs(discovered)));
    // A candidate is judged anew at every airing, by what stands beside it.
    if (sure && seen?.spot.status === 'candidate' && !seen.sure) discovery.sightings.push(Object.assign(seen, { sure }));
    if (seen !== undefined || rivals.some(({ spot }) => spot.status !== 'candidate')) return;
    const spot = await this.#candidate(discovered, source);
    if (spot === undefined || spot.status === 'rejected') return;
    // The whole that was on air before explains more than a part of it that is like another candidate.
    for (const rival of rivals) discovery.sightings.push(this.#spots!.withdraw(rival, discovered));
    this.#owed.push({ spot, discovered });
    const sighting = sightingOf(spot, discovered, discovered.evidence.join(', '), sure);
    this.#spots?.addSighting(sighting);
    discovery.sightings.push(sighting);
    const goesOn = sure && detector.activeSinceUs === undefined && discovered.startUs - detector.settledUs < adjacentUs;
    if (goesOn || discovered.endUs <= detector.settledUs) this.#owed.push({ spot, discovered: asPast(discovered, source) });
    if (this.#owed.length > mostOwed) this.#owed.shift();
  }

  /** Brings the past up to date; what the catalogue must be asked for waits until it answers. */
  async #settle(source: Signals, detector: BreakDetector, discovery: Discovery): Promise<void> {
    for (let owed = this.#owed[0]; owed !== undefined; owed = this.#owed[0]) {
      const { spot, discovered } = owed;
      const alive = isOf(discovered.earlier, source) && discovered.earlier.endUs > (detector.activeSinceUs ?? Infinity);
      const news = alive ? { revised: [], found: [] } : await this.#past.relabel(spot, discovered, source, source.endUs + 200_000);
      if (news === undefined) return;
      this.#owed.shift();
      discovery.revised.push(...news.revised);
      discovery.found.push(...news.found);
      for (const one of news.found) if (one.kind === 'break' && detector.activeSinceUs === undefined) detector.passOver(one.endUs ?? 0);
      const untold = isOf(discovered.earlier, source) && news.revised.length === 0 && news.found.length === 0;
      if (untold) detector.nameEarlier(sightingOf(spot, { ...discovered, ...spanOf(discovered.earlier) }, againEvidence(discovered), false));
    }
    // What was revised now counts once it is recorded, with the next tick.
    if (discovery.revised.length > 0 || discovery.found.length > 0) return;
    for (const airing of await this.#desk.renumbered(this.#place.tenantId)) discovery.revised.push(renamedSpot(airing, airing));
  }

  async #candidate(discovered: DiscoveredSpot, source: Signals): Promise<CatalogueSpot | undefined> {
    const { candidateId: spotId, startUs, endUs } = discovered;
    const print = this.#recorder.print(startUs, endUs);
    if (print === undefined) return undefined;
    const { tenantId, streamId } = this.#place;
    const origin = `aired ${airedAt({ streamId, startUs, eventTimeMs: source.eventTimeMs + Math.round((startUs - source.ptsUs) / 1000) })}`;
    const candidate = { spotId, tenantId, title: titleOf(spotId), durationMs: Math.round((endUs - startUs) / 1000), origin, print };
    const moment = { epoch: source.epoch, ptsUs: source.endUs };
    const kept = await this.#desk.read<CatalogueSpot | undefined>(async (catalogue) => await catalogue.addCandidate(candidate), undefined);
    if (kept === undefined) await this.#desk.write(async (catalogue) => await catalogue.addCandidate(candidate));
    const id = kept?.spotId ?? spotId;
    if (!this.#moments.has(id)) this.#moments.set(id, moment);
    if (this.#moments.size > mostKept) this.#moments.delete(this.#moments.keys().next().value ?? '');
    await this.#memory.refreshNow(source.eventTimeMs);
    return kept ?? unwritten(candidate);
  }

  async #save(source: Signals): Promise<void> {
    const { tenantId, streamId } = this.#place;
    const breaks = { epoch: source.epoch, breaks: [...this.#past.breaks], lone: [...this.#past.lone] };
    const state: DiscoveryState = { version: 1, moments: [...this.#moments], breaks };
    await this.#desk.write(async (catalogue) => {
      await catalogue.saveState(tenantId, streamId, stateName, state);
    });
  }
}

function sightingOf(spot: CatalogueSpot, { startUs, endUs, confidence }: DiscoveredSpot, evidence: string, sure: boolean): Sighting {
  const life = { over: true, withdrawn: false, sure, agreesUs: endUs - startUs };
  return { key: `repeat ${spot.spotId}`, spot, startUs, endUs, shownStartUs: startUs, by: 'repeat', ...life, confidence, evidence };
}

const spanOf = ({ startUs, endUs }: Span): Span => ({ startUs, endUs });

function isOf({ streamId, epoch }: DiscoveredSpot['earlier'], source: Signals): boolean {
  return streamId === source.streamId && epoch === source.epoch;
}

/** The airing at which a spot was discovered, as one of the past. */
function asPast(discovered: DiscoveredSpot, { tenantId, streamId, epoch, ptsUs, eventTimeMs }: Signals): DiscoveredSpot {
  const { startUs, endUs } = discovered;
  const startMs = eventTimeMs + Math.round((startUs - ptsUs) / 1000);
  return { ...discovered, earlier: { tenantId, streamId, epoch, startUs, endUs, eventTimeMs: startMs } };
}

/** A candidate as it will be once the catalogue answers again. */
function unwritten({
  spotId,
  tenantId,
  title,
  durationMs,
  origin,
}: Pick<CatalogueSpot, 'spotId' | 'tenantId' | 'title' | 'durationMs' | 'origin'>): CatalogueSpot {
  const nothing = { brand: '', product: '', category: '', parentId: null, relation: null, revision: 0, createdMs: 0, updatedMs: 0 };
  return { ...nothing, spotId, tenantId, title, durationMs, origin, status: 'candidate' };
}

function overlapUs(one: Span, other: Span): number {
  return Math.min(one.endUs, other.endUs) - Math.max(one.startUs, other.startUs);
}

const lengthUs = ({ startUs, endUs }: Span): number => Math.max(1, endUs - startUs);

function isState(stored: unknown): stored is DiscoveryState {
  return typeof stored === 'object' && stored !== null && 'version' in stored && stored.version === 1;
}
