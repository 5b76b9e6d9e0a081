import { expect, test } from 'vitest';

import { createLogger } from '../log/logger.ts';
import { systemClock } from '../time/clock.ts';
import type { Service } from './service.ts';
import { ServiceManager } from './service-manager.ts';

const log = createLogger({ level: 'silent' });

function service(name: string, trace: string[], overrides: Partial<Service> = {}): Service {
  return {
    name,
    start: async () => void trace.push(`start ${name}`),
    stop: async () => void trace.push(`stop ${name}`),
    readiness: () => ({ ready: true, reason: '' }),
    ...overrides,
  };
}

test('services start in order and stop in reverse', async () => {
  const trace: string[] = [];
  const manager = new ServiceManager({ log, clock: systemClock });
  manager.add(service('bus', trace));
  manager.add(service('ingest', trace));
  await manager.start();
  expect(manager.readiness().ready).toBe(true);
  await manager.stop();
  expect(trace).toEqual(['start bus', 'start ingest', 'stop ingest', 'stop bus']);
});

test('when one service cannot start, those before it are stopped and its error is thrown', async () => {
  const trace: string[] = [];
  const manager = new ServiceManager({ log, clock: systemClock });
  manager.add(service('bus', trace));
  manager.add(service('sink', trace, { start: () => Promise.reject(new Error('no disk')) }));
  await expect(manager.start()).rejects.toThrow('no disk');
  expect(trace).toContain('stop bus');
});

test('a service that never stops is left after the deadline, and the others still stop', async () => {
  const trace: string[] = [];
  const manager = new ServiceManager({ log, clock: systemClock, stopDeadlineMs: 60 });
  manager.add(service('bus', trace));
  manager.add(service('stuck', trace, { stop: () => new Promise(() => undefined) }));
  await manager.start();
  await manager.stop();
  expect(trace).toContain('stop bus');
});

test('readiness names the service that waits, and why', async () => {
  const manager = new ServiceManager({ log, clock: systemClock });
  manager.add(service('sink', [], { readiness: () => ({ ready: false, reason: 'ClickHouse does not answer.' }) }));
  await manager.start();
  expect(manager.readiness()).toMatchObject({ ready: false, reason: 'sink: ClickHouse does not answer.' });
});
