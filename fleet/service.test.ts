import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, expect, test, vi } from 'vitest';

import { busConfigSchema } from '../core/bus/config.ts';
import { createBus } from '../core/bus/create-bus.ts';
import type { EventBus } from '../core/bus/bus.ts';
import { createCodec } from '../core/events/avro-codec.ts';
import type { EventCodec } from '../core/events/event-bus.ts';
import { createPublisher } from '../core/events/publisher.ts';
import { createHttpServer, listen } from '../core/http/http-server.ts';
import { createLogger } from '../core/log/logger.ts';
import { createMetrics } from '../core/metrics/metrics.ts';
import type { Service } from '../core/service/service.ts';
import { stateConfigSchema } from '../core/state/config.ts';
import { StateDatabase } from '../core/state/state-database.ts';
import { systemClock } from '../core/time/clock.ts';
import type { StreamDefinition } from '../schemas/events.generated.ts';
import { topics } from '../schemas/topics.ts';
import { fleetConfigSchema } from './config.ts';
import { createFleetService } from './service.ts';

const log = createLogger({ level: 'silent' });
const folder = mkdtempSync(join(tmpdir(), 'sightline-fleet-'));
let bus: EventBus;
let codec: EventCodec;
let service: Service;
let database: StateDatabase;
let url = '';

beforeAll(async () => {
  const config = busConfigSchema.parse({});
  const deps = { log, clock: systemClock };
  const metrics = createMetrics();
  bus = await createBus(config, deps, folder);
  await bus.ensureTopics([{ name: topics.streamDefinitions.name, retentionMs: 3_600_000, retentionBytes: 1_000_000 }]);
  codec = await createCodec(config, deps, folder);
  const app = createHttpServer({ metrics, readiness: () => ({ ready: true, reason: '', services: {} }) });
  database = new StateDatabase(stateConfigSchema.parse({}), { log, clock: systemClock, dataDir: folder });
  await database.start();
  service = createFleetService(fleetConfigSchema.parse({}), {
    app,
    publisher: createPublisher(bus, codec, metrics),
    log,
    clock: systemClock,
    store: database,
    tenantId: 'default',
    token: 'sesame',
  });
  url = `http://127.0.0.1:${await listen(app, '127.0.0.1', 0)}/api/v1/fleet/streams`;
  await service.start();
  await vi.waitUntil(() => service.readiness().ready, { timeout: 60_000 });
  return async () => await app.close();
}, 90_000);
afterAll(async () => {
  await service.stop();
  await database.stop();
  await bus.close();
  rmSync(folder, { recursive: true, force: true });
});

const send = async (method: string, path: string, body?: unknown, token = 'sesame'): Promise<Response> => {
  const json = body === undefined ? {} : { 'content-type': 'application/json' };
  const headers = { authorization: `Bearer ${token}`, ...json };
  return await fetch(`${url}${path}`, { method, headers, ...(body === undefined ? {} : { body: JSON.stringify(body) }) });
};

const published = async (): Promise<StreamDefinition[]> => {
  const records = await bus.read(topics.streamDefinitions.name, 0, 0, 100);
  return await Promise.all(records.map(async (record) => await codec.decode(topics.streamDefinitions, record.value)));
};

test('a stream that is set, changed, removed and set again is published with growing revisions', async () => {
  const definition = { title: 'News', source: { kind: 'hls', url: 'https://example.org/a.m3u8' } };
  expect(await (await send('PUT', '/news', definition)).json()).toMatchObject({ streamId: 'news', revision: 1 });
  expect(await (await send('PUT', '/news', { ...definition, title: 'Later' })).json()).toMatchObject({ revision: 2 });
  expect((await send('DELETE', '/news')).status).toBe(204);
  expect((await send('DELETE', '/news')).status).toBe(404);
  expect(await (await send('PUT', '/news', definition)).json()).toMatchObject({ revision: 4 });
  const events = (await published()).filter((event) => event.streamId === 'news');
  expect(events.map((event) => `${event.action} ${event.revision}`)).toEqual(['set 1', 'set 2', 'remove 3', 'set 4']);
  expect(JSON.parse(events[3]?.definition ?? '')).toEqual(definition);
});

test('a wrong token, a wrong id and a wrong definition are refused with a sentence', async () => {
  expect((await send('GET', '', undefined, 'open')).status).toBe(401);
  expect((await send('PUT', '/..%2Fetc', { source: { kind: 'file' } })).status).toBe(400);
  const refused = await send('PUT', '/ok', { source: {} });
  expect(refused.status).toBe(400);
  expect(await refused.text()).toContain('source.kind');
});
