/** A spot of the catalogue as the API gives it. */
export interface ApiSpot {
  spotId: string;
  title: string;
  brand: string;
  product: string;
  category: string;
  /** Empty when no table of categories names the id. */
  categoryName: string;
  status: 'confirmed' | 'candidate' | 'rejected';
  durationMs: number;
  parentId: string | null;
  relation: 'version' | 'cut-down' | null;
  origin: string;
  revision: number;
  createdMs: number;
  updatedMs: number;
  airings: number;
  lastAiredMs: number | null;
  prints: number;
}

/** What the page reads of an airing; the API gives the whole Spot event (schemas/events/spot.avsc). */
export interface ApiAiring {
  airingId: string;
  streamId: string;
  breakId: string;
  eventTimeMs: number;
  /** Start and end in media time, microseconds; an end of null is not known yet. */
  ptsUs: number;
  endUs: number | null;
  state: 'provisional' | 'confirmed' | 'final' | 'retracted';
  position: number;
  airing: number;
  /** 0 to 1. */
  confidence: number;
}

/** `GET /api/v1/catalogue/spots/ID`. */
export interface ApiSpotDetail extends ApiSpot {
  printList: { printId: string; durationMs: number; audioCodes: number; videoHashes: number; speeds: number[]; origin: string }[];
  /** Newest first, 200 at most. */
  airingList: ApiAiring[];
  children: ApiSpot[];
  related: { spotId: string; title: string; relation: 'same' | 'cut-down' | 'longer'; offsetMs: number; overlapMs: number }[];
}
