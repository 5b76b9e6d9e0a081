import { existsSync } from 'node:fs';
import { join } from 'node:path';

/** True in strict runs (CI), where a test that would be skipped fails instead. */
export const strict = process.env['SIGHTLINE_STRICT'] === '1';

/** First folder of the PATH that holds the program, or undefined. */
export function findProgram(name: string): string | undefined {
  return (process.env['PATH'] ?? '')
    .split(':')
    .map((folder) => join(folder, name))
    .find((path) => existsSync(path));
}
