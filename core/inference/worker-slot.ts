import { Worker } from 'node:worker_threads';

import type { Clock } from '../time/clock.ts';
import { workerUrl } from '../worker/worker-url.ts';
import type { WorkerReply, WorkerRequest } from './worker-protocol.ts';

/** What a slot tells its owner. */
export interface WorkerSlotEvents {
  reply(message: WorkerReply): void;
  /** A fresh worker runs: load the models into it before anything else. */
  started(): void;
  /** The worker ended unasked; a new one starts after a back-off. */
  died(error: Error): void;
}

/** A place for one inference worker, kept filled: a worker that dies is replaced. */
export interface WorkerSlot {
  /** Sends to the running worker; ignored while there is none. */
  send(request: WorkerRequest): void;
  /** True while a worker runs. */
  alive(): boolean;
  close(): Promise<void>;
}

const firstBackOffMs = 100;
const longestBackOffMs = 10_000;
/** A worker that lived this long starts the back-off anew. */
const healthyAfterMs = 30_000;
/** How long a worker may take to end by itself before its thread is stopped. */
const closeDeadlineMs = 5_000;

/** Fills a slot with a worker at once. */
export function createWorkerSlot(clock: Clock, events: WorkerSlotEvents): WorkerSlot {
  const closing = new AbortController();
  let worker: Worker | undefined;
  let ended: Promise<void> = Promise.resolve();
  let failures = 0;

  function start(): void {
    const startedMs = clock.monotonicMs();
    const fresh = new Worker(workerUrl(import.meta.url, 'inference-worker'));
    let failure: Error | undefined;
    worker = fresh;
    fresh.on('message', (message: WorkerReply) => events.reply(message));
    fresh.on('error', (error) => {
      failure = error instanceof Error ? error : new Error(String(error));
    });
    ended = new Promise((resolve) => {
      fresh.on('exit', (code) => {
        resolve();
        worker = undefined;
        if (closing.signal.aborted) return;
        failures = clock.monotonicMs() - startedMs > healthyAfterMs ? 1 : failures + 1;
        events.died(failure ?? new Error(`The inference worker ended with code ${code}.`));
        void restart();
      });
    });
    events.started();
  }

  async function restart(): Promise<void> {
    try {
      await clock.sleep(Math.min(longestBackOffMs, firstBackOffMs * 2 ** (failures - 1)), closing.signal);
    } catch {
      return;
    }
    start();
  }

  start();
  return {
    send: (request) => worker?.postMessage(request),
    alive: () => worker !== undefined,
    async close() {
      closing.abort();
      const last = worker;
      if (last === undefined) return;
      last.postMessage({ type: 'close' } satisfies WorkerRequest);
      const timer = setTimeout(() => void last.terminate(), closeDeadlineMs);
      await ended;
      clearTimeout(timer);
    },
  };
}
