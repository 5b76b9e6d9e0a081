import type { EvidenceResponse, SpotEvidence } from '../../../../schemas/ws/api.ts';
import type { ApiSpot, ApiSpotDetail } from '../../../../schemas/ws/catalogue-api.ts';
import { ApiProblem, getJson, sendJson } from '../api.ts';

const root = '/api/v1/catalogue';

/** What a person can say about a spot. */
export interface SpotNames {
  title: string;
  brand: string;
  product: string;
  /** Id, empty when none is chosen. */
  category: string;
}

/** A category that can be chosen. */
export interface CategoryChoice {
  id: string;
  name: string;
  /** The name with those above it. */
  path: string;
}

/** Categories that match a text. */
export interface CategoryChoices {
  /** Name of the table, null when the operator provides none. */
  source: string | null;
  categories: CategoryChoice[];
}

/** Spots by status. */
export type SpotCounts = Record<ApiSpot['status'], number>;

/** A page of the catalogue. */
export interface SpotList {
  spots: ApiSpot[];
  nextCursor: string | null;
  counts: SpotCounts;
}

/** True when what was asked for is not there. */
export function isMissing(error: unknown): boolean {
  return error instanceof ApiProblem && error.status === 404;
}

/** Spots of a status (`all`: every one), newest change first. */
export async function listSpots(query: { status: ApiSpot['status'] | 'all'; text: string; limit: number }): Promise<SpotList> {
  const params = new URLSearchParams({ limit: String(query.limit) });
  if (query.status !== 'all') params.set('status', query.status);
  if (query.text.trim() !== '') params.set('q', query.text.trim());
  return await getJson<SpotList>(`${root}/spots?${params.toString()}`);
}

/** One spot with its airings and versions. */
export async function loadSpot(spotId: string): Promise<ApiSpotDetail> {
  return await getJson<ApiSpotDetail>(spotPath(spotId));
}

/** Pictures and clips of the spots that have some, by spot id. */
export async function loadEvidence(spotIds: readonly string[]): Promise<Map<string, SpotEvidence>> {
  const found = new Map<string, SpotEvidence>();
  for (let first = 0; first < spotIds.length; first += 100) {
    const spots = spotIds.slice(first, first + 100).join(',');
    const { evidence } = await getJson<EvidenceResponse>(`/api/v1/evidence?spots=${encodeURIComponent(spots)}`);
    for (const item of evidence) found.set(item.spotId, item);
  }
  return found;
}

/** Categories that match a text. */
export async function findCategories(text: string): Promise<CategoryChoices> {
  return await getJson<CategoryChoices>(`${root}/categories?q=${encodeURIComponent(text)}`);
}

/** What can be done to a spot; each resolves with the spot that is there afterwards. */
export const spotActions = {
  save: async (spotId: string, names: SpotNames): Promise<ApiSpot> => await change('PATCH', spotPath(spotId), names),
  confirm: async (spotId: string, names: SpotNames): Promise<ApiSpot> => await change('POST', `${spotPath(spotId)}/confirm`, names),
  reject: async (spotId: string): Promise<ApiSpot> => await change('POST', `${spotPath(spotId)}/reject`, {}),
  merge: async (spotId: string, into: string): Promise<ApiSpot> => await change('POST', `${spotPath(spotId)}/merge`, { into }),
  split: async (spotId: string, airingId: string): Promise<ApiSpot> => await change('POST', `${spotPath(spotId)}/split`, { airingId }),
  link: async (spotId: string, parentId: string, relation: 'version' | 'cut-down'): Promise<ApiSpot> =>
    await change('POST', `${spotPath(spotId)}/link`, { parentId, relation }),
  unlink: async (spotId: string): Promise<ApiSpot> => await change('POST', `${spotPath(spotId)}/link`, { parentId: null }),
  addFromAiring: async (airingId: string, names: SpotNames): Promise<ApiSpot> => await change('POST', `${root}/spots`, { ...names, airingId }),
};

/** Removes a spot; its airings stay in the log. */
export async function removeSpot(spotId: string): Promise<void> {
  await sendJson<unknown>('DELETE', spotPath(spotId));
}

async function change(method: 'POST' | 'PATCH', path: string, body: unknown): Promise<ApiSpot> {
  return (await sendJson<{ spot: ApiSpot }>(method, path, body)).spot;
}

function spotPath(spotId: string): string {
  return `${root}/spots/${encodeURIComponent(spotId)}`;
}
