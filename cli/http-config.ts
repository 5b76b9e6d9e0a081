import { z } from 'zod';

/** Section `http`: the port of page, API, WebSocket, health and metrics. */
export const httpConfigSchema = z
  .strictObject({
    host: z
      .string()
      .min(1)
      .default('127.0.0.1')
      .describe('Address to listen on; 0.0.0.0 for every network of the machine (set dashboard.token then).'),
    port: z.int().min(0).max(65535).default(8080).describe('Port of the page, the API, the WebSocket, health and metrics; 0 takes any free one.'),
  })
  .prefault({})
  .describe('The port of the page, its API and WebSocket, health and metrics.');

/** Section `log`. */
export const logConfigSchema = z
  .strictObject({
    level: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']).default('info').describe('Least severe level that is written.'),
    format: z
      .enum(['auto', 'json', 'pretty'])
      .default('auto')
      .describe('json, or lines for people; auto: lines for people on a terminal, else json.'),
  })
  .prefault({})
  .describe('Logs, on standard error.');
