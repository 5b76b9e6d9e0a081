import { availableParallelism } from 'node:os';

import { type AppError, InvalidInputError, UnavailableError } from '../errors/app-error.ts';
import { takeFairBatch } from './fair-batch.ts';
import type { InferenceConfig } from './inference-config.ts';
import type { DetectRequest, DetectResult, InferencePoolDeps } from './inference-pool.ts';
import { placementOf } from './letterbox.ts';
import type { InstalledModel } from './models/model-store.ts';
import { decodePicture, pictureSize } from './picture-decoder.ts';
import { createPixelBuffers, type PixelBuffers } from './pixel-buffers.ts';
import type { LoadedModel, RunItem, WorkerReply, WorkerRequest } from './worker-protocol.ts';

/** Calls that a worker holds at once: one runs while the next already waits in its port, so it never idles between two. */
const callsPerWorker = 2;

/** Workers that may die before the model was ever loaded; then whoever waits for it is told. */
const mostDeathsBeforeLoad = 4;

/** What a queue is made of. */
export interface ModelQueueOptions {
  /** `name@version`. */
  key: string;
  model: InstalledModel;
  config: InferenceConfig;
  deps: InferencePoolDeps;
  workers: number;
  send: (worker: number, request: WorkerRequest) => void;
  /** Numbers calls across all models of a pool. */
  nextRun: () => number;
}

interface Job {
  streamKey: string;
  request: DetectRequest;
  /** Times that a worker died over it. */
  deaths: number;
  item?: RunItem;
  readyMs: number;
  resolve: (result: DetectResult) => void;
  reject: (error: Error) => void;
}

interface WorkerState {
  state: 'absent' | 'loading' | 'loaded';
  calls: Map<number, Job[]>;
  /** True while it runs a picture that may have killed its predecessor. */
  quarantined: boolean;
}

interface Settle {
  resolve: (loaded: LoadedModel) => void;
  reject: (error: Error) => void;
}

/** The pictures that wait for one model: decoding ahead, batching, spreading over workers, retry after a worker's death. */
export class ModelQueue {
  /** Settles when the first worker has loaded the model, or could not. */
  readonly ready: Promise<LoadedModel>;
  readonly #options: ModelQueueOptions;
  readonly #workers: WorkerState[];
  readonly #buffers: PixelBuffers;
  readonly #waiting: Job[] = [];
  readonly #decoded: Job[] = [];
  readonly #retries: Job[] = [];
  #decoding = 0;
  #deathsBeforeLoad = 0;
  #delayRunning = false;
  #loaded: LoadedModel | undefined;
  #closedBy: AppError | undefined;
  readonly #settleReady: Settle;

  constructor(options: ModelQueueOptions) {
    this.#options = options;
    this.#workers = Array.from({ length: options.workers }, () => ({ state: 'absent', calls: new Map<number, Job[]>(), quarantined: false }));
    const { widthPx, heightPx } = options.model.manifest.input;
    this.#buffers = createPixelBuffers(widthPx * heightPx * 3);
    const settle: Partial<Settle> = {};
    this.ready = new Promise<LoadedModel>((resolve, reject) => Object.assign(settle, { resolve, reject }));
    this.ready.catch(() => undefined);
    this.#settleReady = settle as Settle;
  }

  async detect(request: DetectRequest): Promise<DetectResult> {
    if (this.#closedBy !== undefined) throw this.#closedBy;
    return await new Promise((resolve, reject) => {
      this.#waiting.push({ streamKey: request.streamKey, request, deaths: 0, readyMs: 0, resolve, reject });
      this.#pump();
    });
  }

  /** A fresh worker runs: have it load the model. */
  workerStarted(worker: number): void {
    const state = this.#workers[worker];
    if (state === undefined || this.#closedBy !== undefined) return;
    state.state = 'loading';
    const { config, model, key } = this.#options;
    const options = { device: config.device, deviceId: config.deviceId, intraOpThreads: config.intraOpThreads };
    this.#options.send(worker, { type: 'load', model: key, file: model.path, manifest: model.manifest, options });
  }

  workerLoaded(worker: number, loaded: LoadedModel): void {
    const state = this.#workers[worker];
    if (state === undefined) return;
    state.state = 'loaded';
    if (this.#loaded === undefined && loaded.fallbackReason !== '') {
      const { key, config, deps } = this.#options;
      deps.log.warn({ model: key, device: config.device, reason: loaded.fallbackReason }, 'The device is not available; the model runs on the CPU.');
    }
    this.#loaded = loaded;
    this.#settleReady.resolve(loaded);
    this.#reportSessions(loaded.device);
    this.#pump();
  }

  loadFailed(worker: number, message: string): void {
    const state = this.#workers[worker];
    if (state !== undefined) state.state = 'absent';
    this.#settleReady.reject(new InvalidInputError('E_MODEL_INVALID', message, { details: { model: this.#options.key } }));
    this.#options.deps.log.warn({ model: this.#options.key, worker, reason: message }, 'A worker could not load the model.');
    if (this.#workers.some((other) => other.state !== 'absent')) return;
    this.#refuseAll(new UnavailableError('E_INFERENCE_FAILED', `No worker can load model ${this.#options.key}: ${message}`));
  }

  workerDied(worker: number, cause: Error): void {
    const state = this.#workers[worker];
    if (state === undefined) return;
    this.#deathsBeforeLoad += this.#loaded === undefined ? 1 : 0;
    if (this.#deathsBeforeLoad >= mostDeathsBeforeLoad) {
      const message = `The inference workers end before they have loaded model ${this.#options.key}: ${cause.message}`;
      this.#settleReady.reject(new InvalidInputError('E_MODEL_INVALID', message, { cause }));
    }
    const orphans = [...state.calls.values()].flat();
    state.state = 'absent';
    state.calls.clear();
    state.quarantined = false;
    for (const job of orphans) {
      job.deaths += 1;
      if (job.deaths < 2) this.#retries.push(job);
      else this.#finish(job, () => job.reject(new InvalidInputError('E_INFERENCE_FAILED', 'The inference worker died twice over this picture.')));
    }
    this.#pump();
  }

  /** Takes the reply of a call; false when the call is not of this model. */
  ran(reply: Extract<WorkerReply, { type: 'ran' }>): boolean {
    const state = this.#workers.find((candidate) => candidate.calls.has(reply.run));
    const jobs = state?.calls.get(reply.run);
    if (state === undefined || jobs === undefined) return false;
    state.calls.delete(reply.run);
    state.quarantined = false;
    const { deps, model } = this.#options;
    deps.metrics.observe('inference_duration_seconds', reply.durationMs / 1000, { model: model.manifest.name });
    deps.metrics.observe('inference_batch_size', jobs.length, { model: model.manifest.name });
    jobs.forEach((job, index) => {
      const outcome = reply.outcomes[index] ?? { ok: false as const, message: 'The worker gave no answer.' };
      this.#finish(job, () => {
        if (outcome.ok) job.resolve({ kind: 'detected', boxes: outcome.boxes });
        else job.reject(new InvalidInputError('E_INFERENCE_FAILED', outcome.message));
      });
    });
    this.#pump();
    return true;
  }

  close(reason: AppError): void {
    this.#closedBy = reason;
    this.#settleReady.reject(reason);
    this.#refuseAll(reason);
    if (this.#loaded !== undefined) this.#reportSessions(this.#loaded.device, 0);
  }

  #refuseAll(error: Error): void {
    const running = this.#workers.flatMap((worker) => [...worker.calls.values()].flat());
    for (const worker of this.#workers) worker.calls.clear();
    const jobs = [...this.#waiting.splice(0), ...this.#decoded.splice(0), ...this.#retries.splice(0), ...running];
    for (const job of jobs) this.#finish(job, () => job.reject(error));
  }

  /** Starts as much decoding as there is memory and CPU for, then hands out calls. */
  #pump(): void {
    const batch = this.#maxBatch();
    const buffersAllowed = this.#workers.length * callsPerWorker * batch + availableParallelism();
    while (this.#waiting.length > 0 && this.#decoding < availableParallelism() + 1 && this.#buffers.inUse() < buffersAllowed) {
      const job = this.#waiting.shift() as Job;
      if (this.#expired(job)) continue;
      void this.#decode(job, this.#buffers.take());
    }
    this.#dispatch();
  }

  async #decode(job: Job, pixels: SharedArrayBuffer): Promise<void> {
    this.#decoding += 1;
    const { input, output } = this.#options.model.manifest;
    const { picture, source, minConfidence, maxDetections } = job.request;
    try {
      const decoded = await decodePicture(picture, input);
      new Uint8Array(pixels).set(decoded.rgb);
      job.item = {
        pixels,
        placement: placementOf(decoded, input),
        source: source ?? (await pictureSize(picture)),
        minConfidence: minConfidence ?? output.confidenceThreshold,
        maxDetections: maxDetections ?? 100,
      };
      job.readyMs = this.#options.deps.clock.monotonicMs();
      if (this.#closedBy === undefined) this.#decoded.push(job);
      else this.#finish(job, () => job.reject(this.#closedBy as AppError));
    } catch (error) {
      this.#buffers.give(pixels);
      job.reject(error instanceof Error ? error : new Error(String(error)));
    } finally {
      this.#decoding -= 1;
      this.#pump();
    }
  }

  #dispatch(): void {
    for (;;) {
      const free = this.#workers.map((worker, index) => ({ worker, index })).filter(({ worker }) => this.#takesCalls(worker));
      free.sort((a, b) => a.worker.calls.size - b.worker.calls.size);
      const first = free[0];
      if (first === undefined) return;
      if (this.#retries.length > 0) {
        if (first.worker.calls.size > 0) return;
        first.worker.quarantined = true;
        this.#call(first.index, [this.#retries.shift() as Job]);
        continue;
      }
      if (this.#decoded.length === 0 || this.#waitsForMore(first.worker)) return;
      const share = Math.ceil(this.#decoded.length / free.length);
      const jobs = takeFairBatch(this.#decoded, Math.min(this.#maxBatch(), share), this.#options.config.maxPerStream);
      const fresh = jobs.filter((job) => !this.#expired(job));
      if (fresh.length > 0) this.#call(first.index, fresh);
    }
  }

  #takesCalls(worker: WorkerState): boolean {
    if (worker.state !== 'loaded' || worker.quarantined) return false;
    return worker.calls.size < callsPerWorker;
  }

  /** True while it pays to let a small batch grow: more is being decoded, or the worker is busy anyway, and `maxDelay` is not over. */
  #waitsForMore(worker: WorkerState): boolean {
    const { clock } = this.#options.deps;
    if (this.#decoded.length >= this.#maxBatch() || (this.#decoding === 0 && worker.calls.size === 0)) return false;
    const waitedMs = clock.monotonicMs() - (this.#decoded[0]?.readyMs ?? 0);
    const leftMs = this.#options.config.maxDelay - waitedMs;
    if (leftMs <= 0) return false;
    if (!this.#delayRunning) {
      this.#delayRunning = true;
      void clock.sleep(leftMs).then(() => {
        this.#delayRunning = false;
        this.#dispatch();
      });
    }
    return true;
  }

  #call(worker: number, jobs: Job[]): void {
    const run = this.#options.nextRun();
    this.#workers[worker]?.calls.set(run, jobs);
    this.#options.send(worker, {
      type: 'run',
      run,
      model: this.#options.key,
      items: jobs.flatMap((job) => (job.item === undefined ? [] : [job.item])),
    });
  }

  #maxBatch(): number {
    return this.#loaded?.batches === true ? this.#options.config.maxBatch : 1;
  }

  #expired(job: Job): boolean {
    const { expiresAtMs } = job.request;
    if (expiresAtMs === undefined || this.#options.deps.clock.nowMs() < expiresAtMs) return false;
    this.#finish(job, () => job.resolve({ kind: 'expired' }));
    return true;
  }

  #finish(job: Job, settle: () => void): void {
    if (job.item !== undefined) this.#buffers.give(job.item.pixels);
    delete job.item;
    settle();
  }

  #reportSessions(device: string, count = this.#workers.filter((worker) => worker.state === 'loaded').length): void {
    this.#options.deps.metrics.set('inference_sessions', count, { model: this.#options.model.manifest.name, device });
  }
}

/** Creates the queue of one model. */
export function createModelQueue(options: ModelQueueOptions): ModelQueue {
  return new ModelQueue(options);
}
