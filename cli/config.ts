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

/** What is written with a key that has another name now, as one sentence; undefined when nothing is. */
export function oldKeysWarning({ fleet }: Config): string | undefined {
  const old = (['engine', 'url', 'passwordFile'] as const).filter((key) => fleet[key] !== undefined);
  if (old.length === 0) return undefined;
  const list = (section: string): string => old.map((key) => `${section}.${key}`).join(', ');
  return old.length === 1
    ? `${list('fleet')} is the old name of ${list('state')}: rename it.`
    : `${list('fleet')} are old names of ${list('state')}: rename them.`;
}

/**
 * Reads the configuration: defaults < YAML file < environment < flags.
 *
 * Says on standard error when it uses old names.
 *
 * @param file path of the YAML file, undefined for none
 * @throws ConfigError `E_CONFIG_INVALID` with every problem
 */
export function readConfig(file: string | undefined, overrides: Readonly<Record<string, unknown>> = {}): Config {
  const config = loadConfig(configSchema, { ...readYaml(file), env: process.env, overrides });
  const warning = oldKeysWarning(config);
  if (warning !== undefined) process.stderr.write(`sightline: warning: ${warning}\n`);
  return config;
}

function readYaml(file: string | undefined): { yaml?: string; yamlName?: string } {
  if (file === undefined) return {};
  try {
    return { yaml: readFileSync(file, 'utf8'), yamlName: file };
  } catch (error) {
    throw new ConfigError('E_CONFIG_INVALID', `The configuration file ${file} cannot be read (${messageOf(error)}).`, { cause: error });
  }
}
