import { z } from 'zod';

import { duration } from '../core/config/fields.ts';

/** The `fleet` section: the control plane that owns which streams run. */
export const fleetConfigSchema = z
  .strictObject({
    enabled: z
      .boolean()
      .default(false)
      .describe('Run the control plane in target all; target fleet always runs it. Off: the streams are those of the configuration.'),
    engine: z.enum(['embedded', 'postgres']).optional().describe('Old name of state.engine; goes before it.'),
    url: z.string().startsWith('postgres').optional().describe('Old name of state.url; goes before it.'),
    passwordFile: z.string().min(1).optional().describe('Old name of state.passwordFile; goes before it.'),
    tokenFile: z
      .string()
      .min(1)
      .optional()
      .describe(
        'File with the bearer token that changes of streams and of the ad catalogue need; or set SIGHTLINE_FLEET_TOKEN. Without one, only requests from this machine may change streams.',
      ),
    republishEvery: duration()
      .prefault('30s')
      .describe('Every definition is published again after this time, so that a new ingest learns of it (duration).'),
    maxStreams: z.int().min(1).max(100_000).default(1000).describe('Most streams of one tenant.'),
  })
  .prefault({})
  .describe('The control plane: which streams run.');

/** See {@link fleetConfigSchema}. */
export type FleetConfig = z.output<typeof fleetConfigSchema>;
