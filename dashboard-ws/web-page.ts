import { existsSync } from 'node:fs';

import fastifyStatic from '@fastify/static';
import type { FastifyInstance } from 'fastify';
import { ZodError } from 'zod';

import { messageOf } from '../core/errors/app-error.ts';
import type { Logger } from '../core/log/logger.ts';
import { type AdmissionOptions, admitToken, tokenCookie } from '../core/http/admission.ts';

/** Nothing inline, nothing from elsewhere, nobody frames the page; `connect-src 'self'` covers the WebSocket of the same origin. */
const contentSecurityPolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self'",
  "media-src 'self'",
  "connect-src 'self'",
  "manifest-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

const securityHeaders: Readonly<Record<string, string>> = {
  'content-security-policy': contentSecurityPolicy,
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'permissions-policy': 'camera=(), microphone=(), geolocation=()',
};

/** Puts security headers on every answer of a scope and refuses requests without the token, when one is set. */
export function guard(scope: FastifyInstance, admission: AdmissionOptions): void {
  scope.addHook('onRequest', async (request, reply) => {
    reply.headers(securityHeaders);
    const source = admitToken(admission, request.headers, request.url);
    if (source === undefined) {
      reply.header('www-authenticate', 'Bearer');
      return await reply.code(401).send({ error: { code: 'UNAUTHORIZED', message: 'Open the page once with ?token=… or send a Bearer token.' } });
    }
    if (source === 'query' && admission.token !== undefined && request.url.startsWith('/?')) {
      // The secret leaves the address bar at once, and images and the WebSocket can carry it too.
      const cookie = `${tokenCookie}=${encodeURIComponent(admission.token)}; Path=/; HttpOnly; SameSite=Strict`;
      return await reply.header('set-cookie', cookie).redirect('/', 303);
    }
    return undefined;
  });
}

/** Turns errors of a scope into the API's error body: bad parameters 400, anything else 500 without its inside. */
export function explainErrors(scope: FastifyInstance, log: Logger): void {
  scope.setErrorHandler(async (error, _request, reply) => {
    if (error instanceof ZodError) {
      const issue = error.issues[0];
      const message = `${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'is wrong'}`;
      return await reply.code(400).send({ error: { code: 'BAD_REQUEST', message } });
    }
    const status = error instanceof Error && 'statusCode' in error ? Number(error.statusCode) : 500;
    if (status >= 400 && status < 500) return await reply.code(status).send({ error: { code: 'BAD_REQUEST', message: messageOf(error) } });
    log.error({ err: error }, 'A dashboard request failed.');
    return await reply.code(500).send({ error: { code: 'INTERNAL', message: 'The request failed; see the log.' } });
  });
}

/** Serves the built page from `folder`; files with a hash in their name are cached for ever. */
export function registerWebPage(scope: FastifyInstance, folder: string): void {
  if (!existsSync(folder)) {
    scope.get('/', async (_request, reply) => {
      const text = 'The dashboard page is not built yet: run `npm run build:web` and start again. The API under /api/v1 works.\n';
      return await reply.code(503).type('text/plain; charset=utf-8').send(text);
    });
    return;
  }
  scope.register(fastifyStatic, {
    root: folder,
    index: 'index.html',
    cacheControl: false,
    setHeaders: (response, path) => {
      response.setHeader('cache-control', path.includes('/assets/') ? 'public, max-age=31536000, immutable' : 'no-cache');
    },
  });
}
