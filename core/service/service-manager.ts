import { messageOf } from '../errors/app-error.ts';
import type { Logger } from '../log/logger.ts';
import type { Clock } from '../time/clock.ts';
import type { Readiness, Service } from './service.ts';

/** Options of {@link ServiceManager}. */
export interface ServiceManagerOptions {
  log: Logger;
  clock: Clock;
  /** All services together must have stopped after this time; one that has not is named in the log and left. @default 12000 */
  stopDeadlineMs?: number;
}

/** Starts services in the order they were added and stops them in reverse, within a deadline. */
export class ServiceManager {
  readonly #services: Service[] = [];
  readonly #running: Service[] = [];
  readonly #options: ServiceManagerOptions;
  #state: 'new' | 'starting' | 'running' | 'stopping' | 'stopped' = 'new';
  #stopped: Promise<void> | undefined;

  constructor(options: ServiceManagerOptions) {
    this.#options = options;
  }

  /** Adds a service; it starts after all that were added before. */
  add(service: Service): void {
    this.#services.push(service);
  }

  /** Starts everything; when one fails, those already running are stopped and its error is thrown. */
  async start(): Promise<void> {
    this.#state = 'starting';
    for (const service of this.#services) {
      try {
        this.#running.push(service);
        await service.start();
        this.#options.log.debug({ service: service.name }, 'Service started.');
      } catch (error) {
        await this.stop();
        throw error;
      }
      if (this.#stopping()) return;
    }
    this.#state = 'running';
  }

  /** Stops everything in reverse order; never rejects. Calling again waits for the same stop. */
  async stop(): Promise<void> {
    this.#stopped ??= this.#stopAll();
    await this.#stopped;
  }

  /** Ready when every service is; otherwise the reasons by service. */
  readiness(): Readiness & { services: Record<string, Readiness> } {
    const services: Record<string, Readiness> = {};
    for (const service of this.#services) services[service.name] = service.readiness();
    const waiting = Object.entries(services).filter(([, readiness]) => !readiness.ready);
    const reasons = waiting.filter(([, { reason }]) => reason !== '').map(([name, { reason }]) => `${name}: ${reason}`);
    const reason = [...(this.#state === 'running' ? [] : [`The process is ${this.#state}.`]), ...reasons].join(' ');
    return { ready: this.#state === 'running' && waiting.length === 0, reason, services };
  }

  #stopping(): boolean {
    return this.#state === 'stopping' || this.#state === 'stopped';
  }

  async #stopAll(): Promise<void> {
    this.#state = 'stopping';
    const { log, clock, stopDeadlineMs = 12_000 } = this.#options;
    const deadline = clock.monotonicMs() + stopDeadlineMs;
    for (const service of [...this.#running].reverse()) {
      const timer = new AbortController();
      const late = clock.sleep(Math.max(50, deadline - clock.monotonicMs()), timer.signal).then(
        () => 'late' as const,
        () => 'cancelled' as const,
      );
      try {
        const outcome = await Promise.race([service.stop().then(() => 'stopped' as const), late]);
        if (outcome === 'late') log.error({ service: service.name }, 'Service did not stop in time and was left.');
        else log.debug({ service: service.name }, 'Service stopped.');
      } catch (error) {
        log.error({ service: service.name, err: error, reason: messageOf(error) }, 'Service failed while stopping.');
      } finally {
        timer.abort();
      }
    }
    this.#state = 'stopped';
  }
}
