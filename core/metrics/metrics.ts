import { Counter, Gauge, Histogram, Registry, collectDefaultMetrics } from 'prom-client';

import { type MetricName, type MetricSpec, metricCatalogue } from './catalogue.ts';

type Labels = Readonly<Record<string, string | number>>;

/** Records metrics of the catalogue; the only door to prom-client. */
export interface Metrics {
  /** Adds to a counter. @default by 1 */
  count(name: MetricName, labels?: Labels, by?: number): void;
  /** Sets a gauge. */
  set(name: MetricName, value: number, labels?: Labels): void;
  /** Observes a histogram value in the metric's base unit. */
  observe(name: MetricName, value: number, labels?: Labels): void;
  /** Runs before each scrape, to refresh gauges. */
  onScrape(refresh: () => Promise<void> | void): void;
  /** Text exposition format. */
  expose(): Promise<{ contentType: string; text: string }>;
}

/** Creates the metrics of one process: every catalogue entry, and Node's own when `processMetrics` is true. */
export function createMetrics(options: { processMetrics?: boolean } = {}): Metrics {
  const registry = new Registry();
  const counters = new Map<string, Counter>();
  const gauges = new Map<string, Gauge>();
  const histograms = new Map<string, Histogram>();
  const refreshers: (() => Promise<void> | void)[] = [];
  for (const [name, spec] of Object.entries(metricCatalogue) as [MetricName, MetricSpec][]) {
    const config = { name: `sightline_${name}`, help: spec.help, labelNames: [...spec.labels], registers: [registry] };
    if (spec.type === 'counter') counters.set(name, new Counter(config));
    else if (spec.type === 'gauge') gauges.set(name, new Gauge(config));
    else histograms.set(name, new Histogram({ ...config, buckets: [...(spec.buckets ?? [])] }));
  }
  if (options.processMetrics === true) collectDefaultMetrics({ register: registry });
  return {
    count: (name, labels = {}, by = 1) => counters.get(name)?.inc({ ...labels }, by),
    set: (name, value, labels = {}) => gauges.get(name)?.set({ ...labels }, value),
    observe: (name, value, labels = {}) => histograms.get(name)?.observe({ ...labels }, value),
    onScrape: (refresh) => void refreshers.push(refresh),
    expose: async () => {
      await Promise.allSettled(refreshers.map(async (refresh) => await refresh()));
      return { contentType: registry.contentType, text: await registry.metrics() };
    },
  };
}
