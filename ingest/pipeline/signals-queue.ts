import type { Signals } from '../../schemas/events.generated.ts';
import { topics } from '../../schemas/topics.ts';
import type { BacklogGate } from './backlog-gate.ts';
import type { SteadyPublisher } from './steady-publisher.ts';

/** Runs that may wait before the reader has to; signals are never dropped, so a bus that stays away stops the source in the end. */
const waitingLimit = 600;
const publishedAtOnce = 50;

/** Publishes runs of signals in their order. */
export class SignalsQueue {
  readonly #publisher: SteadyPublisher;
  readonly #gate: BacklogGate | undefined;
  readonly #stopping: AbortSignal;
  readonly #waiting: Signals[] = [];
  #worker: Promise<void> | undefined;

  /** @param gate backlog that a lossless stream waits for; absent for live streams */
  constructor(publisher: SteadyPublisher, gate: BacklogGate | undefined, stopping: AbortSignal) {
    this.#publisher = publisher;
    this.#gate = gate;
    this.#stopping = stopping;
  }

  /** Takes one run; resolves when there is room for the next. */
  async add(run: Signals): Promise<void> {
    this.#waiting.push(run);
    this.#worker ??= this.#work().finally(() => (this.#worker = undefined));
    if (this.#gate !== undefined && !this.#stopping.aborted) await this.#gate.drained(this.#stopping).catch(() => undefined);
    if (this.#waiting.length > waitingLimit) await this.#worker;
  }

  /** Resolves when everything taken so far is on the bus, or given up by the publisher. */
  async drained(): Promise<void> {
    while (this.#worker !== undefined) await this.#worker;
  }

  async #work(): Promise<void> {
    while (this.#waiting.length > 0) await this.#publisher.publish(topics.signals, this.#waiting.splice(0, publishedAtOnce));
  }
}
