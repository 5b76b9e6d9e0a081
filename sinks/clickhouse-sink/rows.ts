import type { InsertTable } from '../../core/analytics/analytics.ts';
import { InvalidInputError } from '../../core/errors/app-error.ts';
import type { Break, Detections, Frame, Shot, SpliceCue, Spot, StreamStatus } from '../../schemas/events.generated.ts';

/** Rows for one table. */
export interface TableRows extends InsertTable {
  table: string;
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

function lengthMs(startUs: number, endUs: number): number {
  return Math.max(0, Math.round((endUs - startUs) / 1000));
}

/** Names of columns, written as one string for the eye. */
function names(text: string): readonly string[] {
  return text.trim().split(/\s+/);
}

const commonColumns = names(`
  tenant_id stream_id event_id event_time pts_us epoch time_source uncertainty_ms processed_at trace_id producer producer_version
  model_name model_version
`);

/** Values of the columns that every table has; `eventId` when the row's id is not the event's. */
function common(event: Envelope, eventId = event.eventId): unknown[] {
  return [
    event.tenantId,
    event.streamId,
    eventId,
    timeText('eventTimeMs', event.eventTimeMs),
    event.ptsUs,
    event.epoch,
    event.timeSource,
    event.uncertaintyMs,
    timeText('processedAtMs', event.processedAtMs),
    event.traceId,
    event.producer,
    event.producerVersion,
    event.modelName,
    event.modelVersion,
  ];
}

const frameColumns = [
  ...commonColumns,
  ...names(`
    frame_index width_px height_px source_width_px source_height_px sampled_because encoding picture_bytes picture_ref source_name
  `),
];

/** Row of `frames`: what is known about the picture, not the picture. */
export function frameRows(event: Frame): TableRows[] {
  const row = [
    ...common(event),
    event.frameIndex,
    event.widthPx,
    event.heightPx,
    event.sourceWidthPx,
    event.sourceHeightPx,
    event.sampledBecause,
    event.encoding,
    event.picture.length,
    event.pictureRef,
    event.sourceName,
  ];
  return [{ table: 'frames_store', columns: frameColumns, rows: [row] }];
}

const runColumns = [...commonColumns, ...names('frame_event_id source_width_px source_height_px source_name boxes')];
const boxColumns = [
  ...commonColumns,
  ...names('frame_event_id source_width_px source_height_px source_name box_index detections_event_id label confidence x1_px y1_px x2_px y2_px'),
];

/** A row of `detections` per box, and one of `detection_runs` for the frame, so that "nothing" is told from "not looked". */
export function detectionRows(event: Detections): TableRows[] {
  const picture = [event.frameEventId, event.sourceWidthPx, event.sourceHeightPx, event.sourceName];
  const boxes = event.detections.map((box, index) => [
    ...common(event, `${event.eventId}-${index}`),
    ...picture,
    index,
    event.eventId,
    box.label,
    finite('confidence', box.confidence),
    finite('x1Px', box.x1Px),
    finite('y1Px', box.y1Px),
    finite('x2Px', box.x2Px),
    finite('y2Px', box.y2Px),
  ]);
  return [
    { table: 'detections_store', columns: boxColumns, rows: boxes },
    { table: 'detection_runs_store', columns: runColumns, rows: [[...common(event), ...picture, boxes.length]] },
  ];
}

const shotColumns = [...commonColumns, ...names('shot_id end_us end_time duration_ms pictures transition confidence')];

/** Row of `shots`. */
export function shotRows(event: Shot): TableRows[] {
  const durationMs = lengthMs(event.ptsUs, event.endUs);
  const row = [
    ...common(event),
    event.shotId,
    event.endUs,
    timeText('end', event.eventTimeMs + durationMs),
    durationMs,
    event.pictures,
    event.transition,
    finite('confidence', event.confidence),
  ];
  return [{ table: 'shots_store', columns: shotColumns, rows: [row] }];
}

const lifeColumns = names('revision state on_air end_us end_time duration_ms confidence evidence known_up_to_us');

/** Values of the columns that breaks and airings share; an end that is not known is -1, as there is no NULL in these tables. */
function life(event: Break | Spot): unknown[] {
  const durationMs = event.endUs === null ? 0 : lengthMs(event.ptsUs, event.endUs);
  return [
    event.revision,
    event.state,
    event.endUs === null,
    event.endUs ?? -1,
    timeText('end', event.eventTimeMs + durationMs),
    durationMs,
    finite('confidence', event.confidence),
    event.evidence,
    event.knownUpToUs,
  ];
}

const breakColumns = [...commonColumns, 'break_id', ...lifeColumns];

/** Row of `break_revisions`, from which the database itself feeds `breaks`. */
export function breakRows(event: Break): TableRows[] {
  return [{ table: 'break_revisions_store', columns: breakColumns, rows: [[...common(event), event.breakId, ...life(event)]] }];
}

const spotColumns = [
  ...commonColumns,
  ...names('airing_id spot_id break_id title known airing position identified_by brand product category'),
  ...lifeColumns,
];

/** Row of `spot_revisions`, from which the database itself feeds `spots`. */
export function spotRows(event: Spot): TableRows[] {
  const { airingId, spotId, breakId, title, known, airing, position, identifiedBy, brand, product, category } = event;
  const row = [...common(event), airingId, spotId, breakId, title, known, airing, position, identifiedBy, brand, product, category, ...life(event)];
  return [{ table: 'spot_revisions_store', columns: spotColumns, rows: [row] }];
}

const spliceColumns = [
  ...commonColumns,
  ...names(`
    cue_id revision direction duration_ms splice_event_id carrier command segmentation_type upid section outcome break_id error_ms trust
    known_up_to_us
  `),
];

/** Row of `splice_cue_revisions`, from which the database itself feeds `splice_cues`. A length that was not announced is -1. */
export function spliceCueRows(event: SpliceCue): TableRows[] {
  const row = [
    ...common(event),
    event.cueId,
    event.revision,
    event.direction,
    event.durationUs === null ? -1 : Math.round(event.durationUs / 1000),
    event.spliceEventId,
    event.carrier,
    event.command,
    event.segmentationType,
    event.upid,
    event.section,
    event.outcome,
    event.breakId,
    event.errorMs ?? 0,
    finite('trust', event.trust),
    event.knownUpToUs,
  ];
  return [{ table: 'splice_cue_revisions_store', columns: spliceColumns, rows: [row] }];
}

const statusColumns = [
  ...commonColumns,
  ...names(`
    state changed code message title source_kind attempt has_video has_audio width_px height_px rate_fps pictures duration_ms drops
  `),
];

/** Row of `stream_status`. */
export function streamStatusRows(event: StreamStatus): TableRows[] {
  const row = [
    ...common(event),
    event.state,
    event.changed,
    event.code,
    event.message,
    event.title,
    event.sourceKind,
    event.attempt,
    event.hasVideo,
    event.hasAudio,
    event.widthPx,
    event.heightPx,
    finite('rateFps', event.rateFps),
    event.pictures,
    event.durationMs,
    Object.fromEntries(Object.entries(event.drops).map(([reason, count]) => [reason, Math.max(0, count)])),
  ];
  return [{ table: 'stream_status_store', columns: statusColumns, rows: [row] }];
}
