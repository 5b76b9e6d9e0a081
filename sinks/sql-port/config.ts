import { z } from 'zod';

import { duration, size } from '../../core/config/fields.ts';

/** Section `sinks.sqlPort` of the configuration. */
export const sqlPortConfigSchema = z
  .strictObject({
    enabled: z.boolean().default(true).describe("Answer read-only SQL over ClickHouse's HTTP interface."),
    host: z.string().min(1).default('127.0.0.1').describe('Address to listen on; set a user and password before you open it to a network.'),
    port: z.int().min(0).max(65_535).default(8123).describe('Port to listen on (0: any free one; 8123 is what ClickHouse clients expect).'),
    user: z.string().min(1).default('default').describe('User name that clients give when a password is set.'),
    passwordFile: z
      .string()
      .min(1)
      .optional()
      .describe('File with the password of the SQL port; or set SIGHTLINE_SQL_PASSWORD. Missing: everybody who reaches the port may read.'),
    maxQueryTime: duration().prefault('30s').describe('A query ends with an error after this time (duration).'),
    maxMemoryBytes: size().prefault('1GiB').describe('Memory of one query (size).'),
    maxResultRows: z.int().min(1).max(100_000_000).default(1_000_000).describe('Rows of one answer; more end with an error (number).'),
    maxResultBytes: size().prefault('128MiB').describe('Bytes of one answer before formatting; more end with an error (size).'),
    maxQueryBytes: size().prefault('256KiB').describe('Longest statement with its parameters (size).'),
    maxWaiting: z.int().min(1).max(1000).default(32).describe('Queries that may run or wait at the same time; more are refused with 503 (number).'),
  })
  .prefault({})
  .describe('The read-only SQL port.');

/** Parsed section `sinks.sqlPort`. */
export type SqlPortConfig = z.infer<typeof sqlPortConfigSchema>;
