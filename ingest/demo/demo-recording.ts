import { mkdir, readdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { Logger } from '../../core/log/logger.ts';
import { demoParts, type DemoChannel } from './demo-plan.ts';
import { frameTimeS, planFrames, type BroadcastPlan } from './plan.ts';
import { renderBroadcast } from './render/render-broadcast.ts';
import { planTruth, truthCsv } from './truth.ts';

/** Changes whenever the demo would look, sound or be encoded differently, so that older recordings are rendered anew. */
const demoVersion = 5;

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
  /**
   * List of the two parts in ffmpeg's `ffconcat` format, to be read by its `concat` demuxer: MP4 with H.264 640x360 at 25 fps and AAC stereo.
   * ffmpeg opens the second part when the first, of one and a half minutes, is over.
   */
  path: string;
  /** The parts, in order. */
  partPaths: readonly string[];
  /** CSV `kind,id,start_s,end_s` with the breaks and spots in it. */
  truthPath: string;
  durationMs: number;
  /** Fulfilled when the second part is there too, or when rendering it was given up (which is logged). Never rejected. */
  complete: Promise<void>;
}

/** A file that is being rendered grows at least this often. */
const busyMs = 60_000;

const isFile = async (path: string): Promise<boolean> =>
  stat(path).then(
    (entry) => entry.isFile() && entry.size > 0,
    () => false,
  );

/** Whether a part is being rendered, by this process or another one. */
async function isBeingRendered(path: string): Promise<boolean> {
  const prefix = `${basename(path)}.`;
  const partials = (await readdir(dirname(path))).filter((name) => name.startsWith(prefix));
  const ages = await Promise.all(
    partials.map((name) =>
      stat(join(dirname(path), name)).then(
        ({ mtimeMs }) => Date.now() - mtimeMs,
        () => Infinity,
      ),
    ),
  );
  return ages.some((age) => age < busyMs);
}

/** Removes recordings of earlier versions of this channel and what killed processes left. */
async function removeStale(dir: string, channel: DemoChannel, keep: string): Promise<void> {
  for (const name of await readdir(dir)) {
    if (!name.startsWith(`demo-${channel}-v`)) continue;
    const path = join(dir, name);
    const left =
      name.includes('.partial') &&
      Date.now() -
        (await stat(path).then(
          ({ mtimeMs }) => mtimeMs,
          () => 0,
        )) >
        busyMs;
    if (left || !name.startsWith(keep)) await rm(path, { force: true });
  }
}

async function writeWhole(path: string, text: string): Promise<void> {
  const scratch = `${path}.${process.pid}.partial`;
  await writeFile(scratch, text);
  await rename(scratch, path);
}

const secondsOf = (plan: BroadcastPlan): number => frameTimeS(plan.format, planFrames(plan));

function ffconcat(parts: readonly { path: string; plan: BroadcastPlan }[]): string {
  const entries = parts.map(({ path, plan }) => `file ${basename(path)}\nduration ${secondsOf(plan).toFixed(6)}\n`);
  return `ffconcat version 1.0\n${entries.join('')}`;
}

/**
 * Makes sure that a recording is in `options.dir` as two parts and a list `<name>.ffconcat`, and says where. It is done when the first part is
 * there; the second is rendered meanwhile. Files appear only when they are complete, so a killed process leaves nothing wrong behind.
 *
 * @throws as {@link ensureDemoRecording}
 */
export async function ensureRecording(
  [first, second]: readonly [BroadcastPlan, BroadcastPlan],
  name: string,
  options: Omit<DemoRecordingOptions, 'channel'>,
): Promise<DemoRecording> {
  const { dir, log, onProgress, signal } = options;
  await mkdir(dir, { recursive: true });
  const parts = [first, second].map((plan, index) => ({ plan, path: join(dir, `${name}-${index + 1}.mp4`) }));
  const partPaths = parts.map(({ path }) => path);
  const [firstPath, secondPath] = partPaths as [string, string];
  const truth = planTruth({ ...first, items: [...first.items, ...second.items] });
  const recording = {
    path: join(dir, `${name}.ffconcat`),
    partPaths,
    truthPath: join(dir, `${name}.csv`),
    durationMs: Math.round(truth.durationS * 1000),
  };
  await writeWhole(recording.truthPath, truthCsv(truth));
  await writeWhole(recording.path, ffconcat(parts));
  if (!(await isFile(firstPath))) {
    log.info({ path: firstPath }, 'Rendering the demo channel.');
    await renderBroadcast(first, { path: firstPath, ...(onProgress && { onProgress }), ...(signal && { signal }) });
  }
  const present = (await isFile(secondPath)) || (await isBeingRendered(secondPath));
  return { ...recording, complete: present ? Promise.resolve() : renderInBackground(second, secondPath, log, signal) };
}

async function renderInBackground(plan: BroadcastPlan, path: string, log: Logger, signal: AbortSignal | undefined): Promise<void> {
  const startedMs = performance.now();
  try {
    await renderBroadcast(plan, { path, ...(signal && { signal }) });
    log.info({ path, tookMs: Math.round(performance.now() - startedMs) }, 'Demo channel rendered.');
  } catch (error) {
    if (signal?.aborted !== true)
      log.warn({ err: error, path }, 'The second part of the demo channel could not be rendered; it is tried again at the next start.');
  }
}

/**
 * Makes sure that the recording of a demo channel is in `dir` and says where. The first call renders its first 90 s (about 11 CPU seconds) and
 * goes on with the rest in the background (about 25 CPU seconds, done long before that was played); later calls find both.
 * Recordings of earlier versions are removed.
 *
 * @throws UnavailableError E_TOOL_MISSING without ffmpeg, InvariantError E_INTERNAL when rendering fails, the signal's reason when aborted
 */
export async function ensureDemoRecording(options: DemoRecordingOptions): Promise<DemoRecording> {
  const { channel = 'news', ...rest } = options;
  const name = `demo-${channel}-v${demoVersion}`;
  await mkdir(options.dir, { recursive: true });
  await removeStale(options.dir, channel, name);
  return ensureRecording(demoParts(channel), name, rest);
}
