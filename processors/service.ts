import type { EventBus } from '../core/bus/bus.ts';
import type { Catalogue } from '../core/catalogue/catalogue.ts';
import { messageOf } from '../core/errors/app-error.ts';
import type { EventCodec, EventPublisher } from '../core/events/event-bus.ts';
import { createInferencePool, type InferencePool } from '../core/inference/inference-pool.ts';
import { createModelStore } from '../core/inference/models/model-store.ts';
import type { Logger } from '../core/log/logger.ts';
import type { Metrics } from '../core/metrics/metrics.ts';
import type { Readiness, Service } from '../core/service/service.ts';
import type { Clock } from '../core/time/clock.ts';
import type { ProcessorsConfig } from './config.ts';
import { type ProcessorKey, processors } from './registry.ts';
import { type AnyProcessorDefinition, groupOf, type RunningProcessor, runProcessor } from './runtime/run-processor.ts';
import type { RuntimeDeps } from './runtime/runtime-deps.ts';

/** What the processors service is given. */
export interface ProcessorsDeps {
  bus: EventBus;
  codec: EventCodec;
  publisher: EventPublisher;
  metrics: Metrics;
  log: Logger;
  clock: Clock;
  catalogue: Catalogue;
  /** Holds the user's models in its folder `models`. */
  dataDir: string;
  /** Called when a consumer can no longer run: the process must stop, a supervisor starts it again. */
  onCrash?: (error: Error) => void;
}

/** Consumer group and input topic of a processor: what to ask the bus about when waiting for it to be done. */
export interface ProcessorGroup {
  groupId: string;
  topic: string;
}

/** Groups of the processors that a configuration runs. */
export function processorGroups(config: ProcessorsConfig): ProcessorGroup[] {
  return enabledKeys(config).map((key) => ({ groupId: groupOf(processors[key].name), topic: processors[key].input.name }));
}

/** Creates the service that runs every enabled processor of the registry. Its topics must exist before it starts. */
export function createProcessorsService(config: ProcessorsConfig, deps: ProcessorsDeps): Service {
  return new ProcessorsService(config, deps);
}

/** How long `start` waits for the bus before it leaves the rest to the background, milliseconds. */
const subscribeWaitMs = 3_000;

class ProcessorsService implements Service {
  readonly name = 'processors';
  readonly #config: ProcessorsConfig;
  readonly #deps: ProcessorsDeps;
  readonly #log: Logger;
  readonly #running: RunningProcessor[] = [];
  #inference: InferencePool | undefined;
  #waitsFor = 'It has not started yet.';

  constructor(config: ProcessorsConfig, deps: ProcessorsDeps) {
    this.#config = config;
    this.#deps = deps;
    this.#log = deps.log.child({ service: 'processors' });
  }

  async start(): Promise<void> {
    try {
      for (const key of enabledKeys(this.#config)) await this.#startOne(key);
    } catch (error) {
      await this.stop();
      throw error;
    }
    this.#waitsFor = '';
    const subscribed = Promise.all(this.#running.map(async (running) => await running.subscribed));
    await Promise.race([subscribed, this.#deps.clock.sleep(subscribeWaitMs)]);
  }

  async stop(): Promise<void> {
    this.#waitsFor = 'It is stopped.';
    await Promise.all(this.#running.splice(0).map(async (running) => await running.close()));
    await this.#inference?.close();
    this.#inference = undefined;
  }

  readiness(): Readiness {
    const waiting = this.#running.map((running) => running.waitsFor()).find((reason) => reason !== '');
    const reason = this.#waitsFor || (waiting ?? this.#deps.bus.unhealthy() ?? this.#inference?.unhealthy() ?? '');
    return { ready: reason === '', reason };
  }

  /** @throws ConfigError when the processor can never run as configured */
  async #startOne(key: ProcessorKey): Promise<void> {
    const { bus, codec, publisher, metrics, clock, catalogue, dataDir } = this.#deps;
    const models = createModelStore(dataDir);
    const deps: RuntimeDeps = { bus, codec, publisher, metrics, clock, catalogue, models, log: this.#log, inference: () => this.#pool() };
    const definition = processors[key] as AnyProcessorDefinition;
    const running = await runProcessor(definition, optionsOf(this.#config[key]), this.#config.runtime, deps);
    this.#running.push(running);
    void running.crashed.then((error) => {
      if (this.#running.includes(running)) this.#onCrash(running.name, error);
    });
  }

  #pool(): InferencePool {
    this.#inference ??= createInferencePool(this.#config.inference, { log: this.#log, metrics: this.#deps.metrics, clock: this.#deps.clock });
    return this.#inference;
  }

  #onCrash(name: string, error: Error): void {
    this.#waitsFor = `${name} can no longer run: ${messageOf(error)}`;
    this.#log.error({ err: error, component: name }, 'A processor can no longer run.');
    this.#deps.onCrash?.(error);
  }
}

/** The processor's own options, without the switch that is the service's. */
function optionsOf(section: ProcessorsConfig[ProcessorKey]): unknown {
  return Object.fromEntries(Object.entries(section).filter(([key]) => key !== 'enabled'));
}

function enabledKeys(config: ProcessorsConfig): ProcessorKey[] {
  return (Object.keys(processors) as ProcessorKey[]).filter((key) => config[key].enabled);
}
