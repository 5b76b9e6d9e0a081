import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, expect, test } from 'vitest';

import { requireWritable, writeText } from './output.ts';

const folder = mkdtempSync(join(tmpdir(), 'sightline-output-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('a result is written whole, and one that has no place to go is told with its path, before and after the work', async () => {
  await writeText(join(folder, 'a.txt'), 'one\n');
  expect(readFileSync(join(folder, 'a.txt'), 'utf8')).toBe('one\n');
  const lost = join(folder, 'nowhere', 'a.txt');
  expect(() => requireWritable(lost)).toThrow(`${lost} cannot be written`);
  await expect(writeText(lost, 'one\n')).rejects.toMatchObject({ code: 'E_USAGE', message: expect.stringContaining(lost) as string });
});

test.skipIf(!existsSync('/dev/full'))('a full disk is told with the path, too', async () => {
  await expect(writeText('/dev/full', 'one\n')).rejects.toThrow('/dev/full cannot be written (ENOSPC');
});
