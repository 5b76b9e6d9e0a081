import type { Analytics } from '../../core/analytics/analytics.ts';
import { createAnalytics } from '../../core/analytics/create-analytics.ts';
import { BacklogMonitor } from '../../core/bus/backlog.ts';
import type { Subscription } from '../../core/bus/bus.ts';
import { topicSpecs } from '../../core/bus/config.ts';
import { MemoryCatalogue } from '../../core/catalogue/memory-catalogue.ts';
import { StoredCatalogue } from '../../core/catalogue/stored-catalogue.ts';
import { readSecret } from '../../core/config/secret.ts';
import { createEvidenceStore } from '../../core/evidence/create-evidence-store.ts';
import { createHttpServer, listen, type HttpApp } from '../../core/http/http-server.ts';
import type { Service } from '../../core/service/service.ts';
import { ServiceManager } from '../../core/service/service-manager.ts';
import { StateDatabase } from '../../core/state/state-database.ts';
import type { StateStore } from '../../core/state/state-store.ts';
import { createDashboardService } from '../../dashboard-ws/service.ts';
import { createCatalogueService } from '../../fleet/catalogue/service.ts';
import { createFleetService } from '../../fleet/service.ts';
import { createEvidenceRecorder } from '../../ingest/clips/evidence-recorder.ts';
import { FootageLibrary } from '../../ingest/clips/footage-library.ts';
import { createFfmpegLookup } from '../../ingest/ffmpeg/ffmpeg-lookup.ts';
import { createIngestService } from '../../ingest/service.ts';
import { followStreamDefinitions } from '../../ingest/stream-definitions.ts';
import { createProcessorsService, processorGroups } from '../../processors/service.ts';
import { createSinksService, type SinksService } from '../../sinks/service.ts';
import type { Kit } from '../compose.ts';
import { stateConfigOf } from '../config.ts';
import { createTopicsService } from '../topics-service.ts';
import type { Target } from './targets.ts';

/** A process put together, not started yet. */
export interface Assembly {
  manager: ServiceManager;
  app: HttpApp;
  /** Port of page, API, health and metrics; known once the manager has started the first service. */
  httpPort(): number;
  /** SQL port, 0 when there is none; known once the manager has started. */
  sqlPort(): number;
}

/**
 * Puts the services of a target together. Order of the start: HTTP (so that health answers while the rest waits for brokers), bus,
 * readers, and ingest last; the stop goes the other way round.
 *
 * @param onCrash called when a service can no longer run: the process must stop
 */
export async function assemble(kit: Kit, target: Target, onCrash: (error: Error) => void): Promise<Assembly> {
  const { config, log, clock, metrics, dataDir } = kit;
  const runs = (service: Target): boolean => target === 'all' || target === service;
  const manager = new ServiceManager({ log, clock });
  const app = createHttpServer({ metrics, readiness: () => manager.readiness() });
  let httpPort = 0;
  const services: Service[] = [];
  let sinks: SinksService | undefined;

  const evidence = createEvidenceStore(config.evidence, dataDir, clock);
  const analytics =
    runs('sinks') || (runs('dashboard-ws') && config.analytics.engine === 'server')
      ? await createAnalytics(config.analytics, { log, clock }, dataDir)
      : undefined;
  const runsFleet = target === 'fleet' || (target === 'all' && config.fleet.enabled);
  // A page that runs apart serves the catalogue too, where it can reach the database that all share.
  const shared = stateConfigOf(config).engine === 'postgres';
  const keepsCatalogue = config.catalogue.enabled && (runs('processors') || target === 'fleet' || (target === 'dashboard-ws' && shared));
  const state = runsFleet || keepsCatalogue ? stateDatabase(kit) : undefined;
  if (state !== undefined) services.push(state);
  if (keepsCatalogue && state !== undefined) services.push(catalogueService(kit, app, state));
  const catalogue = keepsCatalogue && state !== undefined ? new StoredCatalogue(state) : new MemoryCatalogue();

  if (analytics !== undefined) services.push(analyticsService(analytics));
  if (runs('sinks') && analytics !== undefined) services.push((sinks = createSinksService(config.sinks, { ...kit, analytics, onCrash })));
  if (runs('processors')) services.push(createProcessorsService(config.processors, { ...kit, catalogue, onCrash }));
  if (runs('dashboard-ws'))
    services.push(
      createDashboardService(config.dashboard, { ...kit, app, onCrash, evidence, ...(analytics === undefined ? {} : { past: analytics }) }),
    );
  if (runsFleet && state !== undefined) services.push(fleetService(kit, app, state));
  if (runs('ingest')) {
    const footage = new FootageLibrary({ config: config.ingest.recording, dataDir, clock, log });
    const tools = createFfmpegLookup().tools;
    if (config.evidence.enabled) services.push(createEvidenceRecorder({ ...kit, store: evidence, footage, tools }));
    services.push(ingestService(kit, target === 'ingest' || config.fleet.enabled, footage));
  }

  const onPort = (port: number): void => {
    httpPort = port;
    log.info({ host: config.http.host, port }, 'Health, readiness and metrics answer; the services start.');
  };
  manager.add(httpService(app, config.http.host, config.http.port, onPort));
  manager.add(createTopicsService(kit.bus, topicSpecs(config.bus)));
  for (const service of services) manager.add(service);
  return { manager, app, httpPort: () => httpPort, sqlPort: () => sinks?.sqlPort ?? 0 };
}

function httpService(app: HttpApp, host: string, port: number, onPort: (port: number) => void): Service {
  let listening = false;
  return {
    name: 'http',
    start: async () => {
      onPort(await listen(app, host, port));
      listening = true;
    },
    stop: async () => {
      listening = false;
      await app.close();
    },
    readiness: () => ({ ready: listening, reason: listening ? '' : 'It does not listen yet.' }),
  };
}

function analyticsService(analytics: Analytics): Service {
  return {
    name: 'analytics',
    start: async () => await Promise.resolve(),
    stop: async () => await analytics.close(),
    readiness: () => {
      const reason = analytics.unhealthy() ?? '';
      return { ready: reason === '', reason };
    },
  };
}

function stateDatabase(kit: Kit): StateDatabase {
  const config = stateConfigOf(kit.config);
  const password = readSecret('postgres', 'state.passwordFile', config.passwordFile);
  return new StateDatabase(config, { ...kit, ...(password === undefined ? {} : { password }) });
}

function catalogueService(kit: Kit, app: HttpApp, store: StateStore): Service {
  const { config } = kit;
  const { token: pageToken, allowedOrigins } = config.dashboard;
  const fleetToken = readSecret('fleet', 'fleet.tokenFile', config.fleet.tokenFile);
  const access = { pageToken, fleetToken, allowedOrigins };
  return createCatalogueService(config.catalogue, { ...kit, app, store, tenantId: config.ingest.tenantId, access });
}

function fleetService(kit: Kit, app: HttpApp, store: StateStore): Service {
  const { config } = kit;
  const token = readSecret('fleet', 'fleet.tokenFile', config.fleet.tokenFile);
  return createFleetService(config.fleet, {
    ...kit,
    app,
    store,
    tenantId: config.ingest.tenantId,
    ...(token === undefined ? {} : { token }),
  });
}

/** Ingest with the monitor that tells it how far the processors are behind, and the control plane's streams where there is one. */
function ingestService(kit: Kit, followsFleet: boolean, footage: FootageLibrary): Service {
  const { bus, log, clock, metrics, config } = kit;
  const monitor = new BacklogMonitor(bus, { log, clock }, metrics, { groups: processorGroups(config.processors) });
  const ingest = createIngestService(config.ingest, {
    ...kit,
    footage,
    backlog: { backlogRecords: async (topic) => await Promise.resolve(monitor.maxLagRecords(topic)) },
  });
  let definitions: Subscription | undefined;
  return {
    name: ingest.name,
    start: async () => {
      monitor.start();
      await ingest.start();
      if (followsFleet) definitions = await followStreamDefinitions(ingest, { ...kit, tenantId: config.ingest.tenantId });
    },
    stop: async () => {
      await definitions?.close();
      await ingest.stop();
      await monitor.stop();
    },
    readiness: () => ingest.readiness(),
  };
}
