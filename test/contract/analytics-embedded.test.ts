import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { afterAll, expect, test } from 'vitest';

import type { Analytics } from '../../core/analytics/analytics.ts';
import { openEmbeddedAnalytics } from '../../core/analytics/embedded-analytics.ts';
import { createLogger } from '../../core/log/logger.ts';
import { systemClock } from '../../core/time/clock.ts';
import { describeAnalytics } from './analytics.ts';

const run = promisify(execFile);
const root = mkdtempSync(join(tmpdir(), 'sightline-analytics-'));
const folder = join(root, 'analytics');
const open = async (): Promise<Analytics> =>
  await openEmbeddedAnalytics(
    { folder, database: 'sightline', maxConcurrentReads: 4 },
    { log: createLogger({ level: 'silent' }), clock: systemClock },
  );

afterAll(() => rmSync(root, { recursive: true, force: true }));

describeAnalytics('analytics: chDB in the process', async () => {
  const analytics = await open();
  return { analytics, close: async () => await analytics.close() };
});

test('what was written is there after a restart, and a closed database says that it is', async () => {
  rmSync(folder, { recursive: true, force: true });
  const before = await open();
  await before.insert('shots_store', [{ event_id: 'kept', event_time: '2026-01-01 00:00:00', processed_at: '2099-01-01 00:00:00' }]);
  await before.close();
  await before.close();
  await expect(before.query('SELECT 1')).rejects.toMatchObject({ code: 'E_SINK_UNAVAILABLE' });
  expect(before.unhealthy()).toMatch(/closed/);
  const after = await open();
  expect(await after.query('SELECT event_id FROM shots')).toEqual([{ event_id: 'kept' }]);
  await after.close();
});

test('a directory that another process has is refused in one sentence', async () => {
  const holder = await open();
  const script = `
    const { openEmbeddedAnalytics } = await import('${new URL('../../dist/core/analytics/embedded-analytics.js', import.meta.url).href}');
    try { await openEmbeddedAnalytics({ folder: ${JSON.stringify(folder)}, database: 'sightline', maxConcurrentReads: 1 }, {}); console.log('opened'); }
    catch (error) { console.log(error.code, error.message); }
  `;
  const { stdout } = await run(process.execPath, ['--input-type=module', '-e', script]);
  expect(stdout).toMatch(/^E_DATA_DIR_UNUSABLE The analytics database in .* cannot be opened: another process has it/);
  await holder.close();
});

test('a folder that cannot be made is refused in one sentence', async () => {
  writeFileSync(join(root, 'file'), '');
  const options = { folder: join(root, 'file', 'analytics'), database: 'sightline', maxConcurrentReads: 1 };
  await expect(openEmbeddedAnalytics(options, { log: createLogger({ level: 'silent' }), clock: systemClock })).rejects.toMatchObject({
    code: 'E_DATA_DIR_UNUSABLE',
  });
});
