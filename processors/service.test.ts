import { afterEach, beforeEach, expect, test } from 'vitest';
import type { z } from 'zod';

import type { EventBus } from '../core/bus/bus.ts';
import type { Service } from '../core/service/service.ts';
import { UnavailableError } from '../core/errors/app-error.ts';
import { topics } from '../schemas/topics.ts';
import { type BusFixture, eventsOn, openBusFixture } from '../test/support/bus-fixtures.ts';
import { until } from '../test/support/until.ts';
import { frameEvent } from '../test/support/frame-events.ts';
import { installQuarterModel, quarteredJpeg } from '../test/support/model-fixtures.ts';
import { processorsConfigSchema } from './config.ts';
import { processors } from './registry.ts';
import { createProcessorsService, processorGroups } from './service.ts';

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

const quick = { detectObjects: { model: 'quarters' }, inference: { workers: 1 } };

test('every processor of the registry has a key named after it, a switch, and a description of every option', () => {
  const parsed = processorsConfigSchema.parse({});
  for (const [key, definition] of Object.entries(processors)) {
    expect(definition.name.replace(/-(.)/g, (_, letter: string) => letter.toUpperCase())).toBe(key);
    expect(parsed[key as keyof typeof processors].enabled).toBe(true);
    const shape = (processorsConfigSchema.unwrap().shape[key as keyof typeof processors].unwrap() as z.ZodObject).shape;
    for (const [option, schema] of Object.entries(shape)) expect([key, option, (schema as z.ZodType).description]).not.toContain(undefined);
  }
});

test('an unknown option of a processor is refused', () => {
  expect(processorsConfigSchema.safeParse({ detectObjects: { modle: 'x' } }).success).toBe(false);
  expect(processorsConfigSchema.safeParse({ detectEverything: {} }).success).toBe(false);
});

test('becomes ready, runs what is enabled, and says which groups it reads with', async () => {
  const config = processorsConfigSchema.parse({ ...quick, detectBreaks: { enabled: false }, detectShots: { enabled: false } });
  service = createProcessorsService(config, fixture);
  expect(service.readiness().ready).toBe(false);
  await service.start();
  expect(service.readiness()).toEqual({ ready: true, reason: '' });
  expect(processorGroups(config)).toEqual([{ groupId: 'sightline.detect-objects', topic: 'frames' }]);
  await fixture.publisher.publish(topics.frames, [frameEvent(await quarteredJpeg(['red', 'black', 'black', 'black']))]);
  await until(async () => (await eventsOn(fixture, topics.detections)).length === 1);
  await service.stop();
  expect(service.readiness().ready).toBe(false);
});

test('a bus that is away at the start is waited for', async () => {
  let away = true;
  const bus = new Proxy(fixture.bus, {
    get: (target, property: keyof EventBus) => {
      if (property !== 'subscribe') return target[property].bind(target);
      return async (...call: Parameters<EventBus['subscribe']>) => {
        if (away) throw new UnavailableError('E_BUS_UNAVAILABLE', 'The brokers do not answer.');
        return await target.subscribe(...call);
      };
    },
  });
  const hasty = { ...fixture.clock, sleep: async () => await fixture.clock.sleep(1) };
  service = createProcessorsService(processorsConfigSchema.parse(quick), { ...fixture, bus, clock: hasty });
  await service.start();
  expect(service.readiness()).toEqual({ ready: false, reason: expect.stringContaining('is not subscribed') as string });
  away = false;
  await until(() => service?.readiness().ready === true);
});

test('a start that fails leaves nothing running', async () => {
  service = createProcessorsService(processorsConfigSchema.parse({ detectObjects: { model: 'nowhere' } }), fixture);
  await expect(service.start()).rejects.toMatchObject({ code: 'E_MODEL_NOT_FOUND' });
  expect(service.readiness().ready).toBe(false);
});
