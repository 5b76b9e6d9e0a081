import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import type { EventBus } from '../../core/bus/bus.ts';
import { busConfigSchema, topicSpecs } from '../../core/bus/config.ts';
import { createBus } from '../../core/bus/create-bus.ts';
import { createCodec } from '../../core/events/avro-codec.ts';
import type { EventCodec, EventPublisher } from '../../core/events/event-bus.ts';
import { createPublisher } from '../../core/events/publisher.ts';
import { createHttpServer, type HttpApp, listen } from '../../core/http/http-server.ts';
import { createLogger } from '../../core/log/logger.ts';
import { createMetrics, type Metrics } from '../../core/metrics/metrics.ts';
import type { Service } from '../../core/service/service.ts';
import { systemClock } from '../../core/time/clock.ts';
import { dashboardConfigSchema } from '../../dashboard-ws/config.ts';
import { createDashboardService, type DashboardDeps } from '../../dashboard-ws/service.ts';

/** A real embedded bus in a folder of its own, with codec and publisher. */
export interface TestBus {
  bus: EventBus;
  codec: EventCodec;
  publisher: EventPublisher;
  metrics: Metrics;
  /** Closes the bus and removes its folder. */
  close: () => Promise<void>;
}

/** Opens an embedded bus with every topic. */
export async function openTestBus(): Promise<TestBus> {
  const folder = await mkdtemp(join(tmpdir(), 'sightline-dashboard-'));
  const config = busConfigSchema.parse({});
  const deps = { log: createLogger({ level: 'silent' }), clock: systemClock };
  const bus = await createBus(config, deps, folder);
  await bus.ensureTopics(topicSpecs(config));
  const codec = await createCodec(config, deps, folder);
  const metrics = createMetrics();
  return {
    bus,
    codec,
    metrics,
    publisher: createPublisher(bus, codec, metrics),
    close: async () => {
      await bus.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** A dashboard that listens. */
export interface TestDashboard {
  port: number;
  url: string;
  webSocketUrl: string;
  metrics: Metrics;
  close: () => Promise<void>;
}

/** Starts a dashboard on a bus, on any port unless one is given; `also` adds another service's routes. */
export async function startDashboard(
  testBus: TestBus,
  config: Record<string, unknown> = {},
  extra: Partial<DashboardDeps> & { port?: number; also?: (app: HttpApp) => Service } = {},
): Promise<TestDashboard> {
  const { port: wantedPort = 0, also, ...deps } = extra;
  const metrics = createMetrics();
  const app = createHttpServer({ metrics, readiness: () => ({ ready: true, reason: '', services: {} }) });
  const { bus, codec } = testBus;
  const log = createLogger({ level: 'silent' });
  const service = createDashboardService(dashboardConfigSchema.parse(config), { app, bus, codec, clock: systemClock, metrics, log, ...deps });
  const beside = also?.(app);
  await service.start();
  await beside?.start();
  const port = await listen(app, '127.0.0.1', wantedPort);
  return {
    port,
    url: `http://127.0.0.1:${port}`,
    webSocketUrl: `ws://127.0.0.1:${port}/ws`,
    metrics,
    close: async () => {
      await beside?.stop();
      await service.stop();
      await app.close();
    },
  };
}
