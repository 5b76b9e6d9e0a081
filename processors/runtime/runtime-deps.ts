import type { EventBus } from '../../core/bus/bus.ts';
import type { EventCodec, EventPublisher } from '../../core/events/event-bus.ts';
import type { InferencePool } from '../../core/inference/inference-pool.ts';
import type { ModelStore } from '../../core/inference/models/model-store.ts';
import type { Metrics } from '../../core/metrics/metrics.ts';
import type { Clock } from '../../core/time/clock.ts';
import type { ProcessorDeps } from '../processor.ts';

/** What processors may use besides their log; a definition declares which of it it needs. */
export interface RuntimeProcessorDeps extends ProcessorDeps {
  metrics: Metrics;
  clock: Clock;
  models: ModelStore;
  /** The shared inference pool; its workers start with the first call. */
  inference: () => InferencePool;
}

/** What the runtime itself works with. */
export interface RuntimeDeps extends RuntimeProcessorDeps {
  bus: EventBus;
  codec: EventCodec;
  publisher: EventPublisher;
}
