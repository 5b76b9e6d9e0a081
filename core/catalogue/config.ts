import { z } from 'zod';

import { duration, size } from '../config/fields.ts';

/** The `catalogue` section: the ad catalogue and the memory of what was on air. */
export const catalogueConfigSchema = z
  .strictObject({
    enabled: z
      .boolean()
      .default(true)
      .describe('Keep the ad catalogue and the history in the control-plane database (section state). Off: in memory, until the process ends.'),
    taxonomyFile: z
      .string()
      .min(1)
      .optional()
      .describe(
        'Table of categories, as the IAB Tech Lab publishes its Ad Product Taxonomy 2.0 (TSV or CSV). Missing: categories have ids, no names.',
      ),
    airingAge: duration()
      .prefault('90d')
      .describe(
        'How long the catalogue remembers airings: so long new names reach them. The log in ClickHouse keeps them. About 1 MB a day and channel (duration).',
      ),
    historyAge: duration().prefault('7d').describe('What was on air is remembered this long, so that an ad that airs again is noticed (duration).'),
    historySize: size().prefault('2GiB').describe('Most bytes of that memory; the oldest goes first. A stream takes about 33 MB a day (size).'),
  })
  .prefault({})
  .describe('The ad catalogue and the memory of what was on air.');

/** See {@link catalogueConfigSchema}. */
export type CatalogueConfig = z.output<typeof catalogueConfigSchema>;
