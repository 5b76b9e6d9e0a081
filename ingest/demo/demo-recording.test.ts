import { execFile } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createLogger } from '../../core/log/logger.ts';
import { demoPlan } from './demo-plan.ts';
import { ensureDemoRecording, ensureRecording } from './demo-recording.ts';
import type { BroadcastPlan } from './plan.ts';

const log = createLogger({ level: 'silent' });
let dir: string;

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'sightline-demo-'));
});

afterEach(async () => {
  await rm(dir, { recursive: true, force: true });
});

/** Two of the demo's spots in small pictures. */
function shortParts(): [BroadcastPlan, BroadcastPlan] {
  const plan = demoPlan('news');
  const small = { ...plan, format: { ...plan.format, widthPx: 160, heightPx: 90 } };
  const spots = plan.items.filter((item) => item.kind === 'spot');
  return [
    { ...small, items: spots.slice(0, 1) },
    { ...small, items: spots.slice(1, 2) },
  ];
}

describe('demo recording', () => {
  test('is rendered once, in two parts with its truth beside them, and found afterwards', async () => {
    const progress: number[] = [];
    const first = await ensureRecording(shortParts(), 'short', { dir, log, onProgress: (done) => progress.push(done) });
    expect(first.durationMs).toBe(18_000);
    expect(await readFile(first.truthPath, 'utf8')).toContain('spot,norda,0.000000,10.000000');
    expect(progress.at(-1)).toBe(1);
    await first.complete;
    expect((await readdir(dir)).sort()).toEqual(['short-1.mp4', 'short-2.mp4', 'short.csv', 'short.ffconcat']);
    const written = await Promise.all(first.partPaths.map(async (path) => (await stat(path)).mtimeMs));
    const second = await ensureRecording(shortParts(), 'short', { dir, log, onProgress: () => expect.unreachable('It must not be rendered again.') });
    await second.complete;
    expect(await Promise.all(second.partPaths.map(async (path) => (await stat(path)).mtimeMs))).toEqual(written);

    const args = ['-v', 'error', '-nostdin', '-stream_loop', '1', '-i', first.path, '-map', '0:v', '-c', 'copy', '-f', 'framecrc', 'pipe:1'];
    const { stdout } = await promisify(execFile)('ffmpeg', args);
    const times = stdout
      .split('\n')
      .filter((line) => line.startsWith('0,'))
      .map((line) => Number(line.split(',')[1]));
    expect(times).toHaveLength(900);
    expect(new Set(times.slice(1).map((time, index) => time - (times[index] as number))).size).toBe(1);
  });

  test('leaves no recording behind when it is aborted', async () => {
    const abort = new AbortController();
    const rendering = ensureRecording(shortParts(), 'aborted', { dir, log, signal: abort.signal, onProgress: () => abort.abort() });
    await expect(rendering).rejects.toThrow();
    expect((await readdir(dir)).sort()).toEqual(['aborted.csv', 'aborted.ffconcat']);
  });

  test('does not render a part that is being rendered elsewhere', async () => {
    await writeFile(join(dir, 'busy-1.mp4'), 'x');
    await writeFile(join(dir, 'busy-2.mp4.1.partial'), 'x');
    await (
      await ensureRecording(shortParts(), 'busy', { dir, log })
    ).complete;
    expect(await readdir(dir)).not.toContain('busy-2.mp4');
  });

  test('removes recordings of earlier versions and what killed processes left, not what others write now', async () => {
    const stale = ['demo-news-v0.mp4', 'demo-news-v0.csv', 'demo-news-v5-1.mp4.77.partial'];
    const kept = ['demo-news-v5-2.mp4.78.partial.pcm', 'demo-sport-v0.mp4', 'notes.txt'];
    for (const name of [...stale, ...kept]) await writeFile(join(dir, name), 'x');
    await utimes(join(dir, 'demo-news-v5-1.mp4.77.partial'), 1000, 1000);
    const abort = new AbortController();
    abort.abort();
    await expect(ensureDemoRecording({ dir, log, signal: abort.signal })).rejects.toThrow();
    const left = await readdir(dir);
    for (const name of stale) expect(left).not.toContain(name);
    for (const name of kept) expect(left).toContain(name);
  });
});
