import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { z } from 'zod';

import { InvalidInputError } from '../../core/errors/app-error.ts';
import type { FfmpegOutput } from '../ffmpeg/ffmpeg-process.ts';
import { FfmpegReading } from '../ffmpeg/ffmpeg-reading.ts';
import type { MediaReading } from '../media-reading.ts';
import { isPlaylistName, readLocalPlaylist } from '../splice/hls/local-playlist.ts';
import { fileAccess } from '../splice/hls/playlist-access.ts';
import { PlaylistFollower } from '../splice/hls/playlist-follower.ts';
import { PlaylistReading } from '../splice/hls/playlist-reading.ts';
import { containerFormats } from './media-formats.ts';
import { type SourceDeps, type SourceProfile, defineSource } from './source.ts';

/** A recording that has no start in its configuration began at its file time, give or take its length; this is what we say of it. */
const fileTimeUncertaintyMs = 3_600_000;

/** Options of a `file` source. */
export const fileSourceConfig = z.strictObject({
  kind: z.literal('file'),
  path: z.string().min(1).describe('Recording, or a playlist (.m3u8) beside its segments; absolute or relative to the working directory.'),
  loop: z.boolean().default(false).describe('Play it again and again; media time goes on growing.'),
  speed: z
    .enum(['full', 'realtime'])
    .default('full')
    .describe('`full`: as fast as the machine and the readers allow; `realtime`: as it would be on air.'),
  recordingStart: z.iso
    .datetime({ offset: true })
    .optional()
    .describe('Wall clock of the first picture (ISO 8601); the time of the file when absent.'),
});

/** Parsed options of a `file` source. */
export type FileSourceConfig = z.infer<typeof fileSourceConfig>;

/** A recording on disk, once or looped, at full speed or in real time. */
export const fileSource = defineSource<FileSourceConfig>({
  name: 'file',
  summary: 'A recording on disk, once or looped, at full speed or in real time.',
  schemes: ['file:'],
  config: fileSourceConfig,
  profile: async (config): Promise<SourceProfile> => {
    const live = config.speed === 'realtime';
    const { mtimeMs } = await statFile(config.path);
    const start = config.recordingStart === undefined ? undefined : Date.parse(config.recordingStart);
    return {
      address: config.path,
      live,
      paced: live,
      endMeans: 'ended',
      recordingStart:
        start === undefined ? { startMs: Math.round(mtimeMs), uncertaintyMs: fileTimeUncertaintyMs } : { startMs: start, uncertaintyMs: 1 },
    };
  },
  open: async (config, deps) => {
    if (config.speed === 'realtime')
      return await openRecording(config, deps, { extraOutputs: deps.footage?.record(deps.streams, config.loop) ?? [] });
    if (!config.loop) deps.footage?.readsFile(config.path);
    return await openRecording(config, deps);
  },
});

/** What {@link openRecording} may be told besides. */
export interface OpenRecordingOptions {
  /** Container formats that may be read. @default those of recordings */
  formats?: readonly string[];
  /** What the child writes besides. @default nothing */
  extraOutputs?: readonly FfmpegOutput[];
  /** Part of the recording is still being written: breaking off there may pass. @default false */
  unfinished?: boolean;
}

/** Opens a recording with ffmpeg; also what the demo plays. @throws InvalidInputError `E_SOURCE_NOT_FOUND` */
export async function openRecording(
  config: Pick<FileSourceConfig, 'path' | 'loop'>,
  deps: SourceDeps,
  { formats = containerFormats, extraOutputs = [], unfinished = false }: OpenRecordingOptions = {},
): Promise<MediaReading> {
  await statFile(config.path);
  const follower = isPlaylistName(config.path) ? new PlaylistFollower(await readLocalPlaylist(resolve(config.path)), fileAccess()) : undefined;
  const input = {
    // An absolute path behind `file:` is never an option and never another protocol, whatever the name of the file.
    url: `file:${resolve(config.path)}`,
    address: config.path,
    protocols: follower === undefined ? ['file'] : ['file', 'crypto'],
    formats: follower === undefined ? formats : ['hls', ...formats],
    options: config.loop ? ['-stream_loop', '-1'] : [],
    network: unfinished,
    extraOutputs,
    ...(follower === undefined ? {} : { onOpened: (url: string) => follower.opened(url) }),
  };
  const decode = {
    sampling: deps.sampling,
    streams: deps.streams,
    threads: deps.threads,
    lowDelay: false,
    spliceData: follower === undefined ? ('input' as const) : ('firstVariant' as const),
    legacyVsync: await deps.legacyVsync(),
  };
  const media = new FfmpegReading(deps.tools(), input, decode);
  return follower === undefined ? media : new PlaylistReading(media, follower, deps.clock, () => undefined);
}

async function statFile(path: string): Promise<{ mtimeMs: number }> {
  try {
    const found = await stat(path);
    if (!found.isFile() && !found.isFIFO()) throw new InvalidInputError('E_SOURCE_NOT_FOUND', `${path} is not a file.`);
    if (found.isFile() && found.size === 0) throw new InvalidInputError('E_SOURCE_NOT_MEDIA', `${path} is empty.`);
    return found;
  } catch (error) {
    if (error instanceof InvalidInputError) throw error;
    const code = error instanceof Error && 'code' in error ? error.code : '';
    const reason = code === 'ENOENT' ? 'does not exist' : code === 'EACCES' ? 'may not be read' : 'cannot be read';
    throw new InvalidInputError('E_SOURCE_NOT_FOUND', `${path} ${reason}.`, { cause: error });
  }
}
