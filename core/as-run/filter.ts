import type { RowParams } from './row-source.ts';

/** Which airings are asked for. Absent: all. */
export interface AsRunFilter {
  tenantId?: string;
  streamId?: string;
  /** Airings that start at or after this moment, epoch milliseconds. */
  fromMs?: number;
  /** Airings that start before this moment, epoch milliseconds. */
  toMs?: number;
}

/** A condition of a WHERE clause with the values of its places. */
export interface Condition {
  sql: string;
  params: RowParams;
}

/** Rows of the streams asked for, in any table. */
export function ofStreams({ tenantId, streamId }: AsRunFilter): Condition {
  return conditionOf(
    ['1'],
    [
      ['tenant', tenantId, 'tenant_id = {tenant:String}'],
      ['stream', streamId, 'stream_id = {stream:String}'],
    ],
  );
}

/**
 * Airings that count, in `spots`: they are over, confirmed or final, and were not retracted. An airing of a spot that somebody rejects is
 * retracted.
 */
export function ofAirings(filter: AsRunFilter): Condition {
  const streams = ofStreams(filter);
  const times = conditionOf(
    ["state IN ('confirmed', 'final')", 'NOT on_air'],
    [
      ['from', filter.fromMs, 'event_time >= fromUnixTimestamp64Milli({from:Int64})'],
      ['to', filter.toMs, 'event_time < fromUnixTimestamp64Milli({to:Int64})'],
    ],
  );
  return { sql: `${streams.sql} AND ${times.sql}`, params: { ...streams.params, ...times.params } };
}

function conditionOf(always: readonly string[], optional: readonly (readonly [string, string | number | undefined, string])[]): Condition {
  const given = optional.filter(([, value]) => value !== undefined);
  return {
    sql: [...always, ...given.map(([, , sql]) => sql)].join(' AND '),
    params: Object.fromEntries(given.map(([name, value]) => [name, typeof value === 'number' ? Math.round(value) : (value ?? '')])),
  };
}
