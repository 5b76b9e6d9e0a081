import { execFile } from 'node:child_process';
import { rename, rm } from 'node:fs/promises';
import { promisify } from 'node:util';

/**
 * Runs ffmpeg on two threads; the last argument is the file to write, which appears only when it is complete.
 *
 * @throws Error with what ffmpeg said when it fails
 */
export async function ffmpeg(args: readonly string[]): Promise<void> {
  const path = args.at(-1)!;
  const dot = path.lastIndexOf('.');
  const partial = `${path.slice(0, dot)}.${process.pid}.partial${path.slice(dot)}`;
  try {
    await promisify(execFile)('ffmpeg', ['-y', '-nostdin', '-v', 'error', ...args.slice(0, -1), partial], { maxBuffer: 1e8 });
    await rename(partial, path);
  } finally {
    await rm(partial, { force: true });
  }
}
