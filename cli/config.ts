import { readFileSync } from 'node:fs';

import { z } from 'zod';

import { analyticsConfigSchema } from '../core/analytics/config.ts';
import { busConfigSchema } from '../core/bus/config.ts';
import { catalogueConfigSchema } from '../core/catalogue/config.ts';
import { loadConfig } from '../core/config/load-config.ts';
import { ConfigError, messageOf } from '../core/errors/app-error.ts';
import { evidenceConfigSchema } from '../core/evidence/config.ts';
import { type StateConfig, stateConfigSchema } from '../core/state/config.ts';
import { dashboardConfigSchema } from '../dashboard-ws/config.ts';
import { fleetConfigSchema } from '../fleet/config.ts';
import { ingestConfig } from '../ingest/config.ts';
import { processorsConfigSchema } from '../processors/config.ts';
import { sinksConfigSchema } from '../sinks/config.ts';
import { httpConfigSchema, logConfigSchema } from './http-config.ts';

/** The whole configuration: one section a part; each part owns its own. */
export const configSchema = z.strictObject({
  http: httpConfigSchema,
  log: logConfigSchema,
  ingest: ingestConfig.describe('Streams: where pictures and sound come from.'),
  processors: processorsConfigSchema.describe('What is looked for in the streams.'),
  sinks: sinksConfigSchema,
  dashboard: dashboardConfigSchema,
  fleet: fleetConfigSchema,
  evidence: evidenceConfigSchema,
  catalogue: catalogueConfigSchema,
  state: stateConfigSchema,
  bus: busConfigSchema,
  analytics: analyticsConfigSchema,
});

/** Parsed and frozen configuration. */
export type Config = z.output<typeof configSchema>;

/** Where the control-plane database is: section `state`, before which go the names it had in section `fleet`. */
export function stateConfigOf(config: Config): StateConfig {
  const { engine, url, passwordFile = config.state.passwordFile } = config.fleet;
  const password = passwordFile === undefined ? {} : { passwordFile };
  return { engine: engine ?? config.state.engine, url: url ?? config.state.url, ...password };
}

/**
 * Reads the configuration: defaults < YAML file < environment < flags.
 *
 * @param file path of the YAML file, undefined for none
 * @throws ConfigError `E_CONFIG_INVALID` with every problem
 */
export function readConfig(file: string | undefined, overrides: Readonly<Record<string, unknown>> = {}): Config {
  if (file === undefined) return loadConfig(configSchema, { env: process.env, overrides });
  let yaml: string;
  try {
    yaml = readFileSync(file, 'utf8');
  } catch (error) {
    throw new ConfigError('E_CONFIG_INVALID', `The configuration file ${file} cannot be read (${messageOf(error)}).`, { cause: error });
  }
  return loadConfig(configSchema, { yaml, yamlName: file, env: process.env, overrides });
}
