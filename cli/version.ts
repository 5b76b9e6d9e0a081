import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { projectRoot } from '../core/worker/worker-url.ts';

/** Version of the program, from package.json. */
export function programVersion(): string {
  const { version } = JSON.parse(readFileSync(join(projectRoot(), 'package.json'), 'utf8')) as { version: string };
  return version;
}
