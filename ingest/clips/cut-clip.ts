import { spawn } from 'node:child_process';
import { readdir, stat } from 'node:fs/promises';
import { setPriority } from 'node:os';
import { join } from 'node:path';

import { InvalidInputError, UnavailableError, messageOf } from '../../core/errors/app-error.ts';
import type { EvidenceFile } from '../../core/evidence/evidence-store.ts';
import type { FfmpegTools } from '../ffmpeg/ffmpeg-process.ts';
import type { Footage } from './footage.ts';

/** What was cut. */
export interface CutClip {
  /** Length of the clip, milliseconds. */
  clipMs: number;
  clip: EvidenceFile;
  pictures: EvidenceFile[];
}

/** Key pictures of a clip. */
const pictureCount = 4;
/** Pictures looked at per second to choose them. */
const lookedAtFps = 5;
/** Widest clip and widest key picture, pixels. */
const clipWidthPx = 640;
const pictureWidthPx = 480;
/** A clip takes a few seconds; a child that takes this long hangs, milliseconds. */
const limitMs = 120_000;
/** Niceness: decoding live streams comes first. */
const niceness = 10;
const keptErrorText = 2000;

/**
 * Cuts a clip that every browser plays (H.264 baseline, AAC, MP4 that starts before it is whole) and key pictures (JPEG) into `folder`,
 * with one low-priority ffmpeg child. Key pictures are the most typical picture of each part of the clip (ffmpeg's `thumbnail` filter: the
 * one whose histogram is nearest to the mean of its part), so black between shots is not chosen.
 *
 * @throws InvalidInputError `E_DECODE_FAILED` when nothing could be cut, UnavailableError `E_TOOL_MISSING` without ffmpeg
 */
export async function cutClip(tools: FfmpegTools, footage: Footage, folder: string, signal: AbortSignal): Promise<CutClip> {
  const { startS, endS } = footage;
  const [start, end] = [startS.toFixed(6), endS.toFixed(6)];
  const trim = (prefix: '' | 'a'): string => `${prefix}trim=start=${start}:end=${end},${prefix}setpts=PTS-${start}/TB`;
  const size = (widthPx: number): string => `scale='trunc(min(${String(widthPx)}\\,iw*if(sar\\,sar\\,1))/2)*2':-2,setsar=1`;
  const part = Math.max(2, Math.ceil(((endS - startS) * lookedAtFps) / pictureCount));
  const said = await runFfmpeg(
    tools,
    [
      ...['-y', '-nostdin', '-hide_banner', '-loglevel', 'error', '-copyts', '-threads', '1', '-filter_threads', '1'],
      ...footage.inputOptions,
      ...['-i', footage.input],
      ...['-map', '0:V:0?', '-map', '0:a:0?', '-vf', `${trim('')},yadif=deint=interlaced,${size(clipWidthPx)},format=yuv420p`, '-af', trim('a')],
      ...['-c:v', 'libx264', '-profile:v', 'baseline', '-preset', 'veryfast', '-crf', '26', '-threads', '1', '-g', '50'],
      ...['-c:a', 'aac', '-b:a', '96k', '-ac', '2', '-ar', '48000', '-movflags', '+faststart', '-map_metadata', '-1', '-f', 'mp4'],
      join(folder, 'clip.mp4'),
      ...[
        '-map',
        '0:V:0?',
        '-vf',
        `${trim('')},fps=${String(lookedAtFps)},yadif=deint=interlaced,thumbnail=n=${String(part)},${size(pictureWidthPx)}`,
      ],
      ...['-frames:v', String(pictureCount), '-fps_mode', 'passthrough', '-q:v', '4', '-map_metadata', '-1', '-f', 'image2'],
      join(folder, 'key-%d.jpg').replace(folder, folder.replaceAll('%', '%%')),
    ],
    footage.folder,
    signal,
  );
  const names = (await readdir(folder)).filter((name) => /^key-\d\.jpg$/.test(name)).sort();
  const pictures = await Promise.all(names.map(async (name) => await fileOf(folder, name)));
  const clip = await fileOf(folder, 'clip.mp4').catch(() => undefined);
  const clipMs = clip === undefined ? 0 : await lengthMs(tools, join(folder, 'clip.mp4'));
  if (clip === undefined || clipMs === 0 || pictures.length === 0) {
    throw new InvalidInputError('E_DECODE_FAILED', `No clip could be cut: ${said === '' ? 'the recording has nothing of the span' : said}.`);
  }
  return { clipMs, clip, pictures };
}

async function fileOf(folder: string, name: string): Promise<EvidenceFile> {
  return { name, bytes: (await stat(join(folder, name))).size };
}

/** Length of a media file by its container, milliseconds; 0 when it has none. */
async function lengthMs(tools: FfmpegTools, path: string): Promise<number> {
  let text = '';
  const args = ['-v', 'error', '-show_entries', 'format=duration', '-of', 'csv=p=0', `file:${path}`];
  const child = spawn(tools.ffprobePath, args, { stdio: ['ignore', 'pipe', 'ignore'], timeout: limitMs });
  child.stdout.on('data', (chunk: Buffer) => (text += chunk.toString()));
  await new Promise<void>((resolve) => child.once('close', () => resolve()).once('error', () => resolve()));
  const seconds = Number(text.trim());
  return Number.isFinite(seconds) ? Math.round(seconds * 1000) : 0;
}

/** Runs ffmpeg to its end. @returns its last error line; an output may be there although it complained */
async function runFfmpeg(tools: FfmpegTools, args: readonly string[], cwd: string, signal: AbortSignal): Promise<string> {
  const child = spawn(tools.ffmpegPath, args, { cwd, stdio: ['ignore', 'ignore', 'pipe'], timeout: limitMs, killSignal: 'SIGKILL', signal });
  let said = '';
  child.stderr.on('data', (chunk: Buffer) => (said = `${said}${chunk.toString()}`.slice(-keptErrorText)));
  try {
    if (child.pid !== undefined) setPriority(child.pid, niceness);
  } catch {
    // It has ended already, or the system has no priorities; neither matters.
  }
  await new Promise<void>((resolve, reject) => {
    child.once('close', () => resolve());
    child.once('error', (error) => reject(new UnavailableError('E_TOOL_MISSING', `ffmpeg could not be run: ${messageOf(error)}.`, { cause: error })));
  });
  return said.trim().split('\n').at(-1) ?? '';
}
