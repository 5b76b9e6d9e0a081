import type { BusConfig } from './config.ts';
import type { BusDeps, EventBus } from './bus.ts';
import { openEmbeddedBus } from './embedded/embedded-bus.ts';

/**
 * Opens the configured event bus: the only place that asks which engine. Kafka connects in the background; the embedded log is open
 * when this resolves.
 *
 * @param dataDir the data directory; used by the embedded engine only
 * @throws InvariantError `E_DATA_DIR_UNUSABLE`, ConfigError `E_CONFIG_INVALID` when a named secret or certificate file cannot be read
 */
export async function createBus(config: BusConfig, deps: BusDeps, dataDir: string): Promise<EventBus> {
  if (config.engine === 'kafka') {
    const { openKafkaBus } = await import('./kafka/kafka-bus.ts');
    return await openKafkaBus(config, deps);
  }
  return await openEmbeddedBus({ dataDir, maxRecordBytes: config.maxRecordBytes, durable: config.embedded.durable }, deps);
}
