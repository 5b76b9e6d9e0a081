-- Splice cues of the broadcaster (SCTE 35, HLS) and whether a break was seen there. As for breaks (0002), every revision is kept in
-- splice_cue_revisions, and the view splice_cues shows the latest one of each cue.

CREATE TABLE IF NOT EXISTS splice_cue_revisions_store
(
  tenant_id LowCardinality(String) COMMENT 'Organisation that owns the stream.',
  stream_id LowCardinality(String) COMMENT 'Stream, one video feed.',
  event_id String COMMENT 'Deterministic: the same input gives the same id.' CODEC(ZSTD(1)),
  event_time DateTime64(3, 'UTC') COMMENT 'When it happened at the source.' CODEC(Delta, ZSTD(1)),
  pts_us Int64 COMMENT 'Splice point, unwrapped microseconds.' CODEC(Delta, ZSTD(1)),
  epoch Int32 COMMENT 'Grows at every reconnect or PTS reset of the stream.' CODEC(ZSTD(1)),
  time_source LowCardinality(String) COMMENT 'Where event_time comes from: pdt, rtcp, pcr, arrival, file.',
  uncertainty_ms Int32 COMMENT 'Half-width of the uncertainty of event_time, milliseconds.' CODEC(ZSTD(1)),
  processed_at DateTime64(3, 'UTC') COMMENT 'When the producer made the event; retention counts from here.' CODEC(Delta, ZSTD(1)),
  trace_id String COMMENT 'W3C trace id, empty when not traced.' CODEC(ZSTD(1)),
  producer LowCardinality(String) COMMENT 'Part that made the event, e.g. detect-shots.',
  producer_version LowCardinality(String) COMMENT 'Version of that part.',
  model_name LowCardinality(String) COMMENT 'Model used, empty when none was.',
  model_version LowCardinality(String) COMMENT 'Version of that model, empty when none was used.',
  cue_id String COMMENT 'Deterministic id, same in every revision; repeats of a message share it.' CODEC(ZSTD(1)),
  revision UInt32 COMMENT '1 for the first event, growing.' CODEC(ZSTD(1)),
  direction LowCardinality(String) COMMENT 'out: a break begins; in: back to programme.',
  duration_ms Int64 COMMENT 'Announced length of the break, milliseconds, -1 when none was announced.' CODEC(ZSTD(1)),
  splice_event_id Int64 COMMENT 'splice_event_id or segmentation_event_id, -1 when there is none.' CODEC(ZSTD(1)),
  carrier LowCardinality(String) COMMENT 'How it came: scte35, hlsCue, hlsDateRange, hlsOatcls.',
  command LowCardinality(String) COMMENT 'splice_insert, time_signal ..., or the tag of the playlist.',
  segmentation_type Int16 COMMENT 'segmentation_type_id of SCTE 35, -1 when there is none.' CODEC(ZSTD(1)),
  upid String COMMENT 'segmentation_upid as text, empty when there is none.' CODEC(ZSTD(1)),
  section String COMMENT 'The splice_info_section, base64; empty when there was none.' CODEC(ZSTD(1)),
  outcome LowCardinality(String) COMMENT 'pending, matched, unmatched or cancelled.',
  break_id String COMMENT 'The break whose boundary matched, else empty.' CODEC(ZSTD(1)),
  error_ms Int32 COMMENT 'Seen boundary minus splice point, milliseconds; 0 unless matched.' CODEC(ZSTD(1)),
  trust Float32 COMMENT 'How far cues of this channel and direction are believed after this revision, 0 to 1.' CODEC(ZSTD(1)),
  known_up_to_us Int64 COMMENT 'Media time that had been read when this revision was made.' CODEC(Delta, ZSTD(1))
)
ENGINE = ReplacingMergeTree()
PARTITION BY toYYYYMM(event_time)
ORDER BY (tenant_id, stream_id, event_time, cue_id, revision, event_id)
TTL toDateTime(processed_at) + INTERVAL 400 DAY DELETE
SETTINGS non_replicated_deduplication_window = 1000, ttl_only_drop_parts = 1
COMMENT 'Every revision; read the view splice_cue_revisions.';

CREATE VIEW IF NOT EXISTS splice_cue_revisions AS SELECT * FROM splice_cue_revisions_store FINAL COMMENT 'History: every revision of every splice cue; one row per revision.';

CREATE TABLE IF NOT EXISTS splice_cues_store
(
  tenant_id LowCardinality(String) COMMENT 'Organisation that owns the stream.',
  stream_id LowCardinality(String) COMMENT 'Stream, one video feed.',
  event_id String COMMENT 'Deterministic: the same input gives the same id.' CODEC(ZSTD(1)),
  event_time DateTime64(3, 'UTC') COMMENT 'When it happened at the source.' CODEC(Delta, ZSTD(1)),
  pts_us Int64 COMMENT 'Splice point, unwrapped microseconds.' CODEC(Delta, ZSTD(1)),
  epoch Int32 COMMENT 'Grows at every reconnect or PTS reset of the stream.' CODEC(ZSTD(1)),
  time_source LowCardinality(String) COMMENT 'Where event_time comes from: pdt, rtcp, pcr, arrival, file.',
  uncertainty_ms Int32 COMMENT 'Half-width of the uncertainty of event_time, milliseconds.' CODEC(ZSTD(1)),
  processed_at DateTime64(3, 'UTC') COMMENT 'When the producer made the event; retention counts from here.' CODEC(Delta, ZSTD(1)),
  trace_id String COMMENT 'W3C trace id, empty when not traced.' CODEC(ZSTD(1)),
  producer LowCardinality(String) COMMENT 'Part that made the event, e.g. detect-shots.',
  producer_version LowCardinality(String) COMMENT 'Version of that part.',
  model_name LowCardinality(String) COMMENT 'Model used, empty when none was.',
  model_version LowCardinality(String) COMMENT 'Version of that model, empty when none was used.',
  cue_id String COMMENT 'Deterministic id, same in every revision; repeats of a message share it.' CODEC(ZSTD(1)),
  revision UInt32 COMMENT '1 for the first event, growing.' CODEC(ZSTD(1)),
  direction LowCardinality(String) COMMENT 'out: a break begins; in: back to programme.',
  duration_ms Int64 COMMENT 'Announced length of the break, milliseconds, -1 when none was announced.' CODEC(ZSTD(1)),
  splice_event_id Int64 COMMENT 'splice_event_id or segmentation_event_id, -1 when there is none.' CODEC(ZSTD(1)),
  carrier LowCardinality(String) COMMENT 'How it came: scte35, hlsCue, hlsDateRange, hlsOatcls.',
  command LowCardinality(String) COMMENT 'splice_insert, time_signal ..., or the tag of the playlist.',
  segmentation_type Int16 COMMENT 'segmentation_type_id of SCTE 35, -1 when there is none.' CODEC(ZSTD(1)),
  upid String COMMENT 'segmentation_upid as text, empty when there is none.' CODEC(ZSTD(1)),
  section String COMMENT 'The splice_info_section, base64; empty when there was none.' CODEC(ZSTD(1)),
  outcome LowCardinality(String) COMMENT 'pending, matched, unmatched or cancelled.',
  break_id String COMMENT 'The break whose boundary matched, else empty.' CODEC(ZSTD(1)),
  error_ms Int32 COMMENT 'Seen boundary minus splice point, milliseconds; 0 unless matched.' CODEC(ZSTD(1)),
  trust Float32 COMMENT 'How far cues of this channel and direction are believed after this revision, 0 to 1.' CODEC(ZSTD(1)),
  known_up_to_us Int64 COMMENT 'Media time that had been read when this revision was made.' CODEC(Delta, ZSTD(1)),
  INDEX event_time_range event_time TYPE minmax GRANULARITY 1
)
ENGINE = ReplacingMergeTree(revision)
ORDER BY (tenant_id, stream_id, cue_id)
TTL toDateTime(processed_at) + INTERVAL 400 DAY DELETE
SETTINGS non_replicated_deduplication_window = 1000
COMMENT 'Latest revision; read the view splice_cues.';

CREATE MATERIALIZED VIEW IF NOT EXISTS splice_cues_feed TO splice_cues_store AS SELECT * FROM splice_cue_revisions_store;

CREATE VIEW IF NOT EXISTS splice_cues AS SELECT * FROM splice_cues_store FINAL COMMENT 'Latest revision of every splice cue, cancelled ones too (outcome); one row per cue.';
