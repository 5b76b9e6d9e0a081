import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect, test } from 'vitest';

import { errorCodes } from '../../core/errors/codes.ts';
import { metricCatalogue } from '../../core/metrics/catalogue.ts';
import { generatedFiles } from '../../scripts/generated-files.ts';

describe('generated files are current ("npm run generate" writes them)', () => {
  test.each(generatedFiles.map(({ path, render }) => [path, render] as const))('%s', (path, render) => {
    expect(readFileSync(path, 'utf8')).toBe(render());
  });
});

/** Text of every source file of the program. */
function sources(folder: string): string {
  return readdirSync(folder, { withFileTypes: true })
    .map((entry) => {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) return entry.name === 'web' ? '' : sources(path);
      return entry.name.endsWith('.ts') && !entry.name.endsWith('.test.ts') ? readFileSync(path, 'utf8') : '';
    })
    .join('\n');
}

const program = ['cli', 'core', 'dashboard-ws', 'fleet', 'ingest', 'processors', 'schemas/ws', 'sinks'].map(sources).join('\n');
const uses = (name: string): number => program.split(`'${name}'`).length - 1;

test('every error code of the list is raised somewhere', () => {
  expect(Object.keys(errorCodes).filter((code) => uses(code) === 0)).toEqual([]);
});

test('every metric of the catalogue is recorded somewhere', () => {
  expect(Object.keys(metricCatalogue).filter((name) => uses(name) === 0)).toEqual([]);
});

test('links between the documents lead somewhere', () => {
  const documents = ['README.md', 'CONTRIBUTING.md', ...readdirSync('docs').filter((name) => name.endsWith('.md')).map((name) => join('docs', name))];
  const broken = documents.flatMap((document) =>
    [...readFileSync(document, 'utf8').matchAll(/\]\((?!https?:|#)([^)#\s]+)[^)]*\)/g)]
      .map((match) => join(document, '..', match[1] ?? ''))
      .filter((target) => {
        try {
          readdirSync(join(target, '..'));
          return !readdirSync(join(target, '..')).includes(target.split('/').at(-1) ?? '');
        } catch {
          return true;
        }
      })
      .map((target) => `${document} -> ${target}`),
  );
  expect(broken).toEqual([]);
});
