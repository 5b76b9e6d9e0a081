import type { InsertRow } from '../../core/analytics/analytics.ts';
import { InvalidInputError } from '../../core/errors/app-error.ts';
import type { Break, Detections, Frame, Shot, Spot, StreamStatus } from '../../schemas/events.generated.ts';

/** Rows for one table. */
export interface TableRows {
  table: string;
  rows: InsertRow[];
}

/** Fields that every event of a stream carries. */
type Envelope = Omit<Shot, 'shotId' | 'endUs' | 'pictures' | 'transition' | 'confidence'>;

/** Last moment that ClickHouse's DateTime64(3) holds, 2299-12-31 (documentation of DateTime64). */
const latestTimeMs = Date.UTC(2299, 11, 31, 23, 59, 59);

/**
 * Epoch milliseconds as ClickHouse reads them into DateTime64(3).
 * @throws InvalidInputError `E_SINK_REJECTED` out of range, which ClickHouse would bend to the nearest it can hold
 */
export function timeText(name: string, ms: number): string {
  if (!Number.isFinite(ms) || ms < 0 || ms > latestTimeMs) {
    throw new InvalidInputError('E_SINK_REJECTED', `${name} is ${ms}, which is not a time between 1970 and 2299.`);
  }
  return new Date(ms).toISOString().replace('T', ' ').slice(0, -1);
}

/** @throws InvalidInputError `E_SINK_REJECTED`: ClickHouse would store NaN and infinities as 0 */
function finite(name: string, value: number): number {
  if (Number.isFinite(value)) return value;
  throw new InvalidInputError('E_SINK_REJECTED', `${name} is ${value}, which is not a number.`);
}

function common(event: Envelope): Record<string, unknown> {
  return {
    tenant_id: event.tenantId,
    stream_id: event.streamId,
    event_id: event.eventId,
    event_time: timeText('eventTimeMs', event.eventTimeMs),
    pts_us: event.ptsUs,
    epoch: event.epoch,
    time_source: event.timeSource,
    uncertainty_ms: event.uncertaintyMs,
    processed_at: timeText('processedAtMs', event.processedAtMs),
    trace_id: event.traceId,
    producer: event.producer,
    producer_version: event.producerVersion,
    model_name: event.modelName,
    model_version: event.modelVersion,
  };
}

/** Row of `frames`: what is known about the picture, not the picture. */
export function frameRows(event: Frame): TableRows[] {
  const row = {
    ...common(event),
    frame_index: event.frameIndex,
    width_px: event.widthPx,
    height_px: event.heightPx,
    source_width_px: event.sourceWidthPx,
    source_height_px: event.sourceHeightPx,
    sampled_because: event.sampledBecause,
    encoding: event.encoding,
    picture_bytes: event.picture.length,
    picture_ref: event.pictureRef,
    source_name: event.sourceName,
  };
  return [{ table: 'frames_store', rows: [row] }];
}

/** A row of `detections` per box, and one of `detection_runs` for the frame, so that "nothing" is told from "not looked". */
export function detectionRows(event: Detections): TableRows[] {
  const base = common(event);
  const picture = { source_width_px: event.sourceWidthPx, source_height_px: event.sourceHeightPx, source_name: event.sourceName };
  const boxes = event.detections.map((box, index) => ({
    ...base,
    event_id: `${event.eventId}-${index}`,
    box_index: index,
    detections_event_id: event.eventId,
    frame_event_id: event.frameEventId,
    label: box.label,
    confidence: finite('confidence', box.confidence),
    x1_px: finite('x1Px', box.x1Px),
    y1_px: finite('y1Px', box.y1Px),
    x2_px: finite('x2Px', box.x2Px),
    y2_px: finite('y2Px', box.y2Px),
    ...picture,
  }));
  const run = { ...base, frame_event_id: event.frameEventId, boxes: boxes.length, ...picture };
  return [
    { table: 'detections_store', rows: boxes },
    { table: 'detection_runs_store', rows: [run] },
  ];
}

/** Row of `shots`. */
export function shotRows(event: Shot): TableRows[] {
  const durationMs = lengthMs(event.ptsUs, event.endUs);
  const row = {
    ...common(event),
    shot_id: event.shotId,
    end_us: event.endUs,
    end_time: timeText('end', event.eventTimeMs + durationMs),
    duration_ms: durationMs,
    pictures: event.pictures,
    transition: event.transition,
    confidence: finite('confidence', event.confidence),
  };
  return [{ table: 'shots_store', rows: [row] }];
}

/** Columns that breaks and airings share; an end that is not known is -1, as there is no NULL in these tables. */
function lifeColumns(event: Break | Spot): Record<string, unknown> {
  const onAir = event.endUs === null;
  const durationMs = event.endUs === null ? 0 : lengthMs(event.ptsUs, event.endUs);
  return {
    revision: event.revision,
    state: event.state,
    on_air: onAir,
    end_us: event.endUs ?? -1,
    end_time: timeText('end', event.eventTimeMs + durationMs),
    duration_ms: durationMs,
    confidence: finite('confidence', event.confidence),
    evidence: event.evidence,
    known_up_to_us: event.knownUpToUs,
  };
}

/** Row of `break_revisions`, from which the database itself feeds `breaks`. */
export function breakRows(event: Break): TableRows[] {
  return [{ table: 'break_revisions_store', rows: [{ ...common(event), break_id: event.breakId, ...lifeColumns(event) }] }];
}

/** Row of `spot_revisions`, from which the database itself feeds `spots`. */
export function spotRows(event: Spot): TableRows[] {
  const row = {
    ...common(event),
    airing_id: event.airingId,
    spot_id: event.spotId,
    break_id: event.breakId,
    ...lifeColumns(event),
    title: event.title,
    known: event.known,
    airing: event.airing,
    position: event.position,
  };
  return [{ table: 'spot_revisions_store', rows: [row] }];
}

/** Row of `stream_status`. */
export function streamStatusRows(event: StreamStatus): TableRows[] {
  const row = {
    ...common(event),
    state: event.state,
    changed: event.changed,
    code: event.code,
    message: event.message,
    title: event.title,
    source_kind: event.sourceKind,
    attempt: event.attempt,
    has_video: event.hasVideo,
    has_audio: event.hasAudio,
    width_px: event.widthPx,
    height_px: event.heightPx,
    rate_fps: finite('rateFps', event.rateFps),
    pictures: event.pictures,
    duration_ms: event.durationMs,
    drops: Object.fromEntries(Object.entries(event.drops).map(([reason, count]) => [reason, Math.max(0, count)])),
  };
  return [{ table: 'stream_status_store', rows: [row] }];
}

function lengthMs(startUs: number, endUs: number): number {
  return Math.max(0, Math.round((endUs - startUs) / 1000));
}
