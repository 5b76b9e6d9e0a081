import { z } from 'zod';

import { redactUrl } from '../../core/log/logger.ts';
import { containerFormats } from './media-formats.ts';
import { openNetwork, urlField } from './network-source.ts';
import { defineSource } from './source.ts';

const schemes = ['srt:'];

/** Options of an `srt` source. */
export const srtSourceConfig = z.strictObject({
  kind: z.literal('srt'),
  url: urlField(schemes).describe(
    'Address, for example srt://host:9000, with options such as ?mode=listener, latency and passphrase as ffmpeg has them.',
  ),
});

/** MPEG-TS over Secure Reliable Transport, as caller or listener. */
export const srtSource = defineSource<z.infer<typeof srtSourceConfig>>({
  name: 'srt',
  summary: 'MPEG-TS over Secure Reliable Transport, as caller or listener.',
  schemes,
  config: srtSourceConfig,
  profile: async (config) => ({ address: redactUrl(config.url), live: true, paced: false, endMeans: 'lost' }),
  open: async (config, deps) =>
    await openNetwork({ url: config.url, protocols: ['srt', 'udp'], formats: containerFormats, options: [], spliceData: 'input' }, deps),
});
