import type { AddressInfo } from 'node:net';

import fastify, { type FastifyInstance } from 'fastify';

import { UnavailableError, UsageError } from '../errors/app-error.ts';
import type { Metrics } from '../metrics/metrics.ts';
import type { Readiness } from '../service/service.ts';
import { portOwner } from './port-owner.ts';

/** The HTTP application that services add their routes to. */
export type HttpApp = FastifyInstance;

/** What the operations endpoints report. */
export interface HttpServerDeps {
  metrics: Metrics;
  readiness: () => Readiness & { services: Record<string, Readiness> };
}

/**
 * Creates the process's HTTP server with `GET /healthz` (the process runs), `GET /readyz` (200 when every service can work, else 503
 * with the reasons) and `GET /metrics` (Prometheus text). What nobody serves is answered with 404 and the error body of the API. Services
 * add routes before {@link listen}.
 */
export function createHttpServer(deps: HttpServerDeps): HttpApp {
  const app = fastify({ logger: false, bodyLimit: 1024 * 1024, forceCloseConnections: true, requestTimeout: 30_000 });
  app.get('/healthz', () => ({ status: 'ok' }));
  app.get('/readyz', async (_request, reply) => {
    const readiness = deps.readiness();
    return await reply.code(readiness.ready ? 200 : 503).send(readiness);
  });
  app.get('/metrics', async (_request, reply) => {
    const { contentType, text } = await deps.metrics.expose();
    return await reply.header('content-type', contentType).send(text);
  });
  app.setNotFoundHandler(async ({ method, url }, reply) => {
    // Without the query, which may hold the token.
    const message = `There is nothing at ${method} ${url.split('?', 1)[0]} (docs/http-api.md lists what there is).`;
    return await reply.code(404).send({ error: { code: 'NOT_FOUND', message } });
  });
  return app;
}

/**
 * Listens and returns the port (the real one when 0 was asked for).
 *
 * @throws UsageError `E_PORT_TAKEN` naming the port and, where it can be told, the program that holds it
 */
export async function listen(app: HttpApp, host: string, port: number): Promise<number> {
  try {
    await app.listen({ host, port });
  } catch (error) {
    throw await explainListenError(error, host, port);
  }
  return (app.server.address() as AddressInfo).port;
}

/** Turns the error of a failed listen into one sentence for a person. */
export async function explainListenError(error: unknown, host: string, port: number): Promise<Error> {
  const code = (error as NodeJS.ErrnoException).code;
  if (code === 'EADDRINUSE') {
    const owner = await portOwner(port);
    const by = owner === undefined ? 'another program' : owner;
    return new UnavailableError(
      'E_PORT_TAKEN',
      `Port ${port} on ${host} is taken by ${by}: stop it or choose another port (--port 0 takes any free one).`,
      { cause: error },
    );
  }
  if (code === 'EACCES')
    return new UsageError('E_PORT_TAKEN', `Port ${port} on ${host} needs more rights: choose a port above 1023.`, { cause: error });
  return error instanceof Error ? error : new Error(String(error));
}
