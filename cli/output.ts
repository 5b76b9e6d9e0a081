import { closeSync, openSync, writeFileSync } from 'node:fs';

import { UsageError, messageOf } from '../core/errors/app-error.ts';

/** Says at once that a result could not be written, not after hours of work. `-` is standard output. @throws UsageError `E_USAGE` */
export function requireWritable(path: string | undefined): void {
  if (path === undefined || path === '-') return;
  try {
    closeSync(openSync(path, 'a'));
  } catch (error) {
    throw notWritable(path, error);
  }
}

/** What is said of a result that cannot be written: a folder that is not there, a right that lacks, a full disk. */
export function notWritable(path: string, error: unknown): UsageError {
  return new UsageError('E_USAGE', `${path} cannot be written (${messageOf(error)}).`, { cause: error });
}

/**
 * Writes a text into a file, or to standard output when the path is `-`; resolves when a pipe has taken it.
 *
 * @throws UsageError `E_USAGE` when the file does not take it, e.g. because the disk is full
 */
export async function writeText(path: string, text: string): Promise<void> {
  if (path === '-') return await new Promise<void>((done) => process.stdout.write(text, () => done()));
  try {
    writeFileSync(path, text);
  } catch (error) {
    throw notWritable(path, error);
  }
}
