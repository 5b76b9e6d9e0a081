import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { busConfigSchema, topicSpecs } from '../../core/bus/config.ts';
import { createBus } from '../../core/bus/create-bus.ts';
import type { ConsumedRecord, EventBus } from '../../core/bus/bus.ts';
import type { Catalogue } from '../../core/catalogue/catalogue.ts';
import { MemoryCatalogue } from '../../core/catalogue/memory-catalogue.ts';
import { createCodec } from '../../core/events/avro-codec.ts';
import type { EventCodec, EventEnvelope, EventPublisher } from '../../core/events/event-bus.ts';
import { createPublisher } from '../../core/events/publisher.ts';
import { createLogger, type Logger } from '../../core/log/logger.ts';
import { createMetrics, type Metrics } from '../../core/metrics/metrics.ts';
import { type Clock, systemClock } from '../../core/time/clock.ts';
import { deadLetterSuffix, type Topic } from '../../schemas/topics.ts';
import { until } from './until.ts';

/** A bus with everything a service is given, in a data directory of its own. */
export interface BusFixture {
  dataDir: string;
  bus: EventBus;
  codec: EventCodec;
  publisher: EventPublisher;
  catalogue: Catalogue;
  metrics: Metrics;
  log: Logger;
  clock: Clock;
  /** Closes the bus and opens it again on the same data directory, as a restarted process would. */
  reopen(): Promise<BusFixture>;
  /** Closes the bus and removes the data directory. */
  dispose(): Promise<void>;
}

/**
 * Opens a bus with every topic, one partition each: the embedded one unless `settings` of the section `bus` say otherwise.
 *
 * @param dataDir a data directory to go on with; missing: a fresh one
 */
export async function openBusFixture(
  dataDir?: string,
  settings: Record<string, unknown> = {},
  catalogue: Catalogue = new MemoryCatalogue(),
): Promise<BusFixture> {
  const folder = dataDir ?? (await mkdtemp(join(tmpdir(), 'sightline-test-')));
  const log = createLogger({ level: 'silent' });
  const metrics = createMetrics();
  const config = busConfigSchema.parse({ partitions: 1, ...settings });
  const deps = { log, clock: systemClock };
  const bus = await createBus(config, deps, folder);
  await bus.ensureTopics(topicSpecs(config));
  const codec = await createCodec(config, deps, folder);
  return {
    dataDir: folder,
    bus,
    codec,
    publisher: createPublisher(bus, codec, metrics),
    catalogue,
    metrics,
    log,
    clock: systemClock,
    async reopen() {
      await bus.close();
      return await openBusFixture(folder, settings, catalogue);
    },
    async dispose() {
      await bus.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** Every event on a topic's only partition. */
export async function eventsOn<Event extends EventEnvelope>(fixture: BusFixture, topic: Topic<Event>): Promise<Event[]> {
  const records = await fixture.bus.read(topic.name, 0, 0, 10_000);
  return await Promise.all(records.map(async (record) => await fixture.codec.decode(topic, record.value)));
}

/** Every dead letter of a topic. */
export async function deadLettersOf(fixture: BusFixture, topic: string): Promise<ConsumedRecord[]> {
  return await fixture.bus.read(`${topic}${deadLetterSuffix}`, 0, 0, 10_000);
}

/** Resolves when a group has committed everything on a topic. */
export async function untilCommitted(fixture: BusFixture, groupId: string, topic: string): Promise<void> {
  await until(async () => {
    const partitions = await fixture.bus.lag(groupId, topic);
    return partitions.every((partition) => partition.lagRecords === 0);
  });
}
