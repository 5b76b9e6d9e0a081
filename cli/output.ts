import { closeSync, openSync, writeFileSync } from 'node:fs';

import { UsageError, messageOf } from '../core/errors/app-error.ts';

/** Says at once that a result could not be written, not after hours of work. `-` is standard output. @throws UsageError `E_USAGE` */
export function requireWritable(path: string | undefined): void {
  if (path === undefined || path === '-') return;
  try {
    closeSync(openSync(path, 'a'));
  } catch (error) {
    throw new UsageError('E_USAGE', `${path} cannot be written (${messageOf(error)}).`, { cause: error });
  }
}

/** Writes a text into a file, or to standard output when the path is `-`; resolves when a pipe has taken it. */
export async function writeText(path: string, text: string): Promise<void> {
  if (path === '-') await new Promise<void>((done) => process.stdout.write(text, () => done()));
  else writeFileSync(path, text);
}
