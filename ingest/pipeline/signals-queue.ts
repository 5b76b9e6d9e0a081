import type { Clock } from '../../core/time/clock.ts';
import type { Signals } from '../../schemas/events.generated.ts';
import { topics } from '../../schemas/topics.ts';
import type { BacklogGate } from './backlog-gate.ts';
import type { SteadyPublisher } from './steady-publisher.ts';

/** Runs that may wait before the reader has to; signals are never dropped, so a bus that stays away stops the source in the end. */
const waitingLimit = 600;
const publishedAtOnce = 50;

/** What {@link SignalsQueue} needs. */
export interface SignalsQueueDeps {
  publisher: SteadyPublisher;
  /** Backlog that a lossless stream waits for; absent for live streams. */
  gate?: BacklogGate;
  stopping: AbortSignal;
  clock: Clock;
  /** For so long after each publishing runs gather for the next, milliseconds: at full speed each by itself would cost a message of every reader. */
  gatherMs: number;
}

/** Publishes runs of signals in their order. */
export class SignalsQueue {
  readonly #deps: SignalsQueueDeps;
  readonly #waiting: Signals[] = [];
  readonly #draining = new AbortController();
  #worker: Promise<void> | undefined;

  constructor(deps: SignalsQueueDeps) {
    this.#deps = deps;
  }

  /** Takes one run; resolves when there is room for the next. */
  async add(run: Signals): Promise<void> {
    const { gate, stopping } = this.#deps;
    this.#waiting.push(run);
    this.#worker ??= this.#work().finally(() => (this.#worker = undefined));
    if (gate !== undefined && !stopping.aborted) await gate.drained(stopping).catch(() => undefined);
    if (this.#waiting.length > waitingLimit) await this.#worker;
  }

  /** Resolves when everything taken so far is on the bus, or given up by the publisher. From here on nothing gathers. */
  async drained(): Promise<void> {
    this.#draining.abort();
    while (this.#worker !== undefined) await this.#worker;
  }

  async #work(): Promise<void> {
    const { publisher, clock, gatherMs } = this.#deps;
    while (this.#waiting.length > 0) {
      await publisher.publish(topics.signals, this.#waiting.splice(0, publishedAtOnce));
      if (gatherMs > 0) await clock.sleep(gatherMs, this.#draining.signal).catch(() => undefined);
    }
  }
}
