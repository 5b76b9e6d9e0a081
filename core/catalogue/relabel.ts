import type { Spot } from '../../schemas/events.generated.ts';
import { eventIdOf } from '../events/event-id.ts';
import type { StateQueries } from '../state/state-store.ts';
import type { SpotStatus } from './catalogue.ts';

/** Which airings to look at. */
export interface RelabelChoice {
  spotId?: string;
  airingId?: string;
}

interface LabelRow {
  airing_id: string;
  spot_id: string;
  state: Spot['state'];
  event: string;
  place: number;
  title: string | null;
  brand: string | null;
  product: string | null;
  category: string | null;
  status: SpotStatus | null;
  removed: boolean | null;
}

/**
 * Gives airings that are over the names their spot has now, as a new revision that waits to be told (see airing-outbox.ts). An airing of a
 * rejected spot is taken back; one of a spot that is no longer in the catalogue keeps its names and is no longer known. Airings still on air
 * are left to the processor, whose next revision has the new names.
 */
export async function relabelAirings(queries: StateQueries, tenantId: string, choice: RelabelChoice): Promise<void> {
  const chosen = `tenant_id = $1 AND spot_id = COALESCE($2, (SELECT spot_id FROM airings WHERE tenant_id = $1 AND airing_id = $3))`;
  const values = [tenantId, choice.spotId ?? null, choice.airingId ?? null];
  // A processor that records a revision meanwhile waits, and its revision is not lost.
  await queries.query(`SELECT 1 FROM airings WHERE ${chosen} AND ($3::text IS NULL OR airing_id = $3) ORDER BY airing_id FOR UPDATE`, values);
  const rows = await queries.query<LabelRow>(
    `SELECT * FROM (
       SELECT airing_id, spot_id, state, event, title, brand, product, category, status, removed,
         (COALESCE(forgotten_airings, 0) + row_number() OVER (ORDER BY event_time_ms, airing_id))::integer AS place
       FROM (SELECT * FROM airings WHERE ${chosen}) AS airings LEFT JOIN spots USING (tenant_id, spot_id)
     ) AS labelled WHERE state = 'final' AND ($3::text IS NULL OR airing_id = $3)`,
    values,
  );
  for (const row of rows) {
    const before = JSON.parse(row.event) as Spot;
    const after = relabelled(before, row);
    if (after === undefined) continue;
    await queries.query('UPDATE airings SET event = $3, revision = $4, told = false WHERE tenant_id = $1 AND airing_id = $2', [
      tenantId,
      row.airing_id,
      JSON.stringify(after),
      after.revision,
    ]);
  }
}

/** The next revision of an airing, or undefined when it is called that already. */
function relabelled(before: Spot, row: LabelRow): Spot | undefined {
  const listed = row.status !== null && row.removed !== true;
  const label = {
    spotId: row.spot_id,
    title: listed ? (row.title ?? '') : before.title,
    brand: listed ? (row.brand ?? '') : before.brand,
    product: listed ? (row.product ?? '') : before.product,
    category: listed ? (row.category ?? '') : before.category,
    known: listed && row.status === 'confirmed',
    state: listed && row.status === 'rejected' ? ('retracted' as const) : row.state,
    airing: row.place,
  };
  if (Object.entries(label).every(([key, value]) => before[key as keyof Spot] === value)) return undefined;
  const revision = before.revision + 1;
  const { tenantId, streamId, epoch, ptsUs, airingId } = before;
  const eventId = eventIdOf({ tenantId, streamId, epoch, ptsUs, producer: 'catalogue', ordinal: `spot ${airingId} ${revision}` });
  return { ...before, ...label, revision, eventId, producer: 'catalogue', producerVersion: '1.0.0', processedAtMs: Date.now() };
}
