import { createHash } from 'node:crypto';

import type { Batch, EventBus, Subscription } from '../core/bus/bus.ts';
import { messageOf } from '../core/errors/app-error.ts';
import { decodeBatch, type EventCodec } from '../core/events/event-bus.ts';
import type { Logger } from '../core/log/logger.ts';
import type { StreamDefinition } from '../schemas/events.generated.ts';
import { topics } from '../schemas/topics.ts';
import { type StreamConfig, streamConfig } from './config.ts';

/** What follows the definitions: starts, replaces and ends streams. */
export interface StreamSet {
  /** Runs a stream as defined; one of the same id is replaced. */
  set(stream: StreamConfig): Promise<void>;
  /** Ends a stream; nothing happens when there is none of that id. */
  remove(streamId: string): Promise<void>;
}

/** What the follower needs. */
export interface FollowDeps {
  bus: EventBus;
  codec: EventCodec;
  log: Logger;
  tenantId: string;
  /** Tells this process from its neighbours. */
  dataDir: string;
}

/**
 * Follows the control plane: reads `stream-definitions` from its beginning and applies every definition that is newer than what runs.
 * A definition that does not fit the configuration schema is logged and leaves the stream as it was.
 */
export async function followStreamDefinitions(streams: StreamSet, deps: FollowDeps): Promise<Subscription> {
  const revisions = new Map<string, number>();
  const apply = async (event: StreamDefinition): Promise<void> => {
    if (event.tenantId !== deps.tenantId || event.revision <= (revisions.get(event.streamId) ?? 0)) return;
    revisions.set(event.streamId, event.revision);
    if (event.action === 'remove') {
      await streams.remove(event.streamId);
      return;
    }
    const parsed = streamConfig.safeParse({ ...readObject(event.definition), id: event.streamId });
    if (parsed.success) await streams.set(parsed.data);
    else {
      const problems = parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`);
      deps.log.error(
        { streamId: event.streamId, revision: event.revision, problems },
        'A stream of the control plane is not valid and was left as it was.',
      );
    }
  };
  const handle = async (batch: Batch): Promise<void> => {
    for (const record of await decodeBatch(deps.codec, topics.streamDefinitions, batch)) {
      if (record.ok) await apply(record.event);
      else deps.log.warn({ offset: record.offset, reason: messageOf(record.error) }, 'A stream definition could not be read.');
    }
  };
  // A group of its own that never commits: every ingest process reads every definition, from the beginning after each start.
  const place = createHash('sha256').update(deps.dataDir).digest('hex').slice(0, 8);
  return await deps.bus.subscribe(
    { groupId: `sightline.ingest.definitions.${place}`, topics: [topics.streamDefinitions.name], from: 'earliest' },
    handle,
  );
}

function readObject(text: string): object {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : {};
  } catch {
    return {};
  }
}
