import { z } from 'zod';

import { duration } from '../../core/config/fields.ts';
import { ConfigError, InvalidInputError } from '../../core/errors/app-error.ts';
import { eventIdOf } from '../../core/events/event-id.ts';
import type { DetectRequest, ModelHandle } from '../../core/inference/inference-pool.ts';
import type { InstalledModel } from '../../core/inference/models/model-store.ts';
import type { DetectionBox } from '../../core/inference/worker-protocol.ts';
import type { Detections, Frame } from '../../schemas/events.generated.ts';
import { topics } from '../../schemas/topics.ts';
import { type BatchProcessor, defineBatchProcessor } from '../processor.ts';
import type { RuntimeProcessorDeps } from '../runtime/runtime-deps.ts';

const name = 'detect-objects';
const version = '1.0.0';

/** Options of `detect-objects`. */
const Config = z.strictObject({
  model: z.string().min(1).default('broadcast-graphics').describe('Name of an installed model ("sightline models list" shows them).'),
  minConfidence: z.number().min(0).max(1).optional().describe("Least confidence of a detection, 0 to 1; without it the model's own threshold."),
  labels: z.array(z.string().min(1)).optional().describe('Only these classes are reported; without it all classes of the model.'),
  maxDetections: z.int().min(1).max(1000).default(100).describe('Most detections of one frame; the best are kept.'),
  maxFrameAge: duration()
    .prefault('30s')
    .describe('Frames of a live stream that have waited longer than this are dropped (and counted); frames of files never are. A duration.'),
});

type Config = z.output<typeof Config>;

/**
 * Finds objects in frames with an ONNX detector: one {@link Detections} per {@link Frame}, also when nothing was found.
 * Boxes are in pixels of the source picture. A picture that cannot be decoded is rejected and harms no other.
 */
export const detectObjects = defineBatchProcessor<Frame, typeof Config, RuntimeProcessorDeps>({
  name,
  version,
  summary: 'Finds objects in frames with an ONNX detector.',
  input: topics.frames,
  outputs: [topics.detections],
  config: Config,
  async create(config, deps) {
    const model = await findModel(config.model, deps);
    requireLabels(config, model.manifest.labels);
    return createDetector(config, deps, await deps.inference().load(model));
  },
});

/** @throws ConfigError with the store's own code: a model that is not there is a matter of configuration */
async function findModel(model: string, deps: RuntimeProcessorDeps): Promise<InstalledModel> {
  try {
    return await deps.models.find(model);
  } catch (error) {
    if (error instanceof InvalidInputError) throw new ConfigError(error.code, `${name}: ${error.message}`, { cause: error });
    throw error;
  }
}

function createDetector(config: Config, deps: RuntimeProcessorDeps, model: ModelHandle): BatchProcessor<Frame> {
  const wanted = config.labels === undefined ? undefined : new Set(config.labels);
  return {
    async process(frames, emit, reject) {
      const results = await Promise.allSettled(frames.map(async (frame) => await model.detect(requestFor(frame, config))));
      for (const [index, frame] of frames.entries()) {
        const result = results[index];
        if (result?.status !== 'fulfilled') reject(frame, asError(result?.reason));
        else if (result.value.kind === 'expired') {
          deps.metrics.count('component_dropped_events_total', { component: name, stream: frame.streamId, reason: 'too-old' });
        } else {
          const boxes = wanted === undefined ? result.value.boxes : result.value.boxes.filter((box) => wanted.has(box.label));
          emit(topics.detections, detectionsOf(frame, boxes, model, deps.clock.nowMs()));
        }
      }
    },
    close: async () => model.release(),
  };
}

function requestFor(frame: Frame, config: Config): DetectRequest {
  const live = frame.timeSource !== 'file';
  return {
    streamKey: `${frame.tenantId}/${frame.streamId}`,
    picture: frame.picture,
    source: { widthPx: Math.max(1, frame.sourceWidthPx), heightPx: Math.max(1, frame.sourceHeightPx) },
    maxDetections: config.maxDetections,
    ...(config.minConfidence === undefined ? {} : { minConfidence: config.minConfidence }),
    ...(live ? { expiresAtMs: frame.processedAtMs + config.maxFrameAge } : {}),
  };
}

function detectionsOf(frame: Frame, boxes: readonly DetectionBox[], model: ModelHandle, nowMs: number): Detections {
  const { tenantId, streamId, epoch, ptsUs, eventTimeMs, timeSource, uncertaintyMs, traceId } = frame;
  return {
    eventId: eventIdOf({ tenantId, streamId, epoch, ptsUs, producer: name, model: `${model.name}@${model.version}` }),
    tenantId,
    streamId,
    epoch,
    ptsUs,
    eventTimeMs,
    timeSource,
    uncertaintyMs,
    processedAtMs: nowMs,
    traceId,
    producer: name,
    producerVersion: version,
    modelName: model.name,
    modelVersion: model.version,
    frameEventId: frame.eventId,
    sourceWidthPx: frame.sourceWidthPx,
    sourceHeightPx: frame.sourceHeightPx,
    detections: boxes.map(({ label, confidence, xyxyPx: [x1Px, y1Px, x2Px, y2Px] }) => ({ label, confidence, x1Px, y1Px, x2Px, y2Px })),
    sourceName: frame.sourceName,
  };
}

/** @throws ConfigError `E_CONFIG_INVALID` when a wanted class is not one of the model's */
function requireLabels(config: Config, known: readonly string[]): void {
  const unknown = (config.labels ?? []).filter((label) => !known.includes(label));
  if (unknown.length === 0) return;
  const message = `detect-objects: model ${config.model} has no class ${unknown.join(', ')}; it has ${known.slice(0, 20).join(', ')}.`;
  throw new ConfigError('E_CONFIG_INVALID', message);
}

function asError(reason: unknown): Error {
  return reason instanceof Error ? reason : new Error(String(reason));
}
