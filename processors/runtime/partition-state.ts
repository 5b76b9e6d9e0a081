import type { ConsumedRecord } from '../../core/bus/bus.ts';
import type { EventEnvelope } from '../../core/events/event-bus.ts';
import type { StreamProcessor } from '../processor.ts';

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
}

/** State of a partition that was just assigned. */
export function freshPartition(): PartitionState {
  return { streams: new Map(), nextOffset: -1, committedOffset: -1 };
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
