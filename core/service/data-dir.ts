import { closeSync, mkdirSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs';
import { join, resolve } from 'node:path';

import { UsageError, messageOf } from '../errors/app-error.ts';

/** A data directory that this process owns until {@link DataDir.release}. */
export interface DataDir {
  /** Absolute path. */
  readonly path: string;
  /** Gives the directory back. Calling twice is fine. */
  release(): void;
}

/**
 * Creates the directory when it is missing and takes it for this process alone, with a lock file that holds the pid. The lock of a
 * process that is gone is taken over.
 *
 * @throws UsageError `E_DATA_DIR_UNUSABLE` when it cannot be written or another process has it
 */
export function openDataDir(path: string): DataDir {
  const absolute = resolve(path);
  const lock = join(absolute, 'sightline.lock');
  try {
    mkdirSync(absolute, { recursive: true });
  } catch (error) {
    throw unusable(absolute, error);
  }
  for (let attempt = 1; attempt <= 2; attempt += 1) {
    try {
      const file = openSync(lock, 'wx', 0o644);
      writeSync(file, String(process.pid));
      closeSync(file);
      return { path: absolute, release: () => rmSync(lock, { force: true }) };
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw unusable(absolute, error);
      const pid = Number.parseInt(readText(lock), 10);
      if (attempt === 2 || isAlive(pid)) {
        throw new UsageError(
          'E_DATA_DIR_UNUSABLE',
          `The data directory ${absolute} is in use by another Sightline (pid ${pid}): stop it or choose another --data-dir.`,
        );
      }
      rmSync(lock, { force: true });
    }
  }
  throw unusable(absolute, new Error('its lock could not be taken'));
}

/** True when a process with this pid exists; a pid of our own from an earlier life (containers start at 1) counts as gone. */
export function isAlive(pid: number): boolean {
  if (!Number.isInteger(pid) || pid <= 0 || pid === process.pid) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

function unusable(path: string, cause: unknown): UsageError {
  return new UsageError(
    'E_DATA_DIR_UNUSABLE',
    `The data directory ${path} cannot be written (${messageOf(cause)}): check its permissions or choose another --data-dir.`,
    { cause },
  );
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
