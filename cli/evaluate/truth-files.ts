import { existsSync, statSync } from 'node:fs';
import { basename, dirname, extname, join } from 'node:path';

import { UsageError } from '../../core/errors/app-error.ts';

const endings = ['.csv', '.edl'];

/**
 * The file of labels of every recording: one `--truth` a recording in the same order, one folder that holds files of the same names, or, when
 * none is given, the files of the same names beside the recordings.
 *
 * @throws UsageError `E_USAGE` when one is missing
 */
export function truthFilesFor(recordings: readonly string[], given: readonly string[]): string[] {
  if (given.length === 0) return recordings.map((path) => labelsIn(dirname(path), path));
  const [only] = given;
  if (given.length === 1 && only !== undefined && isFolder(only)) return recordings.map((path) => labelsIn(only, path));
  if (given.length !== recordings.length) {
    throw new UsageError(
      'E_USAGE',
      `Recordings: ${recordings.length}, files of labels: ${given.length}. Give one --truth for each, in the same order, or a folder with files of the same names.`,
    );
  }
  return [...given];
}

function labelsIn(folder: string, recording: string): string {
  const name = basename(recording, extname(recording));
  const found = endings.map((ending) => join(folder, `${name}${ending}`)).find((path) => existsSync(path));
  if (found !== undefined) return found;
  throw new UsageError('E_USAGE', `There are no labels for ${recording}: ${join(folder, name)}.csv or .edl is expected, or name them with --truth.`);
}

function isFolder(path: string): boolean {
  return existsSync(path) && statSync(path).isDirectory();
}
