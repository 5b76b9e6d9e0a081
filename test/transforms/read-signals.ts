import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { deserialize, serialize } from 'node:v8';

import type { EventPublisher } from '../../core/events/event-bus.ts';
import { createLogger } from '../../core/log/logger.ts';
import { createMetrics } from '../../core/metrics/metrics.ts';
import { systemClock } from '../../core/time/clock.ts';
import { ingestConfig } from '../../ingest/config.ts';
import type { EpochSpan } from '../../ingest/pipeline/picture-counter.ts';
import { runInput } from '../../ingest/run-input.ts';
import type { Signals } from '../../schemas/events.generated.ts';
import { topics } from '../../schemas/topics.ts';

/** A recording as ingest reads it. */
export interface ReadRecording {
  runs: Signals[];
  epochs: readonly EpochSpan[];
  firstPtsUs: number;
}

/** Reads a recording through ingest in runs of 200 ms, as of a live stream. */
export async function readRecording(path: string): Promise<ReadRecording> {
  const runs: Signals[] = [];
  const publisher: EventPublisher = {
    publish: async (topic, events) => {
      if (topic.name === topics.signals.name) runs.push(...(events as unknown as Signals[]));
      return [];
    },
    deadLetter: async () => undefined,
  };
  const deps = {
    publisher,
    backlog: { backlogRecords: async () => 0 },
    metrics: createMetrics(),
    log: createLogger({ level: 'silent' }),
    clock: systemClock,
    dataDir: tmpdir(),
  };
  const config = ingestConfig.parse({ fullSpeedRun: '200ms' });
  const { epochs, firstPtsUs, failure } = await runInput(path, deps, { streamId: 'reel', config, sampling: { every: '10s', maxSidePx: 64 } });
  if (failure !== undefined && runs.length === 0) throw failure;
  return { runs, epochs, firstPtsUs };
}

/** The same, kept in a file beside for the next time. */
export async function rememberedRecording(path: string, make: () => Promise<string>): Promise<ReadRecording> {
  if (existsSync(path)) return deserialize(await readFile(path)) as ReadRecording;
  const recording = await readRecording(await make());
  await writeFile(path, serialize(recording));
  return recording;
}
