import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect, test } from 'vitest';

import { projectRoot } from '../../core/worker/worker-url.ts';
import { AvroSchema } from '../../core/events/avro-schema.ts';
import { generateEventTypes } from '../../scripts/generate-event-types.ts';

const schemas = join(projectRoot(), 'schemas');
const text = (...path: string[]): string => readFileSync(join(schemas, ...path), 'utf8');
const names = (folder: string): string[] => readdirSync(join(schemas, folder)).filter((name) => name.endsWith('.avsc'));

describe('event schemas', () => {
  test('have types that are current', () => {
    expect(text('events.generated.ts'), 'run "npm run generate"').toBe(generateEventTypes(join(schemas, 'events')));
  });

  test.each(names('baseline'))('still read records of the released %s', (name) => {
    expect(existsSync(join(schemas, 'events', name)), `${name} was released and cannot be removed`).toBe(true);
    const now = new AvroSchema(text('events', name));
    expect(() => now.readerOf(new AvroSchema(text('baseline', name)))).not.toThrow();
  });

  test('are all in the baseline', () => {
    expect(names('baseline')).toEqual(names('events'));
  });
});
