import type { Spot } from '../../schemas/events.generated.ts';
import { InvalidInputError } from '../errors/app-error.ts';
import type { SpotPrint } from '../fingerprint/spot-print.ts';
import type { StateQueries } from '../state/state-store.ts';
import { printFromHistory } from './history-print.ts';
import { historyColumns, type HistoryRow, toHistoryBlock } from './history-rows.ts';

/** The latest revision of an airing, under the spot it belongs to. @throws InvalidInputError `E_SPOT_NOT_FOUND` when there is none */
export async function readAiring(queries: StateQueries, tenantId: string, airingId: string): Promise<Spot> {
  const [row] = await queries.query<{ spot_id: string; event: string }>(
    'SELECT spot_id, event FROM airings WHERE tenant_id = $1 AND airing_id = $2',
    [tenantId, airingId],
  );
  if (row === undefined) throw new InvalidInputError('E_SPOT_NOT_FOUND', `There is no airing ${airingId} in the catalogue's log.`);
  return { ...(JSON.parse(row.event) as Spot), spotId: row.spot_id };
}

/** The print of an airing that is over, as long as the history holds it. */
export async function airingPrint(queries: StateQueries, airing: Spot): Promise<SpotPrint | undefined> {
  if (airing.endUs === null) return undefined;
  const rows = await queries.query<HistoryRow>(
    `SELECT ${historyColumns} FROM history_blocks
     WHERE tenant_id = $1 AND stream_id = $2 AND epoch = $3 AND start_us < $5 AND end_us > $4 ORDER BY start_us`,
    [airing.tenantId, airing.streamId, airing.epoch, Math.round(airing.ptsUs), Math.round(airing.endUs)],
  );
  return printFromHistory(rows.map(toHistoryBlock), airing.ptsUs, airing.endUs);
}
