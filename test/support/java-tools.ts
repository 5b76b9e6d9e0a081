import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { findProgram } from './requirement.ts';

const run = promisify(execFile);

/** Where test downloads live: outside the work tree, so that a fresh install of the packages does not fetch them again. */
export function cacheFolder(name: string): string {
  return join(process.env['SIGHTLINE_TEST_CACHE'] ?? join(homedir(), '.cache', 'sightline-tests'), name);
}

/** Why a Java program cannot be started here, or undefined. */
export function missingForJava(cached: string): string | undefined {
  if (findProgram('java') === undefined) return 'java is not installed';
  if (!existsSync(cached) && findProgram('mvn') === undefined) return 'maven is not installed and the jars are not cached';
  return undefined;
}

/** Fills `target` once by `fill`, in a folder beside it that is renamed: test files in parallel and killed runs leave nothing half done. */
export async function filledOnce(target: string, fill: (folder: string) => Promise<void>): Promise<string> {
  if (existsSync(target)) return target;
  mkdirSync(join(target, '..'), { recursive: true });
  const folder = mkdtempSync(`${target}.new-`);
  try {
    await fill(folder);
    if (!existsSync(target)) renameSync(folder, target);
  } catch (error) {
    if (!existsSync(target)) throw error;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  return target;
}

/** Runs Maven with the arguments in a folder. */
export async function maven(folder: string, ...args: string[]): Promise<void> {
  await run('mvn', ['-B', '-q', ...args], { cwd: folder, maxBuffer: 16 * 1024 * 1024 });
}

/** A port of 127.0.0.1 that was free a moment ago. */
export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  await new Promise<void>((resolve) => void server.close(() => resolve()));
  return port;
}
