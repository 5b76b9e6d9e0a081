import { afterEach, beforeEach, expect, test } from 'vitest';

import type { Service } from '../../core/service/service.ts';
import type { Frame } from '../../schemas/events.generated.ts';
import { topics } from '../../schemas/topics.ts';
import { type BusFixture, deadLettersOf, eventsOn, openBusFixture, untilCommitted } from '../../test/support/bus-fixtures.ts';
import { frameEvent } from '../../test/support/frame-events.ts';
import { installQuarterModel, quarteredJpeg } from '../../test/support/model-fixtures.ts';
import { processorsConfigSchema } from '../config.ts';
import { createProcessorsService } from '../service.ts';

let fixture: BusFixture;
let service: Service | undefined;

beforeEach(async () => {
  fixture = await openBusFixture();
  await installQuarterModel(fixture.dataDir);
});

afterEach(async () => {
  await service?.stop();
  await fixture.dispose();
});

async function run(frames: readonly Frame[], options: Record<string, unknown> = {}): Promise<void> {
  const only = { detectObjects: { model: 'quarters', minConfidence: 0.5, ...options }, inference: { workers: 1 } };
  service = createProcessorsService(processorsConfigSchema.parse(only), fixture);
  await service.start();
  await fixture.publisher.publish(topics.frames, frames);
  await untilCommitted(fixture, 'sightline.detect-objects', 'frames');
}

test('publishes one event per frame, best first, with boxes in pixels of the source picture', async () => {
  const picture = await quarteredJpeg(['red', 'black', 'black', 'blue']);
  const nothing = await quarteredJpeg(['black', 'black', 'black', 'black']);
  await run([frameEvent(picture, { ptsUs: 0 }), frameEvent(nothing, { ptsUs: 1_000_000 })]);
  const [first, second] = await eventsOn(fixture, topics.detections);
  const boxes = first?.detections.map((box) => [box.label, Math.round(box.x1Px), Math.round(box.y1Px), Math.round(box.x2Px), Math.round(box.y2Px)]);
  expect(boxes?.toSorted()).toEqual([
    ['blue', 320, 180, 640, 360],
    ['red', 0, 0, 320, 180],
  ]);
  const confidences = first?.detections.map((box) => box.confidence) ?? [];
  expect(confidences).toEqual(confidences.toSorted((a, b) => b - a));
  expect(first).toMatchObject({ modelName: 'quarters', modelVersion: '1', producer: 'detect-objects', ptsUs: 0 });
  expect(second).toMatchObject({ ptsUs: 1_000_000, detections: [] });
});

test('gives the same event id for the same frame, stream and model', async () => {
  const picture = await quarteredJpeg(['red', 'red', 'red', 'red']);
  await run([frameEvent(picture), frameEvent(picture), frameEvent(picture, { streamId: 'other' })]);
  const ids = (await eventsOn(fixture, topics.detections)).map((event) => event.eventId);
  expect(ids[0]).toBe(ids[1]);
  expect(ids[2]).not.toBe(ids[0]);
});

test('puts a broken picture among the dead letters and still answers the frames beside it', async () => {
  const good = await quarteredJpeg(['green', 'black', 'black', 'black']);
  const truncated = good.subarray(0, good.length - 40);
  const frames = [good, Buffer.from('not a picture'), good, truncated, Buffer.alloc(0), good];
  await run(frames.map((picture, index) => frameEvent(picture, { ptsUs: index * 1_000_000 })));
  expect((await eventsOn(fixture, topics.detections)).map((event) => event.ptsUs)).toEqual([0, 2_000_000, 5_000_000]);
  const letters = await deadLettersOf(fixture, 'frames');
  expect(letters.map((letter) => [letter.headers['dead-letter-code'], letter.headers['dead-letter-offset']])).toEqual([
    ['E_DECODE_FAILED', '1'],
    ['E_DECODE_FAILED', '3'],
    ['E_DECODE_FAILED', '4'],
  ]);
});

test('reports only the classes that are asked for', async () => {
  await run([frameEvent(await quarteredJpeg(['red', 'green', 'blue', 'black']))], { labels: ['green'] });
  const [event] = await eventsOn(fixture, topics.detections);
  expect(event?.detections.map((box) => box.label)).toEqual(['green']);
});

test('drops frames of a live stream that have waited too long, and counts them', async () => {
  const picture = await quarteredJpeg(['red', 'black', 'black', 'black']);
  const live = { timeSource: 'arrival' as const };
  await run([
    frameEvent(picture, { ...live, processedAtMs: Date.now() - 60_000 }),
    frameEvent(picture, { ...live, ptsUs: 1, processedAtMs: Date.now() }),
  ]);
  expect((await eventsOn(fixture, topics.detections)).map((event) => event.ptsUs)).toEqual([1]);
  const { text } = await fixture.metrics.expose();
  expect(text).toContain('sightline_component_dropped_events_total{component="detect-objects",stream="channel",reason="too-old"} 1');
});

test('refuses a class that the model does not have, and a model that is not installed', async () => {
  await expect(run([], { labels: ['yellow'] })).rejects.toMatchObject({ code: 'E_CONFIG_INVALID' });
  await expect(run([], { model: 'nowhere' })).rejects.toMatchObject({ code: 'E_MODEL_NOT_FOUND' });
});
