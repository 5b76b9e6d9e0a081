import type { Spot } from '../../schemas/events.generated.ts';
import type { HistoryBlock, SpotPrint } from '../fingerprint/spot-print.ts';

/**
 * `confirmed`: a person added or confirmed it. `candidate`: it aired twice and nobody has looked at it yet. `rejected`: a person said
 * that it is no advertisement (a title sequence, a jingle); it stays, so that it is never proposed again and speaks against a break.
 */
export type SpotStatus = 'confirmed' | 'candidate' | 'rejected';

/** A spot of the catalogue, without what it is recognised by. */
export interface CatalogueSpot {
  spotId: string;
  tenantId: string;
  title: string;
  brand: string;
  product: string;
  /** IAB Ad Product Taxonomy 2.0 id (digits), or `iab-content:ID` of the IAB Content Taxonomy; empty when not known. */
  category: string;
  status: SpotStatus;
  /** Canonical length, milliseconds. */
  durationMs: number;
  /** The spot this is a version or cut-down of, else null. */
  parentId: string | null;
  /** What it is of its parent. */
  relation: 'version' | 'cut-down' | null;
  /** Where it came from, for people: a file's name or an airing. */
  origin: string;
  /** Grows with every change of any spot of the tenant; see {@link Catalogue.changesSince}. */
  revision: number;
  createdMs: number;
  updatedMs: number;
}

/** A spot with its prints: one, or several after a merge. */
export interface PrintedSpot extends CatalogueSpot {
  prints: readonly SpotPrint[];
}

/** What changed in a tenant's catalogue. */
export interface CatalogueChanges {
  /** Ask with this next time. */
  revision: number;
  /** New and changed spots. */
  spots: readonly PrintedSpot[];
  /** Ids that are no more: removed, or merged into the spot given. */
  gone: readonly { spotId: string; mergedInto: string | null }[];
  /** There is more: ask again at once. */
  more: boolean;
}

/**
 * The ad catalogue and the memory of what was on air, as processors use them: kept in the control-plane database and shared by all
 * processors, or in memory for an analysis that starts cold. Every writing method may be called again with the same arguments and then
 * changes nothing: after a crash the same things are found again.
 *
 * @throws UnavailableError `E_STATE_UNAVAILABLE` from every method when the database does not answer
 */
export interface Catalogue {
  /** What changed after `revision`; 0 gives everything. */
  changesSince(tenantId: string, revision: number): Promise<CatalogueChanges>;
  /** Adds a candidate; when the id is there already, nothing happens. @returns the spot as it is kept, of whatever status */
  addCandidate(spot: Pick<CatalogueSpot, 'spotId' | 'tenantId' | 'title' | 'durationMs' | 'origin'> & { print: SpotPrint }): Promise<CatalogueSpot>;
  /** Keeps the latest revision of an airing, by `airingId`; a retracted one is forgotten. */
  recordAiring(airing: Spot): Promise<void>;
  /** Airings of a spot, oldest first (by event time). */
  airingsOf(tenantId: string, spotId: string): Promise<Spot[]>;
  /** How many earlier airings of a spot were forgotten: those of {@link Catalogue.airingsOf} count on from there. */
  forgottenAirings(tenantId: string, spotId: string): Promise<number>;
  /** Airings of a stream that overlap a span, in order. */
  airingsBetween(tenantId: string, streamId: string, epoch: number, startUs: number, endUs: number): Promise<Spot[]>;
  /** Keeps a block of history; the same block again replaces it. */
  appendHistory(block: HistoryBlock): Promise<void>;
  /** Blocks of all streams of a tenant since a wall-clock time, oldest first. */
  historySince(tenantId: string, eventTimeMs: number): Promise<HistoryBlock[]>;
  /** Small state of one stream that outlives the process (learned logos, trust in cues), by name; undefined when there is none. */
  loadState(tenantId: string, streamId: string, name: string): Promise<unknown>;
  saveState(tenantId: string, streamId: string, name: string, state: unknown): Promise<void>;
}
