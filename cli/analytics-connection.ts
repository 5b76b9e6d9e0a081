import { existsSync, statSync } from 'node:fs';
import { resolve } from 'node:path';

import { type Command, InvalidArgumentError } from 'commander';

import { analyticsConfigSchema } from '../core/analytics/config.ts';
import { analyticsFolder, createAnalytics } from '../core/analytics/create-analytics.ts';
import { rowsOf } from '../core/analytics/json-rows.ts';
import { paramText } from '../core/analytics/sql-text.ts';
import type { RowParams, RowSource } from '../core/as-run/row-source.ts';
import { InvalidInputError, UnavailableError, UsageError, messageOf } from '../core/errors/app-error.ts';
import { createLogger } from '../core/log/logger.ts';
import { type Instance, readInstance } from '../core/service/instance-file.ts';
import { systemClock } from '../core/time/clock.ts';
import { sqlPortConfigSchema } from '../sinks/sql-port/config.ts';
import { ReadOnlySql } from '../sinks/sql-port/read-only-sql.ts';

/** Where the analytics database is, as the command line says it. */
export interface AnalyticsAddress {
  dataDir: string;
  /** Port of a running instance on this machine. */
  port?: number;
}

/** An answer in one of ClickHouse's output formats. */
export interface Answer {
  bytes: Buffer;
  format: string;
}

/** The analytics database for reading, wherever it is open. */
export interface AnalyticsConnection extends RowSource {
  /** @throws InvalidInputError `E_QUERY_REFUSED` or `E_QUERY_FAILED`, UnavailableError `E_SINK_UNAVAILABLE` */
  ask(sql: string, format: string, params?: RowParams): Promise<Answer>;
  close(): Promise<void>;
}

/** Adds the options that say where the analytics database is. */
export function addAnalyticsOptions(command: Command): Command {
  return command
    .option('--data-dir <dir>', 'data directory', 'data')
    .option('--port <port>', 'port of a running instance on this machine (the one it was started with, or its SQL port)', portNumber);
}

function portNumber(text: string): number {
  const port = Number(text);
  if (!Number.isInteger(port) || port < 1 || port > 65_535) throw new InvalidArgumentError('A port is a number from 1 to 65535.');
  return port;
}

/**
 * Reaches the analytics database through the SQL port of the instance that runs on the data directory, or opens it in this process when
 * nothing runs there.
 *
 * @throws UsageError `E_DATA_DIR_UNUSABLE` when there is none, UnavailableError `E_SINK_UNAVAILABLE` when the instance has no SQL port
 */
export async function connectAnalytics(address: AnalyticsAddress): Promise<AnalyticsConnection> {
  const dataDir = resolve(address.dataDir);
  const { port } = address;
  const instance = readInstance(dataDir);
  if (instance !== undefined && (port === undefined || port === instance.port)) return overHttp(sqlPortOf(instance));
  if (port !== undefined && (await answersSql(port))) return overHttp(port);
  if (!existsSync(dataDir) || !statSync(dataDir).isDirectory()) {
    throw new UsageError(
      'E_DATA_DIR_UNUSABLE',
      `There is no data directory ${dataDir}: start Sightline first, or name the right one with --data-dir.`,
    );
  }
  if (!existsSync(analyticsFolder(dataDir))) {
    throw new UsageError(
      'E_DATA_DIR_UNUSABLE',
      `There is no analytics database in ${dataDir} yet: it is made by "sightline start" or "sightline analyze --data-dir".`,
    );
  }
  return await inThisProcess(dataDir);
}

/** True when a SQL port listens there; `--port` may also be the port of an instance that has ended. */
async function answersSql(port: number): Promise<boolean> {
  try {
    const response = await fetch(`http://127.0.0.1:${port}/ping`, { signal: AbortSignal.timeout(3000) });
    return (await response.text()) === 'Ok.\n';
  } catch {
    return false;
  }
}

function sqlPortOf(instance: Instance): number {
  if (instance.sqlPort !== 0) return instance.sqlPort;
  throw new UnavailableError(
    'E_SINK_UNAVAILABLE',
    `Sightline runs on this data directory (pid ${instance.pid}) without a SQL port: set sinks.sqlPort.enabled, or ask its ClickHouse server.`,
  );
}

function overHttp(port: number): AnalyticsConnection {
  return connection(
    async (sql, format, params) => await askOverHttp(port, sql, format, params),
    async () => undefined,
  );
}

async function askOverHttp(port: number, sql: string, format: string, params: Record<string, string>): Promise<Answer> {
  const headers: Record<string, string> = { 'x-clickhouse-format': format, 'content-type': 'text/plain; charset=utf-8' };
  const password = process.env['SIGHTLINE_SQL_PASSWORD'];
  if (password !== undefined) headers['x-clickhouse-key'] = password;
  const user = process.env['SIGHTLINE_SQL_USER'];
  if (user !== undefined) headers['x-clickhouse-user'] = user;
  const url = new URL(`http://127.0.0.1:${port}/`);
  for (const [name, value] of Object.entries(params)) url.searchParams.set(`param_${name}`, value);
  let response: Response;
  try {
    response = await fetch(url, { method: 'POST', body: sql, headers });
  } catch (error) {
    const cause = error instanceof Error && error.cause !== undefined ? error.cause : error;
    throw new UnavailableError('E_SINK_UNAVAILABLE', `The SQL port ${port} does not answer: ${messageOf(cause)}`, { cause: error });
  }
  const bytes = Buffer.from(await response.arrayBuffer());
  if (response.ok) return { bytes, format: response.headers.get('x-clickhouse-format') ?? format };
  const text = bytes.toString('utf8').trim();
  const refused = response.headers.get('x-clickhouse-exception-code') === '164';
  throw new InvalidInputError(refused ? 'E_QUERY_REFUSED' : 'E_QUERY_FAILED', text.replace(/^Code: \d+\. DB::Exception: /, ''));
}

/** Nothing runs there: the database is open in this process until the connection is closed. */
async function inThisProcess(dataDir: string): Promise<AnalyticsConnection> {
  const deps = { log: createLogger({ level: 'silent' }), clock: systemClock };
  const analytics = await createAnalytics(analyticsConfigSchema.parse({}), deps, dataDir);
  const { maxQueryTime, maxMemoryBytes, maxResultRows, maxResultBytes } = sqlPortConfigSchema.parse({});
  const limits = { timeoutMs: 10 * maxQueryTime, maxMemoryBytes, maxResultRows: 10 * maxResultRows, maxResultBytes: 4 * maxResultBytes };
  const reader = new ReadOnlySql(analytics.outside, limits);
  return connection(
    async (sql, defaultFormat, params) => await reader.run({ sql, defaultFormat, params }),
    async () => await analytics.close(),
  );
}

function connection(
  ask: (sql: string, format: string, params: Record<string, string>) => Promise<Answer>,
  close: () => Promise<void>,
): AnalyticsConnection {
  const askWith = async (sql: string, format: string, params: RowParams = {}): Promise<Answer> =>
    await ask(sql, format, Object.fromEntries(Object.entries(params).map(([name, value]) => [name, paramText(value)])));
  return {
    ask: askWith,
    query: async <Row>(sql: string, params: RowParams): Promise<Row[]> => rowsOf<Row>((await askWith(sql, 'JSONEachRow', params)).bytes),
    close,
  };
}
