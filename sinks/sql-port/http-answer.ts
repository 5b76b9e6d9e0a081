import type { ServerResponse } from 'node:http';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';

import { AppError, messageOf } from '../../core/errors/app-error.ts';

const compress = promisify(gzip);

/** Codes of ClickHouse's exceptions that we raise ourselves (src/Common/ErrorCodes.cpp). */
export const engineCodes = {
  BAD_ARGUMENTS: 36,
  UNKNOWN_DATABASE: 81,
  READONLY: 164,
  TOO_MANY_SIMULTANEOUS_QUERIES: 202,
  NETWORK_ERROR: 210,
  QUERY_IS_TOO_LARGE: 285,
  AUTHENTICATION_FAILED: 516,
  NOT_FOUND: 60,
} as const;

/** HTTP status of an engine code, as ClickHouse maps them (exceptionCodeToHTTPStatus in its HTTPHandler); refusals are 403. */
const statusByCode: Readonly<Record<number, number>> = {
  36: 400,
  46: 404,
  47: 404,
  50: 404,
  53: 400,
  60: 404,
  62: 400,
  81: 404,
  115: 404,
  159: 408,
  164: 403,
  202: 503,
  210: 503,
  285: 413,
  456: 400,
  516: 403,
};

/** An error of the HTTP interface itself. */
export interface HttpFailure {
  status?: number;
  code: number;
  type: string;
  message: string;
}

/** Content types by output format, as ClickHouse sends them. */
function contentTypeOf(format: string): string {
  if (/EachRow$|^JSONLines$|^NDJSON$/i.test(format) && /JSON/i.test(format)) return 'application/x-ndjson; charset=UTF-8';
  if (/^JSON/i.test(format)) return 'application/json; charset=UTF-8';
  if (/^CSV/i.test(format)) return 'text/csv; charset=UTF-8; header=absent';
  if (/^(TSV|TabSeparated)/i.test(format)) return 'text/tab-separated-values; charset=UTF-8';
  if (/^(Native|RowBinary|Parquet|Arrow|ORC|Avro|MsgPack|BSON|Npy)/i.test(format)) return 'application/octet-stream';
  return 'text/plain; charset=UTF-8';
}

/** How an error is told in ClickHouse's manner. */
export function failureOf(error: unknown): HttpFailure {
  const details = error instanceof AppError ? error.details : {};
  const { clickhouseCode: code, clickhouseType: type } = details as { clickhouseCode?: number; clickhouseType?: string };
  if (error instanceof AppError && error.code === 'E_QUERY_REFUSED') return { code: engineCodes.READONLY, type: 'READONLY', message: error.message };
  if (code === undefined) return { code: engineCodes.NETWORK_ERROR, type: 'NETWORK_ERROR', message: messageOf(error) };
  return { code, type: type ?? 'UNKNOWN', message: messageOf(error) };
}

/** Sends an error: `Code: 62. DB::Exception: … (SYNTAX_ERROR)`. */
export function sendFailure(response: ServerResponse, failure: HttpFailure): void {
  if (response.headersSent || response.destroyed) return;
  const status = failure.status ?? statusByCode[failure.code] ?? 500;
  response.statusCode = status;
  response.setHeader('X-ClickHouse-Exception-Code', String(failure.code));
  response.setHeader('Content-Type', 'text/plain; charset=UTF-8');
  if (status === 401) response.setHeader('WWW-Authenticate', 'Basic realm="ClickHouse server HTTP API"');
  // The connection may hold the rest of a body that was too large to read.
  response.setHeader('Connection', 'close');
  response.end(`Code: ${failure.code}. DB::Exception: ${failure.message} (${failure.type})\n`);
}

/** Sends a result, compressed when the client takes gzip and it is worth it. */
export async function sendResult(response: ServerResponse, bytes: Buffer, format: string, acceptsGzip: boolean): Promise<void> {
  response.setHeader('Content-Type', contentTypeOf(format));
  response.setHeader('X-ClickHouse-Format', format);
  const body = acceptsGzip && bytes.length > 1024 ? await compress(bytes) : bytes;
  if (body !== bytes) response.setHeader('Content-Encoding', 'gzip');
  response.setHeader('Content-Length', body.length);
  response.end(body);
}
