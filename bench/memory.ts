/**
 * Memory of one process with four live 360p streams and everything on: `node dist/bench/memory.js [minutes]`.
 *
 * The demo recording is played four times as if on air; the resident memory of the process (its ffmpeg children apart) is read every
 * 10 s. Printed: the steady level, its growth over the second half, and the ratio to the level after two minutes.
 * Targets: steady under 1.2 GB, flat over 15 minutes.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { generateBroadcast } from '../test/broadcasts/generate.ts';
import { startSightline } from '../test/support/sightline.ts';

const minutes = Number(process.argv[2] ?? 15);

const folder = mkdtempSync(join(tmpdir(), 'sightline-bench-'));
const { path } = await generateBroadcast({ seed: 22, durationS: 240, widthPx: 640, heightPx: 360, style: 'mixed', decoys: false, outDir: folder });
const streams = ['one', 'two', 'three', 'four'].map(
  (id) => `{ id: ${id}, source: { kind: file, path: ${JSON.stringify(path)}, loop: true, speed: realtime } }`,
);
writeFileSync(join(folder, 'c.yaml'), `ingest: { streams: [${streams.join(', ')}] }\n`);
const sightline = await startSightline(['--config', join(folder, 'c.yaml'), '--data-dir', join(folder, 'data')]);

const residentMb = (pid: number): number => Number(/VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) / 1024;
const children = (): number[] =>
  execFileSync('ps', ['-o', 'pid=', '--ppid', String(sightline.pid)], { encoding: 'utf8' })
    .trim()
    .split(/\s+/)
    .map(Number);
const samples: number[] = [];
const endsAtMs = performance.now() + minutes * 60_000;
while (performance.now() < endsAtMs) {
  await new Promise((resolve) => setTimeout(resolve, 10_000));
  samples.push(residentMb(sightline.pid));
  if (samples.length % 6 === 0) process.stderr.write(`${samples.length / 6} min: ${samples.at(-1)?.toFixed(0) ?? ''} MB\n`);
}
const withChildren = residentMb(sightline.pid) + children().reduce((sum, pid) => sum + residentMb(pid), 0);
await sightline.stop();
rmSync(folder, { recursive: true, force: true });

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
const quarter = Math.max(1, Math.floor(samples.length / 4));
const early = mean(samples.slice(Math.min(12, samples.length - 1), 12 + quarter));
const late = mean(samples.slice(-quarter));
process.stdout.write(
  `steady ${late.toFixed(0)} MB, most ${Math.max(...samples).toFixed(0)} MB, ${withChildren.toFixed(0)} MB with its ffmpeg children\n`,
);
process.stdout.write(`last quarter / after two minutes: ${(late / early).toFixed(3)}; targets: under 1229 MB, flat (ratio near 1)\n`);
