import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { open } from 'node:fs/promises';
import { setImmediate as turn } from 'node:timers/promises';
import { parentPort, workerData } from 'node:worker_threads';
import { createPicture, type Picture } from '../engine/picture.ts';
import { planFrames, type BroadcastPlan } from '../plan.ts';
import { renderPlanSound } from '../sound/mix.ts';
import { sampleRate } from '../sound/voice.ts';
import { PictureRenderer } from './picture-renderer.ts';

/** What the worker is started with. */
export interface RenderJob {
  plan: BroadcastPlan;
  /** File that ffmpeg writes. */
  outputPath: string;
  /** ffmpeg's name for the container. */
  container: 'mp4' | 'mpegts' | 'matroska';
  /** Scratch file for the sound; the caller removes it. */
  pcmPath: string;
}

/** What the worker reports. */
export type RenderReport = { kind: 'progress'; done: number } | { kind: 'done' } | { kind: 'failed'; message: string; missingTool: boolean };

/** Frames between two reports of progress. */
const reportEvery = 50;

function encoderArguments({ plan, outputPath, container, pcmPath }: RenderJob): string[] {
  const { widthPx, heightPx, rate, crf, preset } = plan.format;
  const picture = ['-f', 'rawvideo', '-pix_fmt', 'yuv420p', '-s', `${widthPx}x${heightPx}`, '-r', `${rate[0]}/${rate[1]}`, '-i', 'pipe:0'];
  const sound = ['-f', 's16le', '-ar', String(sampleRate), '-ac', '2', '-i', pcmPath];
  // A fixed number of threads: x264's output depends on it, and equal seeds shall give equal files.
  const video = [
    '-c:v',
    'libx264',
    '-preset',
    preset,
    '-crf',
    String(crf),
    '-g',
    String(Math.round((rate[0] / rate[1]) * 2)),
    '-bf',
    '2',
    '-threads',
    '2',
  ];
  const output = [
    '-c:a',
    'aac',
    '-b:a',
    '128k',
    '-map',
    '0:v',
    '-map',
    '1:a',
    '-fflags',
    '+bitexact',
    '-flags:v',
    '+bitexact',
    '-flags:a',
    '+bitexact',
    '-f',
    container,
    outputPath,
  ];
  return ['-hide_banner', '-loglevel', 'error', '-nostdin', '-y', ...picture, ...sound, ...video, ...output];
}

async function writeSound(job: RenderJob, signal: AbortSignal): Promise<void> {
  const file = await open(job.pcmPath, 'w');
  try {
    for (const part of renderPlanSound(job.plan)) {
      await file.write(Buffer.from(part.buffer));
      await turn();
      signal.throwIfAborted();
    }
  } finally {
    await file.close();
  }
}

async function run(job: RenderJob, signal: AbortSignal, report: (message: RenderReport) => void): Promise<void> {
  await writeSound(job, signal);
  const encoder = spawn('ffmpeg', encoderArguments(job), { stdio: ['pipe', 'ignore', 'pipe'], signal, killSignal: 'SIGKILL' });
  let complaint = '';
  encoder.stderr.setEncoding('utf8').on('data', (text: string) => (complaint = (complaint + text).slice(-2000)));
  const ended = once(encoder, 'close') as Promise<[number | null]>;
  let broken: Error | undefined;
  encoder.stdin.on('error', (error) => (broken ??= error));
  encoder.on('error', (error) => (broken ??= error));
  ended.catch(() => undefined);

  const { widthPx, heightPx } = job.plan.format;
  // Two pictures: one is drawn while the pipe still reads the other.
  const slots = [0, 1].map(() => ({ picture: createPicture(widthPx, heightPx), free: Promise.resolve() }));
  let at = 0;
  const nextPicture = async (): Promise<Picture> => {
    const slot = slots[at % 2] as (typeof slots)[number];
    await slot.free;
    if (broken !== undefined) throw broken;
    signal.throwIfAborted();
    return slot.picture;
  };
  await new PictureRenderer(job.plan)
    .render(nextPicture, (picture, frame) => {
      const slot = slots[at++ % 2] as (typeof slots)[number];
      slot.free = new Promise((resolve) => encoder.stdin.write(picture.bytes, () => resolve()));
      if ((frame + 1) % reportEvery === 0) report({ kind: 'progress', done: (frame + 1) / planFrames(job.plan) });
    })
    .catch((error: unknown) => {
      encoder.kill('SIGKILL');
      throw broken ?? error;
    });
  encoder.stdin.end();
  const [code] = await ended;
  if (code !== 0) throw new Error(`ffmpeg ended with code ${code}: ${complaint.trim()}`);
}

const port = parentPort;
if (port !== null) {
  const abort = new AbortController();
  port.once('message', () => abort.abort());
  run(workerData as RenderJob, abort.signal, (message) => port.postMessage(message))
    .then(() => port.postMessage({ kind: 'done' } satisfies RenderReport))
    .catch((error: unknown) => {
      const message = error instanceof Error ? error.message : String(error);
      const missingTool =
        error instanceof Error && 'code' in error && error.code === 'ENOENT' && 'syscall' in error && String(error.syscall).startsWith('spawn');
      port.postMessage({ kind: 'failed', message, missingTool } satisfies RenderReport);
    })
    .finally(() => port.close());
}
