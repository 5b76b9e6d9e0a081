/** One metric of the catalogue. */
export interface MetricSpec {
  readonly type: 'counter' | 'gauge' | 'histogram';
  readonly help: string;
  /** Bounded label sets only: service, component, stream, topic, reason, code; never frame, track or client ids. */
  readonly labels: readonly string[];
  /** Histogram bucket bounds in the metric's base unit. */
  readonly buckets?: readonly number[];
}

const latencyBuckets = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30] as const;

/**
 * Every metric of the platform, in one place: `sightline_<name>_<unit>[_total]`, base units (seconds, bytes). docs/metrics.md is
 * generated from it. Add a line here before using a metric anywhere.
 */
export const metricCatalogue = {
  component_received_events_total: { type: 'counter', help: 'Events a part received.', labels: ['component', 'topic'] },
  component_sent_events_total: { type: 'counter', help: 'Events a part sent.', labels: ['component', 'topic'] },
  component_errors_total: { type: 'counter', help: 'Errors by code and stage.', labels: ['component', 'code', 'stage'] },
  component_dropped_events_total: { type: 'counter', help: 'Events dropped on purpose, by reason.', labels: ['component', 'stream', 'reason'] },
  component_dead_letters_total: { type: 'counter', help: 'Records put on a dead-letter topic.', labels: ['component', 'topic', 'code'] },
  component_retries_total: { type: 'counter', help: 'Retries after a retryable error.', labels: ['component', 'code'] },
  component_process_duration_seconds: { type: 'histogram', help: 'Time a part takes for one call.', labels: ['component'], buckets: latencyBuckets },
  component_event_lag_seconds: {
    type: 'histogram',
    help: 'Age of an event (now minus event time) when a part has handled it; live streams only.',
    labels: ['component'],
    buckets: latencyBuckets,
  },
  bus_consumer_lag_records: { type: 'gauge', help: 'Records behind the end of the topic, per consumer group.', labels: ['group', 'topic'] },
  bus_published_bytes_total: { type: 'counter', help: 'Bytes appended to the bus.', labels: ['topic'] },
  ingest_pictures_total: { type: 'counter', help: 'Pictures decoded.', labels: ['stream'] },
  ingest_frames_total: { type: 'counter', help: 'Frames published.', labels: ['stream'] },
  ingest_reconnects_total: { type: 'counter', help: 'Connection attempts after the first.', labels: ['stream'] },
  ingest_stream_state: { type: 'gauge', help: '1 for the state the stream is in, else 0.', labels: ['stream', 'state'] },
  evidence_airings_total: {
    type: 'counter',
    help: 'Airings of spots without pictures and clip, by what became of them: cut, missing, failed.',
    labels: ['outcome'],
  },
  inference_batch_size: { type: 'histogram', help: 'Pictures per inference call.', labels: ['model'], buckets: [1, 2, 4, 8, 16, 32] },
  inference_duration_seconds: { type: 'histogram', help: 'Time of one inference call in the worker.', labels: ['model'], buckets: latencyBuckets },
  inference_sessions: { type: 'gauge', help: 'Loaded model sessions.', labels: ['model', 'device'] },
  sink_rows_total: { type: 'counter', help: 'Rows written.', labels: ['sink', 'table'] },
  sink_write_duration_seconds: { type: 'histogram', help: 'Time of one insert.', labels: ['sink', 'table'], buckets: latencyBuckets },
  ws_connections: { type: 'gauge', help: 'Open WebSocket connections.', labels: [] },
  ws_sent_events_total: { type: 'counter', help: 'Events sent to WebSocket clients.', labels: ['type'] },
  ws_closed_connections_total: { type: 'counter', help: 'Connections closed by the server, by close code.', labels: ['code'] },
  sql_queries_total: { type: 'counter', help: 'Statements on the SQL port by outcome.', labels: ['outcome'] },
} as const satisfies Record<string, MetricSpec>;

/** Name of a metric without the `sightline_` prefix. */
export type MetricName = keyof typeof metricCatalogue;
