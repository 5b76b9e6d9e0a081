import { availableParallelism } from 'node:os';

import { UnavailableError } from '../errors/app-error.ts';
import type { Logger } from '../log/logger.ts';
import type { Metrics } from '../metrics/metrics.ts';
import type { Clock } from '../time/clock.ts';
import type { InferenceConfig } from './inference-config.ts';
import type { SizePx } from './letterbox.ts';
import { createModelQueue, type ModelQueue } from './model-queue.ts';
import type { InstalledModel } from './models/model-store.ts';
import { createWorkerSlot, type WorkerSlot } from './worker-slot.ts';
import type { DetectionBox, LoadedModel, WorkerReply } from './worker-protocol.ts';

/** A picture to look at. */
export interface DetectRequest {
  /** Stream of the picture; batches are shared fairly between streams. */
  streamKey: string;
  /** Encoded picture (JPEG, PNG, WebP); not changed, may be reused once the promise settled. */
  picture: Uint8Array;
  /** Picture whose pixels the boxes are given in; may be larger than `picture`. Unknown: the picture itself. */
  source?: SizePx;
  /** Boxes below this are left out. @default the model's own threshold */
  minConfidence?: number;
  /** @default 100 */
  maxDetections?: number;
  /** Epoch milliseconds after which nobody wants the answer any more. @default never */
  expiresAtMs?: number;
}

/** What became of a picture: boxes best first, or `expired` when it waited past `expiresAtMs`. */
export type DetectResult = { kind: 'detected'; boxes: DetectionBox[] } | { kind: 'expired' };

/** A model ready for use. */
export interface ModelHandle {
  readonly name: string;
  readonly version: string;
  readonly loaded: LoadedModel;
  /**
   * @throws InvalidInputError `E_DECODE_FAILED` (bad picture) or `E_INFERENCE_FAILED` (the model failed on it, or its worker died twice),
   * UnavailableError `E_INFERENCE_FAILED` (the model was unloaded meanwhile)
   */
  detect(request: DetectRequest): Promise<DetectResult>;
  /** Gives the model back; it is unloaded with its last user. */
  release(): void;
}

/**
 * Runs models in worker threads. Every worker holds one session per model, shared by all streams and processors; pixels reach workers
 * through shared memory. A worker that dies is replaced; its pictures are tried once more, alone, then refused.
 */
export interface InferencePool {
  /** Loads a model, or shares it when it is loaded already. @throws InvalidInputError `E_MODEL_INVALID` */
  load(model: InstalledModel): Promise<ModelHandle>;
  /** `undefined` when workers run, else one sentence. */
  unhealthy(): string | undefined;
  /** Refuses what waits, ends the workers. Calling twice is fine. */
  close(): Promise<void>;
}

/** What the pool is given. */
export interface InferencePoolDeps {
  log: Logger;
  metrics: Metrics;
  clock: Clock;
}

/** Starts the workers of a pool. */
export function createInferencePool(config: InferenceConfig, deps: InferencePoolDeps): InferencePool {
  return new WorkerPool(config, deps);
}

interface LoadedEntry {
  queue: ModelQueue;
  users: number;
}

class WorkerPool implements InferencePool {
  readonly #config: InferenceConfig;
  readonly #deps: InferencePoolDeps;
  readonly #slots: WorkerSlot[] = [];
  readonly #models = new Map<string, LoadedEntry>();
  #nextRun = 1;
  #closed = false;

  constructor(config: InferenceConfig, deps: InferencePoolDeps) {
    this.#config = config;
    this.#deps = deps;
    for (let index = 0; index < workerCount(config); index += 1) this.#addSlot(index);
  }

  async load(model: InstalledModel): Promise<ModelHandle> {
    if (this.#closed) throw closedError();
    const { name, version } = model.manifest;
    const key = `${name}@${version}`;
    let entry = this.#models.get(key);
    if (entry === undefined) {
      entry = { queue: this.#createQueue(key, model), users: 0 };
      this.#models.set(key, entry);
      this.#slots.forEach((_, index) => entry?.queue.workerStarted(index));
    }
    entry.users += 1;
    const current = entry;
    let released = false;
    const release = (): void => {
      if (released) return;
      released = true;
      this.#release(key, current);
    };
    try {
      const loaded = await current.queue.ready;
      return { name, version, loaded, detect: async (request) => await current.queue.detect(request), release };
    } catch (error) {
      release();
      throw error;
    }
  }

  unhealthy(): string | undefined {
    if (this.#closed) return 'The inference pool is closed.';
    return this.#slots.some((slot) => slot.alive()) ? undefined : 'No inference worker is running; they are being restarted.';
  }

  async close(): Promise<void> {
    this.#closed = true;
    for (const { queue } of this.#models.values()) queue.close(closedError());
    this.#models.clear();
    await Promise.all(this.#slots.map(async (slot) => await slot.close()));
  }

  #addSlot(index: number): void {
    const slot = createWorkerSlot(this.#deps.clock, {
      reply: (message) => this.#onReply(index, message),
      started: () => {
        for (const { queue } of this.#models.values()) queue.workerStarted(index);
      },
      died: (error) => {
        this.#deps.log.warn({ err: error, worker: index }, 'An inference worker died; a new one takes its place.');
        this.#deps.metrics.count('component_errors_total', { component: 'inference', code: 'E_INFERENCE_FAILED', stage: 'worker' });
        for (const { queue } of this.#models.values()) queue.workerDied(index, error);
      },
    });
    this.#slots.push(slot);
  }

  #onReply(worker: number, message: WorkerReply): void {
    if (message.type === 'ran') {
      for (const { queue } of this.#models.values()) if (queue.ran(message)) return;
      return;
    }
    const queue = this.#models.get(message.model)?.queue;
    if (message.type === 'loaded') queue?.workerLoaded(worker, message.loaded);
    else queue?.loadFailed(worker, message.message);
  }

  #createQueue(key: string, model: InstalledModel): ModelQueue {
    return createModelQueue({
      key,
      model,
      config: this.#config,
      deps: this.#deps,
      workers: this.#slots.length,
      send: (worker, request) => this.#slots[worker]?.send(request),
      nextRun: () => this.#nextRun++,
    });
  }

  #release(key: string, entry: LoadedEntry): void {
    entry.users -= 1;
    if (entry.users > 0 || this.#models.get(key) !== entry) return;
    this.#models.delete(key);
    entry.queue.close(closedError());
    for (const slot of this.#slots) slot.send({ type: 'unload', model: key });
  }
}

function workerCount(config: InferenceConfig): number {
  if (config.workers > 0) return config.workers;
  return config.device === 'cpu' ? Math.min(2, availableParallelism()) : 1;
}

function closedError(): UnavailableError {
  return new UnavailableError('E_INFERENCE_FAILED', 'The model was unloaded before the picture was looked at.');
}
