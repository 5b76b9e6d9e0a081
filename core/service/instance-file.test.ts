import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, expect, test } from 'vitest';

import { readInstance, removeInstance, writeInstance } from './instance-file.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sightline-instance-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test('a running instance is found, and not any more when it says that it ended', () => {
  const instance = { pid: process.ppid, port: 8080, sqlPort: 8123, startedAtMs: 5 };
  writeInstance(folder, instance);
  expect(readInstance(folder)).toEqual(instance);
  removeInstance(folder);
  removeInstance(folder);
  expect(readInstance(folder)).toBeUndefined();
});

test('an instance whose process is gone, and a file that is not one, count as none', () => {
  writeInstance(folder, { pid: 4_194_303, port: 1, sqlPort: 2, startedAtMs: 3 });
  expect(readInstance(folder)).toBeUndefined();
  for (const text of ['', '{', 'null', '{"pid":1}']) {
    writeFileSync(join(folder, 'instance.json'), text);
    expect(readInstance(folder)).toBeUndefined();
  }
});
