import { type MessagePort, parentPort, workerData } from 'node:worker_threads';

import { LogRefusal, failureOf } from './log-failure.ts';
import { type Append, LogStore, type PartitionState } from './log-store.ts';
import type { FetchRequest, Fetched, LogThreadOptions, Request, ThreadRequest, ThreadResponse } from './protocol.ts';

/** Limits of one group commit: large enough to share an fsync, small enough to keep latency and the WAL bounded. */
const groupRecords = 512;
const groupBytes = 16 * 1024 * 1024;
const forgetGroupsAfterMs = 24 * 3_600_000;

interface Waiting<T> {
  id: number;
  request: T;
}

/** The log thread: gathers appends into group commits, wakes parked fetches right after the commit, trims between them. */
class LogThread {
  readonly #port: MessagePort;
  readonly #store: LogStore;
  readonly #folder: string;
  readonly #parked = new Map<PartitionState, Map<number, FetchRequest>>();
  readonly #overfull = new Set<PartitionState>();
  #queue: Waiting<Append>[] = [];
  #scheduled = false;
  #closed = false;

  constructor(port: MessagePort, options: LogThreadOptions) {
    this.#port = port;
    this.#folder = options.folder;
    this.#store = new LogStore(options);
    port.on('message', (message: ThreadRequest) => this.#receive(message));
    this.#send({ opened: true });
  }

  #receive(message: ThreadRequest): void {
    if ('cancel' in message) {
      this.#cancel(message.cancel);
      return;
    }
    const { id, request } = message;
    if (request.kind === 'publish' || request.kind === 'commit') {
      this.#queue.push({ id, request });
      this.#schedule();
      return;
    }
    // What was asked before must be visible: a position read after a commit, a close after a publish.
    if (request.kind !== 'fetch') while (this.#queue.length > 0) this.#flushGroup();
    try {
      this.#answer(id, request);
    } catch (error) {
      this.#send({ id, failure: failureOf(error, this.#folder) });
    }
  }

  #answer(id: number, request: Exclude<Request, Append>): void {
    switch (request.kind) {
      case 'fetch':
        this.#fetch(id, request);
        return;
      case 'ensure':
        this.#store.ensureTopics(request.topics);
        this.#send({ id, result: undefined });
        return;
      case 'positions':
        this.#send({ id, result: this.#store.positions(request.groupId, request.topic) });
        return;
      case 'retain':
        this.#retain(id, request.nowMs, this.#store.partitions());
        return;
      case 'close':
        this.#closed = true;
        for (const fetches of this.#parked.values()) for (const parked of [...fetches.keys()]) this.#cancel(parked);
        this.#store.close();
        this.#send({ id, result: undefined });
        this.#port.close();
        return;
    }
  }

  #fetch(id: number, request: FetchRequest): void {
    const state = this.#store.partition(request.topic, request.partition);
    if (request.wait && request.offset >= state.endOffset) {
      const fetches = this.#parked.get(state) ?? new Map<number, FetchRequest>();
      this.#parked.set(state, fetches.set(id, request));
      return;
    }
    this.#sendFetched(id, this.#store.fetch(state, request.offset, request.maxRecords, request.maxBytes));
  }

  #cancel(id: number): void {
    for (const [state, fetches] of this.#parked) {
      if (fetches.delete(id)) this.#sendFetched(id, { records: [], startOffset: state.startOffset, endOffset: state.endOffset });
    }
  }

  /** Runs after the messages that are already here were read, so that they share one transaction. */
  #schedule(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    setImmediate(() => {
      this.#scheduled = false;
      if (this.#closed) return;
      this.#flushGroup();
      this.#trimSome();
      if (this.#queue.length > 0 || this.#overfull.size > 0) this.#schedule();
    });
  }

  #flushGroup(): void {
    const group = this.#takeGroup();
    if (group.length === 0) return;
    try {
      const { results, touched } = this.#store.append(group.map((waiting) => waiting.request));
      for (const [index, waiting] of group.entries()) {
        const result = results[index];
        if (result instanceof LogRefusal) this.#send({ id: waiting.id, failure: failureOf(result, this.#folder) });
        else this.#send({ id: waiting.id, result });
      }
      for (const state of touched) {
        this.#wake(state);
        if (this.#store.isOverfull(state)) this.#overfull.add(state);
      }
    } catch (error) {
      const failure = failureOf(error, this.#folder);
      for (const waiting of group) this.#send({ id: waiting.id, failure });
    }
  }

  #takeGroup(): Waiting<Append>[] {
    let records = 0;
    let bytes = 0;
    let count = 0;
    for (const { request } of this.#queue) {
      records += request.kind === 'publish' ? request.records.length : 1;
      bytes += request.kind === 'publish' ? request.payload.byteLength : 0;
      if (count > 0 && (records > groupRecords || bytes > groupBytes)) break;
      count += 1;
    }
    const group = this.#queue.slice(0, count);
    this.#queue = this.#queue.slice(count);
    return group;
  }

  #wake(state: PartitionState): void {
    const fetches = this.#parked.get(state);
    if (fetches === undefined) return;
    this.#parked.delete(state);
    for (const [id, request] of fetches) {
      try {
        this.#fetch(id, request);
      } catch (error) {
        this.#send({ id, failure: failureOf(error, this.#folder) });
      }
    }
  }

  #trimSome(): void {
    for (const state of this.#overfull) {
      try {
        // Age is the timer's business: a clock of zero trims by size alone.
        this.#store.trim(state, 0);
        if (!this.#store.isOverfull(state) || state.endOffset - state.startOffset <= 1) this.#overfull.delete(state);
      } catch {
        // The next append or timer tick tries again and reports what is wrong.
        this.#overfull.delete(state);
      }
    }
  }

  /** Trims one step at a time with the message loop in between, so that appends never wait for a large clean-up. */
  #retain(id: number, nowMs: number, left: PartitionState[]): void {
    if (this.#closed) return;
    try {
      if (left[0] !== undefined && !this.#store.trim(left[0], nowMs)) left.shift();
      if (left.length === 0) this.#store.forgetGroups(nowMs - forgetGroupsAfterMs);
    } catch (error) {
      this.#send({ id, failure: failureOf(error, this.#folder) });
      return;
    }
    if (left.length > 0) setImmediate(() => this.#retain(id, nowMs, left));
    else this.#send({ id, result: undefined });
  }

  #sendFetched(id: number, fetched: Fetched): void {
    this.#send(
      { id, result: fetched },
      fetched.records.map((record) => record.value),
    );
  }

  #send(response: ThreadResponse, transfer: ArrayBuffer[] = []): void {
    this.#port.postMessage(response, transfer);
  }
}

if (parentPort !== null) {
  const options = workerData as LogThreadOptions;
  try {
    new LogThread(parentPort, options);
  } catch (error) {
    parentPort.postMessage({ refused: failureOf(error, options.folder) } satisfies ThreadResponse);
    parentPort.close();
  }
}
