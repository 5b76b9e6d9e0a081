import { rmSync } from 'node:fs';
import { rm, rename } from 'node:fs/promises';
import { Worker } from 'node:worker_threads';
import { InvariantError, UnavailableError } from '../../../core/errors/app-error.ts';
import { workerUrl } from '../../../core/worker/worker-url.ts';
import type { BroadcastPlan } from '../plan.ts';
import type { RenderJob, RenderReport } from './render-worker.ts';

/** Options of {@link renderBroadcast}. */
export interface RenderOptions {
  /** File to write; `.mp4`, `.ts` or `.mkv` decides the container. It appears only when it is complete. */
  path: string;
  /** Called with 0 to 1 about every 50 frames. */
  onProgress?: (done: number) => void;
  /** Stops rendering and removes what was written. */
  signal?: AbortSignal;
}

const containers = { mp4: 'mp4', ts: 'mpegts', mkv: 'matroska' } as const;

function containerOf(path: string): RenderJob['container'] {
  const extension = path.slice(path.lastIndexOf('.') + 1);
  if (extension in containers) return containers[extension as keyof typeof containers];
  throw new InvariantError('E_INTERNAL', `A broadcast is rendered to .mp4, .ts or .mkv, not to ${path}.`);
}

/**
 * Renders a plan in a worker thread: H.264 and AAC, pictures and sound equally long. The same plan gives the same file on the same ffmpeg.
 *
 * @throws UnavailableError E_TOOL_MISSING without ffmpeg, InvariantError E_INTERNAL when rendering fails, the signal's reason when aborted
 */
export async function renderBroadcast(plan: BroadcastPlan, options: RenderOptions): Promise<void> {
  options.signal?.throwIfAborted();
  const partial = `${options.path}.${process.pid}.partial`;
  const job: RenderJob = { plan, outputPath: partial, container: containerOf(options.path), pcmPath: `${partial}.pcm` };
  try {
    await runWorker(job, options);
    await rename(partial, options.path);
  } finally {
    await Promise.all([rm(partial, { force: true }), rm(job.pcmPath, { force: true })]);
  }
}

async function runWorker(job: RenderJob, { onProgress, signal }: RenderOptions): Promise<void> {
  const worker = new Worker(workerUrl(import.meta.url, 'render-worker'), { workerData: job, name: 'sightline-demo' });
  const abort = (): void => {
    worker.postMessage('abort');
    // At once: a program that is told to stop may end before the worker has.
    for (const path of [job.outputPath, job.pcmPath]) rmSync(path, { force: true });
  };
  signal?.addEventListener('abort', abort, { once: true });
  try {
    const last = await new Promise<RenderReport | undefined>((resolve, reject) => {
      let report: RenderReport | undefined;
      worker.on('message', (message: RenderReport) => {
        if (message.kind === 'progress') onProgress?.(message.done);
        else report = message;
      });
      worker.on('error', reject);
      worker.on('exit', () => resolve(report));
    });
    signal?.throwIfAborted();
    if (last?.kind === 'done') return;
    if (last?.kind === 'failed' && last.missingTool)
      throw new UnavailableError('E_TOOL_MISSING', 'ffmpeg is not installed; it renders the demo channel.');
    throw new InvariantError('E_INTERNAL', `The broadcast could not be rendered: ${last?.kind === 'failed' ? last.message : 'the worker ended'}`);
  } finally {
    signal?.removeEventListener('abort', abort);
  }
}
