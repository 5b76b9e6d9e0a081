import type { EventPublisher } from '../core/events/event-bus.ts';
import { eventIdOf } from '../core/events/event-id.ts';
import { messageOf } from '../core/errors/app-error.ts';
import type { HttpApp } from '../core/http/http-server.ts';
import type { Logger } from '../core/log/logger.ts';
import type { Service } from '../core/service/service.ts';
import type { StateStore } from '../core/state/state-store.ts';
import { pauseBefore } from '../core/time/backoff.ts';
import type { Clock } from '../core/time/clock.ts';
import type { StreamDefinition } from '../schemas/events.generated.ts';
import { topics } from '../schemas/topics.ts';
import type { FleetConfig } from './config.ts';
import { registerFleetApi } from './http-api.ts';
import { StreamTable } from './stream-table.ts';

/** What the control plane is given. */
export interface FleetDeps {
  app: HttpApp;
  publisher: EventPublisher;
  log: Logger;
  clock: Clock;
  /** The control-plane database, migrated. */
  store: StateStore;
  tenantId: string;
  /** Bearer token of the API, when one is set. */
  token?: string;
}

/** Pauses while the database or the bus does not answer. */
const retryPauses = { firstMs: 500, longestMs: 10_000 };

/**
 * The control plane: owns which streams run, keeps them in the control-plane database, serves the streams API and publishes every
 * definition on `stream-definitions`, where ingest picks them up. While the database is away it says so and keeps trying.
 */
export function createFleetService(config: FleetConfig, deps: FleetDeps): Service {
  const stopping = new AbortController();
  const table = new StreamTable(deps.store, config.maxStreams);
  let reason = 'It has not read its streams yet.';
  let working: Promise<void> = Promise.resolve();

  const publish = async (streamId: string, revision: number, definition: Record<string, unknown> | undefined): Promise<void> => {
    await deps.publisher.publish(topics.streamDefinitions, [definitionEvent(deps, streamId, revision, definition)]);
  };
  registerFleetApi(
    deps.app,
    {
      list: async () => await table.list(deps.tenantId),
      set: async (streamId, definition) => {
        const stored = await table.set(deps.tenantId, streamId, definition);
        await publish(streamId, stored.revision, stored.definition);
        return stored;
      },
      remove: async (streamId) => {
        const revision = await table.remove(deps.tenantId, streamId);
        if (revision !== undefined) await publish(streamId, revision, undefined);
        return revision !== undefined;
      },
    },
    deps.token,
  );

  const work = async (): Promise<void> => {
    for (let failures = 0; !stopping.signal.aborted;) {
      try {
        for (const stream of await table.list(deps.tenantId)) await publish(stream.streamId, stream.revision, stream.definition);
        reason = '';
        failures = 0;
        await deps.clock.sleep(config.republishEvery, stopping.signal);
      } catch (error) {
        if (stopping.signal.aborted) return;
        failures += 1;
        reason = messageOf(error);
        const pauseMs = pauseBefore(failures, Math.random(), retryPauses);
        deps.log.warn({ reason, pauseMs }, 'The control plane cannot work now and tries again.');
        await deps.clock.sleep(pauseMs, stopping.signal).catch(() => undefined);
      }
    }
  };
  return {
    name: 'fleet',
    start: async () => {
      working = work();
      return await Promise.resolve();
    },
    stop: async () => {
      stopping.abort();
      await working;
    },
    readiness: () => ({ ready: reason === '', reason }),
  };
}

function definitionEvent(deps: FleetDeps, streamId: string, revision: number, definition: Record<string, unknown> | undefined): StreamDefinition {
  const nowMs = deps.clock.nowMs();
  const action = definition === undefined ? 'remove' : 'set';
  return {
    eventId: eventIdOf({ tenantId: deps.tenantId, streamId, epoch: 0, ptsUs: 0, producer: 'fleet', ordinal: `${action} ${revision}` }),
    tenantId: deps.tenantId,
    streamId,
    epoch: 0,
    ptsUs: 0,
    eventTimeMs: nowMs,
    timeSource: 'arrival',
    uncertaintyMs: 0,
    processedAtMs: nowMs,
    traceId: '',
    producer: 'fleet',
    producerVersion: '1.0.0',
    modelName: '',
    modelVersion: '',
    action,
    revision,
    definition: definition === undefined ? '' : JSON.stringify(definition),
  };
}
