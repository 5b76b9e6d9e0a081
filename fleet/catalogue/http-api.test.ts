import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import fastify, { type FastifyInstance, type InjectOptions } from 'fastify';
import { afterAll, beforeAll, expect, test } from 'vitest';

import { Categories } from '../../core/catalogue/categories.ts';
import { UnavailableError } from '../../core/errors/app-error.ts';
import { encodePrint } from '../../core/fingerprint/print-codec.ts';
import { createLogger } from '../../core/log/logger.ts';
import { openStateStore } from '../../core/state/state-database.ts';
import { stateConfigSchema } from '../../core/state/config.ts';
import type { StateStore } from '../../core/state/state-store.ts';
import { systemClock } from '../../core/time/clock.ts';
import { printOf } from '../../test/support/spot-fixtures.ts';
import type { CatalogueAccess } from './admission.ts';
import { registerCatalogueApi } from './http-api.ts';

const log = createLogger({ level: 'silent' });
const folder = mkdtempSync(join(tmpdir(), 'sightline-catalogue-api-'));
const base = '/api/v1/catalogue';
let store: StateStore;
let changes = 0;

beforeAll(async () => {
  store = await openStateStore(stateConfigSchema.parse({}), { log, clock: systemClock, dataDir: folder });
}, 120_000);
afterAll(async () => {
  await store.close();
  rmSync(folder, { recursive: true, force: true });
});

const invented = new Categories({ source: 'invented.tsv', categories: [{ id: '7001', name: 'Anvils', path: 'Hardware > Anvils' }] });

function serve(
  access: Partial<CatalogueAccess> = {},
  tenantId = 'default',
  over: StateStore = store,
  categories = new Categories(),
): FastifyInstance {
  const app = fastify();
  const changed = async (): Promise<void> => void (await Promise.resolve((changes += 1)));
  registerCatalogueApi(app, {
    store: over,
    tenantId,
    categories,
    log,
    changed,
    access: { pageToken: undefined, fleetToken: undefined, allowedOrigins: [], ...access },
  });
  return app;
}

const printText = (seed: number): string => encodePrint(printOf(10_000, seed)).toString('base64');
const json = { 'content-type': 'application/json' };
const add = (seed: number, headers: Record<string, string> = {}): InjectOptions => {
  return { method: 'POST', url: `${base}/spots`, headers: { ...json, ...headers }, payload: { title: `Spot ${seed}`, print: printText(seed) } };
};

test('a spot is added, found by the beginning of its id and by its title, renamed, and gone', async () => {
  const app = serve({}, 'walk');
  const added = await app.inject(add(1));
  expect(added.statusCode).toBe(201);
  const { spot } = added.json<{ spot: { spotId: string } }>();
  expect((await app.inject(add(1))).statusCode).toBe(200);
  const renamed = await app.inject({
    method: 'PATCH',
    url: `${base}/spots/${spot.spotId.slice(0, 8)}`,
    headers: json,
    payload: { brand: ' Acme ', category: '1004' },
  });
  expect(renamed.json()).toMatchObject({ spot: { title: 'Spot 1', brand: 'Acme', category: '1004', categoryName: '' } });
  expect((await app.inject(`${base}/spots/spot%201`)).json()).toMatchObject({ spotId: spot.spotId, prints: 1, airingList: [], related: [] });
  expect((await app.inject(`${base}/spots?q=acme`)).json()).toMatchObject({
    spots: [{ spotId: spot.spotId }],
    nextCursor: null,
    counts: { confirmed: 1 },
  });
  expect((await app.inject({ method: 'DELETE', url: `${base}/spots/${spot.spotId}` })).statusCode).toBe(204);
  expect((await app.inject(`${base}/spots/${spot.spotId}`)).statusCode).toBe(404);
  await app.close();
});

test('without a table ids have no names and are checked by their form alone', async () => {
  const app = serve({}, 'no table');
  expect((await app.inject(`${base}/categories?q=anvil`)).json()).toEqual({ source: null, categories: [] });
  const wrong = { ...add(1), payload: { title: 'Spot 1', print: printText(1), category: 'anvils' } };
  expect((await app.inject(wrong)).json()).toMatchObject({
    error: { code: 'E_CATALOGUE_REFUSED', message: expect.stringContaining('an id of the IAB') as string },
  });
  await app.close();
});

test('with a table ids have its names, and one that is not in it is refused wherever it comes from', async () => {
  const app = serve({}, 'table', store, invented);
  const send = async (method: 'POST' | 'PATCH', path: string, payload: object): Promise<{ statusCode: number; json: () => unknown }> =>
    await app.inject({ method, url: `${base}${path}`, headers: json, payload });
  expect((await app.inject(`${base}/categories?q=hardware`)).json()).toEqual({ source: 'invented.tsv', categories: invented.find('') });
  const added = await send('POST', '/spots', { title: 'One', print: printText(1), category: '7001' });
  expect(added.json()).toMatchObject({ spot: { category: '7001', categoryName: 'Anvils' } });
  const [line = ''] = (await app.inject(`${base}/export`)).body.split('\n');
  expect((await send('PATCH', '/spots/one', { category: 'iab-content:653' })).statusCode).toBe(200);
  const imported = { method: 'POST', url: `${base}/import?firstLine=3`, headers: { 'content-type': 'application/x-ndjson' } } as const;
  const refused = [
    await send('POST', '/spots', { title: 'Two', print: printText(2), category: '7002' }),
    await send('PATCH', '/spots/one', { category: '7002' }),
    await send('POST', '/spots/one/confirm', { category: '7002' }),
    await app.inject({ ...imported, payload: line.replace('"7001"', '"7002"') }),
  ];
  for (const answer of refused) {
    const message = expect.stringContaining('there is no category 7002 in invented.tsv') as string;
    expect([answer.statusCode, answer.json()]).toMatchObject([400, { error: { code: 'E_CATALOGUE_REFUSED', message } }]);
  }
  await app.close();
});

test.each([
  [{ title: '' }, 'title'],
  [{ title: 'a\nb' }, 'title'],
  [{ title: 'x'.repeat(201) }, 'title'],
  [{ title: 'right\u202eleft' }, 'title'],
  [{ category: '99' }, 'category'],
  [{ brand: 7 }, 'brand'],
  [{ status: 'confirmed' }, 'status'],
])('a wrong name is refused with the field: %j', async (payload, field) => {
  const app = serve();
  const { spot } = (await app.inject(add(50))).json<{ spot: { spotId: string } }>();
  const refused = await app.inject({ method: 'PATCH', url: `${base}/spots/${spot.spotId}`, headers: json, payload });
  expect([refused.statusCode, refused.json<{ error: { code: string } }>().error.code]).toEqual([400, 'E_CATALOGUE_REFUSED']);
  expect(refused.body).toContain(field);
  await app.close();
});

test.each([
  ['/spots', { brand: 'A' }, 'a print (base64) or an airingId'],
  ['/spots/ID/split', {}, 'airingId or printId'],
  ['/spots/ID/link', {}, 'parentId'],
])('a body that lacks what matters is answered with what is wanted: %s %j', async (path, payload, wanted) => {
  const app = serve();
  const { spot } = (await app.inject(add(51))).json<{ spot: { spotId: string } }>();
  const refused = await app.inject({ method: 'POST', url: `${base}${path.replace('ID', spot.spotId)}`, headers: json, payload });
  expect(refused.statusCode).toBe(400);
  expect(refused.json<{ error: { message: string } }>().error.message).toContain(wanted);
  await app.close();
});

test('hostile prints and imports are refused, and change nothing', async () => {
  const app = serve({}, 'hostile');
  for (const print of ['', 'AAAA', 'no base64!', Buffer.from('SPRT\u0001junk').toString('base64')]) {
    const answer = await app.inject({ method: 'POST', url: `${base}/spots`, headers: json, payload: { title: 'A', print } });
    expect(answer.statusCode).toBe(400);
  }
  const good = { schema: 'sightline-spot/1', spotId: 'one', title: 'One', status: 'confirmed', durationMs: 1000, prints: [printText(2)] };
  const bad = [
    { ...good, schema: 'other/1' },
    { ...good, spotId: '../x' },
    { ...good, prints: ['AAAA'] },
    { ...good, durationMs: -1 },
    { ...good, extra: 1 },
    { ...good, parentId: 'x' },
  ];
  for (const line of [...bad.map((one) => JSON.stringify(one)), '{', '[]', 'null', JSON.stringify(good)]) {
    const payload = `${JSON.stringify(good)}\n${line}\n`;
    const answer = await app.inject({
      method: 'POST',
      url: `${base}/import?firstLine=11`,
      headers: { 'content-type': 'application/x-ndjson' },
      payload,
    });
    expect([answer.statusCode, answer.body]).toEqual([400, expect.stringContaining('Line 12 ')]);
  }
  expect((await app.inject(`${base}/spots`)).json()).toMatchObject({ spots: [] });
  await app.close();
});

test('without tokens this machine alone may write, by address and by name', async () => {
  const app = serve({}, 'local');
  expect((await app.inject({ ...add(1), remoteAddress: '192.0.2.7' })).statusCode).toBe(403);
  expect((await app.inject(add(1, { host: 'rebound.example:8080', origin: 'http://rebound.example:8080' }))).statusCode).toBe(403);
  expect((await app.inject({ url: `${base}/spots`, remoteAddress: '192.0.2.7' })).statusCode).toBe(200);
  expect((await app.inject(add(1, { host: 'localhost:8080', origin: 'http://localhost:8080' }))).statusCode).toBe(201);
  await app.close();
});

test('a page of another origin, and a form, cannot write', async () => {
  const app = serve({}, 'forms');
  expect((await app.inject(add(1, { host: 'localhost:8080', origin: 'http://evil.example' }))).statusCode).toBe(403);
  const form = {
    method: 'POST',
    url: `${base}/spots`,
    headers: { 'content-type': 'text/plain' },
    payload: JSON.stringify({ title: 'A', print: printText(1) }),
  } as const;
  expect((await app.inject(form)).statusCode).toBe(415);
  expect((await app.inject({ ...form, headers: { 'content-type': 'application/x-www-form-urlencoded' } })).statusCode).toBe(415);
  await app.close();
});

test('with a token of the page everything needs it; the token of the control plane is as good', async () => {
  const app = serve({ pageToken: 'page-token-0123456', fleetToken: 'fleet-token' }, 'tokens');
  expect((await app.inject(`${base}/spots`)).statusCode).toBe(401);
  expect((await app.inject(add(1, { authorization: 'Bearer wrong' }))).statusCode).toBe(401);
  expect((await app.inject(add(1, { authorization: 'Bearer fleet-token' }))).statusCode).toBe(201);
  const cookie = { cookie: 'sightline_token=page-token-0123456', host: 'tv.example', origin: 'https://tv.example' };
  expect((await app.inject({ ...add(2, cookie), remoteAddress: '192.0.2.7' })).statusCode).toBe(201);
  expect((await app.inject(add(3, { ...cookie, origin: 'https://evil.example' }))).statusCode).toBe(403);
  await app.close();
});

test('while the database is away it says so, and every change is told once', async () => {
  const away = async (): Promise<never> => await Promise.reject(new UnavailableError('E_STATE_UNAVAILABLE', 'It is away.'));
  const app = serve({}, 'default', { query: away, transaction: away, close: away });
  const answer = await app.inject(`${base}/spots`);
  expect([answer.statusCode, answer.json()]).toEqual([503, { error: { code: 'E_STATE_UNAVAILABLE', message: 'It is away.' } }]);
  await app.close();
  const works = serve({}, 'counting');
  const before = changes;
  await works.inject(add(1));
  await works.inject(`${base}/spots`);
  expect(changes - before).toBe(1);
  await works.close();
});
