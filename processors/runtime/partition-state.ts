import type { ConsumedRecord } from '../../core/bus/bus.ts';
import type { EventEnvelope } from '../../core/events/event-bus.ts';
import type { StreamProcessor } from '../processor.ts';
import type { ResumePoint, ResumePoints } from './resume-points.ts';

/** How much before the beginning of an open thing a replay starts, so that what looks back a little sees the same again, microseconds. */
const replayLeadUs = 5_000_000;

/** A place in a partition and in its stream. */
interface Place {
  offset: number;
  /** Epoch milliseconds of the append. */
  timestampMs: number;
  epoch: number;
  ptsUs: number;
}

/** What the runtime keeps of one stream while it owns its partition. */
export interface StreamState {
  processor: StreamProcessor<EventEnvelope>;
  /** Last record of the stream. */
  last: ConsumedRecord;
  /** Records that a restart must see again, oldest first; empty when nothing is open. */
  open: Place[];
  /** Where the oldest open thing began, for processors that say so. */
  since: ResumePoint['since'];
  /** Outputs that begin before this were sent before the restart. */
  sentBefore: ResumePoint['since'];
}

/** What the runtime keeps of one partition while it owns it. */
export interface PartitionState {
  streams: Map<string, StreamState>;
  /** Offset after the last record that was handled; earlier ones are redeliveries. */
  nextOffset: number;
  /** Last offset that was committed; -1 before the first. */
  committedOffset: number;
  /** Where streams go on that have not been seen since the restart. */
  resume: ResumePoints;
  /** Where streams that ended would go on. */
  ended: Map<string, number>;
}

/** State of a partition that was just assigned. */
export function freshPartition(resume: ResumePoints): PartitionState {
  return { streams: new Map(), nextOffset: -1, committedOffset: -1, resume, ended: new Map() };
}

/** True for a record that its stream had left behind before the restart: its outputs are on the bus, and it is not a beginning. */
export function isBehind(partition: PartitionState, stream: string, offset: number): boolean {
  return offset < (partition.resume.get(stream)?.offset ?? 0);
}

/** State of a stream at its first record. */
export function openStream(partition: PartitionState, key: string, processor: StreamProcessor<EventEnvelope>, first: ConsumedRecord): StreamState {
  const stream: StreamState = { processor, last: first, open: [], since: undefined, sentBefore: partition.resume.get(key)?.since };
  partition.resume.delete(key);
  partition.ended.delete(key);
  partition.streams.set(key, stream);
  return stream;
}

/** True for an output of a replay that was sent before the restart. */
export function wasSent(stream: StreamState, event: EventEnvelope): boolean {
  const { sentBefore } = stream;
  if (sentBefore === undefined) return false;
  return event.epoch < sentBefore.epoch || (event.epoch === sentBefore.epoch && event.ptsUs < sentBefore.ptsUs);
}

/** Notes that a record was processed and keeps what a restart would have to read again. */
export function noteProcessed(stream: StreamState, record: ConsumedRecord, event: EventEnvelope): void {
  const { processor, open } = stream;
  stream.last = record;
  const beganUs = processor.openSinceUs?.();
  stream.since = beganUs === undefined ? undefined : { epoch: event.epoch, ptsUs: beganUs };
  if (processor.openSinceUs === undefined ? processor.atBoundary() : beganUs === undefined) {
    open.length = 0;
    return;
  }
  open.push({ offset: record.offset, timestampMs: record.timestampMs, epoch: event.epoch, ptsUs: event.ptsUs });
  if (beganUs === undefined) return;
  const needed = open.findLastIndex((place) => place.epoch < event.epoch || place.ptsUs <= beganUs - replayLeadUs);
  const first = open[needed];
  if (first !== undefined) open.splice(0, first.epoch < event.epoch ? needed + 1 : needed);
}

/**
 * First offset that a restart must read again: the oldest record since a boundary of any stream, but nothing that was appended more than
 * `maxReplayMs` before `newestMs`. Records past the replay window are forgotten.
 */
export function safeOffset(partition: PartitionState, newestMs: number, maxReplayMs: number): number {
  let safe = partition.nextOffset;
  for (const stream of partition.streams.values()) {
    const kept = stream.open.findIndex((place) => newestMs - place.timestampMs <= maxReplayMs);
    if (kept !== 0) stream.open.splice(0, kept === -1 ? stream.open.length : kept);
    const oldest = stream.open[0];
    if (oldest !== undefined) safe = Math.min(safe, oldest.offset);
  }
  return safe;
}

/** Where each stream goes on when a restart begins at `committed`; streams that simply go on there are not named. */
export function resumePointsOf(partition: PartitionState, committed: number): ResumePoints {
  const points: ResumePoints = new Map(partition.resume);
  for (const [key, offset] of partition.ended) {
    if (offset > committed) points.set(key, { offset });
    else partition.ended.delete(key);
  }
  for (const [key, stream] of partition.streams) {
    const offset = stream.open[0]?.offset ?? stream.last.offset + 1;
    const since = later(stream.since, stream.sentBefore);
    points.set(key, since === undefined ? { offset } : { offset, since });
  }
  for (const [key, point] of points) if (point.offset <= committed && point.since === undefined) points.delete(key);
  return points;
}

/** The later of two media times; a replay that has not caught up yet must not forget what was sent. */
function later(a: ResumePoint['since'], b: ResumePoint['since']): ResumePoint['since'] {
  if (a === undefined || b === undefined) return a ?? b;
  return a.epoch > b.epoch || (a.epoch === b.epoch && a.ptsUs > b.ptsUs) ? a : b;
}
