import type { Batch } from '../../core/bus/bus.ts';
import { isRetryable } from '../../core/errors/app-error.ts';
import type { EventEnvelope } from '../../core/events/event-bus.ts';
import type { Topic } from '../../schemas/topics.ts';
import type { BatchProcessor, Emit } from '../processor.ts';
import type { Outgoing } from './outbox.ts';
import { commitUpTo, type DecodedInput, decodeInputs, type HandlingContext, observeLag, putAside, retryOptions, sendOut } from './record-handling.ts';
import { retryUntilDone } from './retry.ts';
import type { Runner } from './stream-runner.ts';

/** Outcome of one pass of a batch processor. */
interface Pass {
  outgoing: Outgoing[];
  rejected: { input: DecodedInput; error: Error }[];
}

/** Runs a processor without state: each batch as a whole, committed when its outputs are durable. */
export class BatchRunner implements Runner {
  readonly #context: HandlingContext;
  readonly #topic: Topic<EventEnvelope>;
  readonly #processor: BatchProcessor<EventEnvelope>;

  constructor(context: HandlingContext, topic: Topic<EventEnvelope>, processor: BatchProcessor<EventEnvelope>) {
    this.#context = context;
    this.#topic = topic;
    this.#processor = processor;
  }

  async handle(batch: Batch): Promise<void> {
    const inputs = await decodeInputs(this.#context, this.#topic, batch);
    if (inputs.stale || !(await this.#process(batch, inputs.value))) return;
    for (const { event } of inputs.value) observeLag(this.#context, event);
    const last = batch.records.at(-1);
    if (last !== undefined) await commitUpTo(this.#context, batch, last.offset + 1);
  }

  forget(): void {
    // Nothing is kept between batches.
  }

  async close(): Promise<void> {
    await this.#processor.close();
  }

  /** Processes, publishes, dead-letters; false when the batch became stale. */
  async #process(batch: Batch, inputs: readonly DecodedInput[]): Promise<boolean> {
    if (inputs.length === 0) return true;
    const { clock, metrics } = this.#context.deps;
    const startMs = clock.monotonicMs();
    let pass: Pass;
    try {
      const done = await retryUntilDone(async () => await this.#pass(inputs), retryOptions(this.#context, batch));
      if (done.stale) return false;
      pass = done.value;
    } catch (error) {
      return await this.#isolate(batch, inputs, error);
    }
    metrics.observe('component_process_duration_seconds', (clock.monotonicMs() - startMs) / 1000, { component: this.#context.component });
    if (!(await sendOut(this.#context, batch, pass.outgoing))) return false;
    for (const { input, error } of pass.rejected) if (!(await putAside(this.#context, batch, input.record, error, 'process'))) return false;
    return true;
  }

  /** After an error that names no event: one event at a time, so that only the bad one is put aside. */
  async #isolate(batch: Batch, inputs: readonly DecodedInput[], error: unknown): Promise<boolean> {
    const only = inputs[0];
    if (inputs.length === 1 && only !== undefined) return await putAside(this.#context, batch, only.record, error, 'process');
    for (const input of inputs) if (!(await this.#process(batch, [input]))) return false;
    return true;
  }

  async #pass(inputs: readonly DecodedInput[]): Promise<Pass> {
    const byEvent = new Map(inputs.map((input) => [input.event, input]));
    const byPlace = new Map(inputs.map((input) => [placeOf(input.event), input]));
    const first = inputs[0] as DecodedInput;
    const pass: Pass = { outgoing: [], rejected: [] };
    const emit: Emit = (topic, event) => void pass.outgoing.push({ topic, event, cause: (byPlace.get(placeOf(event)) ?? first).record });
    let retryable: Error | undefined;
    await this.#processor.process(
      inputs.map((input) => input.event),
      emit,
      (event, error) => {
        const input = byEvent.get(event);
        if (isRetryable(error)) retryable = error;
        else if (input !== undefined) pass.rejected.push({ input, error });
      },
    );
    if (retryable !== undefined) throw retryable;
    return pass;
  }
}

/** Stream and media time of an event: finds the input that an output belongs to. */
function placeOf(event: EventEnvelope): string {
  return JSON.stringify([event.tenantId, event.streamId, event.epoch, event.ptsUs]);
}
