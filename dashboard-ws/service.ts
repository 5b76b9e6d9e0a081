import { join } from 'node:path';

import type { FastifyInstance } from 'fastify';

import type { EventBus } from '../core/bus/bus.ts';
import type { EventCodec } from '../core/events/event-bus.ts';
import { Categories } from '../core/catalogue/categories.ts';
import type { EvidenceStore } from '../core/evidence/evidence-store.ts';
import type { Logger } from '../core/log/logger.ts';
import type { Metrics } from '../core/metrics/metrics.ts';
import type { Service } from '../core/service/service.ts';
import type { Clock } from '../core/time/clock.ts';
import { projectRoot } from '../core/worker/worker-url.ts';
import type { Frame } from '../schemas/events.generated.ts';
import { registerAsRunApi } from './as-run-api.ts';
import type { DashboardConfig } from './config.ts';
import { Feed } from './feed.ts';
import { registerHttpApi } from './http-api.ts';
import { registerEvidenceApi } from './evidence-api.ts';
import { Hub } from './hub.ts';
import { LiveMemory } from './live-memory.ts';
import { createPastEvents, type PastEventsSource } from './past-events.ts';
import { TopicMeter } from './topic-meter.ts';
import { explainErrors, guard, registerWebPage } from './web-page.ts';

/** A log of weeks takes longer than a page of an hour. */
const asRunLimits = { timeoutMs: 20_000 };

/** What the dashboard is given. */
export interface DashboardDeps {
  /** The process's HTTP application, not listening yet: the routes and the WebSocket are added at once. */
  app: FastifyInstance;
  bus: EventBus;
  codec: EventCodec;
  clock: Clock;
  metrics: Metrics;
  log: Logger;
  /** The analytics database, for spans that memory does not reach and the as-run log. @default memory alone, which holds `dashboard.window` */
  past?: PastEventsSource;
  /** Pictures and clips of spots. @default none are served */
  evidence?: EvidenceStore;
  /** Names of categories in the as-run log. @default there are none */
  categories?: Categories;
  /** Reads the picture of a frame that does not carry it inline. @default such frames have no picture */
  readPicture?: (frame: Frame) => Promise<Buffer>;
  /** Folder of the built page. @default dist/web of the installation */
  webFolder?: string;
  /** Called when the bus gave up for good and the process should stop. */
  onCrash?: (error: Error) => void;
}

/**
 * The dashboard: reads the bus, pushes live events over the WebSocket at `/ws`, serves the API under `/api/v1` and the page at `/`.
 * Routes are added when this is called, so it must come before the application listens.
 */
export function createDashboardService(config: DashboardConfig, deps: DashboardDeps): Service {
  const { app, bus, codec, clock, metrics, log, onCrash, categories = new Categories() } = deps;
  const hub = new Hub(config, { clock, metrics, log });
  const memory = new LiveMemory({ windowMs: config.window, maxStreams: config.maxStreams });
  const meter = new TopicMeter();
  const readPicture = deps.readPicture === undefined ? {} : { readPicture: deps.readPicture };
  const feed = new Feed({ bus, codec, clock, metrics, log, hub, memory, meter, ...readPicture });
  const startedAtMs = clock.nowMs();
  const source = deps.past;
  const past = source === undefined ? undefined : createPastEvents(source, log);

  registerDashboard(app, {
    config,
    hub,
    log,
    api: (scope) => {
      registerHttpApi(scope, { hub, memory, meter, clock, past, windowMs: config.window, startedAtMs });
      if (source !== undefined)
        registerAsRunApi(scope, {
          source: { query: async (sql, params) => await source.query(sql, params, asRunLimits) },
          categoryName: (id) => categories.name(id),
        });
      if (deps.evidence !== undefined) registerEvidenceApi(scope, deps.evidence);
    },
    webFolder: deps.webFolder ?? join(projectRoot(), 'dist', 'web'),
  });

  return {
    name: 'dashboard-ws',
    start: async () => {
      await feed.start();
      void feed.crashed().then((error) => onCrash?.(error));
    },
    stop: async () => {
      await hub.close();
      await feed.stop();
    },
    readiness: () => ({ ready: feed.trouble === '', reason: feed.trouble }),
  };
}

/** Parts of the dashboard that meet the HTTP application. */
export interface DashboardRoutes {
  config: DashboardConfig;
  hub: Hub;
  log: Logger;
  api: (scope: FastifyInstance) => void;
  webFolder: string;
}

/** Adds page, API and WebSocket to an application; its other routes are left as they are. */
function registerDashboard(app: FastifyInstance, routes: DashboardRoutes): void {
  const { config, hub, log } = routes;
  app.register(async (scope) => {
    guard(scope, { token: config.token, allowedOrigins: config.allowedOrigins });
    explainErrors(scope, log);
    routes.api(scope);
    registerWebPage(scope, routes.webFolder);
  });
  hub.attach(app.server);
  // An HTTP server waits for upgraded sockets when it closes: they must go first.
  app.addHook('preClose', async () => await hub.close());
}
