import type { Batch, EventBus, Subscription } from '../../core/bus/bus.ts';
import { isRetryable } from '../../core/errors/app-error.ts';
import { type EventCodec, type EventEnvelope, type EventPublisher, decodeBatch } from '../../core/events/event-bus.ts';
import type { Logger } from '../../core/log/logger.ts';
import type { Metrics } from '../../core/metrics/metrics.ts';
import type { Readiness } from '../../core/service/service.ts';
import type { Clock } from '../../core/time/clock.ts';
import type { Topic } from '../../schemas/topics.ts';
import type { Sink } from '../sink.ts';
import { BlockWriter } from './block-writer.ts';
import { type PendingEvent, PendingEvents } from './pending-events.ts';

/** How a sink's events are gathered into blocks. */
export interface BatchingConfig {
  /** Longest wait for a block to fill, milliseconds. */
  flushInterval: number;
  /** A block is written when it holds this many events. */
  maxBlockEvents: number;
  /** Bytes of records that may wait per topic before reading stops. */
  maxPendingBytes: number;
}

/** What a {@link SinkRunner} works with. */
export interface SinkRunnerDeps {
  name: string;
  sink: Sink;
  topics: readonly Topic<EventEnvelope>[];
  batching: BatchingConfig;
  bus: EventBus;
  codec: EventCodec;
  publisher: EventPublisher;
  metrics: Metrics;
  log: Logger;
  clock: Clock;
}

/** Feeds one sink from the bus: gathers blocks per topic, writes them, commits what is written. */
export class SinkRunner {
  readonly group: string;
  readonly #deps: SinkRunnerDeps;
  readonly #feeds = new Map<string, TopicFeed>();
  #subscription: Subscription | undefined;

  constructor(deps: SinkRunnerDeps) {
    this.#deps = deps;
    this.group = `sink-${deps.name}`;
    for (const topic of deps.topics) this.#feeds.set(topic.name, new TopicFeed(topic, this.group, deps));
  }

  /** Joins the consumer group and begins. `crashed` resolves when the bus ended the subscription for good. */
  async start(): Promise<{ crashed: Promise<Error> }> {
    const { bus, topics, batching } = this.#deps;
    const options = { groupId: this.group, topics: topics.map(({ name }) => name), maxBatchRecords: Math.min(500, batching.maxBlockEvents) };
    this.#subscription = await bus.subscribe(options, async (batch) => await this.#feeds.get(batch.topic)?.accept(batch));
    return { crashed: this.#subscription.crashed };
  }

  /** Writes what has been read, leaves the group and closes the sink. What could not be written comes again after the next start. */
  async stop(): Promise<void> {
    await Promise.all([...this.#feeds.values()].map(async (feed) => await feed.drain()));
    await this.#subscription?.close();
    await this.#deps.sink.close();
  }

  /** Records behind, per topic. */
  async reportLag(): Promise<void> {
    const { bus, topics, metrics } = this.#deps;
    for (const { name } of topics) {
      const lag = await bus.lag(this.group, name);
      metrics.set(
        'bus_consumer_lag_records',
        lag.reduce((sum, { lagRecords }) => sum + lagRecords, 0),
        { group: this.group, topic: name },
      );
    }
  }

  /** Not ready while a block cannot be written. */
  readiness(): Readiness {
    const failing = [...this.#feeds.values()].map((feed) => feed.failure).find((failure) => failure !== undefined);
    const reason = failing ?? this.#deps.sink.unhealthy() ?? '';
    return { ready: reason === '', reason };
  }
}

/** One topic's way into the sink. */
class TopicFeed {
  readonly #topic: Topic<EventEnvelope>;
  readonly #group: string;
  readonly #deps: SinkRunnerDeps;
  readonly #pending: PendingEvents;
  readonly #writer: BlockWriter;
  readonly #draining = new AbortController();
  #running: Promise<void> | undefined;
  #full = new AbortController();

  constructor(topic: Topic<EventEnvelope>, group: string, deps: SinkRunnerDeps) {
    this.#topic = topic;
    this.#group = group;
    this.#deps = deps;
    this.#pending = new PendingEvents(4 * deps.batching.maxBlockEvents, deps.batching.maxPendingBytes);
    this.#writer = new BlockWriter(topic, { ...deps, group });
  }

  get failure(): string | undefined {
    return this.#writer.failure;
  }

  /** Takes a batch over; resolves when it is in the buffer, which may wait for room. Commits follow when it is written. */
  async accept(batch: Batch): Promise<void> {
    await this.#pending.room();
    if (batch.isStale() || this.#draining.signal.aborted) return;
    const { codec, metrics } = this.#deps;
    metrics.count('component_received_events_total', { component: this.#group, topic: this.#topic.name }, batch.records.length);
    const decoded = await decodeBatch(codec, this.#topic, batch);
    const away = decoded.find((result) => !result.ok && isRetryable(result.error));
    if (away !== undefined && !away.ok) throw away.error;
    const events: PendingEvent[] = [];
    for (const [index, result] of decoded.entries()) {
      const record = batch.records[index];
      if (record === undefined) continue;
      if (result.ok) events.push({ event: result.event, record, batch });
      else if (!(await this.#writer.deadLetter(record, result.error, this.#draining.signal))) return;
    }
    if (batch.isStale()) return;
    this.#pending.add(batch, events, (batch.records.at(-1)?.offset ?? -1) + 1);
    if (this.#pending.count >= this.#deps.batching.maxBlockEvents) this.#full.abort();
    this.#running ??= this.#run();
  }

  /** Writes what is in the buffer, trying each block once more at most, then stops. */
  async drain(): Promise<void> {
    this.#draining.abort();
    this.#full.abort();
    await this.#running;
    this.#pending.clear();
  }

  async #run(): Promise<void> {
    try {
      while (!this.#pending.empty) {
        await this.#fill();
        const { events, commits } = this.#pending.take(this.#deps.batching.maxBlockEvents);
        if (!(await this.#writer.write(events, this.#draining.signal))) return;
        await Promise.all(commits.map(async ({ batch, nextOffset }) => await this.#commit(batch, nextOffset)));
      }
    } finally {
      this.#running = undefined;
    }
  }

  async #fill(): Promise<void> {
    const { clock, batching } = this.#deps;
    this.#full = new AbortController();
    if (this.#pending.count >= batching.maxBlockEvents || this.#draining.signal.aborted) return;
    await clock.sleep(batching.flushInterval, this.#full.signal).catch(() => undefined);
  }

  async #commit(batch: Batch, nextOffset: number): Promise<void> {
    if (batch.isStale()) return;
    try {
      await batch.commit(nextOffset);
    } catch (err) {
      // The rows are written; a later commit covers this one, and a redelivery is hidden by the deterministic ids.
      this.#deps.log.warn({ group: this.#group, topic: batch.topic, partition: batch.partition, err }, 'Written events could not be committed.');
    }
  }
}
