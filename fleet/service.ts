import { join } from 'node:path';

import type { EventPublisher } from '../core/events/event-bus.ts';
import { eventIdOf } from '../core/events/event-id.ts';
import { messageOf } from '../core/errors/app-error.ts';
import type { HttpApp } from '../core/http/http-server.ts';
import type { Logger } from '../core/log/logger.ts';
import type { Service } from '../core/service/service.ts';
import { migrate } from '../core/state/migrate.ts';
import { openPgliteStore } from '../core/state/pglite-store.ts';
import { openPostgresStore } from '../core/state/postgres-store.ts';
import type { StateStore } from '../core/state/state-store.ts';
import type { Clock } from '../core/time/clock.ts';
import type { StreamDefinition } from '../schemas/events.generated.ts';
import { stateMigrations } from '../schemas/postgres/migrations.ts';
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
  dataDir: string;
  tenantId: string;
  /** Password of PostgreSQL, when one is set. */
  databasePassword?: string;
  /** Bearer token of the API, when one is set. */
  token?: string;
}

/** First wait of the back-off while PostgreSQL does not answer, doubled up to {@link longestRetryMs}. */
const firstRetryMs = 500;
const longestRetryMs = 10_000;

/**
 * The control plane: owns which streams run, keeps them in PostgreSQL (or PGlite), serves the streams API and publishes every
 * definition on `stream-definitions`, where ingest picks them up. While the database is away it says so and keeps trying.
 */
export function createFleetService(config: FleetConfig, deps: FleetDeps): Service {
  const stopping = new AbortController();
  let store: StateStore | undefined;
  let table: StreamTable | undefined;
  let reason = 'It is connecting to its database.';
  let working: Promise<void> = Promise.resolve();

  const need = (): StreamTable => {
    if (table === undefined) throw new Error(reason);
    return table;
  };
  const publish = async (streamId: string, revision: number, definition: Record<string, unknown> | undefined): Promise<void> => {
    await deps.publisher.publish(topics.streamDefinitions, [definitionEvent(deps, streamId, revision, definition)]);
  };
  registerFleetApi(
    deps.app,
    {
      list: async () => await need().list(deps.tenantId),
      set: async (streamId, definition) => {
        const stored = await need().set(deps.tenantId, streamId, definition);
        await publish(streamId, stored.revision, stored.definition);
        return stored;
      },
      remove: async (streamId) => {
        const revision = await need().remove(deps.tenantId, streamId);
        if (revision !== undefined) await publish(streamId, revision, undefined);
        return revision !== undefined;
      },
    },
    deps.token,
  );

  const connect = async (): Promise<void> => {
    store =
      config.engine === 'postgres'
        ? openPostgresStore({ url: config.url, ...(deps.databasePassword === undefined ? {} : { password: deps.databasePassword }) }, deps.log)
        : await openPgliteStore(join(deps.dataDir, 'state'));
    await migrate(store, stateMigrations);
    table = new StreamTable(store, config.maxStreams);
  };
  const work = async (): Promise<void> => {
    for (let waitMs = firstRetryMs; !stopping.signal.aborted;) {
      try {
        if (table === undefined) await connect();
        for (const stream of await need().list(deps.tenantId)) await publish(stream.streamId, stream.revision, stream.definition);
        reason = '';
        waitMs = firstRetryMs;
        await deps.clock.sleep(config.republishEvery, stopping.signal);
      } catch (error) {
        if (stopping.signal.aborted) return;
        reason = messageOf(error);
        deps.log.warn({ reason, retryInMs: waitMs }, 'The control plane cannot work now and tries again.');
        if (table === undefined) await store?.close().catch(() => undefined);
        await deps.clock.sleep(waitMs, stopping.signal).catch(() => undefined);
        waitMs = Math.min(waitMs * 2, longestRetryMs);
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
      await store?.close();
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
