import { type ClickHouseClientConfigOptions, createClient } from '@clickhouse/client';
import { createChdbConnection } from 'chdb/connection';

import { type SqlConnection, wrap } from './clickhouse-client.ts';
import { sqlString } from './sql-text.ts';

/**
 * Connects to the engine in this process. Connections to one directory share the data; each runs its statements one after another and
 * costs next to nothing (1 ms measured). Settings and parameters are sticky `SET`s here, so give them with {@link sessionStatement} on a
 * connection that is closed after the query, never through the client's `clickhouse_settings`, which leak into later statements.
 */
export function connectEmbedded(path: string): SqlConnection {
  // chDB's types come from another copy of the client's common part; the contract is the same.
  const connection = createChdbConnection({ path }) as unknown as NonNullable<ClickHouseClientConfigOptions['connection']>;
  return wrap(createClient({ connection }));
}

/** One statement that gives a fresh embedded connection its database, settings and parameter values (in escaped text form). */
export function sessionStatement(
  database: string,
  settings: Readonly<Record<string, string | number>>,
  params: Readonly<Record<string, string>>,
): string {
  const sets = [
    ...Object.entries(params).map(([name, value]) => `param_${word(name)} = ${sqlString(value)}`),
    ...Object.entries(settings).map(([name, value]) => `${word(name)} = ${typeof value === 'number' ? value : sqlString(value)}`),
  ];
  const use = `USE ${word(database)}`;
  return sets.length === 0 ? use : `${use}; ${sets.map((set) => `SET ${set}`).join('; ')}`;
}

function word(name: string): string {
  if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(name)) throw new RangeError(`Not a name in SQL: ${JSON.stringify(name)}.`);
  return name;
}
