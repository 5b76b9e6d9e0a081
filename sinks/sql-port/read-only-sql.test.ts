import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { type Server, createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import type { Analytics } from '../../core/analytics/analytics.ts';
import { openEmbeddedAnalytics } from '../../core/analytics/embedded-analytics.ts';
import { AppError } from '../../core/errors/app-error.ts';
import { createLogger } from '../../core/log/logger.ts';
import { systemClock } from '../../core/time/clock.ts';
import { type AttackTargets, sqlAttacks } from '../../test/support/sql-attacks.ts';
import { isAllowedFunction } from './allowed-functions.ts';
import { ReadOnlySql } from './read-only-sql.ts';

const secret = 'the-secret-of-the-machine';
const limits = { timeoutMs: 1500, maxMemoryBytes: 300_000_000, maxResultRows: 10_000, maxResultBytes: 10_000_000 };
const placeholders: AttackTargets = { secretFile: '/secret', writtenFile: '/written', url: 'http://127.0.0.1:1' };

let folder = '';
let analytics: Analytics;
let reader: ReadOnlySql;
let listener: Server;
let knocks = 0;
let targets: AttackTargets = placeholders;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'sightline-sql-'));
  writeFileSync(join(folder, 'secret.csv'), `${secret}\n`);
  listener = createServer((socket) => {
    knocks += 1;
    socket.destroy();
  });
  await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve));
  const { port } = listener.address() as AddressInfo;
  targets = { secretFile: join(folder, 'secret.csv'), writtenFile: join(folder, 'written.csv'), url: `http://127.0.0.1:${port}` };
  const options = { folder: join(folder, 'db'), database: 'sightline', maxConcurrentReads: 4 };
  analytics = await openEmbeddedAnalytics(options, { log: createLogger({ level: 'silent' }), clock: systemClock });
  await analytics.command('CREATE DATABASE IF NOT EXISTS other');
  await analytics.command('CREATE TABLE IF NOT EXISTS other.t (a String) ENGINE = Memory');
  await analytics.insert('break_revisions_store', [{ break_id: 'b1', revision: 1, event_time: '2026-01-01 00:00:00', state: 'final' }]);
  reader = new ReadOnlySql(analytics.outside, limits);
});

afterAll(async () => {
  await analytics.close();
  listener.close();
  rmSync(folder, { recursive: true, force: true });
});

const ask = async (sql: string, more: object = {}): Promise<string> =>
  (await reader.run({ sql, defaultFormat: 'TSVRaw', ...more })).bytes.toString('utf8').trimEnd();

describe('attacks', () => {
  // Names are needed before the targets exist; the statements are built again inside.
  for (const [index, [name]] of sqlAttacks(placeholders).entries()) {
    test(`is refused or fails, and neither reads nor writes: ${name}`, async () => {
      const sql = sqlAttacks(targets)[index]?.[1] ?? '';
      const outcome = await ask(sql).then(
        (text) => ({ text }),
        (error: unknown) => ({ error }),
      );
      expect(outcome).not.toHaveProperty('text');
      const { error } = outcome as { error: AppError };
      expect(error).toBeInstanceOf(AppError);
      expect(['E_QUERY_REFUSED', 'E_QUERY_FAILED']).toContain(error.code);
      expect(error.message).not.toContain(secret);
      expect(knocks).toBe(0);
      expect(readdirSync(folder).sort()).toEqual(['db', 'secret.csv']);
    });
  }

  test('nothing in the database has changed after all of them', async () => {
    expect(await analytics.query('SELECT count() AS rows, any(state) AS state FROM breaks_store')).toEqual([{ rows: 1, state: 'final' }]);
    const tables = await analytics.query<{ name: string }>("SELECT name FROM system.tables WHERE database IN ('sightline', 'default')");
    expect(tables.map(({ name }) => name)).not.toContain('t');
    expect(await analytics.query("SELECT name FROM system.functions WHERE origin = 'SQLUserDefined'")).toEqual([]);
  });
});

describe('what analysts and their tools ask', () => {
  const fine: [string, string][] = [
    ['SELECT break_id, state FROM breaks', 'b1\tfinal'],
    ["select count() from sightline.breaks where event_time > toDateTime64('2020-01-01', 3);", '1'],
    ['(SELECT 1)', '1'],
    ['WITH x AS (SELECT 1 AS y UNION ALL SELECT 2) SELECT sum(y) FROM x', '3'],
    ['SELECT number FROM numbers(3) ORDER BY number DESC LIMIT 1', '2'],
    ["SELECT arrayMap(x -> x + 1, [1, 2]), 'it''s', 'a;b -- c', CAST(1 AS Nullable(Int8)), 1::Decimal(10, 2)", "[2,3]\tit's\ta;b -- c\t1\t1"],
    ['SELECT 1 /* one */ + /* two */ 1 -- three', '2'],
    ['SELECT quantileExactIf(0.5)(number, number > 1), countDistinct(number), uniqExactIf(number, number < 3) FROM numbers(5)', '3\t5\t3'],
    ['SELECT sum(number) OVER (ORDER BY number ROWS BETWEEN 1 PRECEDING AND CURRENT ROW) AS s FROM numbers(3) ORDER BY s DESC LIMIT 1', '3'],
    ['SELECT * EXCEPT (b) FROM (SELECT 1 AS a, 2 AS b)', '1'],
    ['SELECT a.x FROM (SELECT 1 AS x) AS a INNER JOIN (SELECT 1 AS x) AS b USING (x)', '1'],
    [
      "SELECT CASE WHEN 1 THEN 'yes' ELSE 'no' END, 5 BETWEEN 1 AND 9, 1 IN (SELECT 1), toStartOfInterval(toDateTime('2026-01-01 00:07:00'), INTERVAL 5 MINUTE)",
      'yes\t1\t1\t2026-01-01 00:05:00',
    ],
    ["SELECT version() != '', timezone(), currentDatabase(), currentUser()", '1\tUTC\tsightline\tdefault'],
    ['SELECT count() > 5 FROM system.tables WHERE database = currentDatabase()', '1'],
    ["SELECT name FROM system.databases WHERE name = 'sightline'", 'sightline'],
    ["SELECT count() > 10 FROM system.columns WHERE table = 'breaks'", '1'],
    ["SELECT count() > 0 FROM system.settings WHERE name = 'max_threads'", '1'],
    ["SELECT count() FROM information_schema.tables WHERE table_schema = 'sightline' AND table_name = 'breaks'", '1'],
    ['EXISTS TABLE breaks', '1'],
    ['SELECT "break_id" FROM `breaks` AS "b"', 'b1'],
    ['SELECT \'ünïcødé 漢字\' AS "größe"', 'ünïcødé 漢字'],
    ['SELECT grouping(a) FROM (SELECT 1 AS a) GROUP BY GROUPING SETS ((a))', '0'],
    ['SELECT 1 UNION ALL SELECT 1 INTERSECT SELECT 1', '1\n1'],
  ];
  for (const [sql, expected] of fine) {
    test(`is answered: ${sql}`, async () => {
      expect((await ask(sql)).replace(/Etc\/UTC/, 'UTC')).toBe(expected);
    });
  }

  for (const sql of [
    'SHOW TABLES',
    'SHOW DATABASES',
    'SHOW CREATE TABLE breaks',
    'SHOW COLUMNS FROM breaks',
    'DESCRIBE TABLE breaks',
    'DESC breaks',
    'EXPLAIN SELECT 1',
    'EXPLAIN PIPELINE SELECT 1',
    'EXPLAIN indexes = 1 SELECT * FROM breaks',
    'EXPLAIN AST SELECT 1',
  ]) {
    test(`is answered: ${sql}`, async () => {
      expect(await ask(sql)).not.toBe('');
    });
  }

  test('values are bound to their places, whatever stands in them', async () => {
    const params = { s: "'; DROP TABLE breaks --", n: '41' };
    expect(await ask('SELECT {s:String}, {n:UInt32} + 1', { params })).toBe("'; DROP TABLE breaks --\t42");
    await expect(ask('SELECT {s:String}', { params: {} })).rejects.toThrow(/is not set/);
  });

  test('the format of the statement wins over the default, and EXPLAIN takes one too', async () => {
    expect(await ask('SELECT 1 AS a FORMAT JSONEachRow')).toBe('{"a":1}');
    expect(await ask('EXPLAIN SELECT 1 FORMAT JSONEachRow')).toMatch(/^\{"explain":/);
  });

  test('output settings are applied, others are refused, and none outlives its query', async () => {
    const settings = { date_time_output_format: 'iso' };
    expect(await ask("SELECT toDateTime64('2026-01-01 00:00:00', 3, 'UTC')", { settings })).toBe('2026-01-01T00:00:00.000Z');
    expect(await ask("SELECT toDateTime64('2026-01-01 00:00:00', 3, 'UTC')")).toBe('2026-01-01 00:00:00.000');
    await expect(ask('SELECT 1', { settings: { max_execution_time: '0' } })).rejects.toThrow(/not allowed/);
    await expect(ask('SELECT 1', { settings: { readonly: '0' } })).rejects.toThrow(/not allowed/);
  });

  test('an error of the engine comes with its own words and code', async () => {
    await expect(ask('SELECT 1 +')).rejects.toMatchObject({ code: 'E_QUERY_FAILED', details: { clickhouseCode: 62 } });
    await expect(ask('SELECT x FROM nowhere')).rejects.toMatchObject({ code: 'E_QUERY_FAILED', details: { clickhouseCode: 60 } });
  });
});

test('no allowed function is also a table function that reaches outside', async () => {
  const names = await analytics.query<{ name: string }>('SELECT name FROM system.table_functions');
  expect(
    names
      .map(({ name }) => name)
      .filter(isAllowedFunction)
      .sort(),
  ).toEqual(['generateSeries', 'generate_series', 'numbers', 'numbers_mt', 'values', 'zeros', 'zeros_mt']);
});
