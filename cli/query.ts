import { existsSync, statSync } from 'node:fs';
import { resolve } from 'node:path';

import Table from 'cli-table3';
import { type Command, InvalidArgumentError } from 'commander';

import { analyticsConfigSchema } from '../core/analytics/config.ts';
import { analyticsFolder, createAnalytics } from '../core/analytics/create-analytics.ts';
import { InvalidInputError, UnavailableError, UsageError, messageOf } from '../core/errors/app-error.ts';
import { createLogger } from '../core/log/logger.ts';
import { type Instance, readInstance } from '../core/service/instance-file.ts';
import { systemClock } from '../core/time/clock.ts';
import { sqlPortConfigSchema } from '../sinks/sql-port/config.ts';
import { ReadOnlySql } from '../sinks/sql-port/read-only-sql.ts';

/** Options of the command. */
interface QueryFlags {
  dataDir: string;
  port?: number;
  json?: boolean;
  format?: string;
}

/** Rows beyond this are counted, not drawn, in a table on a terminal. */
const maxTableRows = 1000;

/** Adds `sightline query`. */
export function registerQuery(program: Command): void {
  program
    .command('query')
    .description('Ask the analytics database in SQL: frames, detections, shots, breaks, spots, stream_status. Works whether Sightline runs or not.')
    .argument('<sql>', 'one SELECT, SHOW, DESCRIBE or EXPLAIN statement')
    .option('--data-dir <dir>', 'data directory', 'data')
    .option('--port <port>', 'port of a running instance on this machine (the one it was started with, or its SQL port)', portNumber)
    .option('--json', 'one JSON object per row (also when the output is not a terminal)')
    .option('--format <name>', "any of ClickHouse's output formats, e.g. CSVWithNames, PrettyCompact, Parquet")
    .addHelpText('after', '\nExample:\n  sightline query "SELECT break_id, event_time, duration_ms FROM breaks ORDER BY event_time DESC LIMIT 10"')
    .action(async (sql: string, flags: QueryFlags) => {
      const asTable = flags.format === undefined && flags.json !== true && process.stdout.isTTY;
      const format = flags.format ?? (asTable ? 'JSONCompact' : 'JSONEachRow');
      const answer = await ask(sql, format, flags);
      const drawn = asTable && answer.format === 'JSONCompact' ? tableOf(answer.bytes) : answer.bytes;
      await new Promise<void>((done) => process.stdout.write(drawn, () => done()));
    });
}

function portNumber(text: string): number {
  const port = Number(text);
  if (!Number.isInteger(port) || port < 1 || port > 65_535) throw new InvalidArgumentError('A port is a number from 1 to 65535.');
  return port;
}

interface Answer {
  bytes: Buffer;
  format: string;
}

async function ask(sql: string, format: string, flags: QueryFlags): Promise<Answer> {
  const dataDir = resolve(flags.dataDir);
  const { port } = flags;
  const instance = readInstance(dataDir);
  if (instance !== undefined && (port === undefined || port === instance.port)) return await askInstance(sql, format, instance);
  if (port !== undefined && (await answersSql(port))) return await askOverHttp(sql, format, port);
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
  return await askDirectly(sql, format, dataDir);
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

async function askInstance(sql: string, format: string, instance: Instance): Promise<Answer> {
  if (instance.sqlPort === 0) {
    throw new UnavailableError(
      'E_SINK_UNAVAILABLE',
      `Sightline runs on this data directory (pid ${instance.pid}) without a SQL port: set sinks.sqlPort.enabled, or ask its ClickHouse server.`,
    );
  }
  return await askOverHttp(sql, format, instance.sqlPort);
}

/** Asks the SQL port of a running instance. */
async function askOverHttp(sql: string, format: string, port: number): Promise<Answer> {
  const headers: Record<string, string> = { 'x-clickhouse-format': format, 'content-type': 'text/plain; charset=utf-8' };
  const password = process.env['SIGHTLINE_SQL_PASSWORD'];
  if (password !== undefined) headers['x-clickhouse-key'] = password;
  const user = process.env['SIGHTLINE_SQL_USER'];
  if (user !== undefined) headers['x-clickhouse-user'] = user;
  let response: Response;
  try {
    response = await fetch(`http://127.0.0.1:${port}/`, { method: 'POST', body: sql, headers });
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

/** Nothing runs there: opens the database in this process for the one query. */
async function askDirectly(sql: string, format: string, dataDir: string): Promise<Answer> {
  const deps = { log: createLogger({ level: 'silent' }), clock: systemClock };
  const analytics = await createAnalytics(analyticsConfigSchema.parse({}), deps, dataDir);
  try {
    const { maxQueryTime, maxMemoryBytes, maxResultRows, maxResultBytes } = sqlPortConfigSchema.parse({});
    const limits = { timeoutMs: 10 * maxQueryTime, maxMemoryBytes, maxResultRows: 10 * maxResultRows, maxResultBytes: 4 * maxResultBytes };
    return await new ReadOnlySql(analytics.outside, limits).run({ sql, defaultFormat: format });
  } finally {
    await analytics.close();
  }
}

/** A table for people out of ClickHouse's JSONCompact output. */
function tableOf(bytes: Buffer): string {
  const { meta, data } = JSON.parse(bytes.toString('utf8')) as { meta: { name: string; type: string }[]; data: unknown[][] };
  const table = new Table({
    head: meta.map(({ name }) => name),
    colAligns: meta.map(({ type }) => (/Int|Float|Decimal/.test(type) && !/Array|Map|Tuple/.test(type) ? 'right' : 'left')),
    style: { head: [], border: [], compact: true },
  });
  for (const row of data.slice(0, maxTableRows)) table.push(row.map(cell));
  const left = data.length > maxTableRows ? `, of which the first ${maxTableRows} are shown (use --json for all)` : '';
  return `${table.toString()}\n${data.length} ${data.length === 1 ? 'row' : 'rows'}${left}\n`;
}

/** Control characters out of the data must not steer the terminal. */
function cell(value: unknown): string {
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return text.replace(/[\p{Cc}\p{Cf}]/gu, (char) => (char === '\n' ? '⏎' : '�'));
}
