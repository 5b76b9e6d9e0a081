import { InvalidInputError } from '../errors/app-error.ts';
import type { StateQueries, StateValue } from '../state/state-store.ts';
import type { SpotStatus } from './catalogue.ts';
import { findSpotRow, nextRevision, printIdOf, type SpotRow, spotColumns } from './spot-rows.ts';
import type { SpotNames } from './spot-text.ts';

/** Columns of a spot that an edit may set; `undefined` leaves one as it is. */
export interface SpotUpdate {
  title?: string | undefined;
  brand?: string | undefined;
  product?: string | undefined;
  category?: string | undefined;
  status?: SpotStatus | undefined;
  parent_id?: string | null;
  relation?: 'version' | 'cut-down' | null;
  removed?: boolean;
  merged_into?: string;
}

const updatable = ['title', 'brand', 'product', 'category', 'status', 'parent_id', 'relation', 'removed', 'merged_into'] as const;

/** The spot that goes by an id. @throws InvalidInputError `E_SPOT_NOT_FOUND` when there is none, or it was removed */
export async function needSpotRow(queries: StateQueries, tenantId: string, spotId: string): Promise<SpotRow> {
  const row = await findSpotRow(queries, tenantId, spotId);
  if (row === undefined || row.removed) throw new InvalidInputError('E_SPOT_NOT_FOUND', `There is no spot ${spotId} in the catalogue.`);
  return row;
}

/** Sets columns of a spot, under the next revision. */
export async function updateSpot(queries: StateQueries, row: SpotRow, update: SpotUpdate): Promise<SpotRow> {
  const columns = updatable.filter((column) => update[column] !== undefined);
  const revision = await nextRevision(queries, row.tenant_id);
  const values: StateValue[] = [row.tenant_id, row.spot_id, revision, ...columns.map((column) => update[column] ?? null)];
  const assignments = columns.map((column, at) => `, ${column} = $${at + 4}`).join('');
  const [updated] = await queries.query<SpotRow>(
    `UPDATE spots SET revision = $3, updated_at = now()${assignments} WHERE tenant_id = $1 AND spot_id = $2 RETURNING ${spotColumns}`,
    values,
  );
  return updated as SpotRow;
}

/** Adds a spot, confirmed unless `status` says otherwise; one of this id that was removed comes back. */
export async function insertSpot(
  queries: StateQueries,
  tenantId: string,
  spotId: string,
  spot: SpotNames & { origin: string; durationMs: number; status?: SpotStatus },
): Promise<SpotRow> {
  const revision = await nextRevision(queries, tenantId);
  const [row] = await queries.query<SpotRow>(
    `INSERT INTO spots (tenant_id, spot_id, title, brand, product, category, status, duration_ms, origin, revision)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
     ON CONFLICT (tenant_id, spot_id) DO UPDATE SET title = excluded.title, brand = excluded.brand, product = excluded.product,
       category = excluded.category, status = excluded.status, duration_ms = excluded.duration_ms, origin = excluded.origin,
       revision = excluded.revision, removed = false, merged_into = NULL, updated_at = now()
     RETURNING ${spotColumns}`,
    [tenantId, spotId, spot.title, spot.brand, spot.product, spot.category, spot.status ?? 'confirmed', spot.durationMs, spot.origin, revision],
  );
  return row as SpotRow;
}

/** Gives a spot a print; one that any spot of the tenant has already stays where it is. */
export async function insertPrint(
  queries: StateQueries,
  spot: Pick<SpotRow, 'tenant_id' | 'spot_id'>,
  print: Uint8Array,
  origin: string,
): Promise<void> {
  await queries.query('INSERT INTO spot_prints (tenant_id, print_id, spot_id, print, origin) VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING', [
    spot.tenant_id,
    printIdOf(print),
    spot.spot_id,
    print,
    origin,
  ]);
}
