import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
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

/** A small picture of the demo's first spot alone. */
function shortPlan(): BroadcastPlan {
  const plan = demoPlan('news');
  return { ...plan, format: { ...plan.format, widthPx: 160, heightPx: 90 }, items: plan.items.slice(1, 2) };
}

describe('demo recording', () => {
  test('is rendered once with its truth beside it, and found afterwards', async () => {
    const progress: number[] = [];
    const first = await ensureRecording(shortPlan(), 'short', { dir, log, onProgress: (done) => progress.push(done) });
    expect(first.durationMs).toBe(10_000);
    expect(await readFile(first.truthPath, 'utf8')).toContain('spot,norda,0.000000,10.000000');
    expect(progress.at(-1)).toBe(1);
    expect((await readdir(dir)).sort()).toEqual(['short.csv', 'short.mp4']);
    const written = await stat(first.path);
    const second = await ensureRecording(shortPlan(), 'short', { dir, log, onProgress: () => expect.unreachable('It must not be rendered again.') });
    expect(second).toEqual(first);
    expect((await stat(second.path)).mtimeMs).toBe(written.mtimeMs);
  });

  test('leaves no recording behind when it is aborted', async () => {
    const abort = new AbortController();
    const rendering = ensureRecording(shortPlan(), 'aborted', { dir, log, signal: abort.signal, onProgress: () => abort.abort() });
    await expect(rendering).rejects.toThrow();
    expect(await readdir(dir)).toEqual(['aborted.csv']);
  });

  test('removes recordings of earlier versions and what a killed process left, not what others write now', async () => {
    const stale = ['demo-news-v0.mp4', 'demo-news-v0.csv', 'demo-news-v1.mp4.4194305.partial'];
    const kept = [`demo-news-v9.mp4.${process.pid}.partial.pcm`, 'demo-sport-v0.mp4', 'notes.txt'];
    for (const name of [...stale, ...kept]) await writeFile(join(dir, name), 'x');
    const abort = new AbortController();
    abort.abort();
    await expect(ensureDemoRecording({ dir, log, signal: abort.signal })).rejects.toThrow();
    const left = await readdir(dir);
    for (const name of stale) expect(left).not.toContain(name);
    for (const name of kept) expect(left).toContain(name);
  });
});
