import { createHash, timingSafeEqual } from 'node:crypto';

import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

import { admitOrigin, admitToken } from '../../core/http/admission.ts';

/** Who may read and change the catalogue over HTTP. */
export interface CatalogueAccess {
  /** Token of the page (`dashboard.token`): reads and writes. */
  pageToken: string | undefined;
  /** Token of the control plane (`fleet.tokenFile`): reads and writes. */
  fleetToken: string | undefined;
  /** Origins besides the page's own whose pages may write. */
  allowedOrigins: readonly string[];
}

const loopbackAddresses = new Set(['127.0.0.1', '::1', '::ffff:127.0.0.1']);
const loopbackHost = /^(localhost|127(\.\d{1,3}){3}|\[::1\])(:\d+)?$/i;
/** What a form of another site can send without the browser asking first (Fetch standard, CORS-safelisted request-header). */
const simpleTypes = /^(application\/x-www-form-urlencoded|multipart\/form-data|text\/plain)\b/i;

/**
 * Guards a scope. Reads are open unless a page token is set. Writes need one of the tokens; when none is set they are served to this machine
 * only, by address and by name, so that a page which points its own name at this machine is refused. A browser writes from the page's own
 * origin and with a type that no form can send.
 */
export function guardCatalogue(scope: FastifyInstance, access: CatalogueAccess): void {
  const page = { token: access.pageToken, allowedOrigins: access.allowedOrigins };
  scope.addHook('onRequest', async (request, reply) => {
    reply.header('x-content-type-options', 'nosniff').header('cache-control', 'no-store');
    const bearer = access.fleetToken !== undefined && sameSecret(request.headers.authorization, `Bearer ${access.fleetToken}`);
    const admitted = bearer || admitToken(page, request.headers, request.url) !== undefined;
    if (!admitted) return await refuse(reply, 401, 'Send the token of the page or of the control plane as "Authorization: Bearer …".');
    if (request.method === 'GET' || request.method === 'HEAD') return undefined;
    if (!admitOrigin(page, request.headers)) return await refuse(reply, 403, 'A page of another origin may not change the catalogue.');
    if (simpleTypes.test(request.headers['content-type'] ?? ''))
      return await refuse(reply, 415, 'Send application/json (an import: application/x-ndjson).');
    if (bearer || access.pageToken !== undefined || isLocal(request)) return undefined;
    const why = access.fleetToken === undefined ? 'Without a token (fleet.tokenFile or dashboard.token)' : 'Without the token of fleet.tokenFile';
    return await refuse(reply, 403, `${why} the catalogue can be changed from this machine only.`);
  });
}

function isLocal(request: FastifyRequest): boolean {
  return loopbackAddresses.has(request.ip) && loopbackHost.test(request.headers.host ?? '');
}

function sameSecret(given: string | undefined, expected: string): boolean {
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(given ?? ''), digest(expected));
}

async function refuse(reply: FastifyReply, status: number, message: string): Promise<FastifyReply> {
  return await reply.code(status).send({ error: { code: status === 401 ? 'UNAUTHORIZED' : 'FORBIDDEN', message } });
}
