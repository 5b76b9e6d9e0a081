import type { z } from 'zod';

import type { Subscription, TopicPartition } from '../../core/bus/bus.ts';
import type { EventEnvelope } from '../../core/events/event-bus.ts';
import type { BatchProcessorDefinition, StreamProcessorDefinition } from '../processor.ts';
import { BatchRunner } from './batch-runner.ts';
import type { HandlingContext } from './record-handling.ts';
import { createResumeStore } from './resume-points.ts';
import { retryUntilDone } from './retry.ts';
import type { RuntimeConfig } from './runtime-config.ts';
import type { RuntimeDeps, RuntimeProcessorDeps } from './runtime-deps.ts';
import { type Runner, StreamRunner } from './stream-runner.ts';

/** Any processor of the registry. */
export type AnyProcessorDefinition =
  | StreamProcessorDefinition<EventEnvelope, z.ZodType, RuntimeProcessorDeps>
  | BatchProcessorDefinition<EventEnvelope, z.ZodType, RuntimeProcessorDeps>;

/** A processor that consumes its topic, or will as soon as the bus lets it. */
export interface RunningProcessor {
  readonly name: string;
  /** Resolves once it is subscribed; never rejects, and stays open when it was closed before. */
  readonly subscribed: Promise<void>;
  /** Resolves when it can no longer run; never rejects. */
  readonly crashed: Promise<Error>;
  /** Why it does not consume yet; empty when it does. */
  waitsFor(): string;
  /** Finishes the batch in hand, leaves the group, frees what the processor holds. */
  close(): Promise<void>;
}

/** Consumer group of a processor. */
export function groupOf(processor: string): string {
  return `sightline.${processor}`;
}

/**
 * Creates a processor and begins to subscribe it to its input topic; a bus that is away is waited for in the background.
 *
 * @param options parsed options of the processor
 * @throws whatever its `create` throws, e.g. ConfigError `E_MODEL_NOT_FOUND`
 */
export async function runProcessor(
  definition: AnyProcessorDefinition,
  options: unknown,
  config: RuntimeConfig,
  deps: RuntimeDeps,
): Promise<RunningProcessor> {
  const log = deps.log.child({ component: definition.name });
  const closing = new AbortController();
  const groupId = groupOf(definition.name);
  const context: HandlingContext = { component: definition.name, groupId, deps: { ...deps, log }, signal: closing.signal };
  const runner = await createRunner(definition, options, config, context);
  let waitsFor = `${definition.name} is not subscribed to ${definition.input.name} yet.`;
  const subscription = subscribe(definition, config, runner, context);
  const subscribed = subscription.then(
    () => void (waitsFor = ''),
    async () => await never,
  );
  const crashed = subscription.then(
    async (done) => await (done === undefined ? never : done.crashed),
    (error: unknown) => (error instanceof Error ? error : new Error(String(error))),
  );
  reportLag(definition, context);
  return {
    name: definition.name,
    subscribed,
    crashed,
    waitsFor: () => waitsFor,
    async close() {
      closing.abort();
      // A subscription that still waits for the bus has nothing in hand: it closes itself whenever it comes.
      if (waitsFor === '') await (await subscription)?.close();
      else void subscription.then(async (late) => await late?.close()).catch(() => undefined);
      await runner.close();
    },
  };
}

const never = new Promise<never>(() => undefined);

/** Subscribes, trying until the bus answers; undefined when closed before. */
async function subscribe(
  definition: AnyProcessorDefinition,
  config: RuntimeConfig,
  runner: Runner,
  context: HandlingContext,
): Promise<Subscription | undefined> {
  const { bus, log, metrics, clock } = context.deps;
  const options = {
    groupId: context.groupId,
    topics: [definition.input.name],
    maxBatchRecords: config.maxBatchRecords,
    onAssigned: (partitions: readonly TopicPartition[]) => runner.forget(partitions),
    onRevoked: (partitions: readonly TopicPartition[]) => runner.forget(partitions),
  };
  const retry = { component: context.component, log, metrics, clock, signal: context.signal, isStale: () => context.signal.aborted };
  const done = await retryUntilDone(async () => await bus.subscribe(options, async (batch) => await runner.handle(batch)), retry);
  return done.stale ? undefined : done.value;
}

function reportLag(definition: AnyProcessorDefinition, context: HandlingContext): void {
  const { bus, metrics } = context.deps;
  metrics.onScrape(async () => {
    if (context.signal.aborted) return;
    const partitions = await bus.lag(context.groupId, definition.input.name);
    const lagRecords = partitions.reduce((sum, partition) => sum + partition.lagRecords, 0);
    metrics.set('bus_consumer_lag_records', lagRecords, { group: context.groupId, topic: definition.input.name });
  });
}

async function createRunner(definition: AnyProcessorDefinition, options: unknown, config: RuntimeConfig, context: HandlingContext): Promise<Runner> {
  const { log, metrics, clock, catalogue, models, inference } = context.deps;
  const processorDeps = { log, metrics, clock, catalogue, models, inference };
  if (definition.kind === 'stream') {
    const resume = createResumeStore(context.deps.bus, definition.name, context.groupId, definition.input.name, log);
    return new StreamRunner(context, { config, topic: definition.input, resume, create: definition.prepare(options, processorDeps) });
  }
  return new BatchRunner(context, definition.input, await definition.create(options, processorDeps));
}
