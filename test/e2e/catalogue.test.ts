import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { type CommandResult, eventually, runSightline, startSightline } from '../support/sightline.ts';

const folder = mkdtempSync(join(tmpdir(), 'sightline-catalogue-e2e-'));
const file = (name: string): string => join(folder, name);
const spotId = /^[0-9a-f]{32}\n$/;

/** Two spots of 4 s that share nothing, and the first once more as another encoder makes it. */
beforeAll(() => {
  const sound = (melody: string): string[] => ['-f', 'lavfi', '-i', `aevalsrc='0.4*sin(2*PI*(${melody})*t)':d=4:s=48000`];
  const encode = ['-c:v', 'libx264', '-preset', 'ultrafast', '-shortest'];
  const run = (args: string[]): Buffer => execFileSync('ffmpeg', ['-v', 'error', '-y', ...args]);
  const first = ['-f', 'lavfi', '-i', 'testsrc2=size=320x180:rate=25:duration=4', ...sound('400+200*sin(t*1.7)+140*sin(t*t*1.9)')];
  const second = ['-f', 'lavfi', '-i', 'mandelbrot=size=320x180:rate=25', ...sound('900+floor(t*9)*37+150*sin(t*t*2.7)')];
  run([...first, ...encode, file('one.mp4')]);
  run([...second, ...encode, '-t', '4', file('two.mp4')]);
  run(['-i', file('one.mp4'), '-vf', 'scale=160:90', '-crf', '30', '-c:a', 'aac', '-b:a', '64k', file('one-again.mkv')]);
  writeFileSync(file('quiet.yaml'), 'ingest: { streams: [] }\nprocessors: { detectObjects: { enabled: false } }\n');
}, 60_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** The whole walk through the commands, the same whether an instance runs on the data directory or not. */
async function walk(dataDir: string): Promise<void> {
  const catalogue = async (...args: string[]): Promise<CommandResult> => {
    const result = await runSightline(['catalogue', ...args, '--data-dir', dataDir]);
    expect([args[0], result.code, result.stderr.split('\n').filter((line) => line.includes('[E_'))]).toEqual([args[0], 0, []]);
    return result;
  };
  const spots = async (): Promise<{ spotId: string; title: string; brand: string; prints: number; status: string }[]> => {
    const { stdout } = await catalogue('list', '--json');
    return stdout
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line) as { spotId: string; title: string; brand: string; prints: number; status: string });
  };
  const one = await catalogue('add', file('one.mp4'), '--title', 'One', '--brand', 'Acme', '--category', '1004');
  expect(one.stdout).toMatch(spotId);
  const again = await catalogue('add', file('one-again.mkv'), file('two.mp4'));
  const [sameId, twoId = ''] = again.stdout.split('\n');
  expect(`${sameId ?? ''}\n`).toBe(one.stdout);
  expect(again.stderr).toContain('is in the catalogue already, as "One"');
  const oneId = one.stdout.trim();
  await catalogue('rename', 'two', '--title', 'Number two', '--brand', 'Bolt');
  expect((await spots()).map((spot) => [spot.title, spot.brand])).toEqual([
    ['Number two', 'Bolt'],
    ['One', 'Acme'],
  ]);
  await catalogue('merge', twoId, oneId);
  expect(await spots()).toMatchObject([{ spotId: oneId, title: 'One', prints: 2 }]);
  const shown = JSON.parse((await catalogue('show', twoId, '--json')).stdout) as { spotId: string; printList: { printId: string; origin: string }[] };
  expect(shown.spotId).toBe(oneId);
  const print = shown.printList.find(({ origin }) => origin === 'file two.mp4');
  const split = await catalogue('split', oneId, '--print', print?.printId ?? '', '--title', 'Two');
  expect(split.stdout).toMatch(spotId);
  await catalogue('link', 'Two', 'One');
  await catalogue('reject', 'Two');
  expect((await spots()).map((spot) => [spot.title, spot.status, spot.prints])).toEqual([
    ['Two', 'rejected', 1],
    ['One', 'confirmed', 1],
  ]);
  const exported = `${dataDir}.jsonl`;
  await catalogue('export', exported);
  expect(readFileSync(exported, 'utf8').trim().split('\n')).toHaveLength(2);
  await catalogue('remove', 'One', 'Two');
  expect(await spots()).toEqual([]);
  expect((await catalogue('import', exported)).stdout).toBe('2 added, 0 updated, 0 unchanged\n');
  expect((await catalogue('import', exported)).stdout).toBe('0 added, 0 updated, 2 unchanged\n');
  expect((await catalogue('export')).stdout).toBe(readFileSync(exported, 'utf8'));
}

describe('sightline catalogue', () => {
  test('does everything on a data directory on which nothing runs', async () => await walk(file('alone')), 240_000);

  test('does everything through the instance that runs', async () => {
    const dataDir = file('running');
    const running = await startSightline(['--data-dir', dataDir, '--config', file('quiet.yaml')]);
    try {
      await eventually(async () => ((await fetch(`${running.url}/readyz`)).status === 200 ? true : undefined), 'readiness');
      await walk(dataDir);
      expect(running.stderr()).not.toContain('"level":50');
    } finally {
      await running.stop();
    }
  }, 240_000);

  test('says what is wrong', async () => {
    const missing = await runSightline(['catalogue', 'list', '--data-dir', file('nowhere')]);
    expect([missing.code, missing.stderr]).toEqual([1, expect.stringContaining('There is no data directory')]);
    const both = await runSightline(['catalogue', 'add', file('one.mp4'), file('two.mp4'), '--title', 'T', '--data-dir', file('x')]);
    expect([both.code, both.stderr]).toEqual([2, expect.stringContaining('--title names one spot')]);
    const category = await runSightline(['catalogue', 'add', file('one.mp4'), '--category', 'beer', '--data-dir', file('alone')]);
    expect([category.code, category.stdout, category.stderr]).toEqual([1, '', expect.stringContaining('sightline catalogue categories TEXT')]);
    const ids = await runSightline(['catalogue', 'categories', 'beer']);
    expect(ids.stdout).toBe('1004  Alcohol > Beer\n');
  }, 120_000);
});
