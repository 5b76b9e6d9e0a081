import { z } from 'zod';

import { redactUrl } from '../../core/log/logger.ts';
import { containerFormats } from './media-formats.ts';
import { openNetwork, urlField } from './network-source.ts';
import { defineSource } from './source.ts';

const schemes = ['udp:', 'rtp:'];

/** Options of a `udp` source. */
export const udpSourceConfig = z.strictObject({
  kind: z.literal('udp'),
  url: urlField(schemes).describe(
    'Address to listen on, for example udp://239.1.1.1:5000 (multicast) or udp://0.0.0.0:5000; rtp:// for MPEG-TS in RTP.',
  ),
  localAddress: z.union([z.ipv4(), z.ipv6()]).optional().describe('Address of the network interface to join a multicast group on.'),
  bufferPackets: z.int().min(1_000).max(10_000_000).default(50_000).describe('Receive buffer, packets of 188 bytes.'),
});

/** MPEG-TS over UDP or RTP, unicast or multicast. */
export const udpSource = defineSource<z.infer<typeof udpSourceConfig>>({
  name: 'udp',
  summary: 'MPEG-TS over UDP or RTP, unicast or multicast.',
  schemes,
  config: udpSourceConfig,
  profile: async (config) => ({ address: redactUrl(config.url), live: true, paced: false, endMeans: 'lost' }),
  open: async (config, deps) => {
    const local = config.localAddress === undefined ? [] : ['-localaddr', config.localAddress];
    // A lost datagram is not a reason to give up: overrun_nonfatal goes on with the next.
    const options =
      new URL(config.url).protocol === 'udp:'
        ? ['-overrun_nonfatal', '1', '-fifo_size', String(config.bufferPackets), '-buffer_size', '2097152', ...local]
        : [];
    const formats = [...containerFormats, 'rtp'];
    return await openNetwork({ url: config.url, protocols: ['udp', 'rtp'], formats, options, spliceData: 'input' }, deps);
  },
});
