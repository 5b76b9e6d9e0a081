import type { Topic } from '../../schemas/topics.ts';
import type { Batch, BusRecord, CallLimit, PublishedPosition } from '../bus/bus.ts';

/** Fields that every event carries; the envelope. */
export interface EventEnvelope {
  eventId: string;
  tenantId: string;
  streamId: string;
  epoch: number;
  ptsUs: number;
  eventTimeMs: number;
  processedAtMs: number;
  traceId: string;
}

/** Turns events into records with Confluent framing (magic 0, 4-byte schema id, Avro body) and back. */
export interface EventCodec {
  /** @throws InvalidInputError `E_SCHEMA_REJECTED` when the event does not fit, UnavailableError `E_REGISTRY_UNAVAILABLE` */
  encode<Event extends EventEnvelope>(topic: Topic<Event>, event: Event): Promise<Buffer>;
  /** Decodes with the reader schema of `topic`, so fields added since get their defaults. @throws as {@link EventCodec.encode} */
  decode<Event extends EventEnvelope>(topic: Topic<Event>, value: Buffer): Promise<Event>;
}

/** Publishes typed events: encodes, keys by stream id, appends. */
export interface EventPublisher {
  /** @throws as {@link EventCodec.encode} and `EventBus.publish` */
  publish<Event extends EventEnvelope>(topic: Topic<Event>, events: readonly Event[], limit?: CallLimit): Promise<PublishedPosition[]>;
  /** Appends a record that could not be processed to the topic's dead-letter topic, with code and cause as headers. */
  deadLetter(
    topic: string,
    record: BusRecord,
    failure: { code: string; message: string; partition: number; offset: number; group: string },
  ): Promise<void>;
}

/** A decoded record of a batch, or the reason why it could not be decoded. */
export type DecodedRecord<Event> = { ok: true; offset: number; event: Event } | { ok: false; offset: number; error: Error };

/** Decodes every record of a batch; a bad record is reported in its place and never hides its neighbours. */
export async function decodeBatch<Event extends EventEnvelope>(
  codec: EventCodec,
  topic: Topic<Event>,
  batch: Batch,
): Promise<DecodedRecord<Event>[]> {
  return await Promise.all(
    batch.records.map(async (record): Promise<DecodedRecord<Event>> => {
      try {
        return { ok: true, offset: record.offset, event: await codec.decode(topic, record.value) };
      } catch (error) {
        return { ok: false, offset: record.offset, error: error instanceof Error ? error : new Error(String(error)) };
      }
    }),
  );
}
