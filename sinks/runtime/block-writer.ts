import { createHash } from 'node:crypto';

import { backoffMs } from '../../core/bus/delivery.ts';
import { AppError, InvalidInputError, messageOf } from '../../core/errors/app-error.ts';
import type { EventEnvelope, EventPublisher } from '../../core/events/event-bus.ts';
import type { Logger } from '../../core/log/logger.ts';
import type { Metrics } from '../../core/metrics/metrics.ts';
import type { Clock } from '../../core/time/clock.ts';
import type { Topic } from '../../schemas/topics.ts';
import type { Sink } from '../sink.ts';
import type { PendingEvent } from './pending-events.ts';

/** What a {@link BlockWriter} works with. */
export interface BlockWriterDeps {
  sink: Sink;
  /** Consumer group, `sink-<name>`; also the component of metrics. */
  group: string;
  publisher: EventPublisher;
  metrics: Metrics;
  log: Logger;
  clock: Clock;
}

/** Writes blocks of one topic: retries while the sink is away, divides a refused block, dead-letters the event that is to blame. */
export class BlockWriter {
  readonly #deps: BlockWriterDeps;
  readonly #topic: Topic<EventEnvelope>;
  /** What is wrong now, one sentence. */
  failure: string | undefined;

  constructor(topic: Topic<EventEnvelope>, deps: BlockWriterDeps) {
    this.#topic = topic;
    this.#deps = deps;
  }

  /** @returns true when every event is written or dead-lettered, false when `signal` ended the attempts first */
  async write(events: readonly PendingEvent[], signal: AbortSignal): Promise<boolean> {
    if (events.length === 0) return true;
    const block = { topic: this.#topic, events: events.map(({ event }) => event), blockId: blockIdOf(events) };
    const { sink, group, metrics } = this.#deps;
    const outcome = await this.#persist(async () => await sink.write(block), signal);
    if (outcome === 'ended') return false;
    if (outcome === 'done') {
      metrics.count('component_sent_events_total', { component: group, topic: this.#topic.name }, events.length);
      this.#observeLag(block.events);
      return true;
    }
    const [only] = events;
    if (events.length === 1 && only !== undefined) return await this.deadLetter(only.record, outcome, signal);
    const middle = Math.ceil(events.length / 2);
    return (await this.write(events.slice(0, middle), signal)) && (await this.write(events.slice(middle), signal));
  }

  /** Puts a record on the dead-letter topic, however long that takes. @returns false when `signal` ended the attempts first */
  async deadLetter(record: PendingEvent['record'], error: Error, signal: AbortSignal): Promise<boolean> {
    const { group, publisher, metrics, log } = this.#deps;
    const code = error instanceof AppError ? error.code : 'E_INTERNAL';
    const { topic, partition, offset } = record;
    const failure = { code, message: messageOf(error), partition, offset, group };
    const outcome = await this.#persist(async () => await publisher.deadLetter(topic, record, failure), signal);
    if (outcome instanceof Error) {
      // Too large with its headers, or no such topic: it stays on its own topic until retention, and reading must go on.
      metrics.count('component_errors_total', { component: group, code, stage: 'dead-letter' });
      log.error(
        { group, topic, partition, offset, code, reason: failure.message, refusal: outcome.message },
        'A record was given up: it cannot be written, nor dead-lettered.',
      );
      return true;
    }
    log.warn({ group, topic, partition, offset, code, reason: failure.message }, 'A record was put on the dead-letter topic.');
    return outcome === 'done';
  }

  /** Repeats `task` with growing pauses until it works, is refused for good, or `signal` ends it. An unknown error counts as temporary. */
  async #persist(task: () => Promise<void>, signal: AbortSignal): Promise<'done' | 'ended' | InvalidInputError> {
    const { group, metrics, log, clock } = this.#deps;
    for (let attempt = 1; ; attempt += 1) {
      try {
        await task();
        if (this.failure !== undefined) log.info({ group, topic: this.#topic.name, attempt }, 'The sink takes events again.');
        this.failure = undefined;
        return 'done';
      } catch (error) {
        if (error instanceof InvalidInputError) return error;
        const code = error instanceof AppError ? error.code : 'E_INTERNAL';
        this.failure = messageOf(error);
        metrics.count('component_retries_total', { component: group, code });
        if (signal.aborted) return 'ended';
        const pauseMs = backoffMs(attempt);
        log.warn(
          { group, topic: this.#topic.name, attempt, pauseMs, reason: this.failure },
          'The sink does not take events; trying again after a pause.',
        );
        await clock.sleep(pauseMs, signal).catch(() => undefined);
      }
    }
  }

  #observeLag(events: readonly EventEnvelope[]): void {
    const nowMs = this.#deps.clock.nowMs();
    const last = events[events.length - 1] as (EventEnvelope & { timeSource?: string }) | undefined;
    if (last === undefined || last.timeSource === 'file') return;
    this.#deps.metrics.observe('component_event_lag_seconds', Math.max(0, nowMs - last.eventTimeMs) / 1000, { component: this.#deps.group });
  }
}

/**
 * Name of a block: topic and offset ranges by partition, and a digest of the event ids. Offsets alone would not do: a log that was
 * deleted and begun anew has the same offsets with other events, which a database that remembers the name would then throw away.
 */
function blockIdOf(events: readonly PendingEvent[]): string {
  const ranges = new Map<number, [number, number]>();
  const digest = createHash('sha256');
  for (const { event, record } of events) {
    const range = ranges.get(record.partition);
    if (range === undefined) ranges.set(record.partition, [record.offset, record.offset]);
    else range[1] = record.offset;
    digest.update(event.eventId).update('\n');
  }
  const topic = events[0]?.record.topic ?? '';
  const text = [...ranges].map(([partition, [first, last]]) => `${partition}:${first}-${last}`).join(',');
  return `${topic}:${text}:${digest.digest('hex').slice(0, 16)}`;
}
