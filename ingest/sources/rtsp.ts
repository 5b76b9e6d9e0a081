import { z } from 'zod';

import { redactUrl } from '../../core/log/logger.ts';
import { openNetwork, urlField } from './network-source.ts';
import { defineSource } from './source.ts';

const schemes = ['rtsp:', 'rtsps:'];

/** Options of an `rtsp` source. */
export const rtspSourceConfig = z.strictObject({
  kind: z.literal('rtsp'),
  url: urlField(schemes).describe('Address of the camera or server; user and password may stand in it.'),
  transport: z.enum(['tcp', 'udp']).default('tcp').describe('How the media travels; tcp passes firewalls and loses nothing.'),
  listen: z.boolean().default(false).describe('Wait for a sender that publishes to this address instead of connecting to it.'),
});

/** A camera or server that speaks RTSP, or a sender that publishes to us. */
export const rtspSource = defineSource<z.infer<typeof rtspSourceConfig>>({
  name: 'rtsp',
  summary: 'A camera or server that speaks RTSP, or a sender that publishes to us.',
  schemes,
  config: rtspSourceConfig,
  profile: async (config) => ({ address: redactUrl(config.url), live: true, paced: false, endMeans: 'lost' }),
  open: async (config, deps) => {
    const options = ['-rtsp_transport', config.transport, ...(config.listen ? ['-rtsp_flags', 'listen'] : ['-timeout', '15000000'])];
    return await openNetwork({ url: config.url, protocols: ['rtsp', 'rtsps', 'rtp', 'srtp', 'tcp', 'udp', 'tls', 'http', 'https'], options }, deps);
  },
});
