import { expect, test } from 'vitest';
import { z } from 'zod';

import { ConfigError } from '../errors/app-error.ts';
import { duration } from './fields.ts';
import { type ConfigInputs, loadConfig } from './load-config.ts';

const Schema = z.strictObject({
  http: z.strictObject({ port: z.int().min(0).max(65535).default(8080), host: z.string().default('127.0.0.1') }).prefault({}),
  bus: z
    .strictObject({
      engine: z.enum(['embedded', 'kafka']).default('embedded'),
      flushEvery: duration().prefault('200ms'),
      password: z.string().optional(),
    })
    .prefault({}),
  streams: z.array(z.strictObject({ id: z.string() })).default([]),
});

const problems = (inputs: ConfigInputs): string => {
  try {
    loadConfig(Schema, inputs);
  } catch (error) {
    if (error instanceof ConfigError) return error.message;
    throw error;
  }
  return '';
};

test('defaults give way to YAML, YAML to the environment, the environment to flags', () => {
  const config = loadConfig(Schema, {
    yaml: 'http: { port: 1, host: a }\nbus: { flushEvery: 1s }',
    env: { SIGHTLINE_HTTP__PORT: '2', SIGHTLINE_BUS__FLUSH_EVERY: '2s', SIGHTLINE_HTTP__HOST: 'b', PATH: '/bin' },
    overrides: { http: { port: 3 } },
  });
  expect(config).toEqual({ http: { port: 3, host: 'b' }, bus: { engine: 'embedded', flushEvery: 2000 }, streams: [] });
  expect(Object.isFrozen(config.http)).toBe(true);
});

test('every problem is reported at once, with path, found and expected', () => {
  const text = problems({ yaml: 'htttp: {}\nhttp: { port: "x" }\nbus: { engine: rabbit, flushEvery: 5 }\nstreams: [{ id: 7 }]', yamlName: 'a.yaml' });
  expect(text).toContain('a.yaml has 5 problems');
  expect(text).toContain('htttp: found a key that is not known');
  expect(text).toContain('http.port: found "x", expected number');
  expect(text).toContain('bus.engine: found "rabbit", expected one of "embedded", "kafka"');
  expect(text).toContain('bus.flushEvery: found 5, expected a duration');
  expect(text).toContain('streams.0.id: found 7, expected string');
});

test('an unknown environment key is a problem too, and a secret is never echoed', () => {
  expect(problems({ env: { SIGHTLINE_BUS__ENGIN: 'kafka' } })).toContain('bus.engin: found a key that is not known');
  const text = problems({ yaml: 'bus: { password: [hunter2] }' });
  expect(text).toContain('bus.password');
  expect(text).not.toContain('hunter2');
});

test('digits in the environment stay text where text is expected', () => {
  expect(loadConfig(Schema, { env: { SIGHTLINE_BUS__PASSWORD: '0123' } }).bus.password).toBe('0123');
});

test('a file that is not YAML, or bombs with aliases, is one problem', () => {
  expect(problems({ yaml: 'a: [1,' })).toContain('expected a YAML document');
});

test('a file without sections is refused, and what stands in it is not echoed', () => {
  expect(problems({ yaml: '- http' })).toContain('(file): found a list, expected sections with keys');
  const text = problems({ yaml: 'hunter2' });
  expect(text).toContain('found one string');
  expect(text).not.toContain('hunter2');
  expect(problems({ yaml: '# nothing yet' })).toBe('');
});

test('a variable with one underscore too few is told, and variables of the launcher are left alone', () => {
  expect(problems({ env: { SIGHTLINE_BUS_ENGINE: 'kafka', SIGHTLINE_STRICT: '1' } })).toContain('SIGHTLINE_BUS__ENGINE');
  expect(problems({ env: { SIGHTLINE_STRICT: '1' } })).toBe('');
});
