import { join } from 'node:path';

import { readSecret } from '../config/secret.ts';
import type { Analytics, AnalyticsDeps } from './analytics.ts';
import type { AnalyticsConfig } from './config.ts';
import { openServerAnalytics } from './server-analytics.ts';

/** Folder of the embedded engine's files in a data directory. */
export function analyticsFolder(dataDir: string): string {
  return join(dataDir, 'analytics');
}

/**
 * Opens the configured analytics database: the only place that asks which engine. The embedded engine is ready when this resolves; a
 * server is waited for in the background.
 *
 * @param dataDir the data directory; used by the embedded engine only
 * @throws InvariantError `E_DATA_DIR_UNUSABLE` or `E_SCHEMA_REJECTED`, ConfigError `E_CONFIG_INVALID` when the password file cannot be read
 */
export async function createAnalytics(config: AnalyticsConfig, deps: AnalyticsDeps, dataDir: string): Promise<Analytics> {
  if (config.engine === 'server') {
    return openServerAnalytics(
      {
        url: config.url,
        user: config.user,
        password: readSecret('clickhouse', 'analytics.passwordFile', config.passwordFile) ?? '',
        database: config.database,
        requestTimeoutMs: config.requestTimeout,
        maxConnections: 2 * config.maxConcurrentReads + 4,
      },
      deps,
      config.maxConcurrentReads,
    );
  }
  // Loaded on demand: the engine's library takes 200 MB of memory, which a process that uses a server should not pay.
  const { openEmbeddedAnalytics } = await import('./embedded-analytics.ts');
  const { database, maxConcurrentReads } = config;
  return await openEmbeddedAnalytics({ folder: analyticsFolder(dataDir), database, maxConcurrentReads }, deps);
}
