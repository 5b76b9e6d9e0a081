import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { analyticsFolder } from '../core/analytics/create-analytics.ts';
import { openEmbeddedAnalytics } from '../core/analytics/embedded-analytics.ts';
import { createLogger } from '../core/log/logger.ts';
import { createMetrics } from '../core/metrics/metrics.ts';
import { removeInstance, writeInstance } from '../core/service/instance-file.ts';
import { systemClock } from '../core/time/clock.ts';
import { projectRoot } from '../core/worker/worker-url.ts';
import { SqlServer } from '../sinks/sql-port/sql-server.ts';

const log = createLogger({ level: 'silent' });
const limits = { timeoutMs: 5000, maxMemoryBytes: 3e8, maxResultRows: 1e5, maxResultBytes: 1e8 };
let root = '';
let dataDir = '';

const open = async (): Promise<Awaited<ReturnType<typeof openEmbeddedAnalytics>>> =>
  await openEmbeddedAnalytics({ folder: analyticsFolder(dataDir), database: 'sightline', maxConcurrentReads: 2 }, { log, clock: systemClock });

/** Runs the compiled command as a user would. */
async function query(...args: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  const command = join(projectRoot(), 'bin', 'sightline.cjs');
  return await new Promise((resolve) => {
    execFile(process.execPath, [command, 'query', ...args], { env: { ...process.env, SIGHTLINE_SKIP_SETUP: '1' } }, (error, stdout, stderr) => {
      resolve({ code: typeof error?.code === 'number' ? error.code : 0, stdout, stderr });
    });
  });
}

beforeAll(async () => {
  root = mkdtempSync(join(tmpdir(), 'sightline-query-'));
  dataDir = join(root, 'data');
  mkdirSync(dataDir);
  const analytics = await open();
  const times = { event_time: '2026-11-21 10:00:00.000', processed_at: '2099-01-01 00:00:00.000' };
  await analytics.insert('break_revisions_store', [{ break_id: 'b1', revision: 1, state: 'final', ...times }]);
  await analytics.close();
});

afterAll(() => rmSync(root, { recursive: true, force: true }));

describe('when nothing runs on the data directory', () => {
  test('opens the database itself and prints JSON lines where the output is no terminal', async () => {
    const answer = await query('--data-dir', dataDir, 'SELECT break_id, revision FROM breaks');
    expect(answer).toEqual({ code: 0, stdout: '{"break_id":"b1","revision":1}\n', stderr: '' });
  });

  test('takes another format, from the option or from the statement', async () => {
    expect((await query('--data-dir', dataDir, '--format', 'CSVWithNames', 'SELECT 1 AS a')).stdout).toBe('"a"\n1\n');
    expect((await query('--data-dir', dataDir, '--json', 'SELECT 1 AS a FORMAT TSV')).stdout).toBe('1\n');
  });

  test('is as read-only as the port', async () => {
    const file = join(root, 'written');
    const outcome = await query('--data-dir', dataDir, `SELECT 1 INTO OUTFILE '${file}'`);
    expect(outcome).toMatchObject({ code: 1, stdout: '' });
    expect(outcome.stderr).toMatch(/^sightline: This port is read-only: .* \[E_QUERY_REFUSED\]\n$/);
    expect(existsSync(file)).toBe(false);
  });

  test('a mistake in the statement is told in the engine’s words, with exit code 1', async () => {
    const outcome = await query('--data-dir', dataDir, 'SELECT nothing FROM breaks');
    expect(outcome).toMatchObject({ code: 1, stdout: '' });
    expect(outcome.stderr).toMatch(/nothing/);
    expect(outcome.stderr).not.toMatch(/\n\s+at /);
  });

  test('a directory that is not there, or has no database yet, is one sentence', async () => {
    const missing = await query('--data-dir', join(root, 'nowhere'), 'SELECT 1');
    expect(missing).toMatchObject({ code: 1, stdout: '' });
    expect(missing.stderr).toMatch(/^sightline: There is no data directory .*nowhere.* \[E_DATA_DIR_UNUSABLE\]\n$/);
    const empty = await query('--data-dir', root, 'SELECT 1');
    expect(empty.stderr).toMatch(/^sightline: There is no analytics database in .* \[E_DATA_DIR_UNUSABLE\]\n$/);
  });

  test('wrong usage is exit code 2', async () => {
    const wrong = await Promise.all([
      query('--data-dir', dataDir),
      query('--data-dir', dataDir, '--port', 'x', 'SELECT 1'),
      query('--nonsense', 'SELECT 1'),
    ]);
    expect(wrong.map(({ code }) => code)).toEqual([2, 2, 2]);
  });
});

test('when an instance runs there, asks it over its SQL port; refusals and mistakes look the same', async () => {
  const analytics = await open();
  const options = { host: '127.0.0.1', port: 0, user: 'default', password: '', limits, maxQueryBytes: 1e5, maxWaiting: 8 };
  const server = new SqlServer(options, { outside: analytics.outside, metrics: createMetrics(), log });
  const sqlPort = await server.listen();
  writeInstance(dataDir, { pid: process.pid, port: 1234, sqlPort, startedAtMs: Date.now() });
  try {
    const plain = { code: 0, stdout: '{"break_id":"b1"}\n', stderr: '' };
    const [found, byPort, bySqlPort, refused, mistake] = await Promise.all([
      query('--data-dir', dataDir, 'SELECT break_id FROM breaks'),
      query('--data-dir', dataDir, '--port', '1234', 'SELECT break_id FROM breaks'),
      query('--port', String(sqlPort), 'SELECT break_id FROM breaks'),
      query('--data-dir', dataDir, "SELECT file('/etc/passwd')"),
      query('--data-dir', dataDir, 'SELECT 1 +'),
    ]);
    expect([found, byPort, bySqlPort]).toEqual([plain, plain, plain]);
    expect(refused.stderr).toMatch(/\[E_QUERY_REFUSED\]\n$/);
    expect(mistake).toMatchObject({ code: 1, stdout: '' });
    expect(mistake.stderr).toMatch(/^sightline: Syntax error: .*\[E_QUERY_FAILED\]\n$/s);
  } finally {
    removeInstance(dataDir);
    await server.close(0);
    await analytics.close();
  }
}, 60_000);
