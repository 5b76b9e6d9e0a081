import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, expect, test } from 'vitest';

import { projectRoot } from '../core/worker/worker-url.ts';
import { quarterDetector } from '../test/support/onnx-writer.ts';

let dataDir: string;

beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'sightline-test-'));
  await writeFile(join(dataDir, 'mine.onnx'), quarterDetector(false));
  await writeFile(join(dataDir, 'labels.txt'), 'blue\ngreen\n\nred\n');
});

afterEach(async () => {
  await rm(dataDir, { recursive: true, force: true });
});

/** Runs `sightline models …` as a process of its own. */
async function models(...args: string[]): Promise<{ code: number; out: string; err: string }> {
  const command = join(projectRoot(), 'bin', 'sightline.cjs');
  const env = { ...process.env, SIGHTLINE_SKIP_SETUP: '1' };
  return await new Promise((resolve) => {
    execFile(process.execPath, [command, 'models', ...args, '--data-dir', dataDir], { env }, (error, out, err) => {
      resolve({ code: error === null ? 0 : Number(error.code), out, err });
    });
  });
}

test('a model is added, listed, shown, checked and removed', async () => {
  const added = await models('add', join(dataDir, 'mine.onnx'), '--name', 'mine', '--task', 'detect', '--labels', join(dataDir, 'labels.txt'));
  expect(added).toMatchObject({ code: 0, err: '' });
  expect(added.out).toContain('Installed mine (yolox, 32x32 nchw float32; blue, green, red)');
  const [listed, shown, checked] = await Promise.all([models('list', '--json'), models('show', 'mine'), models('check', 'mine')]);
  const rows = listed.out
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { name: string; origin: string });
  expect(rows.map(({ name, origin }) => `${name} ${origin}`)).toEqual(['broadcast-graphics project', 'mine data']);
  expect(shown.out).toContain('decoder: yolox');
  expect(checked).toMatchObject({ code: 0 });
  expect(await models('remove', 'mine')).toMatchObject({ code: 0, out: 'Removed mine.\n' });
  expect(existsSync(join(dataDir, 'models', 'mine'))).toBe(false);
});

test('what cannot be done ends with its exit code and one sentence', async () => {
  const [missing, unnamed, unknown, notModel, own] = await Promise.all([
    models('add', join(dataDir, 'none.onnx'), '--name', 'mine'),
    models('add', join(dataDir, 'mine.onnx')),
    models('show', 'nowhere'),
    models('add', join(dataDir, 'labels.txt'), '--name', 'mine'),
    models('remove', 'broadcast-graphics'),
  ]);
  expect([missing.code, unnamed.code, unknown.code, notModel.code, own.code]).toEqual([2, 2, 1, 1, 2]);
  for (const { err } of [missing, unknown, notModel, own]) expect(err).toMatch(/^sightline: [^\n]+ \[E_[A-Z_]+\]\n$/);
});
