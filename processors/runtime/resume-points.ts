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

/** Where streams go on, by stream; one that is not named goes on from the committed offset. */
export type ResumePoints = Map<string, ResumePoint>;

/**
 * Remembers, beside the one committed offset of a partition, how far each of its streams really got. Streams share partitions: when one of
 * them holds the commit back for its open shot, the others are past it, and a restart must not feed them the middle of what they closed.
 * The points lie on the bus, in topic `<processor>.positions`, partition by partition; only the newest record of a partition counts.
 */
export interface ResumeStore {
  /** @throws UnavailableError `E_BUS_UNAVAILABLE` */
  load(partition: number): Promise<ResumePoints>;
  /** Resolves when durable. Must be called after the outputs are durable and before the commit. @throws as {@link ResumeStore.load} */
  save(partition: number, points: ResumePoints): Promise<void>;
}

const stored = z.record(z.string(), z.object({ offset: z.int().min(0), since: z.object({ epoch: z.int(), ptsUs: z.int() }).optional() }));

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
      const place = (await bus.lag(groupId, topic)).find((candidate) => candidate.partition === partition);
      if (place === undefined || place.endOffset === 0) return new Map();
      const [record] = await bus.read(topic, partition, place.endOffset - 1, 1);
      const points = record === undefined ? undefined : stored.safeParse(tryJson(record.value));
      if (points?.success === false) log.warn({ topic, partition }, 'Resume points could not be read; streams go on from the committed offset.');
      return new Map(Object.entries(points?.data ?? {}));
    },
    async save(partition, points) {
      const text = JSON.stringify(Object.fromEntries(points));
      if (points.size === 0 || last.get(partition) === text) return;
      await bus.publish(topic, [{ key: String(partition), partition, value: Buffer.from(text) }]);
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
