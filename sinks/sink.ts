import type { z } from 'zod';

import type { Analytics } from '../core/analytics/analytics.ts';
import type { EventEnvelope } from '../core/events/event-bus.ts';
import type { Logger } from '../core/log/logger.ts';
import type { Metrics } from '../core/metrics/metrics.ts';
import type { Clock } from '../core/time/clock.ts';
import type { Topic } from '../schemas/topics.ts';

/** What every sink is given. */
export interface SinkDeps {
  log: Logger;
  clock: Clock;
  metrics: Metrics;
  /** The analytics database. */
  analytics: Analytics;
  /** The data directory of this process. */
  dataDir: string;
}

/** Events of one topic that are written together. */
export interface SinkBlock {
  topic: Topic<EventEnvelope>;
  /** In the order of the bus per partition; never empty. */
  events: readonly EventEnvelope[];
  /** Same name, same content: `topic:partition:first-last …` with a digest of the event ids. */
  blockId: string;
}

/**
 * Writes blocks of events somewhere. Subscription, decoding, batching, retry, dead letters, commits and lag are the runtime's business
 * (sinks/runtime). A block may come again after a crash: writing it twice must not show.
 */
export interface Sink {
  /**
   * Resolves when the block is durable.
   * @throws UnavailableError (the same block comes again after a pause), InvalidInputError (the block comes again in halves, until the
   * event that cannot be written is alone and goes to the dead letters)
   */
  write(block: SinkBlock): Promise<void>;
  /** `undefined` when it can write, else one sentence. */
  unhealthy(): string | undefined;
  /** Called once, after the last write. */
  close(): Promise<void>;
}

/** A kind of sink: one file and one line in sinks/registry.ts. */
export interface SinkDefinition<Schema extends z.ZodType = z.ZodType> {
  /** Noun, e.g. `clickhouse`; its consumer group is `sink-<name>`. */
  readonly name: string;
  /** One sentence for docs. */
  readonly summary: string;
  readonly config: Schema;
  /** Topics it reads under a configuration. */
  topics(config: z.output<Schema>): readonly Topic<EventEnvelope>[];
  create(config: z.output<Schema>, deps: SinkDeps): Promise<Sink>;
}

/** Declares a sink; exists so that `config` infers its type. */
export function defineSink<Schema extends z.ZodType>(definition: SinkDefinition<Schema>): SinkDefinition<Schema> {
  return definition;
}
