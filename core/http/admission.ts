import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';

/** Cookie that carries the token after a first visit with `?token=`. */
export const tokenCookie = 'sightline_token';

/** Who may come in. */
export interface AdmissionOptions {
  /** Shared secret; undefined: everybody. */
  token: string | undefined;
  /** Origins besides the page's own. */
  allowedOrigins: readonly string[];
}

/** Where a request showed its token. */
export type TokenSource = 'open' | 'header' | 'cookie' | 'query';

/** How the token of a request was found good, or undefined when it was not. Compared in constant time, by hash so that length tells nothing. */
export function admitToken(options: AdmissionOptions, headers: IncomingHttpHeaders, url: string): TokenSource | undefined {
  if (options.token === undefined) return 'open';
  const bearer = /^Bearer (.+)$/i.exec(headers.authorization ?? '')?.[1];
  if (bearer !== undefined) return sameSecret(bearer, options.token) ? 'header' : undefined;
  const cookie = cookieOf(headers.cookie ?? '', tokenCookie);
  if (cookie !== undefined && sameSecret(cookie, options.token)) return 'cookie';
  const query = new URLSearchParams(url.split('?')[1] ?? '').get('token');
  return query !== null && sameSecret(query, options.token) ? 'query' : undefined;
}

/**
 * True when a browser may open a WebSocket from where it is: same host as the request, or listed. Requests without an Origin come from
 * programs, which could send any; the check protects people's browsers from other people's pages.
 */
export function admitOrigin(options: AdmissionOptions, headers: IncomingHttpHeaders): boolean {
  const { origin, host } = headers;
  if (origin === undefined) return true;
  if (options.allowedOrigins.includes(origin)) return true;
  try {
    return host !== undefined && new URL(origin).host === host.toLowerCase();
  } catch {
    return false;
  }
}

function sameSecret(given: string, expected: string): boolean {
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(given), digest(expected));
}

function cookieOf(header: string, name: string): string | undefined {
  for (const part of header.split(';')) {
    const [key, value] = part.trim().split('=');
    if (key === name && value !== undefined) {
      try {
        return decodeURIComponent(value);
      } catch {
        return undefined;
      }
    }
  }
  return undefined;
}
