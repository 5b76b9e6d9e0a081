import type { Spot } from '../../schemas/events.generated.ts';
import { decodePrint, encodePrint } from '../fingerprint/print-codec.ts';
import type { HistoryBlock, SpotPrint } from '../fingerprint/spot-print.ts';
import type { StateQueries, StateStore } from '../state/state-store.ts';
import type { Catalogue, CatalogueChanges, CatalogueSpot } from './catalogue.ts';
import { historyColumns, type HistoryRow, historyValues, toHistoryBlock } from './history-rows.ts';
import { relabelAirings } from './relabel.ts';
import { findSpotRow, nextRevision, printIdOf, type SpotRow, spotColumns, toSpot } from './spot-rows.ts';

/** Spots of one call of {@link StoredCatalogue.changesSince} at most; 12 to 50 kB each with their prints. */
const changesAtOnce = 1000;

/** The {@link Catalogue} in the control-plane database, for any number of processes at a time. */
export class StoredCatalogue implements Catalogue {
  readonly #store: StateStore;

  /** @param store migrated (core/state/migrate.ts) */
  constructor(store: StateStore) {
    this.#store = store;
  }

  async changesSince(tenantId: string, revision: number): Promise<CatalogueChanges> {
    const rows = await this.#store.query<SpotRow & { prints: (string | null)[] }>(
      `SELECT ${spotColumns}, ARRAY(SELECT encode(print, 'base64') FROM spot_prints
         WHERE spot_prints.tenant_id = spots.tenant_id AND spot_prints.spot_id = spots.spot_id ORDER BY print_id) AS prints
       FROM spots WHERE tenant_id = $1 AND revision > $2 ORDER BY revision LIMIT $3`,
      [tenantId, revision, changesAtOnce],
    );
    const printed = rows.filter((row) => !row.removed);
    return {
      revision: Number(rows.at(-1)?.revision ?? revision),
      spots: printed.map((row) => ({ ...toSpot(row), prints: row.prints.map((print) => decodePrint(Buffer.from(print ?? '', 'base64'))) })),
      gone: rows.filter((row) => row.removed).map((row) => ({ spotId: row.spot_id, mergedInto: row.merged_into })),
      more: rows.length === changesAtOnce,
    };
  }

  async addCandidate(
    spot: Pick<CatalogueSpot, 'spotId' | 'tenantId' | 'title' | 'durationMs' | 'origin'> & { print: SpotPrint },
  ): Promise<CatalogueSpot> {
    const known = await findSpotRow(this.#store, spot.tenantId, spot.spotId);
    if (known !== undefined) return toSpot(known);
    const print = encodePrint(spot.print);
    return await this.#store.transaction(async (queries) => {
      const revision = await nextRevision(queries, spot.tenantId);
      // Another process may have added it since the look above; under the lock of the revision nobody else does.
      const added = await findSpotRow(queries, spot.tenantId, spot.spotId);
      if (added !== undefined) return toSpot(added);
      const [row] = await queries.query<SpotRow>(
        `INSERT INTO spots (tenant_id, spot_id, title, status, duration_ms, origin, revision)
         VALUES ($1, $2, $3, 'candidate', $4, $5, $6) RETURNING ${spotColumns}`,
        [spot.tenantId, spot.spotId, spot.title, Math.round(spot.durationMs), spot.origin, revision],
      );
      await keepPrint(queries, spot, print);
      return toSpot(row as SpotRow);
    });
  }

  async recordAiring(airing: Spot): Promise<void> {
    const { tenantId, airingId } = airing;
    if (airing.state === 'retracted') {
      const values = [tenantId, airingId, airing.revision];
      await this.#store.query('DELETE FROM airings WHERE tenant_id = $1 AND airing_id = $2 AND revision <= $3', values);
      return;
    }
    await this.#store.transaction(async (queries) => {
      const [row] = await queries.query<{ spot_id: string }>(
        `INSERT INTO airings (tenant_id, airing_id, spot_id, stream_id, epoch, start_us, end_us, event_time_ms, revision, state, event)
         VALUES ($1, $2, COALESCE((SELECT merged_into FROM spots WHERE tenant_id = $1 AND spot_id = $3), $3), $4, $5, $6, $7, $8, $9, $10, $11)
         ON CONFLICT (tenant_id, airing_id) DO UPDATE SET
           spot_id = CASE WHEN airings.assigned THEN airings.spot_id ELSE excluded.spot_id END,
           start_us = excluded.start_us, end_us = excluded.end_us, event_time_ms = excluded.event_time_ms,
           revision = excluded.revision, state = excluded.state, event = excluded.event, told = true
         WHERE airings.revision <= excluded.revision
         RETURNING spot_id`,
        [
          tenantId,
          airingId,
          airing.spotId,
          airing.streamId,
          airing.epoch,
          Math.round(airing.ptsUs),
          airing.endUs === null ? null : Math.round(airing.endUs),
          Math.round(airing.eventTimeMs),
          airing.revision,
          airing.state,
          JSON.stringify(airing),
        ],
      );
      // A person has moved this airing, or merged its spot, and whoever made the event did not know yet.
      if (row !== undefined && row.spot_id !== airing.spotId) await relabelAirings(queries, tenantId, { airingId });
    });
  }

  async airingsOf(tenantId: string, spotId: string): Promise<Spot[]> {
    const rows = await this.#store.query<AiringRow>(
      `SELECT spot_id, event FROM airings WHERE tenant_id = $1
       AND spot_id = COALESCE((SELECT merged_into FROM spots WHERE tenant_id = $1 AND spot_id = $2), $2) ORDER BY event_time_ms, airing_id`,
      [tenantId, spotId],
    );
    return toAirings(rows);
  }

  async forgottenAirings(tenantId: string, spotId: string): Promise<number> {
    const row = await findSpotRow(this.#store, tenantId, spotId);
    return row?.forgotten_airings ?? 0;
  }

  async airingsBetween(tenantId: string, streamId: string, epoch: number, startUs: number, endUs: number): Promise<Spot[]> {
    const rows = await this.#store.query<AiringRow>(
      `SELECT spot_id, event FROM airings WHERE tenant_id = $1 AND stream_id = $2 AND epoch = $3
       AND start_us < $5 AND (end_us IS NULL OR end_us > $4) ORDER BY start_us, airing_id`,
      [tenantId, streamId, epoch, Math.round(startUs), Math.round(endUs)],
    );
    return toAirings(rows);
  }

  async appendHistory(block: HistoryBlock): Promise<void> {
    await this.#store.query(
      `INSERT INTO history_blocks (${historyColumns}) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
       ON CONFLICT (tenant_id, stream_id, epoch, start_us) DO UPDATE SET end_us = excluded.end_us, event_time_ms = excluded.event_time_ms,
         audio_start_us = excluded.audio_start_us, audio_hop_us = excluded.audio_hop_us, codes = excluded.codes,
         video_start_us = excluded.video_start_us, video_step_us = excluded.video_step_us, hashes = excluded.hashes, cuts_us = excluded.cuts_us`,
      historyValues(block),
    );
  }

  async historySince(tenantId: string, eventTimeMs: number): Promise<HistoryBlock[]> {
    const rows = await this.#store.query<HistoryRow>(
      `SELECT ${historyColumns} FROM history_blocks WHERE tenant_id = $1 AND event_time_ms >= $2 ORDER BY event_time_ms, stream_id, start_us`,
      [tenantId, Math.round(eventTimeMs)],
    );
    return rows.map(toHistoryBlock);
  }

  async loadState(tenantId: string, streamId: string, name: string): Promise<unknown> {
    const [row] = await this.#store.query<{ state: string }>(
      'SELECT state FROM stream_states WHERE tenant_id = $1 AND stream_id = $2 AND name = $3',
      [tenantId, streamId, name],
    );
    return row === undefined ? undefined : (JSON.parse(row.state) as unknown);
  }

  async saveState(tenantId: string, streamId: string, name: string, state: unknown): Promise<void> {
    await this.#store.query(
      `INSERT INTO stream_states (tenant_id, stream_id, name, state) VALUES ($1, $2, $3, $4)
       ON CONFLICT (tenant_id, stream_id, name) DO UPDATE SET state = excluded.state, updated_at = now()`,
      [tenantId, streamId, name, JSON.stringify(state ?? null)],
    );
  }
}

interface AiringRow {
  spot_id: string;
  event: string;
}

/** The events, under the spot they belong to now, without what a person has taken back. */
function toAirings(rows: readonly AiringRow[]): Spot[] {
  return rows.map((row) => ({ ...(JSON.parse(row.event) as Spot), spotId: row.spot_id })).filter((airing) => airing.state !== 'retracted');
}

async function keepPrint(queries: StateQueries, spot: Pick<CatalogueSpot, 'tenantId' | 'spotId' | 'origin'>, print: Uint8Array): Promise<void> {
  await queries.query('INSERT INTO spot_prints (tenant_id, print_id, spot_id, print, origin) VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING', [
    spot.tenantId,
    printIdOf(print),
    spot.spotId,
    print,
    spot.origin,
  ]);
}
