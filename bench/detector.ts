import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { Worker } from 'node:worker_threads';

import sharp from 'sharp';

import { busConfigSchema, topicSpecs } from '../core/bus/config.ts';
import { createBus } from '../core/bus/create-bus.ts';
import { createCodec } from '../core/events/avro-codec.ts';
import { eventIdOf } from '../core/events/event-id.ts';
import { createPublisher } from '../core/events/publisher.ts';
import { placementOf } from '../core/inference/letterbox.ts';
import { addModel } from '../core/inference/models/add-model.ts';
import { createModelStore, type InstalledModel } from '../core/inference/models/model-store.ts';
import { createTensorPacker } from '../core/inference/pack-tensor.ts';
import { decodePicture } from '../core/inference/picture-decoder.ts';
import { createLogger } from '../core/log/logger.ts';
import { createMetrics } from '../core/metrics/metrics.ts';
import { systemClock } from '../core/time/clock.ts';
import { projectRoot, workerUrl } from '../core/worker/worker-url.ts';
import { processorsConfigSchema } from '../processors/config.ts';
import { createProcessorsService } from '../processors/service.ts';
import type { Frame } from '../schemas/events.generated.ts';
import { topics } from '../schemas/topics.ts';
import type { BareLoopData } from './bare-detector-worker.ts';

/**
 * Detector throughput of the whole pipeline (frames on the embedded bus, JPEG decoding, inference, boxes, detections on the bus) against
 * a bare onnxruntime loop over the same pictures, already decoded and packed, on the same number of threads. Rounds alternate, so that
 * both see the same machine; the median ratio counts (wanted: 0.85). Run: node dist/bench/detector.js [--model FILE.onnx] [--threads 1].
 */
const { values } = parseArgs({
  options: {
    model: { type: 'string' },
    threads: { type: 'string', default: '1' },
    frames: { type: 'string', default: '192' },
    rounds: { type: 'string', default: '5' },
  },
});
const threads = Number(values.threads);
const frameCount = Number(values.frames);
const assets = join(projectRoot(), '..', 'shared', 'assets');

const dataDir = await mkdtemp(join(tmpdir(), 'sightline-bench-'));
try {
  const model = await chooseModel();
  const pictures = await choosePictures();
  const ratios: number[] = [];
  for (let round = 1; round <= Number(values.rounds); round += 1) {
    const bareFps = await bareLoop(model, pictures);
    const pipelineFps = await pipeline(model, pictures);
    ratios.push(pipelineFps / bareFps);
    process.stdout.write(
      `round ${round}: bare loop ${bareFps.toFixed(1)} pictures/s, pipeline ${pipelineFps.toFixed(1)} pictures/s, ratio ${(pipelineFps / bareFps).toFixed(3)}\n`,
    );
  }
  const median = ratios.toSorted((a, b) => a - b)[Math.floor(ratios.length / 2)] ?? 0;
  const verdict = median >= 0.85 ? 'wanted >= 0.85: met' : 'wanted >= 0.85: NOT met';
  process.stdout.write(`${model.manifest.name}, ${threads} thread(s), ${pictures.length} pictures, median ratio ${median.toFixed(3)} (${verdict})\n`);
} finally {
  await rm(dataDir, { recursive: true, force: true });
}

/** The model asked for, YOLOX-nano where the test assets are, else the default detector. */
async function chooseModel(): Promise<InstalledModel> {
  const file = values.model ?? join(assets, 'models', 'yolox_nano_416.onnx');
  if (!existsSync(file)) return await createModelStore(dataDir).find('broadcast-graphics');
  return await addModel({ file, name: 'bench', dataDir });
}

/** Pictures as ingest publishes them: JPEG, 640 pixels wide. */
async function choosePictures(): Promise<Buffer[]> {
  const folder = join(assets, 'images', 'coco64', 'images');
  const golden = join(projectRoot(), 'models', 'broadcast-graphics', 'golden.jpg');
  const files = existsSync(folder) ? readdirSync(folder).map((name) => join(folder, name)) : [golden];
  return await Promise.all(files.map(async (file) => await sharp(readFileSync(file)).resize({ width: 640 }).jpeg({ quality: 80 }).toBuffer()));
}

/** Pictures a second of `session.run` alone, in as many threads as the pipeline has workers. */
async function bareLoop(model: InstalledModel, pictures: readonly Buffer[]): Promise<number> {
  const { input } = model.manifest;
  const packer = createTensorPacker(input);
  const tensors: Float32Array[] = [];
  for (const picture of pictures.slice(0, 16)) {
    const decoded = await decodePicture(picture, input);
    const tensor = new Float32Array(packer.elements);
    packer.pack(tensor, 0, decoded.rgb, placementOf(decoded, input));
    tensors.push(tensor);
  }
  const dims = input.layout === 'nchw' ? [1, 3, input.heightPx, input.widthPx] : [1, input.heightPx, input.widthPx, 3];
  const workerData: BareLoopData = { file: model.path, inputName: input.name, dims, tensors };
  const workers = Array.from({ length: threads }, () => new Worker(workerUrl(import.meta.url, 'bare-detector-worker'), { workerData }));
  await Promise.all(workers.map(async (worker) => await new Promise((resolve) => worker.once('message', resolve))));
  const runs = Math.ceil(frameCount / threads);
  const startMs = performance.now();
  await Promise.all(
    workers.map(async (worker) => {
      const done = new Promise((resolve) => worker.once('message', resolve));
      worker.postMessage(runs);
      await done;
    }),
  );
  const seconds = (performance.now() - startMs) / 1000;
  await Promise.all(workers.map(async (worker) => await worker.terminate()));
  return (runs * threads) / seconds;
}

/** Pictures a second from frames on the bus to detections on the bus, start-up left out. */
async function pipeline(model: InstalledModel, pictures: readonly Buffer[]): Promise<number> {
  const folder = await mkdtemp(join(dataDir, 'run-'));
  const log = createLogger({ level: 'warn' });
  const clock = systemClock;
  const metrics = createMetrics();
  const busConfig = busConfigSchema.parse({ partitions: 1 });
  const bus = await createBus(busConfig, { log, clock }, folder);
  await bus.ensureTopics(topicSpecs(busConfig));
  const codec = await createCodec(busConfig, { log, clock }, folder);
  const publisher = createPublisher(bus, codec, metrics);
  const only = { enabled: false };
  const section = {
    detectObjects: { model: model.manifest.name },
    detectShots: only,
    detectBreaks: only,
    inference: { workers: threads },
    runtime: { maxBatchRecords: 64 },
  };
  const config = processorsConfigSchema.parse(section);
  const service = createProcessorsService(config, { bus, codec, publisher, metrics, log, clock, dataDir });
  await service.start();
  const untilDetected = async (count: number): Promise<void> => {
    while (((await bus.lag('bench', 'detections'))[0]?.endOffset ?? 0) < count) await clock.sleep(2);
  };
  await publisher.publish(topics.frames, [frame(pictures[0] as Buffer, 0)]);
  await untilDetected(1);
  const frames = Array.from({ length: frameCount }, (_, index) => frame(pictures[index % pictures.length] as Buffer, index + 1));
  const startMs = performance.now();
  await publisher.publish(topics.frames, frames);
  await untilDetected(frameCount + 1);
  const seconds = (performance.now() - startMs) / 1000;
  await service.stop();
  await bus.close();
  return frameCount / seconds;
}

function frame(picture: Buffer, index: number): Frame {
  const identity = { tenantId: 'default', streamId: 'bench', epoch: 0, ptsUs: index * 1_000_000 };
  return {
    eventId: eventIdOf({ ...identity, producer: 'bench' }),
    ...identity,
    eventTimeMs: Date.now(),
    timeSource: 'file',
    uncertaintyMs: 0,
    processedAtMs: Date.now(),
    traceId: '',
    producer: 'bench',
    producerVersion: '1.0.0',
    modelName: '',
    modelVersion: '',
    frameIndex: index,
    widthPx: 640,
    heightPx: 480,
    sourceWidthPx: 640,
    sourceHeightPx: 480,
    sampledBecause: 'interval',
    encoding: 'jpeg',
    picture,
    pictureRef: '',
    sourceName: '',
  };
}
