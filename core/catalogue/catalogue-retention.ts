import type { StateStore } from '../state/state-store.ts';
import type { CatalogueConfig } from './config.ts';

/** How long and how much is kept. */
export interface RetentionLimits {
  /** Airings stored longer ago are forgotten, milliseconds. */
  airingAgeMs: number;
  /** History stored longer ago is forgotten, milliseconds. */
  historyAgeMs: number;
  /** Most bytes of history, of all tenants together. */
  historyBytes: number;
}

/** The limits of a configuration. */
export function retentionLimits({ airingAge, historyAge, historySize }: CatalogueConfig): RetentionLimits {
  return { airingAgeMs: airingAge, historyAgeMs: historyAge, historyBytes: historySize };
}

/** Rows of one step: what it locks is free again after some ten milliseconds (PGlite), and streams and edits go on in between. */
const rowsAtOnce = 500;

/**
 * Keeps the database of the catalogue from growing without end: forgets airings and history, the oldest first, in small steps. Age counts
 * from when something was stored, because a recording may carry any wall clock. The log of airings in ClickHouse is not touched.
 */
export class CatalogueRetention {
  readonly #store: StateStore;

  constructor(store: StateStore) {
    this.#store = store;
  }

  /**
   * Takes one step: airings of a tenant, then history.
   *
   * @returns whether there is more to forget: take another step soon
   * @throws UnavailableError `E_STATE_UNAVAILABLE`
   */
  async step(tenantId: string, limits: RetentionLimits, most = rowsAtOnce): Promise<boolean> {
    const forgotten = [
      await this.#forgetAirings(tenantId, limits.airingAgeMs, most),
      await this.#forgetOldHistory(limits.historyAgeMs, most),
      await this.#forgetExcessHistory(limits.historyBytes, most),
    ];
    return forgotten.some((rows) => rows === most);
  }

  /** Forgets airings, and counts them at their spot: the airings that follow go on from their number. Airings that wait to be told stay. */
  async #forgetAirings(tenantId: string, ageMs: number, most: number): Promise<number> {
    return await this.#store.transaction(async (queries) => {
      // Under this lock no edit moves an airing from one spot to another meanwhile.
      await queries.query('SELECT 1 FROM catalogue_revisions WHERE tenant_id = $1 FOR UPDATE', [tenantId]);
      const [row] = await queries.query<{ forgotten: number }>(
        `WITH forgotten AS (
           DELETE FROM airings WHERE tenant_id = $1 AND airing_id IN (
             SELECT airing_id FROM airings WHERE tenant_id = $1 AND told AND stored_at < now() - $2 * interval '1 millisecond'
             ORDER BY stored_at LIMIT $3 FOR UPDATE SKIP LOCKED)
           RETURNING spot_id, event_time_ms
         ), counted AS (
           UPDATE spots SET forgotten_airings = forgotten_airings + lost.airings, forgotten_last_ms = greatest(forgotten_last_ms, lost.last_ms)
           FROM (SELECT spot_id, count(*)::integer AS airings, max(event_time_ms) AS last_ms FROM forgotten GROUP BY spot_id) AS lost
           WHERE spots.tenant_id = $1 AND spots.spot_id = lost.spot_id
         ) SELECT count(*)::integer AS forgotten FROM forgotten`,
        [tenantId, ageMs, most],
      );
      return row?.forgotten ?? 0;
    });
  }

  async #forgetOldHistory(ageMs: number, most: number): Promise<number> {
    return await this.#forgetHistory(
      `SELECT ctid FROM history_blocks WHERE stored_at < now() - $1 * interval '1 millisecond' ORDER BY stored_at LIMIT $2`,
      [ageMs, most],
    );
  }

  async #forgetExcessHistory(bytes: number, most: number): Promise<number> {
    return await this.#forgetHistory(
      `SELECT ctid FROM (
         SELECT ctid, stored_at, sum(octet_length(codes) + octet_length(hashes)) OVER (ORDER BY stored_at DESC, start_us DESC) AS total
         FROM history_blocks
       ) AS blocks WHERE total > $1 ORDER BY stored_at LIMIT $2`,
      [bytes, most],
    );
  }

  async #forgetHistory(chosen: string, values: readonly number[]): Promise<number> {
    const [row] = await this.#store.query<{ forgotten: number }>(
      `WITH forgotten AS (DELETE FROM history_blocks WHERE ctid = ANY (ARRAY(${chosen})) RETURNING 1)
       SELECT count(*)::integer AS forgotten FROM forgotten`,
      values,
    );
    return row?.forgotten ?? 0;
  }
}
