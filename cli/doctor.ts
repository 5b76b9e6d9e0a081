import { execFile } from 'node:child_process';
import { accessSync, constants, existsSync, readFileSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';

import type { Command } from 'commander';

import { projectRoot } from '../core/worker/worker-url.ts';

const run = promisify(execFile);

/** One line of the report. */
export interface Finding {
  name: string;
  /** ok: works; missing: something named does not work; optional: a part that is not needed for the main job is missing. */
  status: 'ok' | 'missing' | 'optional';
  detail: string;
}

/** Checks everything Sightline can use on this machine; never throws. */
async function examine(dataDir: string): Promise<Finding[]> {
  return [
    {
      name: 'Node.js',
      status: 'ok',
      detail: `${process.versions.node} on ${process.platform} ${process.arch}, ${cpus().length} cores, ${Math.round(totalmem() / 2 ** 30)} GB memory`,
    },
    await program('ffmpeg', process.env['FFMPEG_PATH'] ?? 'ffmpeg', ['-version'], 'missing', 'no stream can be read: apt-get install ffmpeg'),
    await program('ffprobe', process.env['FFPROBE_PATH'] ?? 'ffprobe', ['-version'], 'missing', 'no file can be examined: apt-get install ffmpeg'),
    await ffmpegProtocols(),
    await loads(
      'ONNX Runtime',
      async () => {
        const { listSupportedBackends } = await import('onnxruntime-node');
        const named = listSupportedBackends().map(({ name, bundled }) => (bundled ? name : `${name} (not bundled, needs its libraries)`));
        return `devices: ${named.join(', ')}`;
      },
      'no detector can run: npm ci',
    ),
    await loads(
      'Embedded ClickHouse (chDB)',
      async () => {
        await import('chdb');
        return 'loads';
      },
      'results cannot be queried without a ClickHouse server (Linux glibc and macOS only)',
    ),
    await loads(
      'Embedded log (SQLite)',
      async () => {
        await import('libsql');
        return 'loads';
      },
      'only the Kafka bus can be used',
    ),
    await loads(
      'Pictures (sharp)',
      async () => {
        const { default: sharp } = await import('sharp');
        return `libvips ${sharp.versions.vips}`;
      },
      'no frame can be encoded: npm ci',
    ),
    defaultModel(),
    page(),
    writable(dataDir),
    await program(
      'Java',
      'java',
      ['-version'],
      'optional',
      'only the tests against a real Kafka broker need it: apt-get install default-jre-headless',
    ),
    await program(
      'Chromium',
      process.env['CHROMIUM_PATH'] ?? 'chromium',
      ['--version'],
      'optional',
      'only the page tests need it: apt-get install chromium',
    ),
  ];
}

async function program(name: string, path: string, args: string[], otherwise: 'missing' | 'optional', hint: string): Promise<Finding> {
  try {
    const { stdout, stderr } = await run(path, args, { timeout: 10_000 });
    return { name, status: 'ok', detail: `${stdout}${stderr}`.split('\n')[0]?.trim() ?? '' };
  } catch {
    return { name, status: otherwise, detail: `not found; ${hint}` };
  }
}

async function ffmpegProtocols(): Promise<Finding> {
  const wanted = ['file', 'http', 'https', 'rtmp', 'rtp', 'srt', 'udp'];
  try {
    const { stdout } = await run(process.env['FFMPEG_PATH'] ?? 'ffmpeg', ['-hide_banner', '-protocols'], { timeout: 10_000 });
    const input = new Set(stdout.split('Output:')[0]?.split(/\s+/));
    const absent = wanted.filter((protocol) => !input.has(protocol));
    const detail = absent.length === 0 ? wanted.join(', ') : `this ffmpeg cannot read: ${absent.join(', ')}`;
    return { name: 'Stream protocols', status: absent.length === 0 ? 'ok' : 'optional', detail };
  } catch {
    return { name: 'Stream protocols', status: 'missing', detail: 'ffmpeg is not there' };
  }
}

async function loads(name: string, load: () => Promise<string>, hint: string): Promise<Finding> {
  try {
    return { name, status: 'ok', detail: await load() };
  } catch (error) {
    return {
      name,
      status: 'missing',
      detail: `does not load (${error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error)}); ${hint}`,
    };
  }
}

function defaultModel(): Finding {
  const folder = join(projectRoot(), 'models', 'broadcast-graphics');
  const there = existsSync(join(folder, 'model.yaml')) && existsSync(join(folder, 'model.onnx'));
  return { name: 'Default detector', status: there ? 'ok' : 'missing', detail: there ? 'broadcast-graphics' : `no model in ${folder}` };
}

function page(): Finding {
  const there = existsSync(join(projectRoot(), 'dist', 'web', 'index.html'));
  return { name: 'Dashboard page', status: there ? 'ok' : 'missing', detail: there ? 'built' : 'not built: npm run build:web' };
}

function writable(dataDir: string): Finding {
  const absolute = resolve(dataDir);
  let folder = absolute;
  while (!existsSync(folder) && folder !== dirname(folder)) folder = dirname(folder);
  try {
    accessSync(folder, constants.W_OK);
    const holder = existsSync(join(absolute, 'sightline.lock')) ? `, held by pid ${readFileSync(join(absolute, 'sightline.lock'), 'utf8')}` : '';
    return { name: 'Data directory', status: 'ok', detail: `${absolute}${holder}` };
  } catch {
    return { name: 'Data directory', status: 'missing', detail: `${absolute} cannot be written: choose another --data-dir` };
  }
}

/** Adds `sightline doctor`. */
export function registerDoctor(command: Command): void {
  command
    .command('doctor')
    .description('say what works on this machine and what is missing')
    .option('--data-dir <dir>', 'data directory to check', 'data')
    .option('--json', 'one JSON object instead of a table')
    .action(async (options: { dataDir: string; json?: boolean }) => {
      const findings = await examine(options.dataDir);
      if (options.json === true) process.stdout.write(`${JSON.stringify({ ok: findings.every(({ status }) => status !== 'missing'), findings })}\n`);
      else {
        const mark = { ok: 'ok      ', missing: 'MISSING ', optional: 'optional' };
        for (const finding of findings) process.stdout.write(`${mark[finding.status]}  ${finding.name.padEnd(28)} ${finding.detail}\n`);
      }
      if (findings.some(({ status }) => status === 'missing')) process.exitCode = 1;
    });
}
