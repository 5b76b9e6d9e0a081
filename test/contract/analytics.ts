import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import type { Analytics, InsertRow } from '../../core/analytics/analytics.ts';
import { type Migration, migrate } from '../../core/analytics/migrations.ts';
import { InvalidInputError } from '../../core/errors/app-error.ts';
import { createLogger } from '../../core/log/logger.ts';

/** An engine under test. */
export interface AnalyticsUnderTest {
  analytics: Analytics;
  close(): Promise<void>;
}

const log = createLogger({ level: 'silent' });

function row(fields: InsertRow): InsertRow {
  const time = '2026-11-21 10:00:00.123';
  return { tenant_id: 't', stream_id: 's', event_id: 'e', event_time: time, pts_us: 0, processed_at: '2099-01-01 00:00:00.000', ...fields };
}

/** The contract of the analytics port; every engine must pass it. */
export function describeAnalytics(name: string, open: () => Promise<AnalyticsUnderTest>): void {
  describe(name, () => {
    let engine: AnalyticsUnderTest;
    let analytics: Analytics;
    beforeAll(async () => {
      engine = await open();
      analytics = engine.analytics;
    });
    afterAll(async () => await engine.close());
    const count = async (from: string): Promise<number> =>
      (await analytics.query<{ rows: number }>(`SELECT count() AS rows FROM ${from}`))[0]?.rows ?? -1;

    test('is healthy, with its tables made', async () => {
      expect(analytics.unhealthy()).toBeUndefined();
      const tables = await analytics.query<{ name: string }>('SELECT name FROM system.tables WHERE database = currentDatabase()');
      expect(tables.map(({ name }) => name)).toEqual(
        expect.arrayContaining([
          'frames',
          'detections',
          'detection_runs',
          'shots',
          'breaks',
          'break_revisions',
          'spots',
          'spot_revisions',
          'splice_cues',
          'splice_cue_revisions',
          'stream_status',
        ]),
      );
    });

    test('every table tells tenant, stream, event, time and media time', async () => {
      for (const table of ['frames', 'detections', 'shots', 'breaks', 'spots', 'splice_cues', 'stream_status']) {
        const columns = await analytics.query<{ name: string }>(
          'SELECT name FROM system.columns WHERE database = currentDatabase() AND table = {table:String}',
          { table },
        );
        expect(columns.map(({ name }) => name)).toEqual(expect.arrayContaining(['tenant_id', 'stream_id', 'event_id', 'event_time', 'pts_us']));
      }
    });

    test('rows come back as they were given', async () => {
      const message = 'quotes \' " ` \\ tab \t line \n 漢字 🎬 {x:String}';
      const given = row({ event_id: 'types', pts_us: 9_007_199_254_740_991, message, changed: true, rate_fps: 29.97, drops: { late: 3, slow: 0 } });
      await analytics.insert('stream_status_store', [given]);
      const columns = 'event_time, pts_us, message, changed, round(rate_fps, 2) AS rate_fps, drops';
      expect(await analytics.query(`SELECT ${columns} FROM stream_status WHERE event_id = 'types'`)).toEqual([
        {
          event_time: '2026-11-21 10:00:00.123',
          pts_us: 9_007_199_254_740_991,
          message,
          changed: true,
          rate_fps: 29.97,
          drops: { late: 3, slow: 0 },
        },
      ]);
    });

    test('values are bound, whatever stands in them', async () => {
      const hostile = "'; DROP TABLE frames_store; -- \\' \t \n \\N";
      const [answer] = await analytics.query<object>(
        'SELECT {s:String} AS s, {l:Array(String)} AS l, {n:Int64} AS n, {b:Bool} AS b, {d:DateTime64(3)} AS d',
        {
          s: hostile,
          l: ["it's", '"', 'a,b', '\\'],
          n: -5,
          b: true,
          d: new Date('2026-01-02T03:04:05.678Z'),
        },
      );
      expect(answer).toEqual({ s: hostile, l: ["it's", '"', 'a,b', '\\'], n: -5, b: true, d: '2026-01-02 03:04:05.678' });
    });

    test('a block whose token was seen is not inserted again, and its token does not stick', async () => {
      const block = (id: string): InsertRow[] => [row({ event_id: id, shot_id: id }), row({ event_id: `${id}-2`, shot_id: id })];
      await analytics.insert('shots_store', block('token'), { dedupToken: 'shots:0:1-2' });
      await analytics.insert('shots_store', block('token'), { dedupToken: 'shots:0:1-2' });
      expect(await count("shots_store WHERE shot_id = 'token'")).toBe(2);
      await analytics.insert('shots_store', block('other'));
      await analytics.insert('shots_store', block('third'), { dedupToken: 'shots:0:3-4' });
      expect(await count("shots_store WHERE shot_id IN ('other', 'third')")).toBe(4);
    });

    test('an event that was written twice is seen once', async () => {
      for (const table of [
        'frames',
        'detections',
        'detection_runs',
        'shots',
        'stream_status',
        'break_revisions',
        'spot_revisions',
        'splice_cue_revisions',
      ]) {
        const twice = row({ event_id: 'twice' });
        await analytics.insert(`${table}_store`, [twice, row({ event_id: 'once' })]);
        await analytics.insert(`${table}_store`, [twice]);
        expect(await count(`${table} WHERE event_id = 'twice'`), table).toBe(1);
        expect(await count(`${table} WHERE event_id = 'once'`), table).toBe(1);
      }
    });

    test('breaks and spots show the latest revision in one row, in whatever order revisions come, and keep the history', async () => {
      const revision = (id: string, number: number, state: string, more: InsertRow = {}): InsertRow =>
        row({ event_id: `${id}-${number}`, revision: number, state, evidence: [`revision ${number}`], ...more });
      for (const [table, key] of [
        ['break', 'break_id'],
        ['spot', 'airing_id'],
      ] as const) {
        const of = (id: string): InsertRow => ({ [key]: id });
        await analytics.insert(`${table}_revisions_store`, [revision('a', 1, 'provisional', of('a')), revision('b', 2, 'final', of('b'))]);
        await analytics.insert(`${table}_revisions_store`, [revision('a', 3, 'final', { ...of('a'), event_time: '2026-12-01 00:00:00.000' })]);
        await analytics.insert(`${table}_revisions_store`, [revision('a', 2, 'confirmed', of('a')), revision('b', 1, 'provisional', of('b'))]);
        await analytics.insert(`${table}_revisions_store`, [revision('a', 3, 'final', { ...of('a'), event_time: '2026-12-01 00:00:00.000' })]);
        const latest = await analytics.query(`SELECT ${key} AS id, revision, state, evidence FROM ${table}s WHERE ${key} IN ('a', 'b') ORDER BY id`);
        expect(latest).toEqual([
          { id: 'a', revision: 3, state: 'final', evidence: ['revision 3'] },
          { id: 'b', revision: 2, state: 'final', evidence: ['revision 2'] },
        ]);
        const history = await analytics.query<{ revision: number }>(`SELECT revision FROM ${table}_revisions WHERE ${key} = 'a' ORDER BY revision`);
        expect(history.map((entry) => entry.revision)).toEqual([1, 2, 3]);
      }
    });

    test('a block with a row that does not fit is refused whole, for good', async () => {
      const bad = [row({ event_id: 'good', boxes: 1 }), row({ event_id: 'bad', boxes: 'many' })];
      await expect(analytics.insert('detection_runs_store', bad)).rejects.toMatchObject({ code: 'E_SINK_REJECTED', retryable: false });
      expect(await count("detection_runs WHERE event_id IN ('good', 'bad')")).toBe(0);
      expect(analytics.unhealthy()).toBeUndefined();
    });

    test('a table that is not there is a reason to wait, not to throw rows away', async () => {
      await expect(analytics.insert('nowhere', [row({})])).rejects.toMatchObject({ code: 'E_SINK_UNAVAILABLE', retryable: true });
      await analytics.insert('shots_store', [row({ event_id: 'after' })]);
      expect(analytics.unhealthy()).toBeUndefined();
    });

    test('outliers in time do not make a block unacceptable', async () => {
      const rows = Array.from({ length: 105 }, (_, index) => row({ event_id: `old-${index}`, event_time: `${1980 + index}-01-01 00:00:00` }));
      await analytics.insert('frames_store', rows);
      expect(await count("frames WHERE startsWith(event_id, 'old-')")).toBe(105);
    });

    test('thousands of rows arrive whole', async () => {
      await analytics.insert(
        'frames_store',
        Array.from({ length: 5000 }, (_, index) => row({ event_id: `many-${index}` })),
      );
      expect(await count("frames WHERE startsWith(event_id, 'many-')")).toBe(5000);
    });

    test('a query that fails says so in the engine’s words, and a slow one ends in time', async () => {
      await expect(analytics.query('SELECT 1 +')).rejects.toThrow(/Syntax error/);
      await expect(analytics.query('SELECT 1 +')).rejects.toMatchObject({ code: 'E_QUERY_FAILED', details: { clickhouseCode: 62 } });
      const endless = 'SELECT count() FROM numbers(1000000000000) WHERE NOT ignore(cityHash64(number))';
      await expect(analytics.query(endless, {}, { timeoutMs: 200 })).rejects.toMatchObject({
        code: 'E_QUERY_FAILED',
        details: { clickhouseCode: 159 },
      });
    });

    test('a slow query holds up neither others nor writes, and its limit does not stick', async () => {
      const slow = analytics.query('SELECT count() FROM numbers(1000000000000) WHERE NOT ignore(cityHash64(number))', {}, { timeoutMs: 1500 });
      const order: string[] = [];
      const ended = slow.catch(() => order.push('slow'));
      await analytics.insert('shots_store', [row({ event_id: 'meanwhile' })]);
      expect(await count("shots WHERE event_id = 'meanwhile'")).toBe(1);
      order.push('quick');
      await ended;
      expect(order).toEqual(['quick', 'slow']);
      expect(await analytics.query("SELECT value FROM system.settings WHERE name = 'max_execution_time'")).toEqual([{ value: '30' }]);
    });

    describe('migrations', () => {
      const target = {
        command: async (sql: string): Promise<void> => await analytics.command(sql),
        query: async <Row>(sql: string): Promise<Row[]> => await analytics.query<Row>(sql),
        record: async (entry: InsertRow): Promise<void> => await analytics.insert('schema_migrations', [entry]),
      };
      const recorded = async (): Promise<number> => await count('schema_migrations');

      test('are not applied a second time', async () => {
        const before = await recorded();
        await migrate(target, log);
        expect(await recorded()).toBe(before);
      });

      test('are refused when one was applied with another content, or is not known here', async () => {
        const { clickhouseMigrations } = await import('../../schemas/clickhouse.generated.ts');
        const altered: Migration[] = clickhouseMigrations.map((migration) => ({ ...migration, sql: `${migration.sql}\n-- altered` }));
        await expect(migrate(target, log, altered)).rejects.toThrow(/applied .* with another content/);
        await expect(migrate(target, log, clickhouseMigrations.slice(1))).rejects.toThrow(/does not know/);
      });

      test('that broke off in the middle are taken up again, and refused ones leave no record', async () => {
        const { clickhouseMigrations } = await import('../../schemas/clickhouse.generated.ts');
        const first = 'CREATE TABLE IF NOT EXISTS later_one (a Int8) ENGINE = MergeTree ORDER BY a;\n';
        const broken: Migration = { name: '9001-later', sql: `${first}CREATE NONSENSE;\n` };
        await expect(migrate(target, log, [...clickhouseMigrations, broken])).rejects.toBeInstanceOf(InvalidInputError);
        const mended: Migration = {
          name: '9001-later',
          sql: `-- a note; with a semicolon\n${first}CREATE VIEW IF NOT EXISTS later_two AS SELECT ';\n' AS b;\n`.replace("';\n'", "';'"),
        };
        await migrate(target, log, [...clickhouseMigrations, mended]);
        await migrate(target, log, [...clickhouseMigrations, mended]);
        expect(await count('later_two')).toBe(1);
      });
    });
  });
}
