import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, expect, test, vi } from 'vitest';

import type { Analytics } from '../../core/analytics/analytics.ts';
import { analyticsConfigSchema } from '../../core/analytics/config.ts';
import { createAnalytics } from '../../core/analytics/create-analytics.ts';
import { openEmbeddedAnalytics } from '../../core/analytics/embedded-analytics.ts';
import { createLogger } from '../../core/log/logger.ts';
import { createMetrics } from '../../core/metrics/metrics.ts';
import { systemClock } from '../../core/time/clock.ts';
import { SqlServer } from '../../sinks/sql-port/sql-server.ts';
import { freePort } from '../support/java-tools.ts';
import { describeAnalytics } from './analytics.ts';

const root = mkdtempSync(join(tmpdir(), 'sightline-analytics-server-'));
const deps = { log: createLogger({ level: 'silent' }), clock: systemClock };
const limits = { timeoutMs: 60_000, maxMemoryBytes: 1e9, maxResultRows: 1e6, maxResultBytes: 1e9 };

afterAll(() => rmSync(root, { recursive: true, force: true }));

const behind = async (): Promise<Analytics> =>
  await openEmbeddedAnalytics({ folder: join(root, 'analytics'), database: 'sightline', maxConcurrentReads: 4 }, deps);
const serve = (engine: Analytics, port: number): SqlServer =>
  new SqlServer(
    { host: '127.0.0.1', port, user: 'default', password: '', limits, maxQueryBytes: 64 * 1024 * 1024, maxWaiting: 32, writable: true },
    { outside: engine.outside, metrics: createMetrics(), log: deps.log },
  );
const connect = async (port: number): Promise<Analytics> =>
  await createAnalytics(analyticsConfigSchema.parse({ engine: 'server', url: `http://127.0.0.1:${port}` }), deps, root);

describeAnalytics(
  'analytics: a ClickHouse server over HTTP, played by chDB behind our own port with writing allowed (users, grants, replicas and async inserts are not proven by this)',
  async () => {
    const engine = await behind();
    const server = serve(engine, 0);
    const analytics = await connect(await server.listen());
    await vi.waitFor(() => expect(analytics.unhealthy()).toBeUndefined(), { timeout: 10_000 });
    return {
      analytics,
      close: async () => {
        await analytics.close();
        await server.close();
        await engine.close();
      },
    };
  },
);

test('a server that is away at the start is waited for, and that it is away is said', async () => {
  rmSync(join(root, 'analytics'), { recursive: true, force: true });
  const engine = await behind();
  const port = await freePort();
  const analytics = await connect(port);
  await expect.poll(() => analytics.unhealthy(), { timeout: 10_000 }).toMatch(/ClickHouse does not answer: .*ECONNREFUSED/);
  await expect(analytics.insert('shots_store', [{ event_id: 'early' }])).rejects.toMatchObject({ code: 'E_SINK_UNAVAILABLE', retryable: true });
  const server = serve(engine, port);
  await server.listen();
  await expect.poll(() => analytics.unhealthy(), { timeout: 10_000 }).toBeUndefined();
  await analytics.insert('shots_store', [{ event_id: 'late', processed_at: '2099-01-01 00:00:00' }]);
  await server.close(0);
  await expect(analytics.insert('shots_store', [{ event_id: 'lost' }])).rejects.toMatchObject({ code: 'E_SINK_UNAVAILABLE', retryable: true });
  expect(analytics.unhealthy()).toMatch(/did not take rows/);
  await analytics.close();
  await engine.close();
});
