import { z } from 'zod';

import { duration } from '../config/fields.ts';

/** Section `analytics` of the configuration. */
export const analyticsConfigSchema = z
  .strictObject({
    engine: z
      .enum(['embedded', 'server'])
      .default('embedded')
      .describe('Where results are kept for SQL: ClickHouse inside this process (chDB, in the data directory), or a ClickHouse server.'),
    url: z
      .url({ protocol: /^https?$/ })
      .default('http://127.0.0.1:8123')
      .describe('HTTP interface of the ClickHouse server, http(s) URL; used when engine is server.'),
    user: z.string().min(1).default('default').describe('User name at the ClickHouse server.'),
    passwordFile: z.string().min(1).optional().describe('File with the password; or set the environment variable SIGHTLINE_CLICKHOUSE_PASSWORD.'),
    database: z
      .string()
      .regex(/^[A-Za-z_][A-Za-z0-9_]*$/)
      .default('sightline')
      .describe('Database that holds the tables; created when it is missing.'),
    requestTimeout: duration().prefault('60s').describe('A request to the ClickHouse server fails after this time (duration).'),
    maxConcurrentReads: z.int().min(1).max(12).default(4).describe('Queries of one kind (own, SQL port) that run at the same time (number).'),
  })
  .prefault({})
  .describe('The analytics database: ClickHouse in the process or as a server.');

/** Parsed section `analytics`. */
export type AnalyticsConfig = z.infer<typeof analyticsConfigSchema>;
