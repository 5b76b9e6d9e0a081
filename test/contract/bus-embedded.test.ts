import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { openEmbeddedBus } from '../../core/bus/embedded/embedded-bus.ts';
import { createLogger } from '../../core/log/logger.ts';
import { systemClock } from '../../core/time/clock.ts';
import { describeBus } from './bus.ts';

describeBus('embedded log', async () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'sightline-bus-'));
  const deps = { log: createLogger({ level: 'silent' }), clock: systemClock };
  return {
    open: async () => await openEmbeddedBus({ dataDir, maxRecordBytes: 200_000, retentionIntervalMs: 50 }, deps),
    stop: async () => rmSync(dataDir, { recursive: true, force: true }),
  };
});
