import { z } from 'zod';

import { redactUrl } from '../../core/log/logger.ts';
import { openNetwork, urlField } from './network-source.ts';
import { defineSource } from './source.ts';

const schemes = ['http:', 'https:'];

/** Options of an `hls` source. */
export const hlsSourceConfig = z.strictObject({
  kind: z.literal('hls'),
  url: urlField(schemes).describe('Playlist (.m3u8), master or media, over http or https; any other media over http works too.'),
  speed: z.enum(['source', 'realtime']).default('source').describe('`realtime` holds a playlist that has already ended back to real time.'),
});

/** HTTP Live Streaming, or any media over http. Nothing a playlist names can reach a file of this machine. */
export const hlsSource = defineSource<z.infer<typeof hlsSourceConfig>>({
  name: 'hls',
  summary: 'HTTP Live Streaming, or any media over http.',
  schemes,
  config: hlsSourceConfig,
  profile: async (config) => ({ address: redactUrl(config.url), live: true, paced: config.speed === 'realtime', endMeans: 'ended' }),
  open: async (config, deps) =>
    await openNetwork({ url: config.url, protocols: ['http', 'https', 'tcp', 'tls', 'crypto'], options: ['-rw_timeout', '15000000'] }, deps),
});
