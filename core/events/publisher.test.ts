import avsc from 'avsc';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import { type BusFixture, eventsOn, openBusFixture } from '../../test/support/bus-fixtures.ts';
import type { StreamStatus } from '../../schemas/events.generated.ts';
import { topics } from '../../schemas/topics.ts';
import { AvroSchema } from './avro-schema.ts';

const type = avsc.Type.forSchema(JSON.parse(topics.streamStatus.schema) as avsc.Schema);
const template = type.random() as unknown as StreamStatus;
const statusOf = (ptsUs: number): StreamStatus => ({ ...template, streamId: 'cam', ptsUs });

describe('the event publisher', () => {
  let fixture: BusFixture;
  beforeEach(async () => {
    fixture = await openBusFixture();
  });
  afterEach(async () => await fixture.dispose());

  test('keeps the call order of concurrent publishes, the very first ones too', async () => {
    const calls = Array.from({ length: 40 }, (_, call) => Array.from({ length: 1 + (call % 5) }, (_event, index) => statusOf(call * 10 + index)));
    await Promise.all(calls.map(async (events) => await fixture.publisher.publish(topics.streamStatus, events)));
    expect((await eventsOn(fixture, topics.streamStatus)).map(({ ptsUs }) => ptsUs)).toEqual(calls.flat().map(({ ptsUs }) => ptsUs));
  });

  test('goes on after an event that does not fit, and publishes nothing of that call', async () => {
    const bad = { ...statusOf(2), ptsUs: 'late' } as unknown as StreamStatus;
    const outcomes = await Promise.allSettled([
      fixture.publisher.publish(topics.streamStatus, [statusOf(1)]),
      fixture.publisher.publish(topics.streamStatus, [statusOf(2), bad]),
      fixture.publisher.publish(topics.streamStatus, [statusOf(3)]),
    ]);
    expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    expect((await eventsOn(fixture, topics.streamStatus)).map(({ ptsUs }) => ptsUs)).toEqual([1, 3]);
  });

  test('counts the bytes it appended', async () => {
    await fixture.publisher.publish(topics.streamStatus, [statusOf(1)]);
    const sizeBytes = new AvroSchema(topics.streamStatus.schema).encode(Buffer.alloc(5), statusOf(1)).length;
    expect((await fixture.metrics.expose()).text).toContain(`sightline_bus_published_bytes_total{topic="stream-status"} ${sizeBytes}`);
  });
});
