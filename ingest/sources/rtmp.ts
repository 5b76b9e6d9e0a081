import { z } from 'zod';

import { redactUrl } from '../../core/log/logger.ts';
import { containerFormats } from './media-formats.ts';
import { openNetwork, urlField } from './network-source.ts';
import { defineSource } from './source.ts';

const schemes = ['rtmp:', 'rtmps:'];

/** Options of an `rtmp` source. */
export const rtmpSourceConfig = z.strictObject({
  kind: z.literal('rtmp'),
  url: urlField(schemes).describe('Address of the server and stream, for example rtmp://host/app/key.'),
  listen: z.boolean().default(false).describe('Wait for an encoder that publishes to this address instead of connecting to it.'),
});

/** An RTMP server, or an encoder that publishes to us. */
export const rtmpSource = defineSource<z.infer<typeof rtmpSourceConfig>>({
  name: 'rtmp',
  summary: 'An RTMP server, or an encoder that publishes to us.',
  schemes,
  config: rtmpSourceConfig,
  profile: async (config) => ({ address: redactUrl(config.url), live: true, paced: false, endMeans: 'lost' }),
  open: async (config, deps) => {
    const options = config.listen ? ['-listen', '1'] : ['-rtmp_live', 'live', '-rw_timeout', '15000000'];
    return await openNetwork({ url: config.url, protocols: ['rtmp', 'rtmps', 'tcp', 'tls'], formats: containerFormats, options }, deps);
  },
});
