import { join } from 'node:path';

import type { Analytics } from '../../core/analytics/analytics.ts';
import { openEmbeddedAnalytics } from '../../core/analytics/embedded-analytics.ts';
import { sinksConfigSchema } from '../../sinks/config.ts';
import { type SinksService, createSinksService } from '../../sinks/service.ts';
import type { BusFixture } from './bus-fixtures.ts';

/** Opens chDB in the fixture's data directory. */
export async function openTestAnalytics(fixture: BusFixture): Promise<Analytics> {
  const options = { folder: join(fixture.dataDir, 'analytics'), database: 'sightline', maxConcurrentReads: 4 };
  return await openEmbeddedAnalytics(options, { log: fixture.log, clock: fixture.clock });
}

/** Creates the sinks service on a fixture, flushing at once and listening on any port. */
export function createTestSinks(fixture: BusFixture, analytics: Analytics, section: object = {}): SinksService {
  const config = sinksConfigSchema.parse({ clickhouse: { flushInterval: '20ms' }, sqlPort: { port: 0 }, ...section });
  return createSinksService(config, { ...fixture, analytics, onCrash: () => undefined });
}
