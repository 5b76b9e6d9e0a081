/**
 * What ingest costs next to decoding alone, in the same run: `node dist/bench/ingest-cost.js [seconds] [rounds]`.
 *
 * A 1080p25 H.264 clip with stereo AAC is generated, then read (a) by a bare `ffmpeg -i CLIP -f null -` and (b) by ingest with everything
 * on: a frame a second as JPEG, signals of every picture, sound. CPU is user + system of the whole process tree, start-up included, by the
 * shell's `times`. Then a 640x360 clip is read by ingest at full speed, for its speed against real time.
 * Targets: cost at most 1.25 x, speed at least 40 x on 2 cores.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { median } from '../cli/evaluate/quantile.ts';
import type { EventPublisher } from '../core/events/event-bus.ts';
import { createLogger } from '../core/log/logger.ts';
import { createMetrics } from '../core/metrics/metrics.ts';
import { systemClock } from '../core/time/clock.ts';
import { ingestConfig } from '../ingest/config.ts';
import { runInput } from '../ingest/run-input.ts';

/** Moving picture with noise and tone, so that neither decoder nor JPEG has it easy. */
function makeClip(path: string, size: string, seconds: number, bitRate: string): void {
  const video = `testsrc2=size=${size}:rate=25,noise=alls=8:allf=t`;
  const sound = 'anoisesrc=sample_rate=48000:amplitude=0.05:color=pink';
  const inputs = ['-f', 'lavfi', '-i', video, '-f', 'lavfi', '-i', sound, '-t', String(seconds)];
  const codecs = [
    '-c:v',
    'libx264',
    '-preset',
    'veryfast',
    '-b:v',
    bitRate,
    '-bf',
    '2',
    '-g',
    '50',
    '-pix_fmt',
    'yuv420p',
    '-c:a',
    'aac',
    '-ac',
    '2',
  ];
  execFileSync('ffmpeg', ['-y', '-nostdin', '-loglevel', 'error', ...inputs, ...codecs, path]);
}

/** CPU seconds, user and system, of a command and everything it started; and wall seconds. */
function measure(command: string, args: readonly string[]): { cpuS: number; wallS: number } {
  const startedMs = performance.now();
  const shell = spawnSync('bash', ['-c', '"$@" >/dev/null; times', 'bench', command, ...args], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const wallS = (performance.now() - startedMs) / 1000;
  const children = shell.stdout.trim().split('\n').at(-1) ?? '';
  const cpuS = [...children.matchAll(/(\d+)m([\d.]+)s/g)].reduce((sum, [, minutes, seconds]) => sum + Number(minutes) * 60 + Number(seconds), 0);
  return { cpuS, wallS };
}

/** Reads a clip; one decoder thread is what live streams get, 0 what recordings at full speed get. */
async function ingest(path: string, decodeThreads: number): Promise<void> {
  const publisher: EventPublisher = { publish: async () => [], deadLetter: async () => undefined };
  const deps = {
    publisher,
    backlog: { backlogRecords: async () => 0 },
    metrics: createMetrics(),
    log: createLogger({ level: 'warn' }),
    clock: systemClock,
    dataDir: tmpdir(),
  };
  const summary = await runInput(path, deps, { streamId: 'bench', config: ingestConfig.parse({ decodeThreads }) });
  if (summary.failure !== undefined) throw summary.failure;
}

function compare(seconds: number, rounds: number): void {
  const folder = mkdtempSync(join(tmpdir(), 'sightline-bench-'));
  const self = fileURLToPath(import.meta.url);
  try {
    const large = join(folder, '1080p.mp4');
    const small = join(folder, '360p.mp4');
    makeClip(large, '1920x1080', seconds, '6M');
    makeClip(small, '640x360', seconds * 4, '1M');
    const bare: number[] = [];
    const ours: number[] = [];
    const walls: number[] = [];
    for (let round = 0; round < rounds; round += 1) {
      bare.push(measure('ffmpeg', ['-nostdin', '-loglevel', 'error', '-i', large, '-f', 'null', '-']).cpuS);
      ours.push(measure(process.execPath, [self, '--ingest', large, '1']).cpuS);
      walls.push(measure(process.execPath, [self, '--ingest', small, '0']).wallS);
    }
    const result = {
      clipSeconds: seconds,
      rounds,
      bareDecodeCpuS: Number(median(bare).toFixed(2)),
      ingestCpuS: Number(median(ours).toFixed(2)),
      ratio: Number((median(ours) / median(bare)).toFixed(3)),
      speed360p: Number(((seconds * 4) / median(walls)).toFixed(1)),
    };
    process.stdout.write(`${JSON.stringify(result)}\n`);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const [first, second, third] = process.argv.slice(2);
if (first === '--ingest') await ingest(second ?? '', Number(third));
else compare(Number(first ?? 90), Number(second ?? 3));
