import { readFileSync } from 'node:fs';

import { ConfigError, messageOf } from '../errors/app-error.ts';

/** Environment variables that hold secrets; each has a `…File` key in the configuration beside it. */
export const secretVariables = {
  kafka: 'SIGHTLINE_KAFKA_PASSWORD',
  registry: 'SIGHTLINE_REGISTRY_PASSWORD',
  clickhouse: 'SIGHTLINE_CLICKHOUSE_PASSWORD',
  sql: 'SIGHTLINE_SQL_PASSWORD',
  postgres: 'SIGHTLINE_POSTGRES_PASSWORD',
  fleet: 'SIGHTLINE_FLEET_TOKEN',
} as const;

/**
 * Reads a secret from its file, else from its environment variable; undefined when neither is set.
 *
 * @param key configuration key of the file, for the message
 * @throws ConfigError `E_CONFIG_INVALID` when the file cannot be read
 */
export function readSecret(secret: keyof typeof secretVariables, key: string, file: string | undefined): string | undefined {
  if (file === undefined) return process.env[secretVariables[secret]] || undefined;
  try {
    return readFileSync(file, 'utf8').trim();
  } catch (error) {
    throw new ConfigError('E_CONFIG_INVALID', `${key}: ${file} cannot be read (${messageOf(error)}).`, { cause: error });
  }
}
