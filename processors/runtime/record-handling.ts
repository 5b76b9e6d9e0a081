import type { Batch, ConsumedRecord } from '../../core/bus/bus.ts';
import { isRetryable, messageOf } from '../../core/errors/app-error.ts';
import { decodeBatch, type EventEnvelope } from '../../core/events/event-bus.ts';
import type { Topic } from '../../schemas/topics.ts';
import { type Outgoing, publishAll } from './outbox.ts';
import { codeOf, type Retried, type RetryOptions, retryUntilDone } from './retry.ts';
import type { RuntimeDeps } from './runtime-deps.ts';

/** A processor and the batch in hand: what the steps below have in common. */
export interface HandlingContext {
  /** Name of the processor. */
  component: string;
  groupId: string;
  deps: RuntimeDeps;
  signal: AbortSignal;
}

/** A record and its event. */
export interface DecodedInput {
  record: ConsumedRecord;
  event: EventEnvelope;
}

/** Retry options for the batch in hand. */
export function retryOptions(context: HandlingContext, batch: Batch): RetryOptions {
  const { log, metrics, clock } = context.deps;
  const isStale = (): boolean => context.signal.aborted || batch.isStale();
  return { component: context.component, log, metrics, clock, signal: context.signal, isStale };
}

/** Decodes a batch; undecodable records are dead-lettered, a registry that is away is waited for. */
export async function decodeInputs(context: HandlingContext, topic: Topic<EventEnvelope>, batch: Batch): Promise<Retried<DecodedInput[]>> {
  const { codec, metrics } = context.deps;
  metrics.count('component_received_events_total', { component: context.component, topic: topic.name }, batch.records.length);
  const decoded = await retryUntilDone(
    async () => {
      const results = await decodeBatch(codec, topic, batch);
      for (const result of results) if (!result.ok && isRetryable(result.error)) throw result.error;
      return results;
    },
    retryOptions(context, batch),
  );
  if (decoded.stale) return decoded;
  const inputs: DecodedInput[] = [];
  for (const [index, result] of decoded.value.entries()) {
    const record = batch.records[index];
    if (record === undefined) continue;
    if (result.ok) inputs.push({ record, event: result.event });
    else if (!(await putAside(context, batch, record, result.error, 'decode'))) return { stale: true };
  }
  return { stale: false, value: inputs };
}

/** Puts a record that cannot be processed on the dead-letter topic; false when the batch became stale first. */
export async function putAside(context: HandlingContext, batch: Batch, record: ConsumedRecord, error: unknown, stage: string): Promise<boolean> {
  const { log, metrics, publisher } = context.deps;
  const { topic, partition, offset } = record;
  const code = codeOf(error);
  metrics.count('component_errors_total', { component: context.component, code, stage });
  log.warn({ err: error, topic, partition, offset, streamId: record.key, stage }, 'A record could not be processed and goes to the dead letters.');
  const failure = { code, message: describe(error), partition, offset, group: context.groupId };
  try {
    const put = await retryUntilDone(
      async () => {
        await publisher.deadLetter(topic, { key: record.key, value: record.value, headers: record.headers }, failure);
      },
      retryOptions(context, batch),
    );
    return !put.stale;
  } catch (err) {
    // The dead letter itself is refused for good (too large): holding the stream back would lose more than this record.
    log.error({ err, topic, partition, offset }, 'A dead letter could not be stored; the record is lost.');
    return true;
  }
}

/** Publishes what a batch caused; events that the bus refuses for good put their cause among the dead letters. False when stale. */
export async function sendOut(context: HandlingContext, batch: Batch, events: readonly Outgoing[]): Promise<boolean> {
  if (events.length === 0) return !batch.isStale();
  const { publisher, metrics } = context.deps;
  try {
    const sent = await retryUntilDone(async () => await publishAll(publisher, events), retryOptions(context, batch));
    if (sent.stale) return false;
    for (const { topic } of events) metrics.count('component_sent_events_total', { component: context.component, topic: topic.name });
    return true;
  } catch (error) {
    const only = events[0];
    if (events.length === 1 && only !== undefined) return await putAside(context, batch, only.cause, error, 'publish');
  }
  for (const event of events) if (!(await sendOut(context, batch, [event]))) return false;
  return true;
}

/** Observes how old a live event is when it has been handled. */
export function observeLag(context: HandlingContext, event: EventEnvelope): void {
  if ('timeSource' in event && event.timeSource === 'file') return;
  const lagMs = context.deps.clock.nowMs() - event.eventTimeMs;
  context.deps.metrics.observe('component_event_lag_seconds', Math.max(0, lagMs) / 1000, { component: context.component });
}

/** Commits; a commit that fails is made up by the next one. */
export async function commitUpTo(context: HandlingContext, batch: Batch, nextOffset: number): Promise<boolean> {
  if (batch.isStale()) return false;
  try {
    await batch.commit(nextOffset);
    return true;
  } catch (err) {
    context.deps.metrics.count('component_errors_total', { component: context.component, code: codeOf(err), stage: 'commit' });
    context.deps.log.warn({ err, nextOffset, partition: batch.partition }, 'A commit failed; the next one makes up for it.');
    return false;
  }
}

/** Message and causes in one line. */
function describe(error: unknown): string {
  const parts: string[] = [];
  for (let cause: unknown = error; cause !== undefined && parts.length < 4; cause = cause instanceof Error ? cause.cause : undefined) {
    parts.push(messageOf(cause));
  }
  return parts.join(' Cause: ');
}
