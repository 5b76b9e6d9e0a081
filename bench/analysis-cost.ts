/**
 * What analysis costs beyond decoding, CPU seconds per minute of stream: `node dist/bench/analysis-cost.js RECORDING [rounds]`.
 *
 * Measured on one recording in the same run, user + system of the whole process tree by the shell's `times`, median of rounds: a bare
 * `ffmpeg -f null`; our decoding child alone (decode, scale, resample, write); `sightline analyze --model none` in total, and on the first
 * second of the recording (its start-up); the installed comskip. Target: 0.15 beyond decoding at 640x360; comskip is said to need about 0.2.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { median } from '../cli/evaluate/quantile.ts';
import { projectRoot } from '../core/worker/worker-url.ts';
import { type DecodeOptions, decodeInputOptions, decodeOutputOptions } from '../ingest/ffmpeg/decode-options.ts';

/** CPU seconds, user and system, of a command and everything it started. */
function cpuS(command: string, args: readonly string[]): number {
  const env = { ...process.env, SIGHTLINE_SKIP_SETUP: '1' };
  const shell = spawnSync('bash', ['-c', '"$@" >/dev/null 2>&1; times', 'bench', command, ...args], { encoding: 'utf8', env });
  const children = shell.stdout.trim().split('\n').at(-1) ?? '';
  return [...children.matchAll(/(\d+)m([\d.]+)s/g)].reduce((sum, [, minutes, seconds]) => sum + Number(minutes) * 60 + Number(seconds), 0);
}

function decodingChild(path: string): string[] {
  const options: DecodeOptions = {
    sampling: { rule: 'interval', everyMs: 86_400_000, maxSidePx: 640, shotThreshold: 0.3 },
    threads: 0,
    lowDelay: false,
    streams: 'all',
    spliceData: 'none',
    legacyVsync: false,
  };
  return ['-y', '-nostdin', '-v', 'error', ...decodeInputOptions(options), '-i', path, ...decodeOutputOptions(options), '/dev/null'];
}

const [recording, roundsText] = process.argv.slice(2);
if (recording === undefined) throw new Error('Usage: node dist/bench/analysis-cost.js RECORDING [rounds]');
const rounds = Number(roundsText ?? 3);
const lengthText = execFileSync('ffprobe', ['-v', 'error', '-show_entries', 'format=duration', '-of', 'csv=p=0', recording], { encoding: 'utf8' });
const minutes = Number.parseFloat(lengthText) / 60;
const folder = mkdtempSync(join(tmpdir(), 'sightline-bench-'));
try {
  const start = join(folder, 'start.mp4');
  execFileSync('ffmpeg', ['-v', 'error', '-nostdin', '-y', '-i', recording, '-t', '1', '-c', 'copy', start]);
  const ini = join(folder, 'comskip.ini');
  writeFileSync(ini, 'detect_method=127\noutput_edl=1\noutput_default=0\n');
  const program = join(projectRoot(), 'bin', 'sightline.cjs');
  const analyze = (path: string): number => cpuS(process.execPath, [program, 'analyze', path, '--model', 'none', '--cold', '--quiet']);
  const parts = {
    'bare decode': () => cpuS('ffmpeg', ['-nostdin', '-v', 'error', '-i', recording, '-f', 'null', '-']),
    'decoding child alone': () => cpuS('ffmpeg', decodingChild(recording)),
    'analyze, whole': () => analyze(recording),
    'analyze, one second': () => analyze(start),
    comskip: () => cpuS('comskip', ['--quiet', `--ini=${ini}`, `--output=${folder}`, recording]),
  };
  const times = new Map<string, number[]>(Object.keys(parts).map((name) => [name, []]));
  for (let round = 0; round < rounds; round += 1) for (const [name, run] of Object.entries(parts)) times.get(name)?.push(run());
  const perMinute = (name: keyof typeof parts): number => median(times.get(name) ?? []) / minutes;
  const bare = perMinute('bare decode');
  const startUp = perMinute('analyze, one second');
  const rows: [string, number][] = [
    ['bare decode', bare],
    ['scaling, resampling and writing in the decoder', perMinute('decoding child alone') - bare],
    ['signals, bus, detection', perMinute('analyze, whole') - startUp - perMinute('decoding child alone')],
    [`start-up (once, here over ${minutes.toFixed(1)} minutes)`, startUp],
    ['analyze beyond decoding, without start-up', perMinute('analyze, whole') - startUp - bare],
    ['comskip beyond decoding', perMinute('comskip') - bare],
  ];
  for (const [name, value] of rows) process.stdout.write(`${name.padEnd(52)} ${value.toFixed(3)} CPU-s per stream minute\n`);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
