-- Breaks and spots live: provisional, confirmed, final or retracted, each step one event with a growing revision. Every revision is kept
-- in X_revisions; a materialized view feeds X_store, which keeps the highest revision per id. The view `breaks` (`spots`) reads it with
-- FINAL: one row per break at any moment, without an aggregation over the whole history, which argMax would need, and filters on tenant,
-- stream and id use the key. The start can move between revisions, so event_time is not in the key of X_store and it is not partitioned:
-- all revisions of one break have to meet in one merge.

CREATE TABLE IF NOT EXISTS break_revisions_store
(
  tenant_id LowCardinality(String) COMMENT 'Organisation that owns the stream.',
  stream_id LowCardinality(String) COMMENT 'Stream, one video feed.',
  event_id String COMMENT 'Deterministic: the same input gives the same id.' CODEC(ZSTD(1)),
  event_time DateTime64(3, 'UTC') COMMENT 'When it happened at the source.' CODEC(Delta, ZSTD(1)),
  pts_us Int64 COMMENT 'Start of the break, unwrapped microseconds.' CODEC(Delta, ZSTD(1)),
  epoch Int32 COMMENT 'Grows at every reconnect or PTS reset of the stream.' CODEC(ZSTD(1)),
  time_source LowCardinality(String) COMMENT 'Where event_time comes from: pdt, rtcp, pcr, arrival, file.',
  uncertainty_ms Int32 COMMENT 'Half-width of the uncertainty of event_time, milliseconds.' CODEC(ZSTD(1)),
  processed_at DateTime64(3, 'UTC') COMMENT 'When the producer made the event; retention counts from here.' CODEC(Delta, ZSTD(1)),
  trace_id String COMMENT 'W3C trace id, empty when not traced.' CODEC(ZSTD(1)),
  producer LowCardinality(String) COMMENT 'Part that made the event, e.g. detect-shots.',
  producer_version LowCardinality(String) COMMENT 'Version of that part.',
  model_name LowCardinality(String) COMMENT 'Model used, empty when none was.',
  model_version LowCardinality(String) COMMENT 'Version of that model, empty when none was used.',
  break_id String COMMENT 'Deterministic id, same in every revision.' CODEC(ZSTD(1)),
  revision UInt32 COMMENT '1 for the first event, growing.' CODEC(ZSTD(1)),
  state LowCardinality(String) COMMENT 'provisional, confirmed, final or retracted.',
  on_air Bool COMMENT 'True while the end is not known.',
  end_us Int64 COMMENT 'Media time of the end (half-open), -1 while on air.' CODEC(Delta, ZSTD(1)),
  end_time DateTime64(3, 'UTC') COMMENT 'event_time plus the length; event_time while on air.' CODEC(Delta, ZSTD(1)),
  duration_ms Int64 COMMENT 'Length, milliseconds, 0 while on air.' CODEC(ZSTD(1)),
  confidence Float32 COMMENT '0 to 1.' CODEC(ZSTD(1)),
  evidence Array(String) COMMENT 'Why, in words.' CODEC(ZSTD(1)),
  known_up_to_us Int64 COMMENT 'Media time that had been read when this revision was made.' CODEC(Delta, ZSTD(1))
)
ENGINE = ReplacingMergeTree()
PARTITION BY toYYYYMM(event_time)
ORDER BY (tenant_id, stream_id, event_time, break_id, revision, event_id)
SETTINGS non_replicated_deduplication_window = 1000
COMMENT 'Every revision; read the view break_revisions.';

CREATE VIEW IF NOT EXISTS break_revisions AS SELECT * FROM break_revisions_store FINAL COMMENT 'History: every revision of every break; one row per revision.';

CREATE TABLE IF NOT EXISTS breaks_store
(
  tenant_id LowCardinality(String) COMMENT 'Organisation that owns the stream.',
  stream_id LowCardinality(String) COMMENT 'Stream, one video feed.',
  event_id String COMMENT 'Deterministic: the same input gives the same id.' CODEC(ZSTD(1)),
  event_time DateTime64(3, 'UTC') COMMENT 'When it happened at the source.' CODEC(Delta, ZSTD(1)),
  pts_us Int64 COMMENT 'Start of the break, unwrapped microseconds.' CODEC(Delta, ZSTD(1)),
  epoch Int32 COMMENT 'Grows at every reconnect or PTS reset of the stream.' CODEC(ZSTD(1)),
  time_source LowCardinality(String) COMMENT 'Where event_time comes from: pdt, rtcp, pcr, arrival, file.',
  uncertainty_ms Int32 COMMENT 'Half-width of the uncertainty of event_time, milliseconds.' CODEC(ZSTD(1)),
  processed_at DateTime64(3, 'UTC') COMMENT 'When the producer made the event; retention counts from here.' CODEC(Delta, ZSTD(1)),
  trace_id String COMMENT 'W3C trace id, empty when not traced.' CODEC(ZSTD(1)),
  producer LowCardinality(String) COMMENT 'Part that made the event, e.g. detect-shots.',
  producer_version LowCardinality(String) COMMENT 'Version of that part.',
  model_name LowCardinality(String) COMMENT 'Model used, empty when none was.',
  model_version LowCardinality(String) COMMENT 'Version of that model, empty when none was used.',
  break_id String COMMENT 'Deterministic id, same in every revision.' CODEC(ZSTD(1)),
  revision UInt32 COMMENT '1 for the first event, growing.' CODEC(ZSTD(1)),
  state LowCardinality(String) COMMENT 'provisional, confirmed, final or retracted.',
  on_air Bool COMMENT 'True while the end is not known.',
  end_us Int64 COMMENT 'Media time of the end (half-open), -1 while on air.' CODEC(Delta, ZSTD(1)),
  end_time DateTime64(3, 'UTC') COMMENT 'event_time plus the length; event_time while on air.' CODEC(Delta, ZSTD(1)),
  duration_ms Int64 COMMENT 'Length, milliseconds, 0 while on air.' CODEC(ZSTD(1)),
  confidence Float32 COMMENT '0 to 1.' CODEC(ZSTD(1)),
  evidence Array(String) COMMENT 'Why, in words.' CODEC(ZSTD(1)),
  known_up_to_us Int64 COMMENT 'Media time that had been read when this revision was made.' CODEC(Delta, ZSTD(1)),
  INDEX event_time_range event_time TYPE minmax GRANULARITY 1
)
ENGINE = ReplacingMergeTree(revision)
ORDER BY (tenant_id, stream_id, break_id)
SETTINGS non_replicated_deduplication_window = 1000
COMMENT 'Latest revision; read the view breaks.';

CREATE MATERIALIZED VIEW IF NOT EXISTS breaks_feed TO breaks_store AS SELECT * FROM break_revisions_store;

CREATE VIEW IF NOT EXISTS breaks AS SELECT * FROM breaks_store FINAL COMMENT 'Latest revision of every break, retracted ones too (state); one row per break.';

CREATE TABLE IF NOT EXISTS spot_revisions_store
(
  tenant_id LowCardinality(String) COMMENT 'Organisation that owns the stream.',
  stream_id LowCardinality(String) COMMENT 'Stream, one video feed.',
  event_id String COMMENT 'Deterministic: the same input gives the same id.' CODEC(ZSTD(1)),
  event_time DateTime64(3, 'UTC') COMMENT 'When it happened at the source.' CODEC(Delta, ZSTD(1)),
  pts_us Int64 COMMENT 'Start of the airing, unwrapped microseconds.' CODEC(Delta, ZSTD(1)),
  epoch Int32 COMMENT 'Grows at every reconnect or PTS reset of the stream.' CODEC(ZSTD(1)),
  time_source LowCardinality(String) COMMENT 'Where event_time comes from: pdt, rtcp, pcr, arrival, file.',
  uncertainty_ms Int32 COMMENT 'Half-width of the uncertainty of event_time, milliseconds.' CODEC(ZSTD(1)),
  processed_at DateTime64(3, 'UTC') COMMENT 'When the producer made the event; retention counts from here.' CODEC(Delta, ZSTD(1)),
  trace_id String COMMENT 'W3C trace id, empty when not traced.' CODEC(ZSTD(1)),
  producer LowCardinality(String) COMMENT 'Part that made the event, e.g. detect-shots.',
  producer_version LowCardinality(String) COMMENT 'Version of that part.',
  model_name LowCardinality(String) COMMENT 'Model used, empty when none was.',
  model_version LowCardinality(String) COMMENT 'Version of that model, empty when none was used.',
  airing_id String COMMENT 'Deterministic id of this airing, same in every revision.' CODEC(ZSTD(1)),
  spot_id String COMMENT 'Id of the advertisement: two airings of one spot share it.' CODEC(ZSTD(1)),
  break_id String COMMENT 'The break it is in.' CODEC(ZSTD(1)),
  revision UInt32 COMMENT '1 for the first event, growing.' CODEC(ZSTD(1)),
  state LowCardinality(String) COMMENT 'provisional, confirmed, final or retracted.',
  on_air Bool COMMENT 'True while the end is not known.',
  end_us Int64 COMMENT 'Media time of the end (half-open), -1 while on air.' CODEC(Delta, ZSTD(1)),
  end_time DateTime64(3, 'UTC') COMMENT 'event_time plus the length; event_time while on air.' CODEC(Delta, ZSTD(1)),
  duration_ms Int64 COMMENT 'Length, milliseconds, 0 while on air.' CODEC(ZSTD(1)),
  title String COMMENT 'Name of the spot when one is known.' CODEC(ZSTD(1)),
  known Bool COMMENT 'In the catalogue.',
  airing Int32 COMMENT '1 for the first time this spot was seen, 2 for the second.' CODEC(ZSTD(1)),
  position Int32 COMMENT 'Place in the break, 1 for the first.' CODEC(ZSTD(1)),
  confidence Float32 COMMENT '0 to 1.' CODEC(ZSTD(1)),
  evidence Array(String) COMMENT 'Why, in words.' CODEC(ZSTD(1)),
  known_up_to_us Int64 COMMENT 'Media time that had been read when this revision was made.' CODEC(Delta, ZSTD(1))
)
ENGINE = ReplacingMergeTree()
PARTITION BY toYYYYMM(event_time)
ORDER BY (tenant_id, stream_id, event_time, airing_id, revision, event_id)
SETTINGS non_replicated_deduplication_window = 1000
COMMENT 'Every revision; read the view spot_revisions.';

CREATE VIEW IF NOT EXISTS spot_revisions AS SELECT * FROM spot_revisions_store FINAL COMMENT 'History: every revision of every airing; one row per revision.';

CREATE TABLE IF NOT EXISTS spots_store
(
  tenant_id LowCardinality(String) COMMENT 'Organisation that owns the stream.',
  stream_id LowCardinality(String) COMMENT 'Stream, one video feed.',
  event_id String COMMENT 'Deterministic: the same input gives the same id.' CODEC(ZSTD(1)),
  event_time DateTime64(3, 'UTC') COMMENT 'When it happened at the source.' CODEC(Delta, ZSTD(1)),
  pts_us Int64 COMMENT 'Start of the airing, unwrapped microseconds.' CODEC(Delta, ZSTD(1)),
  epoch Int32 COMMENT 'Grows at every reconnect or PTS reset of the stream.' CODEC(ZSTD(1)),
  time_source LowCardinality(String) COMMENT 'Where event_time comes from: pdt, rtcp, pcr, arrival, file.',
  uncertainty_ms Int32 COMMENT 'Half-width of the uncertainty of event_time, milliseconds.' CODEC(ZSTD(1)),
  processed_at DateTime64(3, 'UTC') COMMENT 'When the producer made the event; retention counts from here.' CODEC(Delta, ZSTD(1)),
  trace_id String COMMENT 'W3C trace id, empty when not traced.' CODEC(ZSTD(1)),
  producer LowCardinality(String) COMMENT 'Part that made the event, e.g. detect-shots.',
  producer_version LowCardinality(String) COMMENT 'Version of that part.',
  model_name LowCardinality(String) COMMENT 'Model used, empty when none was.',
  model_version LowCardinality(String) COMMENT 'Version of that model, empty when none was used.',
  airing_id String COMMENT 'Deterministic id of this airing, same in every revision.' CODEC(ZSTD(1)),
  spot_id String COMMENT 'Id of the advertisement: two airings of one spot share it.' CODEC(ZSTD(1)),
  break_id String COMMENT 'The break it is in.' CODEC(ZSTD(1)),
  revision UInt32 COMMENT '1 for the first event, growing.' CODEC(ZSTD(1)),
  state LowCardinality(String) COMMENT 'provisional, confirmed, final or retracted.',
  on_air Bool COMMENT 'True while the end is not known.',
  end_us Int64 COMMENT 'Media time of the end (half-open), -1 while on air.' CODEC(Delta, ZSTD(1)),
  end_time DateTime64(3, 'UTC') COMMENT 'event_time plus the length; event_time while on air.' CODEC(Delta, ZSTD(1)),
  duration_ms Int64 COMMENT 'Length, milliseconds, 0 while on air.' CODEC(ZSTD(1)),
  title String COMMENT 'Name of the spot when one is known.' CODEC(ZSTD(1)),
  known Bool COMMENT 'In the catalogue.',
  airing Int32 COMMENT '1 for the first time this spot was seen, 2 for the second.' CODEC(ZSTD(1)),
  position Int32 COMMENT 'Place in the break, 1 for the first.' CODEC(ZSTD(1)),
  confidence Float32 COMMENT '0 to 1.' CODEC(ZSTD(1)),
  evidence Array(String) COMMENT 'Why, in words.' CODEC(ZSTD(1)),
  known_up_to_us Int64 COMMENT 'Media time that had been read when this revision was made.' CODEC(Delta, ZSTD(1)),
  INDEX event_time_range event_time TYPE minmax GRANULARITY 1
)
ENGINE = ReplacingMergeTree(revision)
ORDER BY (tenant_id, stream_id, airing_id)
SETTINGS non_replicated_deduplication_window = 1000
COMMENT 'Latest revision; read the view spots.';

CREATE MATERIALIZED VIEW IF NOT EXISTS spots_feed TO spots_store AS SELECT * FROM spot_revisions_store;

CREATE VIEW IF NOT EXISTS spots AS SELECT * FROM spots_store FINAL COMMENT 'Latest revision of every airing, retracted ones too (state); one row per airing.';
