import type { Batch, ConsumedRecord, TopicPartition } from '../../core/bus/bus.ts';
import { isRetryable } from '../../core/errors/app-error.ts';
import { decodeBatch, type EventEnvelope } from '../../core/events/event-bus.ts';
import type { Topic } from '../../schemas/topics.ts';
import type { Emit, StreamProcessor } from '../processor.ts';
import { createOutbox, type Outbox } from './outbox.ts';
import {
  freshPartition,
  isBehind,
  noteProcessed,
  openStream,
  type PartitionState,
  resumePointsOf,
  trimReplay,
  type StreamState,
  wasSent,
} from './partition-state.ts';
import { commitUpTo, type DecodedInput, decodeInputs, type HandlingContext, observeLag, putAside, retryOptions, sendOut } from './record-handling.ts';
import { codeOf, retryUntilDone } from './retry.ts';
import type { ResumeStore } from './resume-points.ts';
import type { RuntimeConfig } from './runtime-config.ts';

/** Handles batches of one processor's input. */
export interface Runner {
  handle(batch: Batch): Promise<void>;
  /** Forgets partitions that were taken away (or are new). */
  forget(partitions: readonly TopicPartition[]): void;
  close(): Promise<void>;
}

/** After this long without a pause other work of the process gets its turn, milliseconds. */
const sliceMs = 20;
/** Records read at once when a restart reads again. */
const replayRecords = 200;

/** What a {@link StreamRunner} runs. */
export interface StreamRunnerOptions {
  config: RuntimeConfig;
  topic: Topic<EventEnvelope>;
  resume: ResumeStore;
  /** Makes the instance of a stream. */
  create: () => StreamProcessor<EventEnvelope>;
}

/**
 * Runs a processor with state per stream: one instance per stream. What was open at a restart is read again from where it began
 * (see {@link ResumeStore}), so nothing is lost; deterministic ids hide what is published twice.
 */
export class StreamRunner implements Runner {
  readonly #context: HandlingContext;
  readonly #config: RuntimeConfig;
  readonly #topic: Topic<EventEnvelope>;
  readonly #create: () => StreamProcessor<EventEnvelope>;
  readonly #resume: ResumeStore;
  readonly #partitions = new Map<string, PartitionState>();

  constructor(context: HandlingContext, options: StreamRunnerOptions) {
    this.#context = context;
    this.#config = options.config;
    this.#topic = options.topic;
    this.#create = options.create;
    this.#resume = options.resume;
  }

  async handle(batch: Batch): Promise<void> {
    const key = partitionKey(batch);
    const state = this.#partitions.get(key) ?? (await this.#open(batch));
    if (state === undefined) return;
    this.#partitions.set(key, state);
    // A batch that became stale half-way leaves instances ahead of their outputs: the next owner starts from the commit with fresh ones.
    if (!(await this.#work(batch, state))) this.#partitions.delete(key);
  }

  forget(partitions: readonly TopicPartition[]): void {
    for (const partition of partitions) this.#partitions.delete(partitionKey(partition));
  }

  async close(): Promise<void> {
    this.#partitions.clear();
  }

  /** State of a partition at its first batch, with what was open before a restart; undefined when the batch became stale. */
  async #open(batch: Batch): Promise<PartitionState | undefined> {
    const options = retryOptions(this.#context, batch);
    const loaded = await retryUntilDone(async () => await this.#resume.load(batch.partition), options);
    if (loaded.stale) return undefined;
    const first = (batch.records[0] as ConsumedRecord).offset;
    const state = freshPartition(loaded.value, first);
    const outbox = createOutbox();
    let offset = Math.min(first, ...[...state.resume.values()].map((point) => point.offset));
    while (offset < first) {
      const from = offset;
      const read = await retryUntilDone(async () => await this.#read(batch, from, first - from), options);
      if (read.stale) return undefined;
      for (const input of read.value.inputs) if (!(await this.#processOne(batch, state, input, outbox, true))) return undefined;
      offset = read.value.nextOffset;
    }
    return (await sendOut(this.#context, batch, outbox.events)) ? state : undefined;
  }

  /** Some records of the batch's partition from an offset on; those that cannot be decoded were put aside before the restart. */
  async #read(batch: Batch, offset: number, most: number): Promise<{ inputs: DecodedInput[]; nextOffset: number }> {
    const { bus, codec } = this.#context.deps;
    const records = await bus.read(batch.topic, batch.partition, offset, Math.min(replayRecords, most));
    const decoded = await decodeBatch(codec, this.#topic, { ...batch, records });
    const inputs = records.flatMap((record, index) => {
      const result = decoded[index];
      if (result?.ok === false && isRetryable(result.error)) throw result.error;
      return result?.ok === true && record.offset < offset + most ? [{ record, event: result.event }] : [];
    });
    return { inputs, nextOffset: (records.at(-1)?.offset ?? offset + most) + 1 };
  }

  async #work(batch: Batch, state: PartitionState): Promise<boolean> {
    const inputs = await decodeInputs(this.#context, this.#topic, batch);
    if (inputs.stale) return false;
    const outbox = createOutbox();
    const { clock } = this.#context.deps;
    let sliceStartMs = clock.monotonicMs();
    for (const input of inputs.value) {
      if (input.record.offset < state.nextOffset) continue;
      if (!(await this.#processOne(batch, state, input, outbox))) return false;
      if (clock.monotonicMs() - sliceStartMs < sliceMs) continue;
      await new Promise((resolve) => setImmediate(resolve));
      sliceStartMs = clock.monotonicMs();
    }
    const last = batch.records.at(-1) as ConsumedRecord;
    state.nextOffset = Math.max(state.nextOffset, last.offset + 1);
    await this.#endIdleStreams(state, last.timestampMs, outbox);
    if (!(await sendOut(this.#context, batch, outbox.events))) return false;
    for (const { event } of inputs.value) observeLag(this.#context, event);
    trimReplay(state, last.timestampMs, this.#config.maxReplay);
    return await this.#commit(batch, state);
  }

  /** Stores what a restart must read again, then commits; false when the batch became stale. */
  async #commit(batch: Batch, state: PartitionState): Promise<boolean> {
    const resume = { handled: state.nextOffset, streams: resumePointsOf(state) };
    const saved = await retryUntilDone(async () => await this.#resume.save(batch.partition, resume), retryOptions(this.#context, batch));
    if (saved.stale) return false;
    await commitUpTo(this.#context, batch, state.nextOffset);
    return true;
  }

  /** False when the batch became stale. */
  async #processOne(batch: Batch, state: PartitionState, { record, event }: DecodedInput, outbox: Outbox, again = false): Promise<boolean> {
    const { clock, metrics } = this.#context.deps;
    const component = this.#context.component;
    const key = streamKey(event);
    if (isBehind(state, key, record.offset)) return true;
    const stream = state.streams.get(key) ?? openStream(state, key, this.#create(), record);
    const startMs = clock.monotonicMs();
    try {
      const processed = await retryUntilDone(
        async () => {
          const { emit, keep } = outbox.attempt(record);
          await stream.processor.process(event, unsent(stream, emit));
          keep();
        },
        retryOptions(this.#context, batch),
      );
      if (processed.stale) return false;
    } catch (error) {
      if (!again && !(await putAside(this.#context, batch, record, error, 'process'))) return false;
    }
    metrics.observe('component_process_duration_seconds', (clock.monotonicMs() - startMs) / 1000, { component });
    if (endsStream(event)) await this.#end(state, key, stream, record, outbox);
    else noteProcessed(stream, record, event);
    return true;
  }

  async #endIdleStreams(state: PartitionState, newestMs: number, outbox: Outbox): Promise<void> {
    for (const [key, stream] of state.streams) {
      if (newestMs - stream.last.timestampMs > this.#config.idleStream) await this.#end(state, key, stream, stream.last, outbox);
    }
  }

  /** Reports what is pending and drops the instance. */
  async #end(state: PartitionState, key: string, stream: StreamState, cause: ConsumedRecord, outbox: Outbox): Promise<void> {
    state.streams.delete(key);
    const { emit, keep } = outbox.attempt(cause);
    try {
      await stream.processor.flush(unsent(stream, emit));
      keep();
    } catch (err) {
      const { log, metrics } = this.#context.deps;
      metrics.count('component_errors_total', { component: this.#context.component, code: codeOf(err), stage: 'flush' });
      log.error({ err, streamId: cause.key }, 'A processor failed at the end of a stream; what was pending is lost.');
    }
  }
}

/** An `emit` that leaves out what was sent before a restart. */
function unsent(stream: StreamState, emit: Emit): Emit {
  return (topic, event) => {
    if (!wasSent(stream, event)) emit(topic, event);
  };
}

/** Tells partitions apart. */
function partitionKey(place: TopicPartition): string {
  return `${place.topic}/${place.partition}`;
}

/** Tells streams apart; tenants may use the same stream ids. */
function streamKey(event: EventEnvelope): string {
  return JSON.stringify([event.tenantId, event.streamId]);
}

function endsStream(event: EventEnvelope): boolean {
  return 'endOfStream' in event && event.endOfStream === true;
}
