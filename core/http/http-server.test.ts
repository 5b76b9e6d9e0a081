import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';

import { expect, test } from 'vitest';

import { createMetrics } from '../metrics/metrics.ts';
import { createHttpServer, listen } from './http-server.ts';

const ready = { ready: true, reason: '', services: {} };

test('health, readiness and metrics answer, and readiness says why it is not', async () => {
  const metrics = createMetrics();
  metrics.count('ws_closed_connections_total', { code: 3008 });
  let readiness = { ...ready, ready: false, reason: 'bus: Kafka does not answer.' };
  const app = createHttpServer({ metrics, readiness: () => readiness });
  const port = await listen(app, '127.0.0.1', 0);
  const url = `http://127.0.0.1:${port}`;
  expect((await fetch(`${url}/healthz`)).status).toBe(200);
  const waiting = await fetch(`${url}/readyz`);
  expect(waiting.status).toBe(503);
  expect(await waiting.text()).toContain('Kafka does not answer');
  readiness = ready;
  expect((await fetch(`${url}/readyz`)).status).toBe(200);
  expect(await (await fetch(`${url}/metrics`)).text()).toContain('sightline_ws_closed_connections_total{code="3008"} 1');
  await app.close();
});

test('an address that nobody serves is answered as the API answers, without its query', async () => {
  const app = createHttpServer({ metrics: createMetrics(), readiness: () => ready });
  const { statusCode, body } = await app.inject('/api/v1/brakes?token=hunter2');
  expect([statusCode, JSON.parse(body)]).toEqual([
    404,
    { error: { code: 'NOT_FOUND', message: 'There is nothing at GET /api/v1/brakes (docs/http-api.md lists what there is).' } },
  ]);
  await app.close();
});

test('a taken port is reported with the program that holds it', async () => {
  const holder = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => holder.once('listening', resolve));
  const { port } = holder.address() as AddressInfo;
  const app = createHttpServer({ metrics: createMetrics(), readiness: () => ready });
  const failure = await listen(app, '127.0.0.1', port).catch((error: unknown) => (error as Error).message);
  expect(failure).toContain(`Port ${port}`);
  if (process.platform === 'linux') expect(failure).toContain(`pid ${process.pid}`);
  holder.close();
});
