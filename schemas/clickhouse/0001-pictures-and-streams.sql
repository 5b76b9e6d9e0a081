-- Events as analysts see them. Delivery is at least once, ids are deterministic: every X_store is a ReplacingMergeTree whose key ends in
-- the event id, and the view X reads it with FINAL, so a row that was delivered twice is seen once, before and after merges alike.
-- event_time is in the key, so copies of one event always share a partition.
-- Retention counts from processed_at: a recording of ten years ago that is analysed today is kept.
-- Pictures are not stored here, only what is known about them.

CREATE TABLE IF NOT EXISTS frames_store
(
  tenant_id LowCardinality(String) COMMENT 'Organisation that owns the stream.',
  stream_id LowCardinality(String) COMMENT 'Stream, one video feed.',
  event_id String COMMENT 'Deterministic: the same input gives the same id.' CODEC(ZSTD(1)),
  event_time DateTime64(3, 'UTC') COMMENT 'When it happened at the source.' CODEC(Delta, ZSTD(1)),
  pts_us Int64 COMMENT 'Media time, unwrapped microseconds.' CODEC(Delta, ZSTD(1)),
  epoch Int32 COMMENT 'Grows at every reconnect or PTS reset of the stream.' CODEC(ZSTD(1)),
  time_source LowCardinality(String) COMMENT 'Where event_time comes from: pdt, rtcp, pcr, arrival, file.',
  uncertainty_ms Int32 COMMENT 'Half-width of the uncertainty of event_time, milliseconds.' CODEC(ZSTD(1)),
  processed_at DateTime64(3, 'UTC') COMMENT 'When the producer made the event; retention counts from here.' CODEC(Delta, ZSTD(1)),
  trace_id String COMMENT 'W3C trace id, empty when not traced.' CODEC(ZSTD(1)),
  producer LowCardinality(String) COMMENT 'Part that made the event, e.g. detect-shots.',
  producer_version LowCardinality(String) COMMENT 'Version of that part.',
  model_name LowCardinality(String) COMMENT 'Model used, empty when none was.',
  model_version LowCardinality(String) COMMENT 'Version of that model, empty when none was used.',
  frame_index Int64 COMMENT 'Ordinal of the decoded picture in its epoch, -1 when unknown.' CODEC(Delta, ZSTD(1)),
  width_px Int32 COMMENT 'Width of the picture on the bus.' CODEC(ZSTD(1)),
  height_px Int32 COMMENT 'Height of the picture on the bus.' CODEC(ZSTD(1)),
  source_width_px Int32 COMMENT 'Width as broadcast.' CODEC(ZSTD(1)),
  source_height_px Int32 COMMENT 'Height as broadcast.' CODEC(ZSTD(1)),
  sampled_because LowCardinality(String) COMMENT 'interval, keyframe, shotChange or picture.',
  encoding LowCardinality(String) COMMENT 'Encoding of the picture on the bus.',
  picture_bytes UInt32 COMMENT 'Size of the picture on the bus; pictures themselves are not stored here.' CODEC(ZSTD(1)),
  picture_ref String COMMENT 'Key in the frame store, empty when the picture rode inline.' CODEC(ZSTD(1)),
  source_name String COMMENT 'Name inside the source (file in an image folder), else empty.' CODEC(ZSTD(1))
)
ENGINE = ReplacingMergeTree()
PARTITION BY toYYYYMMDD(event_time)
ORDER BY (tenant_id, stream_id, event_time, event_id)
TTL toDateTime(processed_at) + INTERVAL 30 DAY DELETE
SETTINGS non_replicated_deduplication_window = 1000, ttl_only_drop_parts = 1
COMMENT 'Sampled pictures; read the view frames.';

CREATE VIEW IF NOT EXISTS frames AS SELECT * FROM frames_store FINAL COMMENT 'Sampled pictures, metadata only; one row per picture.';

CREATE TABLE IF NOT EXISTS detections_store
(
  tenant_id LowCardinality(String) COMMENT 'Organisation that owns the stream.',
  stream_id LowCardinality(String) COMMENT 'Stream, one video feed.',
  event_id String COMMENT 'Deterministic and unique per box: detections_event_id and box_index.' CODEC(ZSTD(1)),
  event_time DateTime64(3, 'UTC') COMMENT 'When it happened at the source.' CODEC(Delta, ZSTD(1)),
  pts_us Int64 COMMENT 'Media time, unwrapped microseconds.' CODEC(Delta, ZSTD(1)),
  epoch Int32 COMMENT 'Grows at every reconnect or PTS reset of the stream.' CODEC(ZSTD(1)),
  time_source LowCardinality(String) COMMENT 'Where event_time comes from: pdt, rtcp, pcr, arrival, file.',
  uncertainty_ms Int32 COMMENT 'Half-width of the uncertainty of event_time, milliseconds.' CODEC(ZSTD(1)),
  processed_at DateTime64(3, 'UTC') COMMENT 'When the producer made the event; retention counts from here.' CODEC(Delta, ZSTD(1)),
  trace_id String COMMENT 'W3C trace id, empty when not traced.' CODEC(ZSTD(1)),
  producer LowCardinality(String) COMMENT 'Part that made the event, e.g. detect-shots.',
  producer_version LowCardinality(String) COMMENT 'Version of that part.',
  model_name LowCardinality(String) COMMENT 'Model used, empty when none was.',
  model_version LowCardinality(String) COMMENT 'Version of that model, empty when none was used.',
  box_index UInt16 COMMENT '0 for the best box of its frame and model.' CODEC(ZSTD(1)),
  detections_event_id String COMMENT 'Event on the bus that carried this box and its neighbours.' CODEC(ZSTD(1)),
  frame_event_id String COMMENT 'event_id of the frame.' CODEC(ZSTD(1)),
  label LowCardinality(String) COMMENT 'Class name from the model.',
  confidence Float32 COMMENT '0 to 1.' CODEC(ZSTD(1)),
  x1_px Float32 COMMENT 'Left edge, pixels of the source picture.' CODEC(ZSTD(1)),
  y1_px Float32 COMMENT 'Top edge.' CODEC(ZSTD(1)),
  x2_px Float32 COMMENT 'Right edge (exclusive).' CODEC(ZSTD(1)),
  y2_px Float32 COMMENT 'Bottom edge (exclusive).' CODEC(ZSTD(1)),
  source_width_px Int32 COMMENT 'Width of the source picture.' CODEC(ZSTD(1)),
  source_height_px Int32 COMMENT 'Height of the source picture.' CODEC(ZSTD(1)),
  source_name String COMMENT 'Name inside the source (file in an image folder), else empty.' CODEC(ZSTD(1))
)
ENGINE = ReplacingMergeTree()
PARTITION BY toYYYYMMDD(event_time)
ORDER BY (tenant_id, stream_id, event_time, event_id)
TTL toDateTime(processed_at) + INTERVAL 90 DAY DELETE
SETTINGS non_replicated_deduplication_window = 1000, ttl_only_drop_parts = 1
COMMENT 'Boxes; read the view detections.';

CREATE VIEW IF NOT EXISTS detections AS SELECT * FROM detections_store FINAL COMMENT 'What detectors found; one row per box.';

CREATE TABLE IF NOT EXISTS detection_runs_store
(
  tenant_id LowCardinality(String) COMMENT 'Organisation that owns the stream.',
  stream_id LowCardinality(String) COMMENT 'Stream, one video feed.',
  event_id String COMMENT 'Deterministic: the same input gives the same id.' CODEC(ZSTD(1)),
  event_time DateTime64(3, 'UTC') COMMENT 'When it happened at the source.' CODEC(Delta, ZSTD(1)),
  pts_us Int64 COMMENT 'Media time, unwrapped microseconds.' CODEC(Delta, ZSTD(1)),
  epoch Int32 COMMENT 'Grows at every reconnect or PTS reset of the stream.' CODEC(ZSTD(1)),
  time_source LowCardinality(String) COMMENT 'Where event_time comes from: pdt, rtcp, pcr, arrival, file.',
  uncertainty_ms Int32 COMMENT 'Half-width of the uncertainty of event_time, milliseconds.' CODEC(ZSTD(1)),
  processed_at DateTime64(3, 'UTC') COMMENT 'When the producer made the event; retention counts from here.' CODEC(Delta, ZSTD(1)),
  trace_id String COMMENT 'W3C trace id, empty when not traced.' CODEC(ZSTD(1)),
  producer LowCardinality(String) COMMENT 'Part that made the event, e.g. detect-shots.',
  producer_version LowCardinality(String) COMMENT 'Version of that part.',
  model_name LowCardinality(String) COMMENT 'Model used, empty when none was.',
  model_version LowCardinality(String) COMMENT 'Version of that model, empty when none was used.',
  frame_event_id String COMMENT 'event_id of the frame.' CODEC(ZSTD(1)),
  boxes UInt32 COMMENT 'Boxes found: 0 means looked and found nothing.' CODEC(ZSTD(1)),
  source_width_px Int32 COMMENT 'Width of the source picture.' CODEC(ZSTD(1)),
  source_height_px Int32 COMMENT 'Height of the source picture.' CODEC(ZSTD(1)),
  source_name String COMMENT 'Name inside the source (file in an image folder), else empty.' CODEC(ZSTD(1))
)
ENGINE = ReplacingMergeTree()
PARTITION BY toYYYYMMDD(event_time)
ORDER BY (tenant_id, stream_id, event_time, event_id)
TTL toDateTime(processed_at) + INTERVAL 90 DAY DELETE
SETTINGS non_replicated_deduplication_window = 1000, ttl_only_drop_parts = 1
COMMENT 'Frames a detector looked at; read the view detection_runs.';

CREATE VIEW IF NOT EXISTS detection_runs AS SELECT * FROM detection_runs_store FINAL COMMENT 'Frames a detector looked at, also those where it found nothing; one row per frame and model.';

CREATE TABLE IF NOT EXISTS shots_store
(
  tenant_id LowCardinality(String) COMMENT 'Organisation that owns the stream.',
  stream_id LowCardinality(String) COMMENT 'Stream, one video feed.',
  event_id String COMMENT 'Deterministic: the same input gives the same id.' CODEC(ZSTD(1)),
  event_time DateTime64(3, 'UTC') COMMENT 'When it happened at the source.' CODEC(Delta, ZSTD(1)),
  pts_us Int64 COMMENT 'Start of the shot, unwrapped microseconds.' CODEC(Delta, ZSTD(1)),
  epoch Int32 COMMENT 'Grows at every reconnect or PTS reset of the stream.' CODEC(ZSTD(1)),
  time_source LowCardinality(String) COMMENT 'Where event_time comes from: pdt, rtcp, pcr, arrival, file.',
  uncertainty_ms Int32 COMMENT 'Half-width of the uncertainty of event_time, milliseconds.' CODEC(ZSTD(1)),
  processed_at DateTime64(3, 'UTC') COMMENT 'When the producer made the event; retention counts from here.' CODEC(Delta, ZSTD(1)),
  trace_id String COMMENT 'W3C trace id, empty when not traced.' CODEC(ZSTD(1)),
  producer LowCardinality(String) COMMENT 'Part that made the event, e.g. detect-shots.',
  producer_version LowCardinality(String) COMMENT 'Version of that part.',
  model_name LowCardinality(String) COMMENT 'Model used, empty when none was.',
  model_version LowCardinality(String) COMMENT 'Version of that model, empty when none was used.',
  shot_id String COMMENT 'Deterministic id of the shot.' CODEC(ZSTD(1)),
  end_us Int64 COMMENT 'Media time of the first picture after the shot.' CODEC(Delta, ZSTD(1)),
  end_time DateTime64(3, 'UTC') COMMENT 'event_time plus the length.' CODEC(Delta, ZSTD(1)),
  duration_ms Int64 COMMENT 'Length, milliseconds.' CODEC(ZSTD(1)),
  pictures Int32 COMMENT 'Pictures in the shot.' CODEC(ZSTD(1)),
  transition LowCardinality(String) COMMENT 'How it begins: start, cut, fade, dissolve.',
  confidence Float32 COMMENT 'Of the boundary at the start, 0 to 1.' CODEC(ZSTD(1))
)
ENGINE = ReplacingMergeTree()
PARTITION BY toYYYYMM(event_time)
ORDER BY (tenant_id, stream_id, event_time, event_id)
TTL toDateTime(processed_at) + INTERVAL 400 DAY DELETE
SETTINGS non_replicated_deduplication_window = 1000, ttl_only_drop_parts = 1
COMMENT 'Shots; read the view shots.';

CREATE VIEW IF NOT EXISTS shots AS SELECT * FROM shots_store FINAL COMMENT 'Runs of pictures between two cuts; one row per shot.';

CREATE TABLE IF NOT EXISTS stream_status_store
(
  tenant_id LowCardinality(String) COMMENT 'Organisation that owns the stream.',
  stream_id LowCardinality(String) COMMENT 'Stream, one video feed.',
  event_id String COMMENT 'Deterministic: the same input gives the same id.' CODEC(ZSTD(1)),
  event_time DateTime64(3, 'UTC') COMMENT 'When it happened at the source.' CODEC(Delta, ZSTD(1)),
  pts_us Int64 COMMENT 'Media time last read, 0 before the first picture.' CODEC(Delta, ZSTD(1)),
  epoch Int32 COMMENT 'Grows at every reconnect or PTS reset of the stream.' CODEC(ZSTD(1)),
  time_source LowCardinality(String) COMMENT 'Where event_time comes from: pdt, rtcp, pcr, arrival, file.',
  uncertainty_ms Int32 COMMENT 'Half-width of the uncertainty of event_time, milliseconds.' CODEC(ZSTD(1)),
  processed_at DateTime64(3, 'UTC') COMMENT 'When the producer made the event; retention counts from here.' CODEC(Delta, ZSTD(1)),
  trace_id String COMMENT 'W3C trace id, empty when not traced.' CODEC(ZSTD(1)),
  producer LowCardinality(String) COMMENT 'Part that made the event, e.g. detect-shots.',
  producer_version LowCardinality(String) COMMENT 'Version of that part.',
  model_name LowCardinality(String) COMMENT 'Model used, empty when none was.',
  model_version LowCardinality(String) COMMENT 'Version of that model, empty when none was used.',
  state LowCardinality(String) COMMENT 'connecting, live, stalled, reconnecting, failed or ended.',
  changed Bool COMMENT 'True for a new state, false for a periodic report.',
  code LowCardinality(String) COMMENT 'Error or warning code, else empty.',
  message String COMMENT 'One sentence for a person.' CODEC(ZSTD(1)),
  title LowCardinality(String) COMMENT 'Name of the channel.',
  source_kind LowCardinality(String) COMMENT 'file, hls, rtsp, srt, rtmp, udp, images, demo.',
  attempt Int32 COMMENT 'Connection attempt, 1 for the first.' CODEC(ZSTD(1)),
  has_video Bool COMMENT 'Carries pictures.',
  has_audio Bool COMMENT 'Carries sound.',
  width_px Int32 COMMENT 'Width of the source picture, 0 when unknown.' CODEC(ZSTD(1)),
  height_px Int32 COMMENT 'Height of the source picture, 0 when unknown.' CODEC(ZSTD(1)),
  rate_fps Float32 COMMENT 'Pictures a second over the last report interval.' CODEC(ZSTD(1)),
  pictures Int64 COMMENT 'Pictures decoded in this epoch.' CODEC(ZSTD(1)),
  duration_ms Int64 COMMENT 'Known length of a recording, 0 when unknown or live.' CODEC(ZSTD(1)),
  drops Map(LowCardinality(String), UInt64) COMMENT 'Frames dropped in this epoch by reason.' CODEC(ZSTD(1))
)
ENGINE = ReplacingMergeTree()
PARTITION BY toYYYYMM(event_time)
ORDER BY (tenant_id, stream_id, event_time, event_id)
TTL toDateTime(processed_at) + INTERVAL 60 DAY DELETE
SETTINGS non_replicated_deduplication_window = 1000, ttl_only_drop_parts = 1
COMMENT 'States of streams; read the view stream_status.';

CREATE VIEW IF NOT EXISTS stream_status AS SELECT * FROM stream_status_store FINAL COMMENT 'State of every stream over time; one row per report.';
