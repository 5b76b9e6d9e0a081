import { z } from 'zod';

import { duration } from '../../core/config/fields.ts';

/** Options of the runtime that drives processors. */
export const runtimeConfigSchema = z
  .strictObject({
    maxBatchRecords: z.int().min(1).max(10_000).default(64).describe('Most records that a processor is handed at once.'),
    maxReplay: duration()
      .prefault('30m')
      .describe(
        'Longest stretch of input that a restart reads again for something still open (a shot, a break). What is open for longer begins in its middle after a restart. A duration.',
      ),
    idleStream: duration()
      .prefault('1h')
      .describe('A stream without events for this long is treated as ended: what is pending is reported and its state dropped. A duration.'),
  })
  .prefault({})
  .describe('How processors are driven.');

/** Parsed options of the runtime. */
export type RuntimeConfig = z.output<typeof runtimeConfigSchema>;
