import { createHash, timingSafeEqual } from 'node:crypto';

import { z } from 'zod';

import type { HttpApp } from '../core/http/http-server.ts';
import type { StoredStream } from './stream-table.ts';

/** What the API needs of the service. */
export interface FleetApi {
  list(): Promise<StoredStream[]>;
  set(streamId: string, definition: Record<string, unknown>): Promise<StoredStream>;
  remove(streamId: string): Promise<boolean>;
}

/** Ids that may stand in topics, paths and labels. */
const streamIdSchema = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/, 'letters, digits, ".", "_" and "-", 64 at most');

/** The outline of a definition; ingest validates the rest by its own schema and reports a wrong one as the state of the stream. */
const definitionSchema = z
  .looseObject({ title: z.string().max(200).optional(), source: z.looseObject({ kind: z.string().min(1).max(20) }) })
  .refine((definition) => JSON.stringify(definition).length <= 16_384, 'a definition of 16 KB at most');

const loopback = new Set(['127.0.0.1', '::1', '::ffff:127.0.0.1']);

/**
 * Adds the streams API: `GET /api/v1/fleet/streams`, `PUT` and `DELETE /api/v1/fleet/streams/:id`.
 *
 * @param token bearer token that every request needs; undefined: only requests from this machine are served
 */
export function registerFleetApi(app: HttpApp, api: FleetApi, token: string | undefined): void {
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
  const allowed = (authorization: string | undefined, address: string): boolean => {
    if (token === undefined) return loopback.has(address);
    return timingSafeEqual(digest(authorization ?? ''), digest(`Bearer ${token}`));
  };
  app.register(async (routes) => {
    routes.addHook('onRequest', async (request, reply) => {
      if (allowed(request.headers.authorization, request.ip)) return;
      await reply.code(401).send({ code: 'E_USAGE', message: 'Send the token of fleet.tokenFile as "Authorization: Bearer …", or set one.' });
    });
    routes.get('/api/v1/fleet/streams', async () => ({ streams: await api.list() }));
    routes.put('/api/v1/fleet/streams/:id', async (request, reply) => {
      const id = streamIdSchema.safeParse((request.params as { id: unknown }).id);
      const definition = definitionSchema.safeParse(request.body);
      if (!id.success)
        return await reply
          .code(400)
          .send({ code: 'E_CONFIG_INVALID', message: `The stream id is not valid: expected ${id.error.issues[0]?.message ?? ''}.` });
      if (!definition.success) {
        const problems = definition.error.issues.map((issue) => `${issue.path.join('.') || 'definition'}: ${issue.message}`);
        return await reply.code(400).send({ code: 'E_CONFIG_INVALID', message: `The definition is not valid: ${problems.join('; ')}.` });
      }
      return await api.set(id.data, definition.data);
    });
    routes.delete('/api/v1/fleet/streams/:id', async (request, reply) => {
      const removed = await api.remove(String((request.params as { id: unknown }).id));
      return removed ? await reply.code(204).send() : await reply.code(404).send({ code: 'E_SOURCE_NOT_FOUND', message: 'There is no such stream.' });
    });
  });
}
