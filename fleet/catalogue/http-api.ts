import { Readable } from 'node:stream';

import type { FastifyInstance, FastifyReply } from 'fastify';
import { z, ZodError } from 'zod';

import type { CatalogueSpot } from '../../core/catalogue/catalogue.ts';
import { CatalogueEditor } from '../../core/catalogue/catalogue-editor.ts';
import { exportSpots, importSpots } from '../../core/catalogue/catalogue-transfer.ts';
import { CatalogueView, type ListedSpot } from '../../core/catalogue/catalogue-view.ts';
import type { Categories } from '../../core/catalogue/categories.ts';
import { readSpotLines } from '../../core/catalogue/spot-lines.ts';
import { originSchema, spotChangesSchema, spotIdSchema, spotNamesSchema, titleSchema } from '../../core/catalogue/spot-text.ts';
import { AppError, InvalidInputError, messageOf } from '../../core/errors/app-error.ts';
import { decodePrint } from '../../core/fingerprint/print-codec.ts';
import type { HttpApp } from '../../core/http/http-server.ts';
import type { Logger } from '../../core/log/logger.ts';
import type { StateStore } from '../../core/state/state-store.ts';
import { type CatalogueAccess, guardCatalogue } from './admission.ts';

/** What the API works with. */
export interface CatalogueApiDeps {
  store: StateStore;
  tenantId: string;
  access: CatalogueAccess;
  categories: Categories;
  log: Logger;
  /** Called after every change, before it is answered: tells the airings that are called otherwise now. Must not throw. */
  changed: () => Promise<void>;
}

/** Largest body of an import; larger files are sent in parts, cut at ends of lines. */
export const importBodyBytes = 32 * 1024 * 1024;
/** A print of 300 s with its speeds is 700 kB in base64. */
const editBodyBytes = 2 * 1024 * 1024;

const idParams = z.strictObject({ id: z.string().min(1).max(300) });
const listQuery = z.strictObject({
  status: z.enum(['confirmed', 'candidate', 'rejected']).optional(),
  q: z.string().max(200).default(''),
  limit: z.coerce.number().int().min(1).max(1000).default(100),
  cursor: z.coerce.number().int().min(1).optional(),
});
const addBody = z.union(
  [spotNamesSchema.extend({ print: z.base64().min(1), origin: originSchema.default('') }), spotNamesSchema.extend({ airingId: spotIdSchema })],
  { error: 'a title with a print (base64) or an airingId, and names (docs/http-api.md)' },
);
const mergeBody = z.strictObject({ into: z.string().min(1).max(300) });
const splitBody = z.union(
  [
    z.strictObject({ airingId: spotIdSchema, title: titleSchema.optional() }),
    z.strictObject({ printId: spotIdSchema, title: titleSchema.optional() }),
  ],
  { error: 'airingId or printId, and a title if the new spot has one' },
);
const linkBody = z.union(
  [
    z.strictObject({ parentId: z.string().min(1).max(300), relation: z.enum(['version', 'cut-down']).default('version') }),
    z.strictObject({ parentId: z.null() }),
  ],
  { error: 'parentId with relation version or cut-down, or parentId null' },
);
const importQuery = z.strictObject({ firstLine: z.coerce.number().int().min(1).max(1e9).default(1) });
const categoriesQuery = z.strictObject({ q: z.string().max(200).default('') });

/** Adds the catalogue's API under `/api/v1/catalogue` (docs/http-api.md). */
export function registerCatalogueApi(app: HttpApp, deps: CatalogueApiDeps): void {
  app.register(async (scope) => {
    guardCatalogue(scope, deps.access);
    explainErrors(scope, deps.log);
    scope.addContentTypeParser('application/x-ndjson', { parseAs: 'string', bodyLimit: importBodyBytes }, (_request, body, done) => done(null, body));
    registerReads(scope, deps);
    registerEdits(scope, deps);
  });
}

function registerReads(scope: FastifyInstance, { store, tenantId, categories }: CatalogueApiDeps): void {
  const listed = withNames(categories);
  const view = new CatalogueView(store, tenantId);
  scope.get('/api/v1/catalogue/spots', async (request) => {
    const { status, q, limit, cursor } = listQuery.parse(request.query);
    const filter = { ...(status === undefined ? {} : { status }), ...(cursor === undefined ? {} : { before: cursor }) };
    const page = await view.list({ ...filter, text: q.trim(), limit });
    return { spots: page.spots.map(listed), nextCursor: page.nextBefore === undefined ? null : String(page.nextBefore), counts: page.counts };
  });
  scope.get('/api/v1/catalogue/spots/:id', async (request) => {
    const detail = await view.show(await view.resolve(idParams.parse(request.params).id));
    return { ...listed(detail), children: detail.children.map(listed) };
  });
  scope.get('/api/v1/catalogue/export', async (_request, reply) => {
    reply.header('content-disposition', 'attachment; filename="catalogue.jsonl"');
    return await reply.type('application/x-ndjson; charset=utf-8').send(Readable.from(exportSpots(store, tenantId)));
  });
  scope.get('/api/v1/catalogue/categories', (request) => {
    return { source: categories.source, categories: categories.find(categoriesQuery.parse(request.query).q) };
  });
}

function registerEdits(scope: FastifyInstance, { store, tenantId, changed, categories }: CatalogueApiDeps): void {
  const listed = withNames(categories);
  const editor = new CatalogueEditor(store, tenantId);
  const view = new CatalogueView(store, tenantId);
  const options = { bodyLimit: editBodyBytes };
  /** Names whose category is in the table, where there is one. */
  const checked = <Names extends { category?: string | undefined }>(names: Names): Names => {
    const problem = categories.problemOf(names.category ?? '');
    if (problem !== undefined) throw new InvalidInputError('E_CATALOGUE_REFUSED', `The request is not valid: ${problem}.`);
    return names;
  };
  /** An edit of one spot, answered with the spot as it is afterwards. */
  const edit = (path: string, method: 'POST' | 'PATCH', work: (spotId: string, body: unknown) => Promise<CatalogueSpot>): void => {
    scope.route({
      method,
      url: `/api/v1/catalogue/spots/:id${path}`,
      ...options,
      handler: async (request) => {
        const spot = await work(await view.resolve(idParams.parse(request.params).id), request.body ?? {});
        await changed();
        return { spot: listed(await view.show(spot.spotId)) };
      },
    });
  };
  edit('', 'PATCH', async (spotId, body) => await editor.rename(spotId, checked(spotChangesSchema.parse(body))));
  edit('/confirm', 'POST', async (spotId, body) => await editor.confirm(spotId, checked(spotChangesSchema.parse(body))));
  edit('/reject', 'POST', async (spotId, body) => await editor.reject((z.strictObject({}).parse(body), spotId)));
  edit('/merge', 'POST', async (spotId, body) => await editor.merge(spotId, await view.resolve(mergeBody.parse(body).into)));
  edit('/split', 'POST', async (spotId, body) => {
    const { title, ...part } = splitBody.parse(body);
    return await editor.split(spotId, part, title);
  });
  edit('/link', 'POST', async (spotId, body) => {
    const link = linkBody.parse(body);
    return await editor.link(spotId, link.parentId === null ? undefined : { ...link, parentId: await view.resolve(link.parentId) });
  });
  scope.post('/api/v1/catalogue/spots', options, async (request, reply) => {
    const body = checked(addBody.parse(request.body));
    const added =
      'airingId' in body
        ? await editor.addAiring(body.airingId, namesOf(body))
        : await editor.add({ ...namesOf(body), origin: body.origin, print: decodePrint(Buffer.from(body.print, 'base64')) });
    await changed();
    const spot = listed(await view.show(added.spot.spotId));
    return await reply.code(added.existing ? 200 : 201).send({ spot, existing: added.existing, related: added.related });
  });
  scope.delete('/api/v1/catalogue/spots/:id', async (request, reply) => {
    await editor.remove(await view.resolve(idParams.parse(request.params).id));
    await changed();
    return await reply.code(204).send();
  });
  scope.post('/api/v1/catalogue/import', { bodyLimit: importBodyBytes }, async (request) => {
    if (typeof request.body !== 'string') throw new InvalidInputError('E_CATALOGUE_REFUSED', 'Send the lines of an export as application/x-ndjson.');
    const { firstLine } = importQuery.parse(request.query);
    const count = await importSpots(store, tenantId, readSpotLines(request.body, tenantId, firstLine, categories));
    await changed();
    return count;
  });
}

function namesOf({ title, brand, product, category }: z.output<typeof spotNamesSchema>): z.output<typeof spotNamesSchema> {
  return { title, brand, product, category };
}

/** A spot as the API gives it: with the name of its category. */
function withNames(categories: Categories): <Spot extends ListedSpot>(spot: Spot) => Spot & { categoryName: string } {
  return (spot) => ({ ...spot, categoryName: categories.name(spot.category) });
}

function explainErrors(scope: FastifyInstance, log: Logger): void {
  scope.setErrorHandler(async (error, _request, reply): Promise<FastifyReply> => {
    const answer = async (status: number, code: string, message: string): Promise<FastifyReply> =>
      await reply.code(status).send({ error: { code, message } });
    if (error instanceof ZodError) {
      const problems = error.issues.map((issue) => `${issue.path.join('.') || 'body'}: ${issue.message}`);
      return await answer(400, 'E_CATALOGUE_REFUSED', `The request is not valid: ${problems.join('; ')}.`);
    }
    if (error instanceof InvalidInputError) return await answer(error.code === 'E_SPOT_NOT_FOUND' ? 404 : 400, error.code, error.message);
    if (error instanceof AppError && error.retryable) return await answer(503, error.code, error.message);
    const status = error instanceof Error && 'statusCode' in error ? Number(error.statusCode) : 500;
    if (status >= 400 && status < 500) return await answer(status, 'BAD_REQUEST', messageOf(error));
    log.error({ err: error }, 'A request of the catalogue failed.');
    return await answer(500, 'E_INTERNAL', 'The request failed; see the log.');
  });
}
