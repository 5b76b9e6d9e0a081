import type { Command } from 'commander';

import type { AsRunFilter } from '../../core/as-run/filter.ts';
import { parseMoment } from '../../core/as-run/moment.ts';
import type { RowSource } from '../../core/as-run/row-source.ts';
import { TimeZone } from '../../core/as-run/time-zone.ts';
import { UsageError } from '../../core/errors/app-error.ts';
import { type AnalyticsAddress, addAnalyticsOptions } from '../analytics-connection.ts';

/** Options that say which airings are meant. */
export interface SelectionFlags extends AnalyticsAddress {
  stream?: string;
  from?: string;
  to?: string;
  timeZone?: string;
}

/** Adds the options of {@link SelectionFlags}. */
export function addSelectionOptions(command: Command): Command {
  return addAnalyticsOptions(command)
    .option('--stream <name>', 'one stream: its id, the beginning of it, or its title (default: all)')
    .option('--from <time>', 'airings from this moment on: 2026-11-21, 2026-11-21T10:00:00 or with an offset, …T10:00:00+01:00')
    .option('--to <time>', 'airings before this moment; a date alone includes that day')
    .option('--time-zone <name>', 'zone of all times, e.g. Europe/Berlin (default: the zone of this machine)');
}

/** The zone that was asked for. @throws UsageError `E_USAGE` */
export function zoneOf({ timeZone }: Pick<SelectionFlags, 'timeZone'>): TimeZone {
  return timeZone === undefined ? TimeZone.local() : new TimeZone(timeZone);
}

/** The filter that the options mean. @throws UsageError `E_USAGE` for a time that is none, or a stream that nobody has seen */
export async function filterOf(flags: SelectionFlags, zone: TimeZone, source: RowSource): Promise<AsRunFilter> {
  const fromMs = flags.from === undefined ? undefined : parseMoment(flags.from, zone);
  const toMs = flags.to === undefined ? undefined : parseMoment(flags.to, zone, true);
  if (fromMs !== undefined && toMs !== undefined && toMs <= fromMs) throw new UsageError('E_USAGE', '--to must lie after --from.');
  const streamId = flags.stream === undefined ? undefined : await findStream(source, flags.stream);
  return {
    ...(streamId === undefined ? {} : { streamId }),
    ...(fromMs === undefined ? {} : { fromMs }),
    ...(toMs === undefined ? {} : { toMs }),
  };
}

/** Names of streams that an error message lists. */
const listedStreams = 10;

async function findStream(source: RowSource, name: string): Promise<string> {
  const streams = await source.query<{ id: string; title: string }>(
    `SELECT stream_id AS id, max(name) AS title FROM (
      SELECT stream_id, argMax(title, processed_at) AS name FROM stream_status GROUP BY stream_id
      UNION ALL SELECT stream_id, '' AS name FROM spots GROUP BY stream_id
    ) GROUP BY stream_id ORDER BY stream_id`,
    {},
  );
  const exact = streams.find(({ id }) => id === name);
  if (exact !== undefined) return exact.id;
  const alike = streams.filter(({ id, title }) => title === name || id.startsWith(name));
  if (alike.length === 1) return alike[0]?.id ?? name;
  const names = (alike.length > 1 ? alike : streams).map(({ id, title }) => (title === '' || title === id ? id : `${id} (${title})`));
  const list = names.length === 0 ? 'none has been seen yet' : names.slice(0, listedStreams).join(', ') + (names.length > listedStreams ? ' …' : '');
  throw new UsageError(
    'E_USAGE',
    alike.length > 1 ? `"${name}" fits several streams: ${list}.` : `There is no stream "${name}"; there are: ${list}.`,
  );
}
