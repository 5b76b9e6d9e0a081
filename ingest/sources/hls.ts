import { z } from 'zod';

import { messageOf } from '../../core/errors/app-error.ts';
import { redactUrl } from '../../core/log/logger.ts';
import type { MediaReading } from '../media-reading.ts';
import { isPlaylist } from '../splice/hls/playlist.ts';
import { isPlaylistName } from '../splice/hls/local-playlist.ts';
import { httpAccess } from '../splice/hls/playlist-access.ts';
import { PlaylistFollower } from '../splice/hls/playlist-follower.ts';
import { PlaylistReading } from '../splice/hls/playlist-reading.ts';
import { type NetworkInput, openNetwork, urlField } from './network-source.ts';
import { type SourceDeps, defineSource } from './source.ts';

const schemes = ['http:', 'https:'];

/** Options of an `hls` source. */
export const hlsSourceConfig = z.strictObject({
  kind: z.literal('hls'),
  url: urlField(schemes).describe('Playlist (.m3u8), master or media, over http or https; any other media over http works too.'),
  speed: z.enum(['source', 'realtime']).default('source').describe('`realtime` holds a playlist that has already ended back to real time.'),
});

/** Names of media that are certainly no playlist, so that asking for their beginning would only cost a connection. */
const mediaName = /\.(ts|m2ts|mts|mp4|m4v|mov|mkv|webm|flv|mp3|aac|m4a)$/i;

/** HTTP Live Streaming, or any media over http. Nothing a playlist names can reach a file of this machine. */
export const hlsSource = defineSource<z.infer<typeof hlsSourceConfig>>({
  name: 'hls',
  summary: 'HTTP Live Streaming, or any media over http.',
  schemes,
  config: hlsSourceConfig,
  profile: async (config) => ({ address: redactUrl(config.url), live: true, paced: config.speed === 'realtime', endMeans: 'ended' }),
  open: async (config, deps) => {
    const input = { url: config.url, protocols: ['http', 'https', 'tcp', 'tls', 'crypto'], options: ['-rw_timeout', '15000000'] };
    const ending = new AbortController();
    const access = httpAccess(AbortSignal.any([deps.signal, ending.signal]));
    const { pathname } = new URL(config.url);
    const first = mediaName.test(pathname) ? undefined : await access.playlist(config.url).catch(messageOf);
    if (first === undefined || typeof first === 'string' || !isPlaylist(first.text)) {
      // An address that does not answer is ffmpeg's to complain about, which tries again.
      return await openNetwork({ ...input, spliceData: isPlaylistName(pathname) ? 'firstVariant' : 'input' }, deps);
    }
    return await openPlaylist(input, new PlaylistFollower(first, access), deps, () => ending.abort());
  },
});

async function openPlaylist(input: NetworkInput, follower: PlaylistFollower, deps: SourceDeps, onEnd: () => void): Promise<MediaReading> {
  // A connection a request, as ffmpeg says only then which segment it opens.
  const options = [...input.options, '-http_persistent', '0'];
  const media = await openNetwork({ ...input, options, spliceData: 'firstVariant', onOpened: (url) => follower.opened(url) }, deps);
  return new PlaylistReading(media, follower, deps.clock, onEnd);
}
