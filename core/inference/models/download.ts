import { open, mkdir, rm, stat } from 'node:fs/promises';
import { dirname } from 'node:path';

import { InvalidInputError, isRetryable, messageOf, UnavailableError } from '../../errors/app-error.ts';
import { redactUrl } from '../../log/logger.ts';
import type { Clock } from '../../time/clock.ts';
import { sha256OfFile } from './model-store.ts';

/** A file to fetch. */
export interface DownloadOptions {
  /** http or https. */
  url: string;
  /** Where the bytes are gathered; what an interrupted download left there is gone on with. */
  file: string;
  /** Expected SHA-256, 64 hex digits. */
  sha256: string;
  /** Longer answers are refused before they fill the disk. */
  maxBytes: number;
  clock: Clock;
  /** Called with every piece; `totalBytes` is undefined when the server does not say. */
  onProgress?: (receivedBytes: number, totalBytes: number | undefined) => void;
}

const attempts = 4;
const firstPauseMs = 500;
/** A server that sends nothing for this long is given up. */
const stallMs = 30_000;

/**
 * Fetches a file over HTTP and checks its SHA-256: interrupted transfers are resumed where they stopped, wrong bytes are deleted.
 *
 * @throws InvalidInputError `E_DOWNLOAD_FAILED` (not there, too large, wrong checksum), UnavailableError `E_DOWNLOAD_FAILED` (no answer; run again)
 */
export async function download(options: DownloadOptions): Promise<void> {
  if (!/^https?:\/\//i.test(options.url)) throw new InvalidInputError('E_DOWNLOAD_FAILED', `${redactUrl(options.url)} is not an http(s) address.`);
  await mkdir(dirname(options.file), { recursive: true });
  const resumed = (await sizeOf(options.file)) > 0;
  await fetchWithRetries(options);
  if (await checksumFits(options)) return;
  // What was resumed may have been the beginning of another version: once more, from nothing.
  if (resumed) {
    await fetchWithRetries(options);
    if (await checksumFits(options)) return;
  }
  throw new InvalidInputError('E_DOWNLOAD_FAILED', `What ${redactUrl(options.url)} sent does not have the sha256 ${options.sha256}; it was deleted.`);
}

async function checksumFits(options: DownloadOptions): Promise<boolean> {
  if ((await sha256OfFile(options.file)) === options.sha256.toLowerCase()) return true;
  await rm(options.file, { force: true });
  return false;
}

async function fetchWithRetries(options: DownloadOptions): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      await fetchOnce(options);
      return;
    } catch (error) {
      if (!isRetryable(error) || attempt === attempts) throw error;
      await options.clock.sleep(firstPauseMs * 2 ** (attempt - 1));
    }
  }
}

async function fetchOnce(options: DownloadOptions): Promise<void> {
  const haveBytes = await sizeOf(options.file);
  const stall = new AbortController();
  let timer = setTimeout(() => stall.abort(), stallMs);
  try {
    const headers: Record<string, string> = haveBytes > 0 ? { range: `bytes=${haveBytes}-` } : {};
    const response = await fetch(options.url, { headers: { ...headers, 'accept-encoding': 'identity' }, signal: stall.signal, redirect: 'follow' });
    const startBytes = await startOf(response, haveBytes, options);
    const totalBytes = totalOf(response, startBytes);
    if (totalBytes !== undefined && totalBytes > options.maxBytes) throw tooLarge(options);
    const file = await open(options.file, startBytes === 0 ? 'w' : 'a');
    let receivedBytes = startBytes;
    try {
      for await (const piece of response.body ?? []) {
        clearTimeout(timer);
        timer = setTimeout(() => stall.abort(), stallMs);
        const bytes = piece as Uint8Array;
        receivedBytes += bytes.length;
        if (receivedBytes > options.maxBytes) throw tooLarge(options);
        await file.write(bytes);
        options.onProgress?.(receivedBytes, totalBytes);
      }
    } finally {
      await file.close();
    }
    if (totalBytes !== undefined && receivedBytes < totalBytes) throw new Error(`it ended after ${receivedBytes} of ${totalBytes} bytes`);
  } catch (error) {
    throw asDownloadError(error, options);
  } finally {
    clearTimeout(timer);
  }
}

/** First byte that the answer holds: where we stopped, or 0. */
async function startOf(response: Response, haveBytes: number, options: DownloadOptions): Promise<number> {
  if (response.status === 206 && response.headers.get('content-range')?.startsWith(`bytes ${haveBytes}-`) === true) return haveBytes;
  if (response.status === 200) return 0;
  await response.body?.cancel();
  if (response.status === 416 || response.status === 206) {
    // Nothing is left to send, or not what was asked for: the checksum decides about the first, a fresh start mends the second.
    if (response.headers.get('content-range') === `bytes */${haveBytes}`) return haveBytes;
    await rm(options.file, { force: true });
    throw new UnavailableError('E_DOWNLOAD_FAILED', 'The server could not go on where the download stopped.');
  }
  const message = `${redactUrl(options.url)} answered ${response.status} ${response.statusText}.`;
  if (response.status >= 500 || response.status === 429 || response.status === 408) throw new UnavailableError('E_DOWNLOAD_FAILED', message);
  throw new InvalidInputError('E_DOWNLOAD_FAILED', message);
}

function totalOf(response: Response, startBytes: number): number | undefined {
  const length = response.headers.get('content-length');
  if (response.status === 416) return startBytes;
  return length === null || !/^\d+$/.test(length) ? undefined : startBytes + Number(length);
}

function tooLarge(options: DownloadOptions): InvalidInputError {
  return new InvalidInputError('E_DOWNLOAD_FAILED', `${redactUrl(options.url)} sends more than the limit of ${options.maxBytes} bytes.`);
}

function asDownloadError(error: unknown, options: DownloadOptions): Error {
  if (error instanceof InvalidInputError || error instanceof UnavailableError) return error;
  const cause = error instanceof Error && error.cause !== undefined ? messageOf(error.cause) : messageOf(error);
  return new UnavailableError('E_DOWNLOAD_FAILED', `The download from ${redactUrl(options.url)} broke off: ${cause}; run the command again to go on.`, {
    cause: error,
  });
}

async function sizeOf(path: string): Promise<number> {
  return await stat(path).then(
    ({ size }) => size,
    () => 0,
  );
}
