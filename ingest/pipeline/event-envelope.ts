import { eventIdOf } from '../../core/events/event-id.ts';
import type { EventTime } from '../media-time/event-clock.ts';
import type { MediaTime } from '../media-time/time-line.ts';

/** Version of this producer; part of every event it makes. */
export const ingestVersion = '1';

/** Fields that every event of ingest carries. */
export interface IngestEnvelope {
  eventId: string;
  tenantId: string;
  streamId: string;
  epoch: number;
  ptsUs: number;
  eventTimeMs: number;
  timeSource: EventTime['timeSource'];
  uncertaintyMs: number;
  processedAtMs: number;
  traceId: string;
  producer: string;
  producerVersion: string;
  modelName: string;
  modelVersion: string;
}

/** Whose events they are. */
export interface StreamIdentity {
  tenantId: string;
  streamId: string;
}

/** Builds the envelope of one event. `ordinal` tells events of one media time apart: `frame`, `signals`, … */
export function ingestEnvelope(
  identity: StreamIdentity,
  time: MediaTime,
  eventTime: EventTime,
  ordinal: string,
  processedAtMs: number,
): IngestEnvelope {
  return {
    eventId: eventIdOf({ ...identity, ...time, producer: 'ingest', ordinal }),
    ...identity,
    ...time,
    ...eventTime,
    processedAtMs,
    traceId: '',
    producer: 'ingest',
    producerVersion: ingestVersion,
    modelName: '',
    modelVersion: '',
  };
}
