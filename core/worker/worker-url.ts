import { existsSync } from 'node:fs';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { dirname, join, relative } from 'node:path';

/** Root of the project: the folder that holds package.json, from source and from `dist/` alike. */
export function projectRoot(): string {
  let folder = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(folder, 'package.json'))) {
    const parent = dirname(folder);
    if (parent === folder) throw new Error('The project folder (the one with package.json) was not found above this file.');
    folder = parent;
  }
  return folder;
}

/**
 * URL of a worker's compiled module. Workers always run compiled code: from `.ts` sources (tests) this points into `dist/`.
 *
 * @param module URL of a module beside the worker, `import.meta.url`
 * @param name file name of the worker without extension
 */
export function workerUrl(module: string, name: string): URL {
  const path = fileURLToPath(module);
  if (!path.endsWith('.ts')) return new URL(`./${name}.js`, module);
  const root = projectRoot();
  const compiled = join(root, 'dist', relative(root, dirname(path)), `${name}.js`);
  if (!existsSync(compiled)) throw new Error(`The worker ${name} is not compiled: run "npm run build" first.`);
  return pathToFileURL(compiled);
}
