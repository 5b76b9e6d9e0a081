import type { EventPublisher } from '../core/events/event-bus.ts';
import type { Logger } from '../core/log/logger.ts';
import type { Metrics } from '../core/metrics/metrics.ts';
import type { Service } from '../core/service/service.ts';
import type { Clock } from '../core/time/clock.ts';
import type { IngestConfig } from './config.ts';
import { fileEpochStore } from './epoch-store.ts';
import { createFfmpegLookup } from './ffmpeg/ffmpeg-lookup.ts';
import type { BacklogMonitor } from './pipeline/backlog-gate.ts';
import { StreamRunner } from './stream-runner.ts';

/** What ingest needs of the process. */
export interface IngestDeps {
  publisher: EventPublisher;
  /** How far readers are behind, for `slowDownstream`. */
  backlog: BacklogMonitor;
  metrics: Metrics;
  log: Logger;
  clock: Clock;
  /** Data directory: epochs of streams and what sources generate live in `ingest/` and `demo/` below it. */
  dataDir: string;
  /** Environment in which ffmpeg is looked for. @default process.env */
  env?: NodeJS.ProcessEnv;
}

/** State of one configured stream, for health pages. */
export interface StreamReport {
  streamId: string;
  state: string;
  message: string;
}

/** The ingest service: one runner per configured stream. */
export interface IngestService extends Service {
  /** State of every stream. */
  streams(): StreamReport[];
}

/** Creates the ingest service. A stream that fails does not stop the others; ingest is ready once it has started them. */
export function createIngestService(config: IngestConfig, deps: IngestDeps): IngestService {
  const log = deps.log.child({ component: 'ingest' });
  const runners: { id: string; runner: StreamRunner; done: Promise<unknown> }[] = [];
  let started = false;
  return {
    name: 'ingest',
    start: async () => {
      const shared = { ...deps, log, epochs: fileEpochStore(deps.dataDir, () => deps.clock.nowMs()), ...createFfmpegLookup(deps.env) };
      for (const stream of config.streams.filter((each) => each.enabled)) {
        const runner = new StreamRunner(config, stream, shared);
        runners.push({ id: stream.id, runner, done: runner.run() });
      }
      started = true;
    },
    stop: async () => {
      for (const { runner } of runners) runner.stop();
      await Promise.all(runners.map(async ({ done }) => await done));
      started = false;
    },
    readiness: () => (started ? { ready: true, reason: '' } : { ready: false, reason: 'Ingest has not started.' }),
    streams: () => runners.map(({ id, runner }) => ({ streamId: id, state: runner.status.state ?? 'connecting', message: runner.status.message })),
  };
}
