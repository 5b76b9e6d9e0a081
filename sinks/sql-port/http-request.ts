import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';

import type { OutsideLimits } from '../../core/analytics/analytics.ts';
import { type HttpFailure, engineCodes } from './http-answer.ts';
import { isOutputSetting } from './read-only-sql.ts';

const unpack = promisify(gunzip);

/** A request as ClickHouse's HTTP interface understands it. */
export interface SqlRequest {
  /** Statement of `?query=`, empty when it is in the body. */
  urlQuery: string;
  body: string;
  database: string;
  defaultFormat: string;
  queryId: string | undefined;
  params: Record<string, string>;
  settings: Record<string, string>;
  /** Limits the client asks for; they can only lower ours. */
  limits: Partial<OutsideLimits>;
}

/** Who is calling. */
export interface Credentials {
  user: string;
  password: string;
  given: boolean;
}

/** A refused request. */
export class RequestError extends Error {
  readonly failure: HttpFailure;

  constructor(type: keyof typeof engineCodes, message: string, status?: number) {
    super(message);
    this.failure = { code: engineCodes[type], type, message, ...(status === undefined ? {} : { status }) };
  }
}

/** Reads what a request asks. Settings that change more than the look of the answer are left alone, as a proxy in read-only mode would. */
export function readUrl(url: URL, headers: IncomingMessage['headers']): Omit<SqlRequest, 'body'> {
  const params: Record<string, string> = {};
  const settings: Record<string, string> = {};
  const limits: Partial<OutsideLimits> = {};
  for (const [name, value] of url.searchParams) {
    if (name.startsWith('param_') && /^[A-Za-z_][A-Za-z0-9_]*$/.test(name.slice(6))) params[name.slice(6)] = value;
    else if (name === 'max_execution_time') limits.timeoutMs = Number(value) * 1000;
    else if (name === 'max_result_rows') limits.maxResultRows = Number(value);
    else if (name === 'max_result_bytes') limits.maxResultBytes = Number(value);
    else if (name === 'max_memory_usage') limits.maxMemoryBytes = Number(value);
    else if (isOutputSetting(name)) settings[name] = value;
    else if (name === 'compress' && value === '1') throw new RequestError('BAD_ARGUMENTS', 'compress=1 is not supported; use Accept-Encoding: gzip.');
  }
  const header = (name: string): string | undefined => [headers[name]].flat()[0];
  return {
    urlQuery: url.searchParams.get('query') ?? '',
    database: url.searchParams.get('database') ?? header('x-clickhouse-database') ?? '',
    defaultFormat: header('x-clickhouse-format') ?? url.searchParams.get('default_format') ?? 'TabSeparated',
    queryId: url.searchParams.get('query_id') ?? undefined,
    params,
    settings,
    limits,
  };
}

/** Reads the body, unpacked, up to `maxBytes`. @throws RequestError when it is larger or packed in a way we do not know */
export async function readBody(request: IncomingMessage, maxBytes: number): Promise<string> {
  const chunks: Buffer[] = [];
  let sizeBytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    sizeBytes += chunk.length;
    if (sizeBytes > maxBytes) throw tooLarge(maxBytes);
    chunks.push(chunk);
  }
  const packed = Buffer.concat(chunks);
  const encoding = request.headers['content-encoding'] ?? 'identity';
  if (encoding === 'identity' || packed.length === 0) return packed.toString('utf8');
  if (encoding !== 'gzip') throw new RequestError('BAD_ARGUMENTS', `Content-Encoding ${encoding} is not supported; use gzip.`);
  try {
    return (await unpack(packed, { maxOutputLength: maxBytes })).toString('utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE') throw tooLarge(maxBytes);
    throw new RequestError('BAD_ARGUMENTS', 'The body is not gzip.');
  }
}

function tooLarge(maxBytes: number): RequestError {
  return new RequestError('QUERY_IS_TOO_LARGE', `The statement is longer than ${maxBytes} bytes.`);
}

/** Credentials of a request: Basic, ClickHouse's headers, or the URL, in this order. */
export function credentialsOf(url: URL, headers: IncomingMessage['headers']): Credentials {
  const basic = /^Basic ([A-Za-z0-9+/=]+)$/i.exec(headers.authorization ?? '')?.[1];
  if (basic !== undefined) {
    const text = Buffer.from(basic, 'base64').toString('utf8');
    const colon = text.indexOf(':');
    return { user: colon < 0 ? text : text.slice(0, colon), password: colon < 0 ? '' : text.slice(colon + 1), given: true };
  }
  const header = (name: string): string | undefined => [headers[name]].flat()[0];
  const user = header('x-clickhouse-user') ?? url.searchParams.get('user') ?? undefined;
  const password = header('x-clickhouse-key') ?? url.searchParams.get('password') ?? undefined;
  return { user: user ?? 'default', password: password ?? '', given: user !== undefined || password !== undefined };
}

/** Compares secrets without telling by time where they differ. */
export function sameSecret(one: string, other: string): boolean {
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(one), digest(other));
}

/**
 * True when the request names this machine: a web page that makes its own name point to 127.0.0.1 (DNS rebinding) still sends that
 * name, and must not read an open port through somebody's browser.
 */
export function namesThisMachine(headers: IncomingMessage['headers']): boolean {
  const host = (headers.host ?? 'localhost').toLowerCase().replace(/:\d+$/, '');
  return host === 'localhost' || host === '[::1]' || /^127\.\d+\.\d+\.\d+$/.test(host) || host.endsWith('.localhost');
}
