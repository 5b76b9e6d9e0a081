import type { Clock } from '../../core/time/clock.ts';

/** Says how far the slowest reader of a topic is behind. */
export interface Backlog {
  /** Records between the end of the topic and the slowest consumer group; 0 when nobody reads. `topic` without the configured prefix. */
  backlogRecords(topic: string): Promise<number>;
}

const memoryMs = 250;
/** Records that a queue publishes after one answer. */
const recordsPerAnswer = 4;
const pollMs = 100;

/** Compares the backlog of one topic with a limit, asking a few times a second at most. */
export class BacklogGate {
  readonly #backlog: Backlog;
  readonly #topic: string;
  readonly #limitRecords: number;
  readonly #clock: Clock;
  #askedAtMs = Number.NEGATIVE_INFINITY;
  #tooLong = false;
  #answers = 0;

  constructor(backlog: Backlog, topic: string, limitRecords: number, clock: Clock) {
    this.#backlog = backlog;
    this.#topic = topic;
    this.#limitRecords = limitRecords;
    this.#clock = clock;
  }

  /** True when the backlog is above the limit. A backlog that cannot be told does not hold the stream up. */
  async tooLong(): Promise<boolean> {
    const nowMs = this.#clock.monotonicMs();
    this.#answers += 1;
    // What passes on one answer must stay small next to the limit.
    const worn = !this.#tooLong && this.#answers * recordsPerAnswer > this.#limitRecords / 2;
    if (nowMs - this.#askedAtMs < memoryMs && !worn) return this.#tooLong;
    this.#askedAtMs = nowMs;
    this.#answers = 0;
    try {
      this.#tooLong = (await this.#backlog.backlogRecords(this.#topic)) > this.#limitRecords;
    } catch {
      this.#tooLong = false;
    }
    return this.#tooLong;
  }

  /** Waits until the backlog is at or under the limit. @throws the signal's reason */
  async drained(signal: AbortSignal): Promise<void> {
    while (await this.tooLong()) await this.#clock.sleep(pollMs, signal);
  }
}
