import { ConfigError } from '../../core/errors/app-error.ts';
import type { Config } from '../config.ts';

/** What a process runs: everything, or one service. */
export const targets = ['all', 'ingest', 'processors', 'sinks', 'dashboard-ws', 'fleet'] as const;

/** One of {@link targets}. */
export type Target = (typeof targets)[number];

/**
 * Checks that a target can do its work under a configuration.
 *
 * @throws ConfigError `E_CONFIG_INVALID` when services that run apart would have to share an embedded engine
 */
export function checkTarget(target: Target, config: Config): void {
  if (target === 'all') return;
  if (config.bus.engine === 'embedded') {
    throw new ConfigError(
      'E_CONFIG_INVALID',
      `--target ${target} needs bus.engine: kafka, because the embedded log belongs to one process. Leave --target out to run everything in one.`,
    );
  }
  if (config.bus.registry.url === undefined) {
    throw new ConfigError(
      'E_CONFIG_INVALID',
      `--target ${target} needs bus.registry.url: processes that run apart must agree on schema ids through one registry.`,
    );
  }
}
