import type { ConsumedRecord } from '../../core/bus/bus.ts';
import type { EventEnvelope } from '../../core/events/event-bus.ts';
import type { StreamProcessor } from '../processor.ts';
import type { ResumePoint, ResumePoints, StoredResume } from './resume-points.ts';

/** How much before the beginning of an open thing a replay starts, so that what looks back a little sees the same again, microseconds. */
const replayLeadUs = 5_000_000;

/** A lead is trimmed in steps of this share of it. */
const leadStep = 0.5;

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
  /** Where streams go on that have not been seen since the restart. */
  resume: Map<string, ResumePoint>;
  /** Records before this were handled before the restart: only streams with a resume point see them again. */
  handledBefore: number;
}

/** State of a partition that was just assigned and whose first delivered record is `firstOffset`. */
export function freshPartition(resume: StoredResume, firstOffset: number): PartitionState {
  return { streams: new Map(), nextOffset: -1, resume: new Map(resume.streams), handledBefore: Math.max(resume.handled, firstOffset) };
}

/** True for a record that its stream had left behind before the restart: its outputs are on the bus, and it is not a beginning. */
export function isBehind(partition: PartitionState, stream: string, offset: number): boolean {
  if (offset >= partition.handledBefore || partition.streams.has(stream)) return false;
  const point = partition.resume.get(stream);
  return point === undefined || offset < point.offset;
}

/** State of a stream at its first record. */
export function openStream(partition: PartitionState, key: string, processor: StreamProcessor<EventEnvelope>, first: ConsumedRecord): StreamState {
  const stream: StreamState = { processor, last: first, open: [], since: undefined, sentBefore: partition.resume.get(key)?.since };
  partition.resume.delete(key);
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
    dropBefore(open, event, processor.leadUs ?? 0);
    if (open.length === 0 && (processor.leadUs ?? 0) === 0) return;
  }
  open.push({ offset: record.offset, timestampMs: record.timestampMs, epoch: event.epoch, ptsUs: event.ptsUs });
  if (beganUs === undefined) return;
  const needed = open.findLastIndex((place) => place.epoch < event.epoch || place.ptsUs <= beganUs - replayLeadUs);
  const first = open[needed];
  if (first !== undefined) open.splice(0, first.epoch < event.epoch ? needed + 1 : needed);
}

/** Forgets what lies further back than a replay reads; in steps, so that the resume point is not stored anew with every batch. */
function dropBefore(open: Place[], event: EventEnvelope, leadUs: number): void {
  const needed = leadUs === 0 ? -1 : open.findIndex((place) => place.epoch === event.epoch && place.ptsUs >= event.ptsUs - leadUs);
  if (needed === -1) open.length = 0;
  else if ((open[0]?.epoch ?? event.epoch) !== event.epoch || event.ptsUs - (open[0]?.ptsUs ?? 0) > leadUs * (1 + leadStep)) open.splice(0, needed);
}

/** What is open for long is trimmed in steps of this share of the window, so that its resume point is not stored anew with every batch. */
const trimStep = 0.1;

/** Forgets what was appended more than `maxReplayMs` before `newestMs` (a little more at times): a restart reads no further back than that. */
export function trimReplay(partition: PartitionState, newestMs: number, maxReplayMs: number): void {
  for (const stream of partition.streams.values()) {
    const oldestMs = stream.open[0]?.timestampMs ?? newestMs;
    if (newestMs - oldestMs <= maxReplayMs * (1 + trimStep)) continue;
    const kept = stream.open.findIndex((place) => newestMs - place.timestampMs <= maxReplayMs);
    stream.open.splice(0, kept === -1 ? stream.open.length : kept);
  }
}

/** Where the streams with something open go on after a restart; the others go on after the last handled record. */
export function resumePointsOf(partition: PartitionState): ResumePoints {
  const points = new Map<string, ResumePoint>();
  for (const [key, stream] of partition.streams) {
    const offset = stream.open[0]?.offset;
    const since = later(stream.since, stream.sentBefore);
    if (offset !== undefined) points.set(key, since === undefined ? { offset } : { offset, since });
  }
  return points;
}

/** The later of two media times; a replay that has not caught up yet must not forget what was sent. */
function later(a: ResumePoint['since'], b: ResumePoint['since']): ResumePoint['since'] {
  if (a === undefined || b === undefined) return a ?? b;
  return a.epoch > b.epoch || (a.epoch === b.epoch && a.ptsUs > b.ptsUs) ? a : b;
}
