import { decodePrint, encodePrint } from '../fingerprint/print-codec.ts';
import type { StateQueries, StateStore } from '../state/state-store.ts';
import type { PrintedSpot } from './catalogue.ts';
import { relabelAirings } from './relabel.ts';
import { toSpotLine } from './spot-lines.ts';
import { findSpotRow, nextRevision, printIdOf, type SpotRow, spotColumns, toSpot } from './spot-rows.ts';
import { insertPrint, insertSpot, updateSpot } from './spot-writes.ts';

/** What became of the spots of an import. */
export interface ImportCount {
  added: number;
  updated: number;
  unchanged: number;
}

/** Spots that are read at a time. */
const spotsAtOnce = 100;

/** Writes every spot of a tenant as lines (spot-lines.ts), those that others are versions of first. Memory stays small however many there are. */
export async function* exportSpots(store: StateStore, tenantId: string): AsyncGenerator<string> {
  for (const children of [false, true]) {
    for (let after = ''; ;) {
      const rows = await store.query<SpotRow>(
        `SELECT ${spotColumns} FROM spots WHERE tenant_id = $1 AND NOT removed AND (parent_id IS NOT NULL) = $2 AND spot_id > $3
         ORDER BY spot_id LIMIT $4`,
        [tenantId, children, after, spotsAtOnce],
      );
      for (const row of rows) {
        const prints = await store.query<{ print: Uint8Array }>(
          'SELECT print FROM spot_prints WHERE tenant_id = $1 AND spot_id = $2 ORDER BY created_at, print_id',
          [tenantId, row.spot_id],
        );
        yield toSpotLine({ ...toSpot(row), prints: prints.map(({ print }) => decodePrint(print)) });
      }
      after = rows.at(-1)?.spot_id ?? '';
      if (rows.length < spotsAtOnce) break;
    }
  }
}

/**
 * Takes spots over, all or none: a new id is added, a known one takes names, status and prints. A spot all of whose prints are here already
 * under another id, or whose id was merged into another spot here, changes nothing. The same import again changes nothing.
 */
export async function importSpots(store: StateStore, tenantId: string, spots: readonly PrintedSpot[]): Promise<ImportCount> {
  return await store.transaction(async (queries) => {
    await nextRevision(queries, tenantId);
    const count: ImportCount = { added: 0, updated: 0, unchanged: 0 };
    for (const spot of spots) count[await importSpot(queries, tenantId, spot)] += 1;
    return count;
  });
}

async function importSpot(queries: StateQueries, tenantId: string, spot: PrintedSpot): Promise<keyof ImportCount> {
  const { title, brand, product, category, status, origin, durationMs } = spot;
  const prints = new Map(spot.prints.map(encodePrint).map((bytes) => [printIdOf(bytes), bytes]));
  const owners = await queries.query<{ print_id: string; spot_id: string }>(
    'SELECT print_id, spot_id FROM spot_prints WHERE tenant_id = $1 AND print_id IN (SELECT jsonb_array_elements_text($2::jsonb))',
    [tenantId, JSON.stringify([...prints.keys()])],
  );
  const row = await findSpotRow(queries, tenantId, spot.spotId);
  if (row !== undefined && row.spot_id !== spot.spotId) return 'unchanged';
  const link = await linkOf(queries, tenantId, spot);
  const known = row !== undefined && !row.removed;
  if (!known) {
    if (prints.size > 0 && owners.length === prints.size) return 'unchanged';
    const added = await insertSpot(queries, tenantId, spot.spotId, { title, brand, product, category, status, origin, durationMs });
    for (const print of prints.values()) await insertPrint(queries, added, print, origin);
    if (link !== undefined) await updateSpot(queries, added, link);
    await relabelAirings(queries, tenantId, { spotId: spot.spotId });
    return 'added';
  }
  const missing = [...prints].filter(([printId]) => owners.every((owner) => owner.print_id !== printId));
  const wanted = { title, brand, product, category, status, ...(link ?? {}) };
  const alike = Object.entries(wanted).every(([key, value]) => row[key as keyof typeof wanted] === value);
  if (alike && missing.length === 0) return 'unchanged';
  for (const [, print] of missing) await insertPrint(queries, row, print, origin);
  await updateSpot(queries, row, wanted);
  await relabelAirings(queries, tenantId, { spotId: spot.spotId });
  return 'updated';
}

/** The link of a spot, when what it hangs on is here and hangs on nothing itself. */
async function linkOf(
  queries: StateQueries,
  tenantId: string,
  { spotId, parentId, relation }: PrintedSpot,
): Promise<{ parent_id: string; relation: 'version' | 'cut-down' } | undefined> {
  if (parentId === null || relation === null || parentId === spotId) return undefined;
  const parent = await findSpotRow(queries, tenantId, parentId);
  if (parent === undefined || parent.removed || parent.parent_id !== null || parent.spot_id === spotId) return undefined;
  return { parent_id: parent.spot_id, relation };
}
