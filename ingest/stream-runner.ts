import { AppError, InvariantError, UnavailableError, messageOf } from '../core/errors/app-error.ts';
import type { Logger } from '../core/log/logger.ts';
import type { Metrics } from '../core/metrics/metrics.ts';
import type { Clock } from '../core/time/clock.ts';
import type { EventPublisher } from '../core/events/event-bus.ts';
import type { StreamState } from '../schemas/events.generated.ts';
import { backoffMs } from './backoff.ts';
import { FootageDesk } from './clips/footage-desk.ts';
import type { FootageLibrary } from './clips/footage-library.ts';
import type { IngestConfig, StreamConfig } from './config.ts';
import type { EpochStore } from './epoch-store.ts';
import type { DecodeOptions } from './ffmpeg/decode-options.ts';
import type { FfmpegTools } from './ffmpeg/ffmpeg-process.ts';
import type { InputFacts } from './ffmpeg/stderr-reader.ts';
import type { Complaint, InputWarning, MediaReading } from './media-reading.ts';
import { Pacer } from './media-time/pacer.ts';
import type { Backlog } from './pipeline/backlog-gate.ts';
import type { EpochSpan } from './pipeline/picture-counter.ts';
import { SteadyPublisher } from './pipeline/steady-publisher.ts';
import type { StreamPipeline } from './pipeline/stream-pipeline.ts';
import { buildPipeline } from './pipeline/build-pipeline.ts';
import { openSource, profileSource } from './sources/registry.ts';
import type { SourceProfile } from './sources/source.ts';
import { StatusReporter } from './stream-status.ts';
import { Watchdog } from './watchdog.ts';
import { WarningList } from './warning-list.ts';

/** What every stream of the process shares. */
export interface RunnerDeps {
  publisher: EventPublisher;
  backlog: Backlog;
  metrics: Metrics;
  log: Logger;
  clock: Clock;
  /** Folder for what sources generate. */
  dataDir: string;
  epochs: EpochStore;
  /** Where footage for clips is kept. @default none is */
  footage?: FootageLibrary;
  tools: () => FfmpegTools;
  legacyVsync: () => Promise<boolean>;
}

/** What was read of a stream that has come to its end. */
export interface RunSummary {
  state: StreamState;
  /** Why it failed; absent when it ended. */
  failure?: AppError;
  pictures: number;
  /** From the first picture to the end of the last. */
  durationMs: number;
  firstPtsUs: number;
  epochs: readonly EpochSpan[];
  warnings: readonly InputWarning[];
  facts: InputFacts;
}

/** How long what is queued may still be published after a stop, milliseconds. */
const drainMs = 5_000;
/** A connection that lived this long was good: attempts count from one again, milliseconds. */
const goodConnectionMs = 30_000;
const noFacts: InputFacts = { hasVideo: false, hasAudio: false, widthPx: 0, heightPx: 0, durationMs: 0, startMs: 0, videoCodec: '' };

/** Reads one stream until it ends, fails or is stopped; reconnects, watches for stalls, reports its state. */
export class StreamRunner {
  readonly #config: IngestConfig;
  readonly #stream: StreamConfig;
  readonly #deps: RunnerDeps;
  readonly #log: Logger;
  readonly #stopping = new AbortController();
  readonly #givingUp = new AbortController();
  readonly #publisher: SteadyPublisher;
  readonly #warnings = new WarningList();
  readonly status: StatusReporter;
  #onProgress: (mediaMs: number, totalMs: number) => void = () => undefined;
  #reading: MediaReading | undefined;
  #pipeline: StreamPipeline | undefined;
  #facts = noFacts;
  #attempt = 1;
  #streams: DecodeOptions['streams'] = 'all';

  constructor(config: IngestConfig, stream: StreamConfig, deps: RunnerDeps) {
    this.#config = config;
    this.#stream = stream;
    this.#deps = deps;
    this.#log = deps.log.child({ streamId: stream.id });
    const { publisher, metrics, clock } = deps;
    this.#publisher = new SteadyPublisher({ publisher, metrics, log: this.#log, clock, signal: this.#givingUp.signal });
    this.status = new StatusReporter({
      identity: { tenantId: config.tenantId, streamId: stream.id },
      title: stream.title === '' ? stream.id : stream.title,
      sourceKind: stream.source.kind,
      publisher: this.#publisher,
      metrics,
      clock,
      facts: () => this.#reading?.facts() ?? this.#facts,
      now: () => this.#pipeline?.counter.now ?? { epoch: this.#deps.epochs.last(stream.id) + 1, ptsUs: 0 },
      picturesInEpoch: () => this.#pipeline?.counter.picturesInEpoch ?? 0,
    });
  }

  /** Calls back a few times a second with what was read and the declared length, 0 when unknown. */
  onProgress(listener: (mediaMs: number, totalMs: number) => void): void {
    this.#onProgress = listener;
  }

  /** Ends the stream: what was read is still published, a bus that does not answer is waited for 5 s. */
  stop(): void {
    this.#stopping.abort(new Error('The stream was stopped.'));
    this.#reading?.stop();
    void this.#deps.clock.sleep(drainMs, this.#givingUp.signal).then(
      () => this.#givingUp.abort(new Error('The stream was stopped.')),
      () => undefined,
    );
  }

  /** Reads to the end; resolves when everything is on the bus. Never rejects. */
  async run(): Promise<RunSummary> {
    let failure: AppError | undefined;
    this.status.change('connecting', this.#attempt);
    try {
      const profile = await profileSource(this.#stream.source);
      failure = await this.#attempts(profile);
    } catch (error) {
      failure = error instanceof AppError ? error : new InvariantError('E_INTERNAL', messageOf(error), { cause: error });
    }
    if (failure === undefined) this.status.change('ended', this.#attempt);
    else if (!this.#stopping.signal.aborted) {
      this.#deps.metrics.count('component_errors_total', { component: 'ingest', code: failure.code, stage: 'read' });
      this.#log.error({ code: failure.code, reason: failure.message }, 'The stream failed.');
      this.status.change('failed', this.#attempt, failure);
    }
    await this.status.drained();
    this.#givingUp.abort();
    return this.#summary(failure);
  }

  #summary(failure: AppError | undefined): RunSummary {
    const counter = this.#pipeline?.counter;
    return {
      state: this.status.state ?? 'ended',
      ...(failure === undefined ? {} : { failure }),
      pictures: counter?.pictures ?? 0,
      durationMs: Math.round(counter?.readMs ?? 0),
      firstPtsUs: counter?.spans[0]?.firstPtsUs ?? 0,
      epochs: counter?.spans ?? [],
      warnings: this.#warnings.all,
      facts: this.#facts,
    };
  }

  async #attempts(profile: SourceProfile): Promise<AppError | undefined> {
    const { first, most, attempts } = this.#config.reconnect;
    for (let failures = 1; ; failures += 1) {
      const startedMs = this.#deps.clock.monotonicMs();
      const failure = await this.#once(profile).catch((error: unknown) => asFailure(error));
      if (this.#stopping.signal.aborted || failure === undefined) return failure;
      if (this.#triesFewerStreams(failure)) continue;
      if (!failure.retryable) return failure;
      if (failure.code === 'E_TOOL_MISSING') return failure;
      if (this.#deps.clock.monotonicMs() - startedMs > goodConnectionMs) failures = 1;
      if (attempts > 0 && failures >= attempts) return failure;
      this.#attempt += 1;
      this.#deps.metrics.count('ingest_reconnects_total', { stream: this.#stream.id });
      this.#log.warn({ code: failure.code, reason: failure.message, attempt: this.#attempt }, 'The source went away and is opened again.');
      this.status.change('reconnecting', this.#attempt, failure);
      await this.#deps.clock.sleep(backoffMs(failures, { firstMs: first, mostMs: most }), this.#stopping.signal).catch(() => undefined);
      if (this.#stopping.signal.aborted) return undefined;
    }
  }

  /**
   * An input that declares pictures and sound and yields nothing may hold one that never comes or cannot be decoded, and the decoder waits
   * for it: leave out the sound, then the pictures. True when another connection shall follow at once.
   */
  #triesFewerStreams(failure: AppError): boolean {
    const worth = failure.code === 'E_SOURCE_NOT_MEDIA' || failure.code === 'E_SOURCE_UNAVAILABLE';
    const silent = (this.#pipeline?.counter.readMs ?? 0) === 0 && this.#facts.hasVideo && this.#facts.hasAudio;
    const fewer = this.#streams === 'all' ? 'pictures' : this.#streams === 'pictures' ? 'sound' : 'all';
    if (!worth || (!silent && this.#streams === 'all')) return false;
    this.#streams = silent ? fewer : 'all';
    return silent && fewer !== 'all';
  }

  /** One connection: returns why it has to be followed by another or nothing when the stream is over. */
  async #once(profile: SourceProfile): Promise<AppError | undefined> {
    const footage = this.#deps.footage === undefined ? undefined : new FootageDesk(this.#deps.footage, this.#stream.id);
    try {
      return await this.#connection(profile, footage);
    } finally {
      footage?.ended();
    }
  }

  async #connection(profile: SourceProfile, footage: FootageDesk | undefined): Promise<AppError | undefined> {
    const reading = await this.#open(profile, footage);
    this.#reading = reading;
    if (this.#stopping.signal.aborted) reading.stop();
    const pipeline = this.#build(profile, reading, footage);
    this.#pipeline = pipeline;
    let stalled = false;
    const watchdog = new Watchdog(this.#deps.clock, this.#stream.stallAfter, () => {
      stalled = true;
      if (this.status.state === 'live') this.status.change('stalled', this.#attempt, stallError(profile, this.#stream.stallAfter));
      reading.stop();
    });
    const watching = watchdog.watch();
    try {
      await this.#read(reading, pipeline, profile, watchdog);
    } finally {
      watchdog.end();
      reading.stop();
      await watching;
    }
    return await this.#close(reading, pipeline, profile, stalled);
  }

  async #open(profile: SourceProfile, footage: FootageDesk | undefined): Promise<MediaReading> {
    const { tools, legacyVsync, log, clock, dataDir } = this.#deps;
    const { sampling } = this.#stream;
    return await openSource(this.#stream.source, {
      tools,
      legacyVsync,
      sampling: { rule: sampling.rule, everyMs: sampling.every, maxSidePx: sampling.maxSidePx, shotThreshold: sampling.shotThreshold },
      // A stream in real time needs no second thread, which costs 6 % more and delays every picture.
      threads: this.#config.decodeThreads === 0 && profile.live ? 1 : this.#config.decodeThreads,
      log,
      clock,
      dataDir,
      streams: this.#streams,
      ...(footage === undefined ? {} : { footage }),
      signal: this.#stopping.signal,
      onProgress: (message) =>
        this.status.change(this.#attempt === 1 ? 'connecting' : 'reconnecting', this.#attempt, { code: 'E_SOURCE_UNAVAILABLE', message }),
    });
  }

  #build(profile: SourceProfile, reading: MediaReading, footage: FootageDesk | undefined): StreamPipeline {
    const { epochs, clock } = this.#deps;
    const live = profile.live;
    const known = this.#pipeline?.counter.spans.at(-1)?.epoch;
    return buildPipeline({
      config: this.#config,
      stream: this.#stream,
      profile,
      publisher: this.#publisher,
      backlog: this.#deps.backlog,
      metrics: this.#deps.metrics,
      clock,
      stopping: this.#stopping.signal,
      facts: () => reading.facts(),
      status: this.status,
      firstEpoch: (known ?? (live ? epochs.last(this.#stream.id) : 0)) + 1,
      onEpoch: (epoch) => {
        if (live) epochs.begin(this.#stream.id, epoch);
        this.status.beginEpoch();
      },
      onTime: (time, rawUs) => footage?.note(time, rawUs),
    });
  }

  async #read(reading: MediaReading, pipeline: StreamPipeline, profile: SourceProfile, watchdog: Watchdog): Promise<void> {
    const pacer = profile.paced ? new Pacer(this.#deps.clock) : undefined;
    let reportedMs = this.#deps.clock.monotonicMs();
    watchdog.waiting();
    for await (const packets of reading.packets()) {
      watchdog.delivered();
      if (this.#stopping.signal.aborted) break;
      if (this.status.state !== 'live') this.status.change('live', this.#attempt);
      if (pacer === undefined) await pipeline.handle(packets);
      else {
        const leading = reading.facts().hasVideo ? 'luma' : 'sound';
        for (const packet of packets) {
          if (packet.kind === leading) await pacer.until(packet.rawUs, this.#stopping.signal).catch(() => undefined);
          await pipeline.handle([packet]);
        }
      }
      this.#countPictures(pipeline);
      this.#noteComplaints(reading.takeComplaints(), Math.round(pipeline.counter.readMs));
      this.#onProgress(pipeline.counter.readMs, reading.facts().durationMs);
      const nowMs = this.#deps.clock.monotonicMs();
      if (nowMs - reportedMs >= this.#config.statusEvery) {
        reportedMs = nowMs;
        this.#report();
      }
      watchdog.waiting();
    }
  }

  #report(): void {
    const repeated = this.#warnings.takeRepeated();
    if (repeated > 0) this.#log.warn({ repeated }, 'Known faults of the source came again.');
    this.status.report();
  }

  #countPictures(pipeline: StreamPipeline): void {
    const count = pipeline.counter.takeNew();
    if (count === 0) return;
    this.status.countPictures(count);
    this.#deps.metrics.count('ingest_pictures_total', { stream: this.#stream.id }, count);
  }

  #noteComplaints(complaints: readonly Complaint[], atMs: number): void {
    for (const { code, message, count } of complaints) this.#warn({ code, message, atMs }, count);
  }

  #warn(warning: InputWarning, count = 1): void {
    if (!this.#warnings.add(warning, count)) return;
    this.#log.warn({ code: warning.code, atMs: warning.atMs, reason: warning.message }, 'The source has a fault; reading goes on.');
    if (this.status.state === 'live') this.status.warn(warning);
  }

  async #close(reading: MediaReading, pipeline: StreamPipeline, profile: SourceProfile, stalled: boolean): Promise<AppError | undefined> {
    const { failure, complaints } = await reading.outcome();
    this.#facts = reading.facts();
    const stopping = this.#stopping.signal.aborted;
    const readMs = Math.round(pipeline.counter.readMs);
    // What ffmpeg said about an input that never began is in the failure already.
    if (readMs > 0) this.#noteComplaints(complaints, readMs);
    const over = stopping || (!stalled && (failure === undefined ? profile.endMeans === 'ended' : !failure.retryable));
    if (over && !stopping) this.#noteEnd(failure, pipeline, profile);
    await pipeline.finish(over);
    if (stopping) return undefined;
    if (stalled) return stallError(profile, this.#stream.stallAfter);
    // A recording that is damaged on the way has ended there: its results are kept and the warning says so.
    if (failure?.code === 'E_DECODE_FAILED' && readMs > 0) return undefined;
    if (failure === undefined && profile.endMeans === 'lost') {
      return new UnavailableError('E_SOURCE_UNAVAILABLE', `The sender of ${profile.address} has gone away.`);
    }
    return failure;
  }

  #noteEnd(failure: AppError | undefined, pipeline: StreamPipeline, profile: SourceProfile): void {
    const atMs = Math.round(pipeline.counter.readMs);
    const facts = this.#facts;
    if (failure?.code === 'E_DECODE_FAILED') this.#warn({ code: failure.code, message: failure.message, atMs });
    else if (failure === undefined && isShort(atMs + lateMs(pipeline, facts), facts, profile)) {
      const message = `The recording ends after ${seconds(atMs)} although it declares ${seconds(facts.durationMs)}; results up to there are kept.`;
      this.#warn({ code: 'E_DECODE_FAILED', message, atMs });
    }
    if (failure !== undefined && failure.code !== 'E_DECODE_FAILED') return;
    if (!facts.hasVideo) this.#warn({ code: 'E_SOURCE_NOT_MEDIA', message: 'The input has no pictures; only its sound was used.', atMs: 0 });
    else if (!facts.hasAudio && facts.videoCodec !== 'pictures') {
      this.#warn({ code: 'E_SOURCE_NOT_MEDIA', message: 'The input has no sound; only its pictures were used.', atMs: 0 });
    }
  }
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}

/** A recording that was cut off: its container declares clearly more than came. */
function isShort(readMs: number, facts: InputFacts, profile: SourceProfile): boolean {
  const declaredMs = facts.durationMs - Math.max(0, facts.startMs);
  return profile.recordingStart !== undefined && declaredMs > 0 && readMs < declaredMs - Math.max(2_000, declaredMs * 0.02);
}

/** How long the sound runs before the first picture, milliseconds. */
function lateMs(pipeline: StreamPipeline, facts: InputFacts): number {
  const first = pipeline.counter.spans[0];
  return first === undefined ? 0 : Math.max(0, first.firstPtsUs / 1000 - facts.startMs);
}

function stallError(profile: SourceProfile, stallMs: number): AppError {
  return new UnavailableError('E_SOURCE_UNAVAILABLE', `${profile.address} has sent no picture or sound for ${seconds(stallMs)}.`);
}

function asFailure(error: unknown): AppError {
  return error instanceof AppError ? error : new InvariantError('E_INTERNAL', messageOf(error), { cause: error });
}
