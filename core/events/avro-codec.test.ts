import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import avsc from 'avsc';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import { type Topic, topics } from '../../schemas/topics.ts';
import type { Batch } from '../bus/bus.ts';
import { createLogger } from '../log/logger.ts';
import { systemClock } from '../time/clock.ts';
import { AvroCodec } from './avro-codec.ts';
import { openEmbeddedRegistry } from './embedded-registry.ts';
import { type EventEnvelope, decodeBatch } from './event-bus.ts';
import type { SchemaRegistry } from './schema-registry.ts';

const log = createLogger({ level: 'silent' });
const all = Object.values(topics) as Topic<EventEnvelope>[];

/** A random event that fits the schema of a topic, its floats already of 32 bits. */
function randomEvent(topic: Topic<EventEnvelope>): EventEnvelope {
  const type = avsc.Type.forSchema(JSON.parse(topic.schema) as avsc.Schema);
  return type.fromBuffer(type.toBuffer(type.random())) as EventEnvelope;
}

const note = (fields: object[]): string => JSON.stringify({ type: 'record', name: 'Note', namespace: 'test', fields });
const text = { name: 'text', type: 'string' };
const older = { ...topics.shots, name: 'notes', schema: note([text]) } as unknown as Topic<EventEnvelope & { text: string }>;
const newer = { ...older, schema: note([text, { name: 'tags', type: { type: 'array', items: 'string' }, default: ['none'] }]) };

describe('the Avro codec', () => {
  let folder: string;
  let path: string;
  let nowMs: number;
  const clock = { ...systemClock, monotonicMs: () => nowMs };
  const codecOver = (registry: SchemaRegistry): AvroCodec => new AvroCodec(registry, { log, clock });

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'sightline-codec-'));
    path = join(folder, 'schemas.json');
    nowMs = 0;
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  test.each(all.map((topic) => [topic.name, topic] as const))('gives back every event of %s as it was', async (_name, topic) => {
    const codec = codecOver(openEmbeddedRegistry(path));
    for (let round = 0; round < 20; round += 1) {
      const event = randomEvent(topic);
      expect({ ...(await codec.decode(topic, await codec.encode(topic, event))) }).toEqual({ ...event });
    }
  });

  test('frames a record with a zero byte and the id of its schema', async () => {
    const registry = openEmbeddedRegistry(path);
    const value = await codecOver(registry).encode(topics.shots, randomEvent(topics.shots as Topic<EventEnvelope>));
    expect(value[0]).toBe(0);
    expect(JSON.parse(await registry.schemaOf(value.readUInt32BE(1)))).toEqual(JSON.parse(topics.shots.schema));
  });

  test('names the field that does not fit', async () => {
    const event = { ...randomEvent(all[0] as Topic<EventEnvelope>), epoch: 'first' } as unknown as EventEnvelope;
    const codec = codecOver(openEmbeddedRegistry(path));
    await expect(codec.encode(all[0] as Topic<EventEnvelope>, event)).rejects.toMatchObject({
      code: 'E_SCHEMA_REJECTED',
      message: expect.stringContaining('epoch should be int and is "first"') as string,
    });
  });

  test('gives fields that the writer did not know their defaults', async () => {
    const value = await codecOver(openEmbeddedRegistry(path)).encode(older, { text: 'a' } as EventEnvelope & { text: string });
    const event = await codecOver(openEmbeddedRegistry(path)).decode(newer, value);
    expect({ ...event }).toEqual({ text: 'a', tags: ['none'] });
  });

  test('asks for an unknown schema id once, until some time has passed', async () => {
    let asked = 0;
    const registry = openEmbeddedRegistry(path);
    const codec = codecOver({
      register: async (subject, schema) => await registry.register(subject, schema),
      schemaOf: async (id) => {
        asked += 1;
        return await registry.schemaOf(id);
      },
    });
    const value = Buffer.from([0, 0, 0, 0, 1, 2, 97]);
    await expect(codec.decode(older, value)).rejects.toMatchObject({ code: 'E_SCHEMA_REJECTED' });
    await expect(codec.decode(older, value)).rejects.toMatchObject({ code: 'E_SCHEMA_REJECTED' });
    expect(asked).toBe(1);
    await registry.register('elsewhere', older.schema);
    nowMs = 60_000;
    expect({ ...(await codec.decode(older, value)) }).toEqual({ text: 'a' });
  });

  test.each([
    ['nothing', Buffer.alloc(0)],
    ['text', Buffer.from('hello, this is not Avro')],
    ['only the framing', Buffer.from([0, 0, 0, 0, 1])],
    ['a text longer than the record', Buffer.from([0, 0, 0, 0, 1, 200, 1, 97])],
    ['bytes after the event', Buffer.from([0, 0, 0, 0, 1, 2, 97, 0])],
  ])('refuses a record that holds %s', async (_what, value) => {
    const registry = openEmbeddedRegistry(path);
    await registry.register('notes-value', older.schema);
    await expect(codecOver(registry).decode(older, value)).rejects.toMatchObject({ code: 'E_SCHEMA_REJECTED', retryable: false });
  });

  test('refuses an array that claims billions of items without counting them', async () => {
    const registry = openEmbeddedRegistry(path);
    const id = await registry.register('notes-value', newer.schema);
    const claim = Buffer.from([0, 0, 0, 0, id, 2, 97, 0xfe, 0xff, 0xff, 0xff, 0x0f, 2, 97]);
    await expect(codecOver(registry).decode(newer, claim)).rejects.toMatchObject({ code: 'E_SCHEMA_REJECTED' });
  });

  test('survives flipped and cut bytes in records of every topic', async () => {
    const codec = codecOver(openEmbeddedRegistry(path));
    for (const topic of all) {
      const good = await codec.encode(topic, randomEvent(topic));
      for (let round = 0; round < 300; round += 1) {
        const bad = Buffer.from(good.subarray(0, round % 3 === 0 ? 5 + Math.floor(Math.random() * (good.length - 5)) : good.length));
        if (bad.length > 5) bad[5 + Math.floor(Math.random() * (bad.length - 5))] = Math.floor(Math.random() * 256);
        await codec.decode(topic, bad).catch((error: unknown) => expect(error).toMatchObject({ code: 'E_SCHEMA_REJECTED' }));
      }
    }
  });

  test('reports a damaged record of a batch in its place', async () => {
    const codec = codecOver(openEmbeddedRegistry(path));
    const value = await codec.encode(older, { text: 'a' } as EventEnvelope & { text: string });
    const rest = { topic: 'notes', partition: 0, key: '', headers: {}, timestampMs: 0 };
    const records = [value, Buffer.from('damage'), value].map((bytes, offset) => ({ ...rest, offset, value: bytes }));
    const batch: Batch = { topic: 'notes', partition: 0, records, endOffset: 3, commit: async () => undefined, isStale: () => false };
    const decoded = await decodeBatch(codec, older, batch);
    expect(decoded.map(({ ok, offset }) => [ok, offset])).toEqual([
      [true, 0],
      [false, 1],
      [true, 2],
    ]);
  });

  test('says in one sentence that the registry file is damaged', async () => {
    await openEmbeddedRegistry(path).register('notes-value', older.schema);
    writeFileSync(path, readFileSync(path, 'utf8').slice(0, 40));
    expect(() => openEmbeddedRegistry(path)).toThrow(/registry file .* is damaged or cannot be read/);
  });
});
