import type { EventPublisher } from '../core/events/event-bus.ts';
import type { Logger } from '../core/log/logger.ts';
import type { Metrics } from '../core/metrics/metrics.ts';
import type { Service } from '../core/service/service.ts';
import type { Clock } from '../core/time/clock.ts';
import type { FootageLibrary } from './clips/footage-library.ts';
import type { IngestConfig, StreamConfig } from './config.ts';
import { fileEpochStore } from './epoch-store.ts';
import { createFfmpegLookup } from './ffmpeg/ffmpeg-lookup.ts';
import type { Backlog } from './pipeline/backlog-gate.ts';
import type { StreamSet } from './stream-definitions.ts';
import { type RunnerDeps, StreamRunner } from './stream-runner.ts';

/** What ingest needs of the process. */
export interface IngestDeps {
  publisher: EventPublisher;
  /** How far readers are behind, for `slowDownstream`. */
  backlog: Backlog;
  metrics: Metrics;
  log: Logger;
  clock: Clock;
  /** Data directory: epochs of streams and what sources generate live in `ingest/` and `demo/` below it. */
  dataDir: string;
  /** Where footage for clips is kept; the service starts and stops it. @default none is */
  footage?: FootageLibrary;
  /** Environment in which ffmpeg is looked for. @default process.env */
  env?: NodeJS.ProcessEnv;
}

/** State of one configured stream, for health pages. */
export interface StreamReport {
  streamId: string;
  state: string;
  message: string;
}

/** The ingest service: one runner per stream; streams can come and go while it runs. */
export interface IngestService extends Service, StreamSet {
  /** State of every stream. */
  streams(): StreamReport[];
}

interface RunningStream {
  runner: StreamRunner;
  done: Promise<unknown>;
}

/** Creates the ingest service. A stream that fails does not stop the others; ingest is ready once it has started them. */
export function createIngestService(config: IngestConfig, deps: IngestDeps): IngestService {
  const log = deps.log.child({ component: 'ingest' });
  const running = new Map<string, RunningStream>();
  let shared: RunnerDeps | undefined;
  const remove = async (streamId: string): Promise<void> => {
    const stream = running.get(streamId);
    stream?.runner.stop();
    await stream?.done;
    running.delete(streamId);
  };
  const set = async (stream: StreamConfig): Promise<void> => {
    await remove(stream.id);
    if (!stream.enabled || shared === undefined) return;
    const runner = new StreamRunner(config, stream, shared);
    running.set(stream.id, { runner, done: runner.run() });
  };
  return {
    name: 'ingest',
    set,
    remove,
    start: async () => {
      await deps.footage?.start();
      shared = { ...deps, log, epochs: fileEpochStore(deps.dataDir, () => deps.clock.nowMs()), ...createFfmpegLookup(deps.env) };
      for (const stream of config.streams) await set(stream);
    },
    stop: async () => {
      shared = undefined;
      for (const { runner } of running.values()) runner.stop();
      await Promise.all([...running.values()].map(async ({ done }) => await done));
      await deps.footage?.stop();
    },
    readiness: () => (shared === undefined ? { ready: false, reason: 'Ingest has not started.' } : { ready: true, reason: '' }),
    streams: () =>
      [...running].map(([streamId, { runner }]) => ({ streamId, state: runner.status.state ?? 'connecting', message: runner.status.message })),
  };
}
