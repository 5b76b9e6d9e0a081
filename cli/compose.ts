import type { EventBus } from '../core/bus/bus.ts';
import { createBus } from '../core/bus/create-bus.ts';
import type { Categories } from '../core/catalogue/categories.ts';
import { createCodec } from '../core/events/avro-codec.ts';
import type { EventCodec, EventPublisher } from '../core/events/event-bus.ts';
import { createPublisher } from '../core/events/publisher.ts';
import type { Logger } from '../core/log/logger.ts';
import { createMetrics, type Metrics } from '../core/metrics/metrics.ts';
import { type Clock, systemClock } from '../core/time/clock.ts';
import { categoriesOf } from './catalogue/taxonomy-file.ts';
import type { Config } from './config.ts';

/** What every service of a process is given: the ports, open, and the observers. */
export interface Kit {
  config: Config;
  dataDir: string;
  bus: EventBus;
  codec: EventCodec;
  publisher: EventPublisher;
  metrics: Metrics;
  categories: Categories;
  log: Logger;
  clock: Clock;
}

/** Opens the ports that every target uses. The caller closes the bus (the topics service does). */
export async function openKit(config: Config, dataDir: string, log: Logger): Promise<Kit> {
  const clock = systemClock;
  const categories = categoriesOf(config.catalogue);
  const metrics = createMetrics({ processMetrics: true });
  const bus = await createBus(config.bus, { log, clock }, dataDir);
  const codec = await createCodec(config.bus, { log, clock }, dataDir);
  return { config, dataDir, bus, codec, publisher: createPublisher(bus, codec, metrics), metrics, categories, log, clock };
}
