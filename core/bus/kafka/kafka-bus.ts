import { ConfigError } from '../../errors/app-error.ts';
import type { BusDeps, EventBus } from '../bus.ts';
import type { BusConfig } from '../config.ts';

/** Opens the event bus on Apache Kafka. */
export function openKafkaBus(_config: BusConfig, _deps: BusDeps): EventBus {
  throw new ConfigError('E_CONFIG_INVALID', 'The Kafka engine is not built yet.');
}
