import type { Spot } from '../../schemas/events.generated.ts';
import { InvalidInputError } from '../errors/app-error.ts';
import { decodePrint } from '../fingerprint/print-codec.ts';
import type { StateStore } from '../state/state-store.ts';
import type { CatalogueSpot, SpotStatus } from './catalogue.ts';
import { findRelated, type RelatedSpot } from './related-spots.ts';
import { type SpotRow, spotColumns, toSpot } from './spot-rows.ts';
import { needSpotRow } from './spot-writes.ts';

/** A spot with what is counted of it. */
export interface ListedSpot extends CatalogueSpot {
  /** Airings so far, those that are forgotten by now included. */
  airings: number;
  /** Start of the last one, epoch milliseconds; null when there is none. */
  lastAiredMs: number | null;
  prints: number;
}

/** A print of a spot, for people. */
export interface ListedPrint {
  printId: string;
  durationMs: number;
  /** Codes of sound and hashes of pictures in it. */
  audioCodes: number;
  videoHashes: number;
  /** Other speeds that it holds. */
  speeds: number[];
  origin: string;
}

/** Everything about one spot. */
export interface SpotDetail extends ListedSpot {
  printList: ListedPrint[];
  /** Newest first, {@link mostAirings} at most. */
  airingList: Spot[];
  /** Its versions and cut-downs. */
  children: ListedSpot[];
  /** Spots that share content with it and are not linked to it: to be merged or linked. */
  related: RelatedSpot[];
}

/** Which spots to list. */
export interface SpotQuery {
  status?: SpotStatus;
  /** Part of title, brand, product or id, in any case. */
  text?: string;
  /** 1 to 1000. */
  limit: number;
  /** Spots changed before this revision; from {@link SpotPage}. */
  before?: number;
}

/** A page of the list, what changed last first. */
export interface SpotPage {
  spots: ListedSpot[];
  /** Where the next page begins; undefined when this is the last. */
  nextBefore: number | undefined;
  /** Spots of the whole catalogue by status. */
  counts: Record<SpotStatus, number>;
}

/** Airings of one {@link SpotDetail} at most. */
export const mostAirings = 200;

type ListedRow = SpotRow & { airings: number; last_aired_ms: string | number | null; prints: number };

const listedColumns = `${spotColumns},
  (SELECT count(*)::integer FROM spot_prints AS own WHERE own.tenant_id = spots.tenant_id AND own.spot_id = spots.spot_id) AS prints,
  (SELECT forgotten_airings + count(*)::integer FROM airings AS own WHERE own.tenant_id = spots.tenant_id AND own.spot_id = spots.spot_id) AS airings,
  greatest(forgotten_last_ms,
    (SELECT max(event_time_ms) FROM airings AS own WHERE own.tenant_id = spots.tenant_id AND own.spot_id = spots.spot_id)) AS last_aired_ms`;

/** What people see of a tenant's catalogue. */
export class CatalogueView {
  readonly #store: StateStore;
  readonly #tenantId: string;

  constructor(store: StateStore, tenantId: string) {
    this.#store = store;
    this.#tenantId = tenantId;
  }

  /** Lists spots, what changed last first. */
  async list(query: SpotQuery): Promise<SpotPage> {
    const rows = await this.#store.query<ListedRow>(
      `SELECT ${listedColumns} FROM spots WHERE tenant_id = $1 AND NOT removed AND ($2::text IS NULL OR status = $2)
       AND ($3::bigint IS NULL OR revision < $3)
       AND ($4 = '' OR strpos(lower(title || chr(10) || brand || chr(10) || product || chr(10) || spot_id), lower($4)) > 0)
       ORDER BY revision DESC LIMIT $5`,
      [this.#tenantId, query.status ?? null, query.before ?? null, query.text ?? '', query.limit + 1],
    );
    const spots = rows.slice(0, query.limit).map(toListed);
    return { spots, nextBefore: rows.length > query.limit ? spots.at(-1)?.revision : undefined, counts: await this.#counts() };
  }

  /**
   * The id that a person means: the id itself, its beginning (4 characters or more) when only one spot begins so, or the whole title.
   *
   * @throws InvalidInputError `E_SPOT_NOT_FOUND` when it means none, or more than one
   */
  async resolve(text: string): Promise<string> {
    const rows = await this.#store.query<{ spot_id: string; title: string; exact: boolean }>(
      `SELECT spot_id, title, spot_id = $2 AS exact FROM spots WHERE tenant_id = $1
       AND (spot_id = $2 OR (NOT removed AND (lower(title) = lower($2) OR (length($2) >= 4 AND left(spot_id, length($2)) = $2))))
       ORDER BY exact DESC LIMIT 4`,
      [this.#tenantId, text],
    );
    const [first] = rows;
    if (first === undefined) throw new InvalidInputError('E_SPOT_NOT_FOUND', `There is no spot "${text}" in the catalogue.`);
    if (first.exact || rows.length === 1) return first.spot_id;
    const choices = rows.map((row) => `${row.spot_id} ("${row.title}")`).join(', ');
    throw new InvalidInputError('E_SPOT_NOT_FOUND', `"${text}" means more than one spot: ${choices}. Give more of the id.`);
  }

  /** Everything about one spot; an id that was merged gives the spot it went into. @throws InvalidInputError `E_SPOT_NOT_FOUND` */
  async show(spotId: string): Promise<SpotDetail> {
    const { spot_id: ownId } = await needSpotRow(this.#store, this.#tenantId, spotId);
    const values = [this.#tenantId, ownId];
    const [row] = await this.#store.query<ListedRow>(`SELECT ${listedColumns} FROM spots WHERE tenant_id = $1 AND spot_id = $2`, values);
    const spot = toListed(row as ListedRow);
    const children = await this.#store.query<ListedRow>(
      `SELECT ${listedColumns} FROM spots WHERE tenant_id = $1 AND parent_id = $2 AND NOT removed ORDER BY duration_ms DESC, spot_id`,
      values,
    );
    const airings = await this.#store.query<{ event: string }>(
      'SELECT event FROM airings WHERE tenant_id = $1 AND spot_id = $2 ORDER BY event_time_ms DESC, airing_id LIMIT $3',
      [...values, mostAirings],
    );
    const prints = await this.#store.query<{ print_id: string; print: Uint8Array; origin: string }>(
      'SELECT print_id, print, origin FROM spot_prints WHERE tenant_id = $1 AND spot_id = $2 ORDER BY created_at, print_id',
      values,
    );
    const decoded = prints.map((row) => ({ row, print: decodePrint(row.print) }));
    const [first] = decoded;
    const linked = new Set([spot.parentId, ...children.map((child) => child.spot_id)]);
    const related = first === undefined ? [] : await findRelated(this.#store, this.#tenantId, first.print, ownId);
    return {
      ...spot,
      printList: decoded.map(({ row: { print_id: printId, origin }, print }) => ({
        printId,
        durationMs: Math.round(print.durationUs / 1000),
        audioCodes: print.audio.codes.length,
        videoHashes: print.video.hashes.length / 8,
        speeds: print.speeds.map((variant) => variant.speed),
        origin,
      })),
      airingList: airings.map((airing) => ({ ...(JSON.parse(airing.event) as Spot), spotId: ownId })),
      children: children.map(toListed),
      related: related.filter((other) => !linked.has(other.spotId)),
    };
  }

  async #counts(): Promise<Record<SpotStatus, number>> {
    const rows = await this.#store.query<{ status: SpotStatus; count: number }>(
      'SELECT status, count(*)::integer AS count FROM spots WHERE tenant_id = $1 AND NOT removed GROUP BY status',
      [this.#tenantId],
    );
    const counts = { confirmed: 0, candidate: 0, rejected: 0 };
    for (const row of rows) counts[row.status] = row.count;
    return counts;
  }
}

function toListed(row: ListedRow): ListedSpot {
  const { airings, prints, last_aired_ms: last } = row;
  return { ...toSpot(row), airings, prints, lastAiredMs: last === null ? null : Number(last) };
}
