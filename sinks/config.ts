import { z } from 'zod';

import { duration, size } from '../core/config/fields.ts';
import { sinks } from './registry.ts';
import { sqlPortConfigSchema } from './sql-port/config.ts';

const batching = {
  flushInterval: duration().prefault('500ms').describe('Longest wait for a block to fill (duration).'),
  maxBlockEvents: z.int().min(1).max(10_000).default(1000).describe('A block is written when it holds this many events (number).'),
  maxPendingBytes: size().prefault('32MiB').describe('Records that may wait in memory per topic before reading stops (size).'),
};

/** Section `sinks` of the configuration. */
export const sinksConfigSchema = z
  .strictObject({
    clickhouse: z
      .strictObject({
        enabled: z.boolean().default(true).describe('Write events into the analytics database.'),
        ...batching,
        ...sinks.clickhouse.config.shape,
      })
      .prefault({})
      .describe('Rows in ClickHouse (section analytics says which).'),
    jsonLines: z
      .strictObject({ enabled: z.boolean().default(false).describe('Write events as files.'), ...batching, ...sinks.jsonLines.config.shape })
      .prefault({})
      .describe('JSON lines, one file per topic and day.'),
    sqlPort: sqlPortConfigSchema,
  })
  .prefault({})
  .describe('Where events are written, and the SQL port that reads them.');

/** Parsed section `sinks`. */
export type SinksConfig = z.infer<typeof sinksConfigSchema>;
