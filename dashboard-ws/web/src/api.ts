import type { ApiError } from '../../../schemas/ws/api.ts';

/** Why a request came to nothing, in one sentence for people. */
export class ApiProblem extends Error {
  /** HTTP status, 0 when no answer came. */
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

const limitMs = 20_000;

/** Reads JSON. @throws ApiProblem */
export async function getJson<Body>(path: string): Promise<Body> {
  return await request<Body>('GET', path);
}

/** Changes something; `body` goes as JSON. @throws ApiProblem */
export async function sendJson<Body>(method: 'POST' | 'PATCH' | 'DELETE', path: string, body?: unknown): Promise<Body> {
  return await request<Body>(method, path, body);
}

/** The sentence of anything thrown. */
export function problemOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

async function request<Body>(method: string, path: string, body?: unknown): Promise<Body> {
  const headers = { accept: 'application/json', ...(body === undefined ? {} : { 'content-type': 'application/json' }) };
  let response: Response;
  try {
    const signal = AbortSignal.timeout(limitMs);
    response = await fetch(path, { method, headers, signal, ...(body === undefined ? {} : { body: JSON.stringify(body) }) });
  } catch {
    throw new ApiProblem(0, 'The server does not answer. Check the connection and try again.');
  }
  const text = await response.text();
  const parsed = parse(text);
  if (response.ok) return parsed as Body;
  const message = (parsed as Partial<ApiError> | undefined)?.error?.message;
  throw new ApiProblem(response.status, message ?? `The server answered ${response.status}.`);
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
