import { z } from 'zod';

import type { EventBus } from '../../core/bus/bus.ts';
import type { Logger } from '../../core/log/logger.ts';

/** Where one stream goes on after a restart. */
export interface ResumePoint {
  /** First record that its processor must see again. */
  offset: number;
  /** Media time at which the oldest open thing began: outputs that begin earlier are on the bus already. */
  since?: { epoch: number; ptsUs: number } | undefined;
}

/** Where the streams with something open go on, by stream. */
export type ResumePoints = ReadonlyMap<string, ResumePoint>;

/** What is remembered of a partition. */
export interface StoredResume {
  /** Offset after the last record that was handled when this was stored. */
  handled: number;
  streams: ResumePoints;
}

/**
 * Remembers which records of a partition a restart must read again for the things that are still open. The group's committed offset says
 * how far a partition was handled, so that lag is what it seems; this says how far back each stream with an open shot or break begins.
 * It lies on the bus, in topic `<processor>.positions`, partition by partition; only the newest record of a partition counts.
 */
export interface ResumeStore {
  /** @throws UnavailableError `E_BUS_UNAVAILABLE` */
  load(partition: number): Promise<StoredResume>;
  /** Resolves when durable; nothing is written when the streams are as before. Call it after the outputs are durable and before the commit. */
  save(partition: number, resume: StoredResume): Promise<void>;
}

const storedSchema = z.object({
  handled: z.int().min(0),
  streams: z.record(z.string(), z.object({ offset: z.int().min(0), since: z.object({ epoch: z.int(), ptsUs: z.int() }).optional() })),
});

const nothing: StoredResume = { handled: 0, streams: new Map() };
const retentionMs = 7 * 24 * 3_600_000;
const retentionBytes = 16 * 1024 * 1024;

/** The resume points of a processor. Their topic is created at the first use, with as many partitions as the input has. */
export function createResumeStore(bus: EventBus, processor: string, groupId: string, input: string, log: Logger): ResumeStore {
  const topic = `${processor}.positions`;
  const last = new Map<number, string>();
  let created = false;
  async function create(): Promise<void> {
    if (created) return;
    const partitions = Math.max(1, (await bus.lag(groupId, input)).length);
    await bus.ensureTopics([{ name: topic, partitions, retentionMs, retentionBytes }]);
    created = true;
  }
  return {
    async load(partition) {
      await create();
      last.delete(partition);
      const place = (await bus.lag(groupId, topic)).find((candidate) => candidate.partition === partition);
      if (place === undefined || place.endOffset === 0) return nothing;
      const [record] = await bus.read(topic, partition, place.endOffset - 1, 1);
      if (record === undefined) return nothing;
      const stored = storedSchema.safeParse(tryJson(record.value));
      if (stored.success) {
        last.set(partition, JSON.stringify(stored.data.streams));
        return { handled: stored.data.handled, streams: new Map(Object.entries(stored.data.streams)) };
      }
      log.warn({ topic, partition }, 'Resume points could not be read; what was open is not read again.');
      return nothing;
    },
    async save(partition, { handled, streams }) {
      const points = Object.fromEntries(streams);
      const text = JSON.stringify(points);
      if ((last.get(partition) ?? '{}') === text) return;
      await bus.publish(topic, [{ key: String(partition), partition, value: Buffer.from(JSON.stringify({ handled, streams: points })) }]);
      last.set(partition, text);
    },
  };
}

function tryJson(value: Buffer): unknown {
  try {
    return JSON.parse(value.toString('utf8')) as unknown;
  } catch {
    return undefined;
  }
}
