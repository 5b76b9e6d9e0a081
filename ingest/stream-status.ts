import type { AppError } from '../core/errors/app-error.ts';
import type { Metrics } from '../core/metrics/metrics.ts';
import type { Clock } from '../core/time/clock.ts';
import type { StreamState, StreamStatus } from '../schemas/events.generated.ts';
import { topics } from '../schemas/topics.ts';
import type { InputFacts } from './ffmpeg/stderr-reader.ts';
import type { MediaTime } from './media-time/time-line.ts';
import { type StreamIdentity, ingestEnvelope } from './pipeline/event-envelope.ts';
import type { DropReason } from './pipeline/frame-queue.ts';
import type { SteadyPublisher } from './pipeline/steady-publisher.ts';

/** Every state a stream can be in. */
export const streamStates: readonly StreamState[] = ['connecting', 'live', 'stalled', 'reconnecting', 'failed', 'ended'];

/** What {@link StatusReporter} needs. */
export interface StatusReporterOptions {
  identity: StreamIdentity;
  title: string;
  sourceKind: string;
  publisher: SteadyPublisher;
  metrics: Metrics;
  clock: Clock;
  /** What the reading knows now. */
  facts: () => InputFacts | undefined;
  now: () => MediaTime;
  picturesInEpoch: () => number;
}

/** Reports that may wait for a bus that is away; older ones say nothing new. */
const waitingLimit = 100;

/** Publishes the state of one stream on `stream-status`, and counts what was dropped. */
export class StatusReporter {
  readonly #options: StatusReporterOptions;
  readonly #drops = new Map<string, number>();
  #state: StreamState | undefined;
  #reason = { code: '', message: '' };
  #attempt = 1;
  #queue: Promise<unknown> = Promise.resolve();
  #waiting = 0;
  #ordinal = 0;
  #pictures = 0;
  #reportedPictures = 0;
  #reportedAtMs: number;

  constructor(options: StatusReporterOptions) {
    this.#options = options;
    this.#reportedAtMs = options.clock.monotonicMs();
  }

  /** State now; undefined before the first. */
  get state(): StreamState | undefined {
    return this.#state;
  }

  /** One sentence about the state, empty when all is well. */
  get message(): string {
    return this.#reason.message;
  }

  /** Frames dropped in this epoch, by reason. */
  get drops(): Record<string, number> {
    return Object.fromEntries(this.#drops);
  }

  /** Counts decoded pictures for the rate. */
  countPictures(count: number): void {
    this.#pictures += count;
  }

  /** Counts dropped frames. */
  countDrops(reason: DropReason, count: number): void {
    this.#drops.set(reason, (this.#drops.get(reason) ?? 0) + count);
    this.#options.metrics.count('component_dropped_events_total', { component: 'ingest', stream: this.#options.identity.streamId, reason }, count);
  }

  /** A new epoch counts its drops from zero. */
  beginEpoch(): void {
    this.#drops.clear();
  }

  /** Goes into a state and publishes it; the same state with the same reason again is not published. */
  change(state: StreamState, attempt: number, reason?: Pick<AppError, 'code' | 'message'>): void {
    const next = { code: reason?.code ?? '', message: reason?.message ?? '' };
    if (state === this.#state && next.message === this.#reason.message && attempt === this.#attempt) return;
    const changed = state !== this.#state;
    this.#state = state;
    this.#reason = next;
    this.#attempt = attempt;
    for (const each of streamStates) {
      this.#options.metrics.set('ingest_stream_state', each === state ? 1 : 0, { stream: this.#options.identity.streamId, state: each });
    }
    this.#publish(changed);
  }

  /** Attaches a warning to a state that goes on, and publishes it. */
  warn(reason: { code: string; message: string }): void {
    this.#reason = reason;
    this.#publish(false);
  }

  /** Publishes a periodic report while the stream is live. */
  report(): void {
    if (this.#state === 'live' || this.#state === 'stalled') this.#publish(false);
  }

  /** Resolves when every report so far is on the bus or given up. */
  async drained(): Promise<void> {
    await this.#queue;
  }

  #publish(changed: boolean): void {
    if (this.#waiting >= waitingLimit) return;
    const event = this.#event(changed);
    this.#waiting += 1;
    this.#queue = this.#queue.then(async () => {
      await this.#options.publisher.publish(topics.streamStatus, [event]);
      this.#waiting -= 1;
    });
  }

  #rateFps(): number {
    const nowMs = this.#options.clock.monotonicMs();
    const elapsedMs = nowMs - this.#reportedAtMs;
    const rate = elapsedMs <= 0 ? 0 : ((this.#pictures - this.#reportedPictures) * 1000) / elapsedMs;
    this.#reportedAtMs = nowMs;
    this.#reportedPictures = this.#pictures;
    return rate;
  }

  #event(changed: boolean): StreamStatus {
    const { identity, title, sourceKind, clock, facts, now, picturesInEpoch } = this.#options;
    const nowMs = clock.nowMs();
    const known = facts();
    this.#ordinal += 1;
    return {
      ...ingestEnvelope(
        identity,
        now(),
        { eventTimeMs: nowMs, timeSource: 'arrival', uncertaintyMs: 0 },
        `status-${String(nowMs)}-${String(this.#ordinal)}`,
        nowMs,
      ),
      state: this.#state ?? 'connecting',
      changed,
      ...this.#reason,
      title,
      sourceKind,
      attempt: this.#attempt,
      hasVideo: known?.hasVideo ?? false,
      hasAudio: known?.hasAudio ?? false,
      widthPx: known?.widthPx ?? 0,
      heightPx: known?.heightPx ?? 0,
      rateFps: this.#rateFps(),
      pictures: picturesInEpoch(),
      durationMs: known?.durationMs ?? 0,
      drops: this.drops,
    };
  }
}
