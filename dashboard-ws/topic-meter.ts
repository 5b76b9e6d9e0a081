import type { TopicStats } from '../schemas/ws/api.ts';
import { Rate } from './rates.ts';

/** What is measured when a batch is read. */
export interface ReadMeasure {
  /** Monotonic. */
  nowMs: number;
  records: number;
  partition: number;
  lagRecords: number;
  readDelayMs: number;
}

interface Gauge {
  rate: Rate;
  lagByPartition: Map<number, number>;
  readDelayMs: number;
}

/** Rates, lag and delay per topic, as the page shows them. */
export class TopicMeter {
  readonly #topics = new Map<string, Gauge>();

  /** Notes one batch. */
  read(topic: string, measure: ReadMeasure): void {
    const gauge = this.#topics.get(topic) ?? { rate: new Rate(), lagByPartition: new Map<number, number>(), readDelayMs: 0 };
    this.#topics.set(topic, gauge);
    gauge.rate.add(measure.nowMs, measure.records);
    gauge.lagByPartition.set(measure.partition, measure.lagRecords);
    gauge.readDelayMs = measure.readDelayMs;
  }

  /** The topics that something was read from, by name. */
  stats(nowMs: number): TopicStats[] {
    return [...this.#topics]
      .map(([topic, gauge]) => ({
        topic,
        eventsPerSecond: Math.round(gauge.rate.perSecond(nowMs) * 100) / 100,
        lagRecords: [...gauge.lagByPartition.values()].reduce((sum, lag) => sum + lag, 0),
        readDelayMs: gauge.readDelayMs,
      }))
      .sort((a, b) => a.topic.localeCompare(b.topic));
  }
}
