import { messageOf } from '../errors/app-error.ts';
import type { Metrics } from '../metrics/metrics.ts';
import type { BusDeps, EventBus } from './bus.ts';

/** A consumer group and a topic it reads. */
export interface WatchedGroup {
  groupId: string;
  topic: string;
}

/** Options of {@link BacklogMonitor}. */
export interface BacklogOptions {
  /** What to watch. */
  groups: readonly WatchedGroup[];
  /** How often the bus is asked, milliseconds. @default 1000 */
  intervalMs?: number;
}

/**
 * Watches how far consumer groups are behind. A lossless source asks {@link BacklogMonitor.maxLagRecords} before it goes on; the gauge
 * `bus_consumer_lag_records` is refreshed on every scrape.
 */
export class BacklogMonitor {
  readonly #bus: EventBus;
  readonly #deps: BusDeps;
  readonly #groups: readonly WatchedGroup[];
  readonly #intervalMs: number;
  readonly #lags = new Map<WatchedGroup, number>();
  readonly #abort = new AbortController();
  #running: Promise<void> | undefined;
  #refreshing: Promise<void> | undefined;

  constructor(bus: EventBus, deps: BusDeps, metrics: Metrics, options: BacklogOptions) {
    this.#bus = bus;
    this.#deps = deps;
    this.#groups = options.groups;
    this.#intervalMs = options.intervalMs ?? 1000;
    metrics.onScrape(async () => {
      await this.refresh();
      for (const [{ groupId, topic }, lag] of this.#lags) metrics.set('bus_consumer_lag_records', lag, { group: groupId, topic });
    });
  }

  /** Begins to ask in the background. */
  start(): void {
    this.#running ??= this.#poll();
  }

  /** Stops asking. */
  async stop(): Promise<void> {
    this.#abort.abort();
    await this.#running;
  }

  /** Records that the slowest watched group is behind on a topic, all partitions together, as last seen; 0 before the first answer. */
  maxLagRecords(topic: string): number {
    let most = 0;
    for (const [group, lag] of this.#lags) if (group.topic === topic) most = Math.max(most, lag);
    return most;
  }

  /** Asks the bus now; callers at the same time share one asking. Never rejects: the last values stay when the bus does not answer. */
  async refresh(): Promise<void> {
    this.#refreshing ??= this.#ask().finally(() => (this.#refreshing = undefined));
    await this.#refreshing;
  }

  /**
   * Resolves when no watched group is more than `limitRecords` behind on the topic.
   * @throws the signal's reason when it aborts first
   */
  async waitBelow(topic: string, limitRecords: number, signal: AbortSignal): Promise<void> {
    while (this.maxLagRecords(topic) > limitRecords) {
      await this.#deps.clock.sleep(Math.min(100, this.#intervalMs), signal);
      await this.refresh();
    }
  }

  async #poll(): Promise<void> {
    const { signal } = this.#abort;
    while (!signal.aborted) {
      await this.refresh();
      await this.#deps.clock.sleep(this.#intervalMs, signal).catch(() => undefined);
    }
  }

  async #ask(): Promise<void> {
    await Promise.all(
      this.#groups.map(async (group) => {
        try {
          const partitions = await this.#bus.lag(group.groupId, group.topic);
          this.#lags.set(
            group,
            partitions.reduce((sum, { lagRecords }) => sum + lagRecords, 0),
          );
        } catch (error) {
          this.#deps.log.debug({ ...group, reason: messageOf(error) }, 'The lag of a group could not be read.');
        }
      }),
    );
  }
}
