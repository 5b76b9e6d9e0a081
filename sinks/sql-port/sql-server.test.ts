import { mkdtempSync, rmSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';

import { ClickHouseLogLevel, createClient } from '@clickhouse/client';
import { afterAll, beforeAll, expect, test } from 'vitest';

import type { Analytics } from '../../core/analytics/analytics.ts';
import { openEmbeddedAnalytics } from '../../core/analytics/embedded-analytics.ts';
import { createLogger } from '../../core/log/logger.ts';
import { createMetrics } from '../../core/metrics/metrics.ts';
import { systemClock } from '../../core/time/clock.ts';
import { SqlServer, type SqlServerOptions } from './sql-server.ts';

const log = createLogger({ level: 'silent' });
const base: SqlServerOptions = {
  host: '127.0.0.1',
  port: 0,
  user: 'default',
  password: '',
  limits: { timeoutMs: 1000, maxMemoryBytes: 300_000_000, maxResultRows: 100_000, maxResultBytes: 50_000_000 },
  maxQueryBytes: 10_000,
  maxWaiting: 4,
};

let folder = '';
let analytics: Analytics;
let server: SqlServer;
let url = '';

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'sightline-sql-http-'));
  analytics = await openEmbeddedAnalytics({ folder, database: 'sightline', maxConcurrentReads: 4 }, { log, clock: systemClock });
  const times = { event_time: '2026-11-21 10:00:00.000', processed_at: '2099-01-01 00:00:00.000' };
  await analytics.insert('break_revisions_store', [{ break_id: 'b1', revision: 1, state: 'final', pts_us: 12_000_000, ...times }]);
  server = open();
  url = `http://127.0.0.1:${await server.listen()}`;
});

afterAll(async () => {
  await server.close(0);
  await analytics.close();
  rmSync(folder, { recursive: true, force: true });
});

function open(options: Partial<SqlServerOptions> = {}): SqlServer {
  return new SqlServer({ ...base, ...options }, { outside: analytics.outside, metrics: createMetrics(), log });
}

const get = async (query: string, more = ''): Promise<Response> => await fetch(`${url}/?query=${encodeURIComponent(query)}${more}`);

test('answers GET with ?query= like ClickHouse: TabSeparated, and headers that clients read', async () => {
  const response = await get('SELECT break_id, pts_us FROM breaks');
  expect(await response.text()).toBe('b1\t12000000\n');
  expect(response.headers.get('content-type')).toBe('text/tab-separated-values; charset=UTF-8');
  expect(response.headers.get('x-clickhouse-format')).toBe('TabSeparated');
  expect(response.headers.get('x-clickhouse-query-id')).toMatch(/^[0-9a-f-]{36}$/);
  expect(response.headers.get('x-clickhouse-timezone')).toBe('UTC');
  expect(JSON.parse(response.headers.get('x-clickhouse-summary') ?? '')).toHaveProperty('elapsed_ns');
});

test('answers POST with the statement in the body, in the format asked for in any of the three ways', async () => {
  const post = async (body: string, path = '/', headers = {}): Promise<string> =>
    await (await fetch(`${url}${path}`, { method: 'POST', body, headers })).text();
  expect(await post('SELECT 1 AS a FORMAT JSONEachRow')).toBe('{"a":1}\n');
  expect(await post('SELECT 1 AS a', '/?default_format=JSONEachRow')).toBe('{"a":1}\n');
  expect(await post('SELECT 1 AS a', '/', { 'X-ClickHouse-Format': 'JSONEachRow' })).toBe('{"a":1}\n');
  expect(await post('1 AS a', '/?query=SELECT')).toBe('1\n');
});

test('says that it is there', async () => {
  for (const path of ['/ping', '/replicas_status', '/']) expect(await (await fetch(`${url}${path}`)).text()).toBe('Ok.\n');
  expect((await fetch(`${url}/elsewhere`)).status).toBe(404);
});

test('packs large answers for clients that take gzip, and unpacks packed statements', async () => {
  const response = await get('SELECT number FROM numbers(20000)');
  expect(response.headers.get('content-encoding')).toBe('gzip');
  expect((await response.text()).split('\n')).toHaveLength(20_001);
  const packed = await fetch(url, { method: 'POST', body: gzipSync('SELECT 7'), headers: { 'content-encoding': 'gzip' } });
  expect(await packed.text()).toBe('7\n');
});

test('a bomb of a packed statement, a long statement and a broken one are refused', async () => {
  const bomb = await fetch(url, { method: 'POST', body: gzipSync(Buffer.alloc(50_000_000, 32)), headers: { 'content-encoding': 'gzip' } });
  expect(bomb.status).toBe(413);
  expect((await fetch(url, { method: 'POST', body: `SELECT 1 ${' '.repeat(20_000)}` })).status).toBe(413);
  expect((await fetch(url, { method: 'POST', body: 'x', headers: { 'content-encoding': 'gzip' } })).status).toBe(400);
  expect((await fetch(url, { method: 'POST', body: 'x', headers: { 'content-encoding': 'br' } })).status).toBe(400);
});

test('values and output settings come by URL; other settings change nothing', async () => {
  expect(await (await get('SELECT {a:String}, {b:UInt8}', `&param_a=${encodeURIComponent("x'y")}&param_b=3`)).text()).toBe("x\\'y\t3\n");
  expect(await (await get('SELECT toInt64(5) AS x FORMAT JSONEachRow', '&output_format_json_quote_64bit_integers=1')).text()).toBe('{"x":"5"}\n');
  expect((await get('CREATE TABLE t (a Int8) ENGINE = Memory', '&readonly=0&allow_ddl=1')).status).toBe(403);
});

test('errors look like ClickHouse’s: status, header, code and name', async () => {
  const syntax = await get('SELECT 1 +');
  expect(syntax.status).toBe(400);
  expect(syntax.headers.get('x-clickhouse-exception-code')).toBe('62');
  expect(await syntax.text()).toMatch(/^Code: 62\. DB::Exception: Syntax error: .*\(SYNTAX_ERROR\)\n$/s);
  const table = await get('SELECT * FROM nowhere');
  expect([table.status, table.headers.get('x-clickhouse-exception-code')]).toEqual([404, '60']);
  const refused = await get("SELECT file('/etc/passwd')");
  expect([refused.status, refused.headers.get('x-clickhouse-exception-code')]).toEqual([403, '164']);
  expect(await refused.text()).toMatch(/^Code: 164\. DB::Exception: .*\(READONLY\)\n$/);
  const slow = await get('SELECT count() FROM numbers(1000000000000) WHERE NOT ignore(cityHash64(number))');
  expect([slow.status, slow.headers.get('x-clickhouse-exception-code')]).toEqual([408, '159']);
  expect((await get('SELECT 1', '&database=other')).status).toBe(404);
});

test('the official client works against it: query, stream, parameters, ping, errors', async () => {
  const client = createClient({ url, database: 'sightline', log: { level: ClickHouseLogLevel.OFF } });
  expect(await client.ping({ select: true })).toEqual({ success: true });
  const rows = await (
    await client.query({ query: 'SELECT break_id FROM breaks WHERE state = {s:String}', query_params: { s: 'final' }, format: 'JSONEachRow' })
  ).json();
  expect(rows).toEqual([{ break_id: 'b1' }]);
  const answer = await (await client.query({ query: 'SELECT 1 AS x', format: 'JSON' })).json();
  expect(answer.data).toEqual([{ x: 1 }]);
  await expect(client.query({ query: 'SELECT 1 +' })).rejects.toMatchObject({ code: '62', type: 'SYNTAX_ERROR' });
  await expect(client.insert({ table: 'breaks', values: [{ break_id: 'x' }], format: 'JSONEachRow' })).rejects.toThrow(/read-only/);
  await client.close();
});

test('binary formats pass unharmed', async () => {
  const bytes = Buffer.from(await (await get('SELECT number FROM numbers(3) FORMAT RowBinary')).arrayBuffer());
  expect(bytes.readBigUInt64LE(16)).toBe(2n);
});

test('with a password, every way of giving it works, and nothing else does', async () => {
  const locked = open({ password: 'hunter2', user: 'grafana' });
  const at = `http://127.0.0.1:${await locked.listen()}/?query=SELECT+1`;
  const basic = (text: string): object => ({ headers: { authorization: `Basic ${Buffer.from(text).toString('base64')}` } });
  expect((await fetch(at)).status).toBe(401);
  expect((await fetch(at, basic('grafana:hunter3'))).status).toBe(403);
  expect((await fetch(at, basic('default:hunter2'))).status).toBe(403);
  expect(await (await fetch(at, basic('grafana:hunter2'))).text()).toBe('1\n');
  expect(await (await fetch(at, { headers: { 'X-ClickHouse-User': 'grafana', 'X-ClickHouse-Key': 'hunter2' } })).text()).toBe('1\n');
  expect(await (await fetch(`${at}&user=grafana&password=hunter2`)).text()).toBe('1\n');
  await locked.close(0);
});

test('a web page that makes its own name point to this machine is turned away', async () => {
  const { port } = new URL(url);
  const status = await new Promise<number | undefined>((resolve, reject) => {
    request({ host: '127.0.0.1', port, path: '/?query=SELECT+1', headers: { host: `evil.example:${port}` } }, (response) => {
      response.resume();
      resolve(response.statusCode);
    })
      .on('error', reject)
      .end();
  });
  expect(status).toBe(403);
});

test('more queries than may wait are refused at once, and the port works on', async () => {
  const slow = 'SELECT count() FROM numbers(1000000000000) WHERE NOT ignore(cityHash64(number))';
  const statuses = await Promise.all(Array.from({ length: 8 }, async () => (await get(slow)).status));
  expect(statuses.filter((status) => status === 408)).toHaveLength(4);
  expect(statuses.filter((status) => status === 503)).toHaveLength(4);
  expect(await (await get('SELECT 1')).text()).toBe('1\n');
});

test('a port that is taken is named', async () => {
  const second = open({ port: Number(new URL(url).port) });
  await expect(second.listen()).rejects.toMatchObject({ code: 'E_PORT_TAKEN' });
});
