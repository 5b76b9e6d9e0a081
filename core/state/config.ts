import { z } from 'zod';

/** The `state` section: the control-plane database. */
export const stateConfigSchema = z
  .strictObject({
    engine: z
      .enum(['embedded', 'postgres'])
      .default('embedded')
      .describe('Where streams and the ad catalogue are kept: embedded is PGlite in the data directory, postgres a server that processes share.'),
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
  })
  .prefault({})
  .describe('The control-plane database: which streams run, the ad catalogue and what was on air.');

/** See {@link stateConfigSchema}. */
export type StateConfig = z.output<typeof stateConfigSchema>;
