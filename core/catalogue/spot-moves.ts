import type { Spot } from '../../schemas/events.generated.ts';
import { InvalidInputError } from '../errors/app-error.ts';
import { eventIdOf } from '../events/event-id.ts';
import { decodePrint, encodePrint } from '../fingerprint/print-codec.ts';
import type { SpotPrint } from '../fingerprint/spot-print.ts';
import type { StateQueries } from '../state/state-store.ts';
import { relabelAirings } from './relabel.ts';
import { insertPrint, insertSpot, needSpotRow, updateSpot } from './spot-writes.ts';
import { findSpotRow, type SpotRow } from './spot-rows.ts';

/**
 * Moves prints, airings and versions of one spot to another and leaves a sign at the old id. What the spot that stays does not know of itself
 * (brand, product, category), it learns; a candidate that takes in a confirmed spot is confirmed.
 */
export async function mergeSpots(queries: StateQueries, tenantId: string, fromId: string, intoId: string): Promise<SpotRow> {
  const from = await needSpotRow(queries, tenantId, fromId);
  const into = await needSpotRow(queries, tenantId, intoId);
  if (from.spot_id === into.spot_id) throw new InvalidInputError('E_CATALOGUE_REFUSED', `${fromId} and ${intoId} are the same spot already.`);
  const move = [tenantId, from.spot_id, into.spot_id];
  await queries.query('UPDATE spot_prints SET spot_id = $3 WHERE tenant_id = $1 AND spot_id = $2', move);
  await queries.query('UPDATE airings SET spot_id = $3 WHERE tenant_id = $1 AND spot_id = $2', move);
  await queries.query('UPDATE spots SET merged_into = $3 WHERE tenant_id = $1 AND merged_into = $2', move);
  await queries.query(
    `UPDATE spots SET forgotten_airings = spots.forgotten_airings + gone.forgotten_airings,
       forgotten_last_ms = greatest(spots.forgotten_last_ms, gone.forgotten_last_ms)
     FROM spots AS gone WHERE spots.tenant_id = $1 AND spots.spot_id = $3 AND gone.tenant_id = $1 AND gone.spot_id = $2`,
    move,
  );
  await queries.query('UPDATE spots SET forgotten_airings = 0, forgotten_last_ms = NULL WHERE tenant_id = $1 AND spot_id = $2', move.slice(0, 2));
  const children = await queries.query<{ spot_id: string }>(
    'SELECT spot_id FROM spots WHERE tenant_id = $1 AND parent_id = $2 AND spot_id <> $3',
    move,
  );
  // Links are one deep: what hung on the spot that goes hangs on the parent of the one that stays, or on itself.
  const parentId = into.parent_id === null || into.parent_id === from.spot_id ? into.spot_id : into.parent_id;
  for (const child of children) {
    const row = await needSpotRow(queries, tenantId, child.spot_id);
    await updateSpot(queries, row, row.spot_id === parentId ? { parent_id: null, relation: null } : { parent_id: parentId });
  }
  await updateSpot(queries, from, { removed: true, merged_into: into.spot_id, parent_id: null, relation: null });
  const merged = await updateSpot(queries, into, {
    brand: into.brand || from.brand,
    product: into.product || from.product,
    category: into.category || from.category,
    status: into.status === 'candidate' ? from.status : into.status,
    ...(into.parent_id === from.spot_id ? { parent_id: null, relation: null } : {}),
  });
  await relabelAirings(queries, tenantId, { spotId: into.spot_id });
  return merged;
}

/** Takes an airing out of a spot; later revisions of the airing stay with the new one. */
export async function splitAiring(
  queries: StateQueries,
  tenantId: string,
  spotId: string,
  airing: Spot,
  print: SpotPrint | undefined,
  title: string | undefined,
): Promise<SpotRow> {
  const from = await needSpotRow(queries, tenantId, spotId);
  if (airing.spotId !== from.spot_id) {
    throw new InvalidInputError('E_CATALOGUE_REFUSED', `The airing ${airing.airingId} is not one of "${from.title}" but of ${airing.spotId}.`);
  }
  if (airing.endUs === null)
    throw new InvalidInputError('E_CATALOGUE_REFUSED', `The airing ${airing.airingId} is still on air: wait until it is over.`);
  const newId = eventIdOf({ ...airing, producer: 'catalogue', ordinal: `split airing ${airing.airingId}` });
  const origin = `airing ${airing.airingId} on ${airing.streamId}`;
  const row = await newSpot(queries, from, newId, { title, origin, durationMs: Math.round((airing.endUs - airing.ptsUs) / 1000) });
  if (print !== undefined) await insertPrint(queries, row, encodePrint(print), origin);
  const values = [tenantId, airing.airingId, newId];
  await queries.query('UPDATE airings SET spot_id = $3, assigned = true WHERE tenant_id = $1 AND airing_id = $2', values);
  await relabelAirings(queries, tenantId, { spotId: newId });
  await relabelAirings(queries, tenantId, { spotId: from.spot_id });
  return row;
}

/** Takes a print out of a spot that has others; the airings stay. */
export async function splitPrint(
  queries: StateQueries,
  tenantId: string,
  spotId: string,
  printId: string,
  title: string | undefined,
): Promise<SpotRow> {
  const from = await needSpotRow(queries, tenantId, spotId);
  const prints = await queries.query<{ print_id: string; print: Uint8Array; origin: string }>(
    'SELECT print_id, print, origin FROM spot_prints WHERE tenant_id = $1 AND spot_id = $2',
    [tenantId, from.spot_id],
  );
  const taken = prints.find((print) => print.print_id === printId);
  if (taken === undefined) throw new InvalidInputError('E_SPOT_NOT_FOUND', `"${from.title}" has no print ${printId}.`);
  if (prints.length === 1) throw new InvalidInputError('E_CATALOGUE_REFUSED', `It is the only print of "${from.title}": there is nothing to split.`);
  const newId = eventIdOf({ tenantId, streamId: '', epoch: 0, ptsUs: 0, producer: 'catalogue', ordinal: `split print ${printId}` });
  const durationMs = Math.round(decodePrint(taken.print).durationUs / 1000);
  const row = await newSpot(queries, from, newId, { title, origin: taken.origin, durationMs });
  await queries.query('UPDATE spot_prints SET spot_id = $3 WHERE tenant_id = $1 AND print_id = $2', [tenantId, printId, newId]);
  // The spot that lost it is told anew as well.
  await updateSpot(queries, from, {});
  return row;
}

async function newSpot(
  queries: StateQueries,
  from: SpotRow,
  newId: string,
  spot: { title: string | undefined; origin: string; durationMs: number },
): Promise<SpotRow> {
  const there = await findSpotRow(queries, from.tenant_id, newId);
  if (there !== undefined && !there.removed && there.spot_id === newId)
    throw new InvalidInputError('E_CATALOGUE_REFUSED', `It was split out before, as "${there.title}" (${newId}).`);
  const { title, origin, durationMs } = spot;
  return await insertSpot(queries, from.tenant_id, newId, {
    title: title ?? `Split from ${from.title}`.slice(0, 200),
    brand: '',
    product: '',
    category: '',
    origin,
    durationMs,
    status: title === undefined ? 'candidate' : 'confirmed',
  });
}
