import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, expect, test } from 'vitest';

import { openDataDir } from './data-dir.ts';

let root = '';
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'sightline-data-dir-'));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

test('a directory is created, taken, and free again after release', () => {
  const first = openDataDir(join(root, 'deep', 'data'));
  expect(readFileSync(join(first.path, 'sightline.lock'), 'utf8')).toBe(String(process.pid));
  first.release();
  openDataDir(first.path).release();
});

test('a directory held by a living process is refused with its pid', () => {
  writeFileSync(join(root, 'sightline.lock'), String(process.ppid));
  expect(() => openDataDir(root)).toThrow(`pid ${process.ppid}`);
});

test('the lock of a process that is gone is taken over', () => {
  writeFileSync(join(root, 'sightline.lock'), '4194303');
  expect(() => openDataDir(root).release()).not.toThrow();
});

test('a path that cannot be a directory is refused in one sentence', () => {
  writeFileSync(join(root, 'file'), '');
  expect(() => openDataDir(join(root, 'file', 'data'))).toThrow(/cannot be written .* choose another --data-dir/);
});
