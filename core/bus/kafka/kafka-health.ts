import type { Admin } from 'kafkajs';

import { messageOf } from '../../errors/app-error.ts';
import type { BusDeps } from '../bus.ts';
import { backoffMs, longestOutageBackoffMs } from '../delivery.ts';

/** How often the brokers are asked whether they are there, milliseconds. */
const probeIntervalMs = 5000;

/** Connects the admin client in the background and watches whether the brokers answer; says it in the log once per change. */
export class KafkaHealth {
  readonly #admin: Admin;
  readonly #brokers: string;
  readonly #deps: BusDeps;
  readonly #abort = new AbortController();
  readonly #running: Promise<void>;
  #trouble: string | undefined;

  constructor(admin: Admin, brokers: readonly string[], deps: BusDeps) {
    this.#admin = admin;
    this.#brokers = brokers.join(', ');
    this.#deps = deps;
    this.#trouble = `Kafka (${this.#brokers}) has not answered yet.`;
    this.#running = this.#watch();
  }

  /** One sentence when the brokers do not answer. */
  unhealthy(): string | undefined {
    return this.#trouble;
  }

  /** Something worked: the brokers are there. */
  succeeded(): void {
    if (this.#trouble !== undefined) this.#deps.log.info({ brokers: this.#brokers }, 'Kafka answers.');
    this.#trouble = undefined;
  }

  /** Something failed that the brokers have to answer for. */
  failed(err: unknown): void {
    const sentence = `Kafka (${this.#brokers}) does not answer: ${messageOf(err)}.`;
    if (this.#trouble !== sentence) this.#deps.log.warn({ brokers: this.#brokers, err }, 'Kafka does not answer; trying again with back-off.');
    this.#trouble = sentence;
  }

  /** Stops watching. */
  async close(): Promise<void> {
    this.#abort.abort();
    await this.#running;
  }

  async #watch(): Promise<void> {
    const { signal } = this.#abort;
    for (let failures = 0; !signal.aborted;) {
      try {
        await this.#admin.connect();
        await this.#admin.describeCluster();
        failures = 0;
        this.succeeded();
      } catch (err) {
        failures += 1;
        if (!signal.aborted) this.failed(err);
      }
      const pauseMs = failures === 0 ? probeIntervalMs : backoffMs(failures, longestOutageBackoffMs);
      await this.#deps.clock.sleep(pauseMs, signal).catch(() => undefined);
    }
  }
}
