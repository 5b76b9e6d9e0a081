import { z } from 'zod';

import { duration, size } from '../config/fields.ts';

/** The `evidence` section: pictures and clips of spots. */
export const evidenceConfigSchema = z
  .strictObject({
    enabled: z.boolean().default(true).describe('False makes no pictures and clips of spots; what is there stays and is shown.'),
    folder: z
      .string()
      .min(1)
      .optional()
      .describe('Where they are kept; several processes may share it. Path; unset: `evidence` in the data directory.'),
    maxAge: duration().prefault('365d').describe('Evidence older than this is removed; the next airing of the spot brings new.'),
    maxSize: size().prefault('4GiB').describe('Most bytes of all evidence; the oldest goes first.'),
  })
  .prefault({})
  .describe('Pictures and clips of the spots in the catalogue (docs/evidence.md).');

/** See {@link evidenceConfigSchema}. */
export type EvidenceConfig = z.infer<typeof evidenceConfigSchema>;
