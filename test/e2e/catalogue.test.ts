import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { runSightline, runUnheard, startSightline } from '../support/sightline.ts';
import { until } from '../support/until.ts';

const folder = mkdtempSync(join(tmpdir(), 'sightline-catalogue-e2e-'));
const file = (name: string): string => join(folder, name);
/** One process after another, each of which loads the program on a machine that may be busy. */
const patience = { timeout: 300_000 };

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
}, 120_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function catalogue(dataDir: string, ...args: string[]): Promise<{ stdout: string; stderr: string }> {
  const { code, stdout, stderr } = await runSightline(['catalogue', ...args, '--data-dir', dataDir]);
  expect([args[0], code, stderr.includes('[E_') ? stderr : '']).toEqual([args[0], 0, '']);
  return { stdout, stderr };
}

describe('sightline catalogue', patience, () => {
  test('what one process adds, the next one finds, and an instance takes over', async () => {
    const alone = file('alone');
    const { stdout: oneId } = await catalogue(alone, 'add', file('one.mp4'), '--title', 'One', '--brand', 'Acme', '--category', '1004');
    expect(oneId).toMatch(/^[0-9a-f]{32}\n$/);
    const again = await catalogue(alone, 'add', file('one-again.mkv'), file('two.mp4'));
    expect(again.stdout.split('\n')).toEqual([oneId.trim(), expect.stringMatching(/^[0-9a-f]{32}$/), '']);
    expect(again.stderr).toContain('is in the catalogue already, as "One"');
    await catalogue(alone, 'export', file('export.jsonl'));
    expect(readFileSync(file('export.jsonl'), 'utf8').trim().split('\n')).toHaveLength(2);

    const served = file('served');
    const running = await startSightline(['--data-dir', served, '--config', file('quiet.yaml')]);
    try {
      await until(async () => (await fetch(`${running.url}/readyz`)).status === 200, 'readiness');
      expect((await catalogue(served, 'import', file('export.jsonl'))).stdout).toBe('2 added, 0 updated, 0 unchanged\n');
      expect((await catalogue(served, 'add', file('one-again.mkv'))).stdout).toBe(oneId);
      expect((await catalogue(served, 'export')).stdout).toBe(readFileSync(file('export.jsonl'), 'utf8'));
      expect(running.stderr()).not.toContain('"level":50');
    } finally {
      await running.stop();
    }
    expect((await catalogue(served, 'list')).stdout).toMatch(/One .*Acme .*2 spots\n$/s);
  });

  test('the work goes on when nobody reads the messages any more', async () => {
    const { code, stdout } = await runUnheard(['catalogue', 'add', file('one.mp4'), '--data-dir', file('unheard')]);
    expect([code, stdout]).toEqual([0, expect.stringMatching(/^[0-9a-f]{32}\n$/)]);
  });

  test('a data directory that is not there is said', async () => {
    const { code, stderr } = await runSightline(['catalogue', 'list', '--data-dir', file('nowhere')]);
    expect([code, stderr]).toEqual([1, expect.stringContaining('There is no data directory')]);
  });
});
