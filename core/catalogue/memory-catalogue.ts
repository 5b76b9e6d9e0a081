import type { Spot } from '../../schemas/events.generated.ts';
import type { HistoryBlock, SpotPrint } from '../fingerprint/spot-print.ts';
import type { Catalogue, CatalogueChanges, CatalogueSpot, PrintedSpot } from './catalogue.ts';

/** Most bytes of history that are kept: eight days of one stream. */
const mostHistoryBytes = 256 * 1024 * 1024;
/** Airings that are kept when nothing else is said: about 200 MB at the most. */
const defaultAirings = 100_000;

/**
 * A {@link Catalogue} that is forgotten with the process: for an analysis that starts cold, or with the spots of an exported file. What is
 * beyond its bounds (256 MiB of history, 100,000 airings) goes, oldest first.
 */
export class MemoryCatalogue implements Catalogue {
  readonly #spots = new Map<string, PrintedSpot>();
  readonly #airings = new Map<string, Spot>();
  readonly #mostAirings: number;
  /** Airings of each spot that were forgotten. */
  readonly #forgotten = new Map<string, number>();
  readonly #history = new Map<string, HistoryBlock>();
  readonly #states = new Map<string, string>();
  #revision = 0;
  #historyBytes = 0;

  /**
   * @param spots what is known from the beginning, of any tenants
   * @param mostAirings airings that are kept
   */
  constructor(spots: readonly PrintedSpot[] = [], mostAirings = defaultAirings) {
    this.#mostAirings = mostAirings;
    for (const spot of spots) this.#spots.set(keyOf(spot.tenantId, spot.spotId), { ...spot, revision: (this.#revision += 1) });
  }

  async changesSince(tenantId: string, revision: number): Promise<CatalogueChanges> {
    const spots = [...this.#spots.values()].filter((spot) => spot.tenantId === tenantId && spot.revision > revision);
    return { revision: Math.max(revision, ...spots.map((spot) => spot.revision)), spots, gone: [], more: false };
  }

  async addCandidate(
    spot: Pick<CatalogueSpot, 'spotId' | 'tenantId' | 'title' | 'durationMs' | 'origin'> & { print: SpotPrint },
  ): Promise<CatalogueSpot> {
    const key = keyOf(spot.tenantId, spot.spotId);
    const known = this.#spots.get(key);
    if (known !== undefined) return known;
    const { print, ...given } = spot;
    const nowMs = Date.now();
    const added: PrintedSpot = {
      ...given,
      brand: '',
      product: '',
      category: '',
      status: 'candidate',
      parentId: null,
      relation: null,
      revision: (this.#revision += 1),
      createdMs: nowMs,
      updatedMs: nowMs,
      prints: [print],
    };
    this.#spots.set(key, added);
    return added;
  }

  async recordAiring(airing: Spot): Promise<void> {
    const key = keyOf(airing.tenantId, airing.airingId);
    const kept = this.#airings.get(key);
    if (kept !== undefined && kept.revision > airing.revision) return;
    if (airing.state === 'retracted') this.#airings.delete(key);
    else this.#airings.set(key, airing);
    const [oldest] = this.#airings;
    if (this.#airings.size > this.#mostAirings && oldest !== undefined) this.#forget(...oldest);
  }

  async airingsOf(tenantId: string, spotId: string): Promise<Spot[]> {
    return [...this.#airings.values()]
      .filter((airing) => airing.tenantId === tenantId && airing.spotId === spotId)
      .sort((one, other) => one.eventTimeMs - other.eventTimeMs || compareText(one.airingId, other.airingId));
  }

  async forgottenAirings(tenantId: string, spotId: string): Promise<number> {
    return this.#forgotten.get(keyOf(tenantId, spotId)) ?? 0;
  }

  async airingsBetween(tenantId: string, streamId: string, epoch: number, startUs: number, endUs: number): Promise<Spot[]> {
    return [...this.#airings.values()]
      .filter((airing) => airing.tenantId === tenantId && airing.streamId === streamId && airing.epoch === epoch)
      .filter((airing) => airing.ptsUs < endUs && (airing.endUs ?? Infinity) > startUs)
      .sort((one, other) => one.ptsUs - other.ptsUs || compareText(one.airingId, other.airingId));
  }

  async appendHistory(block: HistoryBlock): Promise<void> {
    const key = keyOf(block.tenantId, block.streamId, block.epoch, block.startUs);
    const replaced = this.#history.get(key);
    this.#history.set(key, block);
    this.#historyBytes += bytesOf(block) - (replaced === undefined ? 0 : bytesOf(replaced));
    for (const [oldest, dropped] of this.#history) {
      if (this.#historyBytes <= mostHistoryBytes) break;
      this.#history.delete(oldest);
      this.#historyBytes -= bytesOf(dropped);
    }
  }

  async historySince(tenantId: string, eventTimeMs: number): Promise<HistoryBlock[]> {
    return [...this.#history.values()]
      .filter((block) => block.tenantId === tenantId && block.eventTimeMs >= eventTimeMs)
      .sort((one, other) => one.eventTimeMs - other.eventTimeMs || compareText(one.streamId, other.streamId) || one.startUs - other.startUs);
  }

  async loadState(tenantId: string, streamId: string, name: string): Promise<unknown> {
    const text = this.#states.get(keyOf(tenantId, streamId, name));
    return text === undefined ? undefined : (JSON.parse(text) as unknown);
  }

  async saveState(tenantId: string, streamId: string, name: string, state: unknown): Promise<void> {
    // As text, so that what comes back is what a database would give: a copy, without what JSON cannot say.
    this.#states.set(keyOf(tenantId, streamId, name), JSON.stringify(state ?? null));
  }

  #forget(key: string, { tenantId, spotId }: Spot): void {
    this.#airings.delete(key);
    const spot = keyOf(tenantId, spotId);
    if (this.#spots.has(spot)) this.#forgotten.set(spot, 1 + (this.#forgotten.get(spot) ?? 0));
  }
}

function bytesOf(block: HistoryBlock): number {
  return block.audio.codes.byteLength + block.video.hashes.byteLength;
}

function keyOf(...parts: readonly (string | number)[]): string {
  return JSON.stringify(parts);
}

/** By code units, as PostgreSQL's "C" collation does for the ids that occur. */
function compareText(one: string, other: string): number {
  return one < other ? -1 : Number(one > other);
}
