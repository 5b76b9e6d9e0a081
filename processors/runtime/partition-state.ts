import type { ConsumedRecord } from '../../core/bus/bus.ts';
import type { EventEnvelope } from '../../core/events/event-bus.ts';
import type { StreamProcessor } from '../processor.ts';
import type { ResumePoints } from './resume-points.ts';

/** A place in a partition. */
interface Place {
  offset: number;
  /** Epoch milliseconds of the append. */
  timestampMs: number;
}

/** What the runtime keeps of one stream while it owns its partition. */
export interface StreamState {
  processor: StreamProcessor<EventEnvelope>;
  /** Last record of the stream. */
  last: ConsumedRecord;
  /** Records since the last boundary, oldest first; empty at a boundary. */
  open: Place[];
}

/** What the runtime keeps of one partition while it owns it. */
export interface PartitionState {
  streams: Map<string, StreamState>;
  /** Offset after the last record that was handled; earlier ones are redeliveries. */
  nextOffset: number;
  /** Last offset that was committed; -1 before the first. */
  committedOffset: number;
  /** Where streams go on after a restart; those that lie behind are left out. */
  resume: ResumePoints;
  /** Where streams that ended would go on. */
  ended: ResumePoints;
}

/** State of a partition that was just assigned. */
export function freshPartition(resume: ResumePoints): PartitionState {
  return { streams: new Map(), nextOffset: -1, committedOffset: -1, resume, ended: new Map() };
}

/** True for a record that its stream had left behind before the restart: its outputs are on the bus, and it is not a beginning. */
export function isBehind(partition: PartitionState, stream: string, offset: number): boolean {
  const from = partition.resume.get(stream);
  if (from === undefined) return false;
  if (offset < from) return true;
  partition.resume.delete(stream);
  return false;
}

/** Notes that `record` was processed: nothing to replay at a boundary, else one more record to replay. */
export function noteProcessed(stream: StreamState, record: ConsumedRecord): void {
  stream.last = record;
  if (stream.processor.atBoundary()) stream.open.length = 0;
  else stream.open.push({ offset: record.offset, timestampMs: record.timestampMs });
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

/** Where each stream goes on when a restart begins at `committed`; streams that go on there are not named. */
export function resumePointsOf(partition: PartitionState, committed: number): ResumePoints {
  const points: ResumePoints = new Map();
  const note = (stream: string, offset: number): void => void (offset > committed && points.set(stream, offset));
  for (const [stream, offset] of partition.resume) note(stream, offset);
  for (const [stream, offset] of partition.ended) {
    if (offset > committed) note(stream, offset);
    else partition.ended.delete(stream);
  }
  for (const [key, stream] of partition.streams) note(key, stream.open[0]?.offset ?? stream.last.offset + 1);
  return points;
}
