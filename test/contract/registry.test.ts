import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { AvroCodec } from '../../core/events/avro-codec.ts';
import { openEmbeddedRegistry } from '../../core/events/embedded-registry.ts';
import type { EventEnvelope } from '../../core/events/event-bus.ts';
import { openHttpRegistry } from '../../core/events/http-registry.ts';
import type { SchemaRegistry } from '../../core/events/schema-registry.ts';
import { createLogger } from '../../core/log/logger.ts';
import { systemClock } from '../../core/time/clock.ts';
import { type Topic, topics } from '../../schemas/topics.ts';
import { strict } from '../support/requirement.ts';
import { type RegistryServer, registryMissing, startRegistryServer } from '../support/schema-registry-server.ts';

interface RegistryEngine {
  /** Opens the registry as another process would. */
  open(): SchemaRegistry;
  stop(): Promise<void>;
}

const note = (...fields: object[]): string => JSON.stringify({ type: 'record', name: 'Note', namespace: 'test', fields });
const text = { name: 'text', type: 'string' };
const optional = { name: 'size', type: 'int', default: 7 };
const required = { name: 'size', type: 'int' };

function describeRegistry(name: string, start: () => Promise<RegistryEngine>): void {
  describe(`schema registry: ${name}`, () => {
    let engine: RegistryEngine;
    beforeAll(async () => {
      engine = await start();
    }, 300_000);
    afterAll(async () => await engine?.stop());
    const subject = (): string => `${randomUUID()}-value`;

    test('gives the same schema the same id, now and in another process', async () => {
      const own = subject();
      const id = await engine.open().register(own, note(text));
      expect(await engine.open().register(own, note(text))).toBe(id);
      expect(await engine.open().register(subject(), note(text))).toBe(id);
      expect(JSON.parse(await engine.open().schemaOf(id))).toMatchObject({ type: 'record', fields: [text] });
    });

    test('takes a schema that can read older records, and still knows the older one', async () => {
      const own = subject();
      const first = await engine.open().register(own, note(text));
      const second = await engine.open().register(own, note(text, optional));
      expect(second).not.toBe(first);
      expect(JSON.parse(await engine.open().schemaOf(first))).toMatchObject({ fields: [text] });
      expect(JSON.parse(await engine.open().schemaOf(second))).toMatchObject({ fields: [text, optional] });
    });

    test('refuses a schema that cannot read older records', async () => {
      const own = subject();
      await engine.open().register(own, note(text));
      await expect(engine.open().register(own, note(text, required))).rejects.toMatchObject({ code: 'E_SCHEMA_REJECTED', retryable: false });
    });

    test('says that it does not know an id', async () => {
      await expect(engine.open().schemaOf(1_000_000)).rejects.toMatchObject({ code: 'E_SCHEMA_REJECTED' });
    });

    test('lets one process read what another wrote, also after the schema grew', async () => {
      const deps = { log: createLogger({ level: 'silent' }), clock: systemClock };
      const older = { ...topics.shots, name: randomUUID(), schema: note(text) } as unknown as Topic<EventEnvelope>;
      const newer = { ...older, schema: note(text, optional) };
      const written = await new AvroCodec(engine.open(), deps).encode(older, { text: 'a' } as unknown as EventEnvelope);
      const grown = await new AvroCodec(engine.open(), deps).encode(newer, { text: 'b', size: 1 } as unknown as EventEnvelope);
      expect({ ...(await new AvroCodec(engine.open(), deps).decode(newer, written)) }).toEqual({ text: 'a', size: 7 });
      expect({ ...(await new AvroCodec(engine.open(), deps).decode(older, grown)) }).toEqual({ text: 'b' });
    });

    test.each(Object.values(topics).map((topic) => [topic.name, topic.schema] as const))('takes the schema of %s', async (topic, schema) => {
      const registry = engine.open();
      const id = await registry.register(`${topic}-value`, schema);
      expect(JSON.parse(await registry.schemaOf(id))).toMatchObject({ type: 'record' });
    });
  });
}

describeRegistry('file', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'sightline-registry-'));
  return {
    open: () => openEmbeddedRegistry(join(folder, 'schemas.json')),
    stop: async () => rmSync(folder, { recursive: true, force: true }),
  };
});

const missing = registryMissing();
if (missing === undefined) {
  let server: RegistryServer | undefined;
  const open = (url = server?.url ?? ''): SchemaRegistry => openHttpRegistry({ url, timeout: 5000 }, '');

  describeRegistry('Apicurio over HTTP', async () => {
    server = await startRegistryServer();
    return { open, stop: async () => undefined };
  });

  describe('schema registry over HTTP', () => {
    const levelOf = async (subject: string): Promise<unknown> => {
      const response = await fetch(`${server?.url}/config/${subject}`);
      return ((await response.json()) as { compatibilityLevel?: string }).compatibilityLevel;
    };
    afterAll(async () => await server?.stop());

    test('demands BACKWARD of a new subject', async () => {
      const subject = `${randomUUID()}-value`;
      await open().register(subject, note(text));
      expect(await levelOf(subject)).toBe('BACKWARD');
    });

    test('leaves a stricter level alone and raises a weaker one', async () => {
      for (const [level, expected] of [
        ['FULL', 'FULL'],
        ['NONE', 'BACKWARD'],
      ]) {
        const subject = `${randomUUID()}-value`;
        await open().register(subject, note(text));
        await fetch(`${server?.url}/config/${subject}`, {
          method: 'PUT',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify({ compatibility: level }),
        });
        await open().register(subject, note(text, optional));
        expect(await levelOf(subject)).toBe(expected);
      }
    });

    test('says that a registry is away, and works when it comes', async () => {
      await expect(open('http://127.0.0.1:9').register('x-value', note(text))).rejects.toMatchObject({
        code: 'E_REGISTRY_UNAVAILABLE',
        retryable: true,
      });
      await expect(open('http://127.0.0.1:9').schemaOf(1)).rejects.toMatchObject({ code: 'E_REGISTRY_UNAVAILABLE' });
    });
  });
} else {
  test.skipIf(!strict)(`schema registry: Apicurio over HTTP (${missing})`, () => expect.fail(missing));
}
