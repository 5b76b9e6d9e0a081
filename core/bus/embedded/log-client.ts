import { mkdirSync } from 'node:fs';
import { Worker } from 'node:worker_threads';

import { type AppError, InvalidInputError, InvariantError, UnavailableError, messageOf } from '../../errors/app-error.ts';
import { workerUrl } from '../../worker/worker-url.ts';
import type { TopicSpec } from '../bus.ts';
import type {
  Failure,
  FetchRequest,
  Fetched,
  GroupPosition,
  LogThreadOptions,
  PackedRecord,
  Request,
  ThreadRequest,
  ThreadResponse,
} from './protocol.ts';

interface Pending {
  /** A write: its outcome says whether the log is healthy. */
  writes: boolean;
  resolve: (result: unknown) => void;
  reject: (error: Error) => void;
}

/** Calls the log thread; one promise per request, answered in any order. */
export class LogClient {
  readonly #worker: Worker;
  readonly #pending = new Map<number, Pending>();
  /** Resolves when the thread ended without being asked to. */
  readonly crashed: Promise<Error>;
  #nextId = 1;
  #closed = false;
  #dead: AppError | undefined;
  #failure: string | undefined;
  /** A damaged log does not heal by itself: said until the process ends. */
  #damage: string | undefined;

  private constructor(worker: Worker) {
    this.#worker = worker;
    worker.on('message', (response: ThreadResponse) => this.#receive(response));
    this.crashed = new Promise((resolve) => {
      let cause: unknown;
      worker.on('error', (error) => (cause = error));
      worker.on('exit', () => {
        if (this.#closed) return;
        const error = new UnavailableError('E_BUS_UNAVAILABLE', `The thread of the event log ended: ${messageOf(cause ?? 'no reason given')}.`, {
          cause,
        });
        this.#fail(error);
        resolve(error);
      });
    });
  }

  /**
   * Starts the thread on a folder, which is created when missing.
   * @throws InvariantError `E_DATA_DIR_UNUSABLE` when the folder is not writable, in use by another process, or its log is damaged
   */
  static async open(options: LogThreadOptions): Promise<LogClient> {
    try {
      mkdirSync(options.folder, { recursive: true });
    } catch (error) {
      throw new InvariantError('E_DATA_DIR_UNUSABLE', `The data directory cannot be written: ${messageOf(error)}.`, { cause: error });
    }
    const worker = new Worker(workerUrl(import.meta.url, 'log-worker'), { workerData: options });
    await new Promise<void>((resolve, reject) => {
      const onExit = (): void => reject(new InvariantError('E_DATA_DIR_UNUSABLE', `The event log in ${options.folder} could not be opened.`));
      worker.once('error', reject);
      worker.once('exit', onExit);
      worker.once('message', (response: ThreadResponse) => {
        worker.off('error', reject);
        worker.off('exit', onExit);
        if ('refused' in response) reject(errorOf(response.refused, true));
        else resolve();
      });
    });
    return new LogClient(worker);
  }

  /** What is wrong with the log, if anything. */
  unhealthy(): string | undefined {
    return this.#damage ?? this.#failure;
  }

  /** Appends records whose bytes lie in `payload`, which is given away. */
  async publish(topic: string, payload: ArrayBuffer, records: PackedRecord[]): Promise<{ partition: number; offset: number }[]> {
    return (await this.#call({ kind: 'publish', topic, payload, records }, [payload])) as { partition: number; offset: number }[];
  }

  /** Moves the committed offset of a group. */
  async commit(groupId: string, topic: string, partition: number, nextOffset: number): Promise<void> {
    await this.#call({ kind: 'commit', groupId, topic, partition, nextOffset });
  }

  /** Creates missing topics. */
  async ensure(topics: TopicSpec[]): Promise<void> {
    await this.#call({ kind: 'ensure', topics });
  }

  /** Reads records; a waiting fetch resolves empty when `signal` aborts. */
  async fetch(request: Omit<FetchRequest, 'kind'>, signal?: AbortSignal): Promise<Fetched> {
    const id = this.#nextId;
    const onAbort = (): void => this.#post({ cancel: id });
    signal?.addEventListener('abort', onAbort, { once: true });
    try {
      return (await this.#call({ kind: 'fetch', ...request })) as Fetched;
    } finally {
      signal?.removeEventListener('abort', onAbort);
    }
  }

  /** Where a group stands in a topic. */
  async positions(groupId: string, topic: string): Promise<GroupPosition[]> {
    return (await this.#call({ kind: 'positions', groupId, topic })) as GroupPosition[];
  }

  /** Applies retention as of `nowMs`. */
  async retain(nowMs: number): Promise<void> {
    await this.#call({ kind: 'retain', nowMs });
  }

  /** Ends the thread after everything that was asked before. */
  async close(): Promise<void> {
    if (this.#closed) return;
    const done = this.#call({ kind: 'close' }).catch(() => undefined);
    this.#closed = true;
    await done;
    await this.#worker.terminate();
    this.#fail(new UnavailableError('E_BUS_UNAVAILABLE', 'The event bus is closed.'));
  }

  async #call(request: Request, transfer: ArrayBuffer[] = []): Promise<unknown> {
    if (this.#closed) throw new UnavailableError('E_BUS_UNAVAILABLE', 'The event bus is closed.');
    if (this.#dead !== undefined) throw this.#dead;
    const id = this.#nextId;
    this.#nextId += 1;
    const writes = request.kind === 'publish' || request.kind === 'commit';
    return await new Promise((resolve, reject) => {
      this.#pending.set(id, { writes, resolve, reject });
      this.#post({ id, request }, transfer);
    });
  }

  #post(message: ThreadRequest, transfer: ArrayBuffer[] = []): void {
    this.#worker.postMessage(message, transfer);
  }

  #receive(response: ThreadResponse): void {
    if (!('id' in response)) return;
    const pending = this.#pending.get(response.id);
    this.#pending.delete(response.id);
    if ('failure' in response) {
      if (response.failure.kind === 'unavailable') this.#failure = response.failure.message;
      if (response.failure.kind === 'unusable') this.#damage = response.failure.message;
      pending?.reject(errorOf(response.failure, false));
      return;
    }
    if (pending?.writes === true) this.#failure = undefined;
    pending?.resolve(response.result);
  }

  #fail(error: AppError): void {
    this.#dead = error;
    this.#failure = error.message;
    for (const pending of this.#pending.values()) pending.reject(error);
    this.#pending.clear();
  }
}

function errorOf(failure: Failure, opening: boolean): AppError {
  if (failure.kind === 'rejected') return new InvalidInputError('E_BUS_REJECTED', failure.message);
  if (opening) return new InvariantError('E_DATA_DIR_UNUSABLE', failure.message);
  return new UnavailableError('E_BUS_UNAVAILABLE', failure.message);
}
