import { createHash } from 'node:crypto';

import type { StateQueries } from '../state/state-store.ts';
import type { CatalogueSpot, SpotStatus } from './catalogue.ts';

/** Row of the table `spots`, as {@link spotColumns} selects it. PostgreSQL gives a bigint as text, PGlite as a number. */
export interface SpotRow {
  spot_id: string;
  tenant_id: string;
  title: string;
  brand: string;
  product: string;
  category: string;
  status: SpotStatus;
  duration_ms: number;
  parent_id: string | null;
  relation: 'version' | 'cut-down' | null;
  origin: string;
  revision: string | number;
  removed: boolean;
  merged_into: string | null;
  /** Airings of it that are past their retention (catalogue-retention.ts). */
  forgotten_airings: number;
  created_ms: number;
  updated_ms: number;
}

/** What to select for a {@link SpotRow}. */
export const spotColumns = `spot_id, tenant_id, title, brand, product, category, status, duration_ms, parent_id, relation, origin, revision, removed,
  merged_into, forgotten_airings, (extract(epoch FROM created_at) * 1000)::float8 AS created_ms, (extract(epoch FROM updated_at) * 1000)::float8 AS updated_ms`;

/** The spot of a row. */
export function toSpot(row: SpotRow): CatalogueSpot {
  return {
    spotId: row.spot_id,
    tenantId: row.tenant_id,
    title: row.title,
    brand: row.brand,
    product: row.product,
    category: row.category,
    status: row.status,
    durationMs: row.duration_ms,
    parentId: row.parent_id,
    relation: row.relation,
    origin: row.origin,
    revision: Number(row.revision),
    createdMs: Math.round(row.created_ms),
    updatedMs: Math.round(row.updated_ms),
  };
}

/** A spot that goes by this id now: itself, or the one it was merged into. Removed spots are found too. */
export async function findSpotRow(queries: StateQueries, tenantId: string, spotId: string): Promise<SpotRow | undefined> {
  const [row] = await queries.query<SpotRow>(
    `SELECT ${spotColumns} FROM spots WHERE tenant_id = $1
     AND spot_id = COALESCE((SELECT merged_into FROM spots WHERE tenant_id = $1 AND spot_id = $2), $2)`,
    [tenantId, spotId],
  );
  return row;
}

/**
 * Takes the next revision of a tenant's catalogue. To be called in a transaction, before anything else is written: the row stays locked
 * until the commit, so revisions become visible in their order and a reader that has seen one has seen all before it.
 */
export async function nextRevision(queries: StateQueries, tenantId: string): Promise<number> {
  const [row] = await queries.query<{ revision: string | number }>(
    `INSERT INTO catalogue_revisions (tenant_id, revision) VALUES ($1, 1)
     ON CONFLICT (tenant_id) DO UPDATE SET revision = catalogue_revisions.revision + 1 RETURNING revision`,
    [tenantId],
  );
  return Number(row?.revision);
}

/** Id of an encoded print: the first 128 bits of SHA-256 over it, 32 hex digits. The same content has the same id. */
export function printIdOf(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex').slice(0, 32);
}
