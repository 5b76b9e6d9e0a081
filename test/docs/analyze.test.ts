import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { expect, test } from 'vitest';

import { toAsRunCsv } from '../../cli/analyze/report.ts';
import { projectRoot } from '../../core/worker/worker-url.ts';

const text = (...path: string[]): string => readFileSync(join(projectRoot(), ...path), 'utf8');
const page = text('docs', 'analyze.md');

test('docs/analyze.md names every field that analyze writes, and no other', () => {
  const written = [...text('cli', 'analyze', 'analysis.ts').matchAll(/^ {2}(\w+): /gm)].map((match) => match[1]);
  const tables = page.slice(page.indexOf('## JSON')).split('\n').filter((line) => line.startsWith('| `'));
  const named = tables.flatMap((line) => [...(line.split('|')[1] ?? '').matchAll(/`(\w+)`/g)].map((match) => match[1]));
  const inText = [...(/^- `--detections`.*$/m.exec(page)?.[0] ?? '').matchAll(/`(\w+)`/g), ...page.matchAll(/`(code|message|atMs)`/g)].map((match) => match[1]);
  expect([...new Set([...named, ...inText])].toSorted()).toEqual([...new Set(written)].toSorted());
});

test('docs/analyze.md names the columns of the CSV', () => {
  expect(page).toContain(`\`${toAsRunCsv([]).trim().replaceAll(',', ', ')}\``);
});
