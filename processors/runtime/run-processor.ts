import type { z } from 'zod';

import type { Subscription } from '../../core/bus/bus.ts';
import type { EventEnvelope } from '../../core/events/event-bus.ts';
import type { BatchProcessorDefinition, StreamProcessorDefinition } from '../processor.ts';
import { BatchRunner } from './batch-runner.ts';
import type { HandlingContext } from './record-handling.ts';
import type { RuntimeConfig } from './runtime-config.ts';
import type { RuntimeDeps, RuntimeProcessorDeps } from './runtime-deps.ts';
import { type Runner, StreamRunner } from './stream-runner.ts';

/** Any processor of the registry. */
export type AnyProcessorDefinition =
  | StreamProcessorDefinition<EventEnvelope, z.ZodType, RuntimeProcessorDeps>
  | BatchProcessorDefinition<EventEnvelope, z.ZodType, RuntimeProcessorDeps>;

/** A processor that is consuming its topic. */
export interface RunningProcessor {
  readonly name: string;
  /** Resolves when it can no longer run; never rejects. */
  readonly crashed: Promise<Error>;
  /** Finishes the batch in hand, leaves the group, frees what the processor holds. */
  close(): Promise<void>;
}

/** Consumer group of a processor. */
export function groupOf(processor: string): string {
  return `sightline.${processor}`;
}

/**
 * Creates a processor and subscribes it to its input topic.
 *
 * @param options parsed options of the processor
 * @throws whatever its `create` throws (e.g. ConfigError `E_MODEL_NOT_FOUND`), UnavailableError `E_BUS_UNAVAILABLE`
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
  let subscription: Subscription;
  try {
    subscription = await deps.bus.subscribe(
      {
        groupId,
        topics: [definition.input.name],
        maxBatchRecords: config.maxBatchRecords,
        onAssigned: (partitions) => runner.forget(partitions),
        onRevoked: (partitions) => runner.forget(partitions),
      },
      async (batch) => await runner.handle(batch),
    );
  } catch (error) {
    await runner.close();
    throw error;
  }
  deps.metrics.onScrape(async () => {
    if (closing.signal.aborted) return;
    const partitions = await deps.bus.lag(groupId, definition.input.name);
    const lagRecords = partitions.reduce((sum, partition) => sum + partition.lagRecords, 0);
    deps.metrics.set('bus_consumer_lag_records', lagRecords, { group: groupId, topic: definition.input.name });
  });
  return {
    name: definition.name,
    crashed: subscription.crashed,
    async close() {
      closing.abort();
      await subscription.close();
      await runner.close();
    },
  };
}

async function createRunner(definition: AnyProcessorDefinition, options: unknown, config: RuntimeConfig, context: HandlingContext): Promise<Runner> {
  const { log, metrics, clock, models, inference } = context.deps;
  const processorDeps = { log, metrics, clock, models, inference };
  if (definition.kind === 'stream') return new StreamRunner(context, config, definition.input, () => definition.create(options, processorDeps));
  return new BatchRunner(context, definition.input, await definition.create(options, processorDeps));
}
