import type { Analytics } from '../core/analytics/analytics.ts';
import type { EventBus } from '../core/bus/bus.ts';
import { readSecret } from '../core/config/secret.ts';
import type { EventCodec, EventPublisher } from '../core/events/event-bus.ts';
import type { Logger } from '../core/log/logger.ts';
import type { Metrics } from '../core/metrics/metrics.ts';
import type { Readiness, Service } from '../core/service/service.ts';
import type { Clock } from '../core/time/clock.ts';
import type { SinksConfig } from './config.ts';
import { sinks } from './registry.ts';
import { type BatchingConfig, SinkRunner } from './runtime/sink-runner.ts';
import type { SinkDefinition, SinkDeps } from './sink.ts';
import type { SqlPortConfig } from './sql-port/config.ts';
import { SqlServer } from './sql-port/sql-server.ts';

/** What the sinks service is given. */
export interface SinksServiceDeps {
  bus: EventBus;
  codec: EventCodec;
  publisher: EventPublisher;
  /** Opened by the composition root, closed by it after this service has stopped. */
  analytics: Analytics;
  metrics: Metrics;
  log: Logger;
  clock: Clock;
  dataDir: string;
  /** Called when the bus ended a subscription for good; the process should stop. */
  onCrash: (error: Error) => void;
}

/** The sinks service: every enabled sink with its consumer group, and the SQL port. */
export interface SinksService extends Service {
  /** Port of the SQL interface once started, 0 when it is off. */
  readonly sqlPort: number;
}

/** Creates the service; nothing runs before `start`. */
export function createSinksService(config: SinksConfig, deps: SinksServiceDeps): SinksService {
  return new Sinks(config, deps);
}

class Sinks implements SinksService {
  readonly name = 'sinks';
  sqlPort = 0;
  readonly #config: SinksConfig;
  readonly #deps: SinksServiceDeps;
  readonly #runners: SinkRunner[] = [];
  #server: SqlServer | undefined;

  constructor(config: SinksConfig, deps: SinksServiceDeps) {
    this.#config = config;
    this.#deps = deps;
  }

  async start(): Promise<void> {
    const { sqlPort } = this.#config;
    if (sqlPort.enabled) {
      this.#server = openSqlPort(sqlPort, this.#deps);
      this.sqlPort = await this.#server.listen();
      this.#deps.log.info({ host: sqlPort.host, port: this.sqlPort }, 'The SQL port answers read-only queries.');
    }
    if (this.#config.clickhouse.enabled) await this.#add(sinks.clickhouse, this.#config.clickhouse);
    if (this.#config.jsonLines.enabled) await this.#add(sinks.jsonLines, this.#config.jsonLines);
    this.#deps.metrics.onScrape(async () => void (await Promise.all(this.#runners.map(async (runner) => await runner.reportLag()))));
  }

  async stop(): Promise<void> {
    await Promise.all(this.#runners.map(async (runner) => await runner.stop()));
    await this.#server?.close();
  }

  readiness(): Readiness {
    const waiting = this.#runners.map((runner) => runner.readiness()).find(({ ready }) => !ready);
    return waiting ?? { ready: true, reason: '' };
  }

  async #add(definition: SinkDefinition, section: BatchingConfig): Promise<void> {
    const { bus, codec, publisher, metrics, clock, onCrash } = this.#deps;
    const log = this.#deps.log.child({ component: `sink-${definition.name}` });
    const sinkDeps: SinkDeps = { log, clock, metrics, analytics: this.#deps.analytics, dataDir: this.#deps.dataDir };
    const sink = await definition.create(section, sinkDeps);
    const { flushInterval, maxBlockEvents, maxPendingBytes } = section;
    const batching = { flushInterval, maxBlockEvents, maxPendingBytes };
    const topics = definition.topics(section);
    const runner = new SinkRunner({ name: definition.name, sink, topics, batching, bus, codec, publisher, metrics, log, clock });
    this.#runners.push(runner);
    const { crashed } = await runner.start();
    void crashed.then(onCrash);
  }
}

function openSqlPort(config: SqlPortConfig, deps: SinksServiceDeps): SqlServer {
  const { host, port, user, maxQueryBytes, maxWaiting } = config;
  const limits = {
    timeoutMs: config.maxQueryTime,
    maxMemoryBytes: config.maxMemoryBytes,
    maxResultRows: config.maxResultRows,
    maxResultBytes: config.maxResultBytes,
  };
  const options = {
    host,
    port,
    user,
    password: readSecret('sql', 'sinks.sqlPort.passwordFile', config.passwordFile) ?? '',
    limits,
    maxQueryBytes,
    maxWaiting,
  };
  return new SqlServer(options, { outside: deps.analytics.outside, metrics: deps.metrics, log: deps.log.child({ component: 'sql-port' }) });
}
