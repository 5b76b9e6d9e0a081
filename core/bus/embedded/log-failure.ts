import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import type { Failure } from './protocol.ts';

/** File beside the log that names the process that holds it. */
export const ownerFile = 'owner.pid';

/** The caller asked for something that the log does not have or take. */
export class LogRefusal extends Error {}

/** Turns an error of the driver or of this store into what the caller may do about it. */
export function failureOf(error: unknown, folder: string): Failure {
  const message = error instanceof Error ? error.message : String(error);
  if (error instanceof LogRefusal) return { kind: 'rejected', message };
  const code = (error as { code?: string }).code ?? '';
  if (code === 'SQLITE_FULL') return { kind: 'unavailable', message: `The disk that holds ${folder} is full: the event log cannot be written.` };
  if (code.startsWith('SQLITE_IOERR')) return { kind: 'unavailable', message: `The event log in ${folder} cannot be read or written (${message}).` };
  if (code === 'SQLITE_BUSY') return { kind: 'unusable', message: `The data directory is in use by ${ownerOf(folder)}: ${folder}` };
  if (code === 'SQLITE_NOTADB' || code.startsWith('SQLITE_CORRUPT')) {
    return {
      kind: 'unusable',
      message: `The event log ${join(folder, 'log.db')} is damaged (${message}): restore it, or move it away to begin with an empty log.`,
    };
  }
  return { kind: 'unusable', message: `The event log in ${folder} cannot be used: ${message}.` };
}

function ownerOf(folder: string): string {
  const path = join(folder, ownerFile);
  const pid = existsSync(path) ? readFileSync(path, 'utf8').trim() : '';
  return /^\d+$/.test(pid) ? `another instance (pid ${pid})` : 'another instance';
}
