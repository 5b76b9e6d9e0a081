/**
 * How fast `sightline analyze` is, next to a bare decode in the same run: `node dist/bench/analyze-speed.js [seconds] [rounds]`.
 *
 * A 640x360 broadcast with programme and breaks is rendered, then analysed by the command itself (start-up included) without a detector and
 * with the default one at a frame a second, and decoded by a bare `ffmpeg -i FILE -f null -`.
 * Targets: at least 40 x real time without a detector, 20 x with it, on 2 cores.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { median } from '../cli/evaluate/quantile.ts';
import { projectRoot } from '../core/worker/worker-url.ts';
import { generateBroadcast } from '../test/broadcasts/generate.ts';

const seconds = Number(process.argv[2] ?? 600);
const rounds = Number(process.argv[3] ?? 3);

function wallS(command: string, args: readonly string[]): number {
  const startedMs = performance.now();
  execFileSync(command, args, { stdio: 'ignore', env: { ...process.env, SIGHTLINE_SKIP_SETUP: '1' } });
  return (performance.now() - startedMs) / 1000;
}

const folder = mkdtempSync(join(tmpdir(), 'sightline-bench-'));
try {
  process.stderr.write(`Rendering ${seconds} s of broadcast ...\n`);
  const { path } = await generateBroadcast({
    seed: 21,
    durationS: seconds,
    widthPx: 640,
    heightPx: 360,
    style: 'mixed',
    decoys: true,
    outDir: folder,
  });
  const program = join(projectRoot(), 'bin', 'sightline.cjs');
  const kinds = {
    'bare decode': () => wallS('ffmpeg', ['-y', '-nostdin', '-loglevel', 'error', '-i', path, '-f', 'null', '-']),
    'analyze, no detector': () => wallS(process.execPath, [program, 'analyze', path, '--model', 'none', '--quiet']),
    'analyze, default detector': () => wallS(process.execPath, [program, 'analyze', path, '--quiet']),
  };
  const times = new Map<string, number[]>(Object.keys(kinds).map((name) => [name, []]));
  for (let round = 0; round < rounds; round += 1) for (const [name, run] of Object.entries(kinds)) times.get(name)?.push(run());
  const bare = median(times.get('bare decode') ?? []);
  for (const [name, values] of times) {
    const time = median(values);
    process.stdout.write(
      `${name.padEnd(26)} ${(seconds / time).toFixed(1)} x real time, ${(time / bare).toFixed(2)} x the bare decode (${time.toFixed(1)} s, median of ${rounds})\n`,
    );
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
