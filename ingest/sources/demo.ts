import { join } from 'node:path';
import { z } from 'zod';

import { ensureDemoRecording } from '../demo/demo-recording.ts';
import { openRecording } from './file.ts';
import { containerFormats } from './media-formats.ts';
import { defineSource } from './source.ts';

/** Options of a `demo` source. */
export const demoSourceConfig = z.strictObject({
  kind: z.literal('demo'),
  loop: z.boolean().default(true).describe('Play the recording again and again.'),
});

/** The built-in demo channel: a broadcast that is generated once and then played in real time. */
export const demoSource = defineSource<z.infer<typeof demoSourceConfig>>({
  name: 'demo',
  summary: 'The built-in demo channel: a broadcast that is generated once and then played in real time.',
  schemes: ['demo:'],
  config: demoSourceConfig,
  // A loop ends only where the second part of the recording is not rendered yet, on a very busy machine: then it starts again.
  profile: async (config) => ({ address: 'the demo channel', live: true, paced: true, endMeans: config.loop ? 'lost' : 'ended' }),
  open: async (config, deps) => {
    const { path } = await ensureDemoRecording({
      dir: join(deps.dataDir, 'demo'),
      log: deps.log,
      signal: deps.signal,
      onProgress: (progress) => deps.onProgress(`Generating the demo recording: ${String(Math.round(progress * 100))} %.`),
    });
    // Our own list of parts, so naming further files is no danger here.
    const formats = ['concat', ...containerFormats];
    const extraOutputs = deps.footage?.record(deps.streams, config.loop) ?? [];
    // Without its second part ffmpeg does not end cleanly (5.1 even crashes): that passes when the part is rendered.
    return await openRecording({ path, loop: config.loop }, deps, { formats, extraOutputs, unfinished: true });
  },
});
