import { tmpdir } from 'node:os';

import { InvalidInputError } from '../../core/errors/app-error.ts';
import type { EventPublisher } from '../../core/events/event-bus.ts';
import { createLogger } from '../../core/log/logger.ts';
import { createMetrics } from '../../core/metrics/metrics.ts';
import { systemClock } from '../../core/time/clock.ts';
import type { Signals } from '../../schemas/events.generated.ts';
import { topics } from '../../schemas/topics.ts';
import { type IngestSummary, runInput } from '../run-input.ts';

/** A file as ingest reads it. */
export interface ReadSignals {
  runs: Signals[];
  summary: IngestSummary;
  /** Length that the file says it has, milliseconds; 0 when it says none. */
  declaredMs: number;
}

/** Reads the signals of a whole file as ingest does for a stream, without a bus. Reading ends when more than `mostMs` of media were read. */
export async function readSignals(path: string, mostMs: number, onProgress: (mediaMs: number, totalMs: number) => void): Promise<ReadSignals> {
  const runs: Signals[] = [];
  let declaredMs = 0;
  const publisher: EventPublisher = {
    publish: async (topic, events) => {
      if (topic.name === topics.signals.name) runs.push(...(events as unknown as Signals[]));
      return await Promise.resolve(events.map((_, offset) => ({ partition: 0, offset })));
    },
    deadLetter: async () => await Promise.resolve(),
  };
  const enough = new AbortController();
  const summary = await runInput(
    path,
    {
      publisher,
      backlog: { backlogRecords: async () => await Promise.resolve(0) },
      metrics: createMetrics(),
      log: createLogger({ level: 'silent' }),
      clock: systemClock,
      dataDir: tmpdir(),
    },
    {
      streamId: 'spot',
      // Nobody looks at the sampled pictures: the first is enough.
      sampling: { every: '1h', maxSidePx: 64 },
      signal: enough.signal,
      onProgress: (mediaMs, totalMs) => {
        onProgress(mediaMs, totalMs);
        declaredMs = totalMs;
        if (Math.max(mediaMs, totalMs) > mostMs) enough.abort();
      },
    },
  );
  if (summary.failure !== undefined) throw summary.failure;
  if (summary.epochs.length > 1)
    throw new InvalidInputError('E_SOURCE_NOT_MEDIA', `${path} begins its time anew in the middle: it is more than one recording.`);
  return { runs, summary, declaredMs };
}
