import { randomUUID } from 'node:crypto';
import { type IncomingMessage, type Server, type ServerResponse, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

import type { OutsideLimits, OutsideQueries } from '../../core/analytics/analytics.ts';
import { explainListenError } from '../../core/http/http-server.ts';
import type { Logger } from '../../core/log/logger.ts';
import type { Metrics } from '../../core/metrics/metrics.ts';
import { failureOf, sendFailure, sendResult } from './http-answer.ts';
import { RequestError, type SqlRequest, credentialsOf, namesThisMachine, readBody, readUrl, sameSecret } from './http-request.ts';
import { ReadOnlySql } from './read-only-sql.ts';

/** Options of {@link SqlServer}. */
export interface SqlServerOptions {
  host: string;
  port: number;
  user: string;
  /** Empty: no login. */
  password: string;
  limits: OutsideLimits;
  maxQueryBytes: number;
  maxWaiting: number;
  /** Let every statement through, to stand in for a ClickHouse server in tests. Never set it in a program. @default false */
  writable?: boolean;
}

/** What a {@link SqlServer} works with. */
export interface SqlServerDeps {
  outside: OutsideQueries;
  metrics: Metrics;
  log: Logger;
}

/**
 * ClickHouse's HTTP interface, as far as curl, `@clickhouse/client`, clickhouse-connect and Grafana need it, over the analytics
 * database: `GET /?query=`, POST with the statement in the body, `FORMAT`, `default_format`, `param_x`, `/ping`, gzip.
 */
export class SqlServer {
  readonly #options: SqlServerOptions;
  readonly #deps: SqlServerDeps;
  readonly #reader: ReadOnlySql;
  readonly #server: Server;
  #running = 0;

  constructor(options: SqlServerOptions, deps: SqlServerDeps) {
    this.#options = options;
    this.#deps = deps;
    this.#reader = new ReadOnlySql(deps.outside, options.limits);
    this.#server = createServer({ maxHeaderSize: 64 * 1024, requestTimeout: 30_000, headersTimeout: 10_000 }, (request, response) => {
      void this.#answer(request, response);
    });
    this.#server.maxConnections = 512;
  }

  /** Listens and returns the port. @throws UnavailableError or UsageError `E_PORT_TAKEN` */
  async listen(): Promise<number> {
    const { host, port } = this.#options;
    try {
      await new Promise<void>((resolve, reject) => {
        this.#server.once('error', reject);
        this.#server.listen({ host, port }, () => {
          this.#server.off('error', reject);
          resolve();
        });
      });
    } catch (error) {
      throw await explainListenError(error, host, port);
    }
    return (this.#server.address() as AddressInfo).port;
  }

  /** Stops listening and cuts idle connections; running queries get `graceMs`. */
  async close(graceMs = 3000): Promise<void> {
    if (!this.#server.listening) return;
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    this.#server.closeIdleConnections();
    const cut = setTimeout(() => this.#server.closeAllConnections(), graceMs);
    await closed;
    clearTimeout(cut);
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { metrics, log } = this.#deps;
    response.setHeader('X-ClickHouse-Server-Display-Name', 'sightline');
    response.setHeader('X-ClickHouse-Timezone', 'UTC');
    response.setHeader('X-Content-Type-Options', 'nosniff');
    // A client that goes away in the middle is its own business.
    response.on('error', () => undefined);
    try {
      const outcome = await this.#handle(request, response);
      if (outcome !== undefined) metrics.count('sql_queries_total', { outcome });
    } catch (error) {
      const failure = error instanceof RequestError ? error.failure : failureOf(error);
      metrics.count('sql_queries_total', { outcome: failure.type === 'READONLY' ? 'refused' : 'failed' });
      log.debug({ code: failure.code, reason: failure.message }, 'A query on the SQL port was not answered.');
      sendFailure(response, failure);
    }
  }

  async #handle(request: IncomingMessage, response: ServerResponse): Promise<'answered' | undefined> {
    const url = new URL(request.url ?? '/', 'http://localhost');
    if (url.pathname === '/ping' || url.pathname === '/replicas_status') return void response.end('Ok.\n');
    this.#admit(url, request);
    if (url.pathname !== '/') throw new RequestError('NOT_FOUND', `There is no page ${url.pathname.slice(0, 80)} here; send queries to /.`, 404);
    if (!['GET', 'POST', 'HEAD'].includes(request.method ?? '')) throw new RequestError('BAD_ARGUMENTS', 'Use GET or POST.', 405);
    const body = await readBody(request, this.#options.maxQueryBytes);
    const asked: SqlRequest = { ...readUrl(url, request.headers), body };
    if (asked.urlQuery === '' && body.trim() === '') return void response.end('Ok.\n');
    if (this.#running >= this.#options.maxWaiting) throw new RequestError('TOO_MANY_SIMULTANEOUS_QUERIES', 'Too many queries at the same time.');
    this.#running += 1;
    try {
      await this.#query(asked, request, response);
      return 'answered';
    } finally {
      this.#running -= 1;
    }
  }

  async #query(asked: SqlRequest, request: IncomingMessage, response: ServerResponse): Promise<void> {
    const startedMs = performance.now();
    const queryId = asked.queryId !== undefined && /^[\w.-]{1,128}$/.test(asked.queryId) ? asked.queryId : randomUUID();
    response.setHeader('X-ClickHouse-Query-Id', queryId);
    this.#checkDatabase(asked.database);
    const { bytes, format } = this.#options.writable === true ? await this.#write(asked) : await this.#read(asked);
    const elapsedNs = Math.round((performance.now() - startedMs) * 1e6);
    const summary = {
      read_rows: '0',
      read_bytes: '0',
      written_rows: '0',
      written_bytes: '0',
      result_bytes: String(bytes.length),
      elapsed_ns: String(elapsedNs),
    };
    response.setHeader('X-ClickHouse-Summary', JSON.stringify(summary));
    const acceptsGzip = /\bgzip\b/.test([request.headers['accept-encoding']].flat().join(','));
    await sendResult(response, bytes, format, acceptsGzip);
  }

  async #read(asked: SqlRequest): Promise<{ bytes: Buffer; format: string }> {
    // As in ClickHouse, the body continues the statement of the URL.
    const sql = [asked.urlQuery, asked.body].filter((part) => part !== '').join('\n');
    const { defaultFormat, params, settings, limits } = asked;
    return await this.#reader.run({ sql, defaultFormat, params, settings, limits });
  }

  async #write(asked: SqlRequest): Promise<{ bytes: Buffer; format: string }> {
    const { defaultFormat: format, params } = asked;
    const { timeoutMs } = asked.limits;
    const settings = { ...asked.settings, ...(timeoutMs === undefined ? {} : { max_execution_time: String(timeoutMs / 1000) }) };
    const sql = asked.urlQuery === '' ? asked.body : asked.urlQuery;
    const body = asked.urlQuery === '' ? {} : { body: asked.body };
    const bytes = await this.#deps.outside.run({ sql, format, params, settings, limits: this.#options.limits, writable: true, ...body });
    return { bytes, format };
  }

  #admit(url: URL, request: IncomingMessage): void {
    const { user, password } = this.#options;
    if (password === '') {
      if (isLoopback(this.#options.host) && !namesThisMachine(request.headers)) {
        throw new RequestError('AUTHENTICATION_FAILED', 'This port answers to its own address only.', 403);
      }
      return;
    }
    const credentials = credentialsOf(url, request.headers);
    if (!credentials.given) throw new RequestError('AUTHENTICATION_FAILED', 'A user name and a password are needed.', 401);
    const userFits = sameSecret(credentials.user, user);
    if (!sameSecret(credentials.password, password) || !userFits) {
      throw new RequestError('AUTHENTICATION_FAILED', 'Authentication failed: password is incorrect, or there is no user with such name.');
    }
  }

  /** Clients name `default` when nobody told them better; names without a database are always looked up in ours. */
  #checkDatabase(database: string): void {
    const known = ['', 'default', 'system', this.#deps.outside.database];
    if (!known.includes(database)) throw new RequestError('UNKNOWN_DATABASE', `Database ${database.slice(0, 80)} does not exist`);
  }
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || host.startsWith('127.');
}
