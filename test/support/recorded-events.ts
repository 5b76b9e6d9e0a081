import type { EventPublisher } from '../../core/events/event-bus.ts';
import { createLogger } from '../../core/log/logger.ts';
import { createMetrics } from '../../core/metrics/metrics.ts';
import { systemClock } from '../../core/time/clock.ts';
import type { Frame, Signals, StreamStatus } from '../../schemas/events.generated.ts';
import type { IngestDeps } from '../../ingest/service.ts';

/** Everything that was published, in order, and a way to wait for something in it. */
export interface RecordedEvents {
  frames: Frame[];
  signals: Signals[];
  status: StreamStatus[];
  publisher: EventPublisher;
  /** Resolves when `condition` holds after an event; rejects after `timeoutMs`. */
  until(condition: () => boolean, what: string, timeoutMs?: number): Promise<void>;
}

/** A bus port that keeps what it is given. `beforePublish` may wait or throw. */
export function recordEvents(beforePublish: (topic: string) => Promise<void> = async () => undefined): RecordedEvents {
  const kept: Record<string, unknown[]> = { frames: [], signals: [], 'stream-status': [] };
  let waiters: (() => void)[] = [];
  const publisher: EventPublisher = {
    publish: async (topic, events) => {
      await beforePublish(topic.name);
      (kept[topic.name] ??= []).push(...events);
      for (const waiter of [...waiters]) waiter();
      return [];
    },
    deadLetter: async () => undefined,
  };
  return {
    frames: kept.frames as Frame[],
    signals: kept.signals as Signals[],
    status: kept['stream-status'] as StreamStatus[],
    publisher,
    until: async (condition, what, timeoutMs = 20_000) => {
      if (condition()) return;
      await new Promise<void>((resolve, reject) => {
        const timer = setTimeout(() => reject(new Error(`Not within ${String(timeoutMs)} ms: ${what}`)), timeoutMs);
        const waiter = (): void => {
          if (!condition()) return;
          clearTimeout(timer);
          waiters = waiters.filter((each) => each !== waiter);
          resolve();
        };
        waiters.push(waiter);
      });
    },
  };
}

/** Deps of ingest around recorded events. */
export function ingestDeps(events: RecordedEvents, dataDir: string, more: Partial<IngestDeps> = {}): IngestDeps {
  return {
    publisher: events.publisher,
    backlog: { backlogRecords: async () => 0 },
    metrics: createMetrics(),
    log: createLogger({ level: 'silent' }),
    clock: systemClock,
    dataDir,
    ...more,
  };
}
