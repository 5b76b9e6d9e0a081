import type { Metrics } from '../../core/metrics/metrics.ts';
import type { Clock } from '../../core/time/clock.ts';
import { topics } from '../../schemas/topics.ts';
import type { IngestConfig, StreamConfig } from '../config.ts';
import type { InputFacts } from '../ffmpeg/stderr-reader.ts';
import { arrivalClock, recordingClock, sourceClock } from '../media-time/event-clock.ts';
import type { SourceProfile } from '../sources/source.ts';
import type { StatusReporter } from '../stream-status.ts';
import { BacklogGate, type Backlog } from './backlog-gate.ts';
import { createFrameEncoder } from './frame-encoder.ts';
import { FrameQueue } from './frame-queue.ts';
import { SignalsQueue } from './signals-queue.ts';
import type { SteadyPublisher } from './steady-publisher.ts';
import { StreamPipeline, type StreamPipelineOptions } from './stream-pipeline.ts';

/** How long signals of a recording gather before they are published, milliseconds; at 40 times real time that is ten runs. */
const gatherMs = 250;

/** What one reading of one stream needs to become events. */
export interface PipelineParts {
  config: IngestConfig;
  stream: StreamConfig;
  profile: SourceProfile;
  publisher: SteadyPublisher;
  backlog: Backlog;
  metrics: Metrics;
  clock: Clock;
  stopping: AbortSignal;
  facts: () => InputFacts;
  status: StatusReporter;
  firstEpoch: number;
  onEpoch: (epoch: number) => void;
  onTime?: StreamPipelineOptions['onTime'];
}

/** Puts the pipeline of one reading together: its clock, its policy, its queues. */
export function buildPipeline(parts: PipelineParts): StreamPipeline {
  const { config, stream, profile, publisher, backlog, metrics, clock, stopping, status } = parts;
  const policy = stream.slowDownstream === 'auto' ? (profile.live ? 'freshest' : 'lossless') : stream.slowDownstream;
  const start = profile.recordingStart;
  const frames = new FrameQueue({
    encoder: createFrameEncoder(config.jpegQuality),
    publisher,
    gate: new BacklogGate(backlog, topics.frames.name, config.backlogFrames, clock),
    stopping,
    policy,
    limit: config.frameQueue,
    onPublished: (count) => metrics.count('ingest_frames_total', { stream: stream.id }, count),
    onDropped: (reason, count) => status.countDrops(reason, count),
  });
  const gate = policy === 'lossless' ? new BacklogGate(backlog, topics.signals.name, config.backlogSignals, clock) : undefined;
  return new StreamPipeline({
    identity: { tenantId: config.tenantId, streamId: stream.id },
    firstEpoch: parts.firstEpoch,
    eventClock: sourceClock(
      profile.live || start === undefined ? arrivalClock(() => clock.nowMs()) : recordingClock(start.startMs, start.uncertaintyMs),
    ),
    clock,
    frames,
    signals: new SignalsQueue({ publisher, ...(gate === undefined ? {} : { gate }), stopping, clock, gatherMs: profile.live ? 0 : gatherMs }),
    runUs: (profile.live ? config.liveRun : config.fullSpeedRun) * 1000,
    trailLimitUs: profile.live ? 2_000_000 : 20_000_000,
    sampledBecause: stream.source.kind === 'images' ? 'picture' : stream.sampling.rule,
    facts: parts.facts,
    onEpoch: parts.onEpoch,
    ...(parts.onTime === undefined ? {} : { onTime: parts.onTime }),
  });
}
