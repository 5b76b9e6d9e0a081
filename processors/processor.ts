import type { z } from 'zod';

import type { Catalogue } from '../core/catalogue/catalogue.ts';
import type { EventEnvelope } from '../core/events/event-bus.ts';
import type { Logger } from '../core/log/logger.ts';
import type { Topic } from '../schemas/topics.ts';

/** Sends an event of a processor; the runtime publishes it before it commits the input that caused it. */
export type Emit = <Event extends EventEnvelope>(topic: Topic<Event>, event: Event) => void;

/** What every processor instance is given. */
export interface ProcessorDeps {
  log: Logger;
  /** The ad catalogue and the memory of what was on air, shared by all processors. */
  catalogue: Catalogue;
}

interface ProcessorBase<In extends EventEnvelope, Schema extends z.ZodType> {
  /** Verb-noun, e.g. `detect-shots`; also the consumer group suffix and the `producer` of its events. */
  readonly name: string;
  /** Semantic version, part of what its events say about themselves. */
  readonly version: string;
  /** One sentence for docs. */
  readonly summary: string;
  readonly input: Topic<In>;
  readonly outputs: readonly Topic<unknown>[];
  readonly config: Schema;
}

/**
 * A processor that keeps state per stream: one instance per stream and epoch-spanning, events in PTS order, never two calls at once.
 * It may start mid-stream (restart, rebalance). Batching, retry, dead letters, metrics and commits are the runtime's business.
 */
export interface StreamProcessorDefinition<
  In extends EventEnvelope,
  Schema extends z.ZodType,
  Deps extends ProcessorDeps = ProcessorDeps,
> extends ProcessorBase<In, Schema> {
  readonly kind: 'stream';
  /** Called once; what it returns makes the instance of each stream, so that streams can share what is common to them. */
  prepare(config: z.output<Schema>, deps: Deps): () => StreamProcessor<In>;
}

/** One stream's instance of a {@link StreamProcessorDefinition}. */
export interface StreamProcessor<In> {
  process(event: In, emit: Emit): void | Promise<void>;
  /** The stream ended: report what is pending. Called once, after the last event. */
  flush(emit: Emit): void | Promise<void>;
  /**
   * True while nothing is pending that a restart must see again (no open shot, break ...). After a restart the runtime
   * hands over again everything since the last event after which this was true, so a crash does not lose the open thing; deterministic
   * ids hide the replay.
   */
  atBoundary(): boolean;
  /** A replay starts this much before that event, so that what looks back sees the same again, microseconds of media time. @default 0 */
  readonly leadUs?: number;
  /**
   * For processors whose things begin in the middle of an event (a cut inside a run of pictures): media time, in the epoch of the last event,
   * at which the oldest open thing began; `undefined` when nothing is open. When it is given, the runtime asks it instead of `atBoundary`,
   * replays from a few seconds before that time and drops outputs that begin earlier: they are on the bus already.
   */
  openSinceUs?(): number | undefined;
}

/** A processor without state between events: the runtime hands it whatever has queued up, of all streams, as one batch. */
export interface BatchProcessorDefinition<
  In extends EventEnvelope,
  Schema extends z.ZodType,
  Deps extends ProcessorDeps = ProcessorDeps,
> extends ProcessorBase<In, Schema> {
  readonly kind: 'batch';
  create(config: z.output<Schema>, deps: Deps): BatchProcessor<In> | Promise<BatchProcessor<In>>;
}

/** Instance of a {@link BatchProcessorDefinition}. */
export interface BatchProcessor<In> {
  /**
   * Handles every event of the batch. An event it cannot handle for good is reported with `reject` (the runtime dead-letters it); a
   * thrown retryable error makes the runtime call again with the same batch.
   */
  process(events: readonly In[], emit: Emit, reject: (event: In, error: Error) => void): Promise<void>;
  close(): Promise<void>;
}

/** Declares a per-stream processor; exists so that `process` and `config` infer their types. */
export function defineStreamProcessor<In extends EventEnvelope, Schema extends z.ZodType, Deps extends ProcessorDeps = ProcessorDeps>(
  definition: Omit<StreamProcessorDefinition<In, Schema, Deps>, 'kind'>,
): StreamProcessorDefinition<In, Schema, Deps> {
  return { kind: 'stream', ...definition };
}

/** Declares a batch processor. */
export function defineBatchProcessor<In extends EventEnvelope, Schema extends z.ZodType, Deps extends ProcessorDeps = ProcessorDeps>(
  definition: Omit<BatchProcessorDefinition<In, Schema, Deps>, 'kind'>,
): BatchProcessorDefinition<In, Schema, Deps> {
  return { kind: 'batch', ...definition };
}
