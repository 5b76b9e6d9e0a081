import { mkdir, readdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Logger } from '../../core/log/logger.ts';
import { demoPlan, type DemoChannel } from './demo-plan.ts';
import type { BroadcastPlan } from './plan.ts';
import { renderBroadcast } from './render/render-broadcast.ts';
import { planTruth, truthCsv } from './truth.ts';

/** Changes whenever the demo would look, sound or be encoded differently, so that older recordings are rendered anew. */
const demoVersion = 2;

/** Options of {@link ensureDemoRecording}. */
export interface DemoRecordingOptions {
  /** Folder for the recording, for example `<data dir>/demo`; created when it does not exist. */
  dir: string;
  log: Logger;
  /** Which channel. @default 'news' */
  channel?: DemoChannel;
  /** Called with 0 to 1 while the recording is rendered; not at all when it is there already. */
  onProgress?: (done: number) => void;
  /** Stops rendering; nothing half-done is left. */
  signal?: AbortSignal;
}

/** A recording of a demo channel that can be played in a loop. */
export interface DemoRecording {
  /** MP4 with H.264 640x360 at 25 fps and AAC stereo. */
  path: string;
  /** CSV `kind,id,start_s,end_s` with the breaks and spots in it. */
  truthPath: string;
  durationMs: number;
}

const isFile = async (path: string): Promise<boolean> =>
  stat(path).then(
    (entry) => entry.isFile() && entry.size > 0,
    () => false,
  );

/** Removes recordings of earlier versions of this channel and what a killed process left. */
async function removeStale(dir: string, channel: DemoChannel, keep: string): Promise<void> {
  for (const name of await readdir(dir)) {
    const left = /^demo-.*\.(\d+)\.partial(\.pcm)?$/.exec(name);
    const outdated = left === null && name.startsWith(`demo-${channel}-v`) && !name.startsWith(keep);
    if (outdated || (left !== null && !isRunning(Number(left[1])))) await rm(join(dir, name), { force: true });
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

/**
 * Makes sure that the recording of a plan is in `options.dir` as `<name>.mp4` with its truth beside it, and says where. The recording appears
 * only when it is complete, so a killed process leaves nothing wrong behind.
 *
 * @throws as {@link ensureDemoRecording}
 */
export async function ensureRecording(plan: BroadcastPlan, name: string, options: Omit<DemoRecordingOptions, 'channel'>): Promise<DemoRecording> {
  const { dir, log, onProgress, signal } = options;
  const truth = planTruth(plan);
  const recording = { path: join(dir, `${name}.mp4`), truthPath: join(dir, `${name}.csv`), durationMs: Math.round(truth.durationS * 1000) };
  await mkdir(dir, { recursive: true });
  if ((await isFile(recording.path)) && (await isFile(recording.truthPath))) return recording;
  const startedMs = performance.now();
  log.info({ path: recording.path }, 'Rendering the demo channel.');
  const scratch = `${recording.truthPath}.${process.pid}.partial`;
  await writeFile(scratch, truthCsv(truth));
  await rename(scratch, recording.truthPath);
  await renderBroadcast(plan, { path: recording.path, ...(onProgress && { onProgress }), ...(signal && { signal }) });
  log.info({ path: recording.path, tookMs: Math.round(performance.now() - startedMs) }, 'Demo channel rendered.');
  return recording;
}

/**
 * Makes sure that the recording of a demo channel is in `dir` and says where. The first call renders it (4.5 minutes of broadcast in about
 * 35 CPU seconds), later ones find it; recordings of earlier versions are removed.
 *
 * @throws UnavailableError E_TOOL_MISSING without ffmpeg, InvariantError E_INTERNAL when rendering fails, the signal's reason when aborted
 */
export async function ensureDemoRecording(options: DemoRecordingOptions): Promise<DemoRecording> {
  const { channel = 'news', ...rest } = options;
  const name = `demo-${channel}-v${demoVersion}`;
  await mkdir(options.dir, { recursive: true });
  await removeStale(options.dir, channel, `${name}.`);
  return ensureRecording(demoPlan(channel), name, rest);
}
