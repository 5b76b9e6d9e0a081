import { z } from 'zod';

import { duration } from '../core/config/fields.ts';

/** The `fleet` section: the control plane that owns which streams run. */
export const fleetConfigSchema = z
  .strictObject({
    enabled: z
      .boolean()
      .default(false)
      .describe('Run the control plane in target all; target fleet always runs it. Off: the streams are those of the configuration.'),
    engine: z
      .enum(['embedded', 'postgres'])
      .default('embedded')
      .describe('Where its state is kept: embedded is PGlite in the data directory, postgres a server.'),
    url: z
      .string()
      .startsWith('postgres')
      .default('postgres://sightline@127.0.0.1:5432/sightline')
      .describe('PostgreSQL server, used when engine is postgres.'),
    passwordFile: z
      .string()
      .min(1)
      .optional()
      .describe('File with the password of PostgreSQL; or set the environment variable SIGHTLINE_POSTGRES_PASSWORD.'),
    tokenFile: z
      .string()
      .min(1)
      .optional()
      .describe(
        'File with the bearer token that changes need; or set SIGHTLINE_FLEET_TOKEN. Without one, only requests from this machine may change streams.',
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
