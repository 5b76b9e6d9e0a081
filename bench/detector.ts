import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { Worker } from 'node:worker_threads';

import sharp from 'sharp';

import { median } from '../cli/evaluate/quantile.ts';
import { busConfigSchema, topicSpecs } from '../core/bus/config.ts';
import { createBus } from '../core/bus/create-bus.ts';
import { MemoryCatalogue } from '../core/catalogue/memory-catalogue.ts';
import { createCodec } from '../core/events/avro-codec.ts';
import { eventIdOf } from '../core/events/event-id.ts';
import { createPublisher } from '../core/events/publisher.ts';
import { addModel } from '../core/inference/models/add-model.ts';
import { createModelStore, type InstalledModel } from '../core/inference/models/model-store.ts';
import { createLogger } from '../core/log/logger.ts';
import { createMetrics } from '../core/metrics/metrics.ts';
import { systemClock } from '../core/time/clock.ts';
import { projectRoot, workerUrl } from '../core/worker/worker-url.ts';
import { processorsConfigSchema } from '../processors/config.ts';
import { createProcessorsService } from '../processors/service.ts';
import type { Frame } from '../schemas/events.generated.ts';
import { topics } from '../schemas/topics.ts';
import type { BareLoopData, BareLoopRequest } from './bare-detector-worker.ts';

/**
 * Detector throughput of the whole pipeline (frames on the embedded bus, JPEG decoding, inference, boxes, detections on the bus) against
 * bare onnxruntime loops on as many threads: one that decodes the same JPEG pictures and runs the model on each (wanted: at least 0.85 of
 * it), and one that only runs the model on tensors made before. The second can only be approached where a core is free for decoding, so
 * CPU time a picture stands beside it. Rounds alternate, so that all see the same machine; medians count.
 * Run: node dist/bench/detector.js [--model NAME|FILE.onnx] [--threads 1] [--frames 192] [--rounds 5].
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
  const decodeRatios: number[] = [];
  const runRatios: number[] = [];
  for (let round = 1; round <= Number(values.rounds); round += 1) {
    const run = await bareLoop(model, pictures, 'run');
    const decode = await bareLoop(model, pictures, 'decode');
    const whole = await pipeline(model, pictures);
    decodeRatios.push(whole.rateFps / decode.rateFps);
    runRatios.push(whole.rateFps / run.rateFps);
    process.stdout.write(`round ${round}: model alone ${show(run)}; decode and model ${show(decode)}; pipeline ${show(whole)}\n`);
  }
  const verdict = median(decodeRatios) >= 0.85 ? 'met' : 'NOT met';
  process.stdout.write(
    `${model.manifest.name === 'bench' ? model.manifest.source : model.manifest.name}, ${threads} thread(s), ${pictures.length} pictures, median ratios of ${decodeRatios.length} rounds:\n`,
  );
  process.stdout.write(`pipeline / bare loop over the same JPEG pictures: ${median(decodeRatios).toFixed(3)} (wanted >= 0.85: ${verdict})\n`);
  process.stdout.write(`pipeline / model alone on ready tensors: ${median(runRatios).toFixed(3)}\n`);
} finally {
  await rm(dataDir, { recursive: true, force: true });
}

/** The model asked for (an installed one by name, or an ONNX file), YOLOX-nano where the test assets are, else the default detector. */
async function chooseModel(): Promise<InstalledModel> {
  const file = values.model ?? join(assets, 'models', 'yolox_nano_416.onnx');
  if (!existsSync(file)) return await createModelStore(dataDir).find(values.model ?? 'broadcast-graphics');
  return await addModel({ file, name: 'bench', dataDir });
}

/** Pictures as ingest publishes them: JPEG, 640 pixels wide. */
async function choosePictures(): Promise<Buffer[]> {
  const folder = join(assets, 'images', 'coco64', 'images');
  const golden = join(projectRoot(), 'models', 'broadcast-graphics', 'golden.jpg');
  const files = existsSync(folder) ? readdirSync(folder).map((name) => join(folder, name)) : [golden];
  return await Promise.all(files.map(async (file) => await sharp(readFileSync(file)).resize({ width: 640 }).jpeg({ quality: 80 }).toBuffer()));
}

/** What one measurement gave. */
interface Throughput {
  rateFps: number;
  /** CPU time of the whole process, milliseconds a picture. */
  cpuMs: number;
}

function show({ rateFps, cpuMs }: Throughput): string {
  return `${rateFps.toFixed(1)} pictures/s (${cpuMs.toFixed(1)} ms CPU each)`;
}

/** Times work over a number of pictures. */
async function measure(count: number, work: () => Promise<void>): Promise<Throughput> {
  const cpu = process.cpuUsage();
  const startMs = performance.now();
  await work();
  const seconds = (performance.now() - startMs) / 1000;
  const { user, system } = process.cpuUsage(cpu);
  return { rateFps: count / seconds, cpuMs: (user + system) / 1000 / count };
}

/** A bare loop in as many threads as the pipeline has workers. */
async function bareLoop(model: InstalledModel, pictures: readonly Buffer[], work: BareLoopRequest['work']): Promise<Throughput> {
  const workerData: BareLoopData = { file: model.path, input: model.manifest.input, pictures };
  const workers = Array.from({ length: threads }, () => new Worker(workerUrl(import.meta.url, 'bare-detector-worker'), { workerData }));
  const answered = async (worker: Worker): Promise<unknown> => await new Promise((resolve) => worker.once('message', resolve));
  await Promise.all(workers.map(answered));
  const runs = Math.ceil(frameCount / threads);
  const throughput = await measure(runs * threads, async () => {
    await Promise.all(
      workers.map(async (worker) => {
        const done = answered(worker);
        worker.postMessage({ runs, work } satisfies BareLoopRequest);
        await done;
      }),
    );
  });
  await Promise.all(workers.map(async (worker) => await worker.terminate()));
  return throughput;
}

/** Pictures a second from frames on the bus to detections on the bus, start-up left out. */
async function pipeline(model: InstalledModel, pictures: readonly Buffer[]): Promise<Throughput> {
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
  const service = createProcessorsService(config, { bus, codec, publisher, metrics, log, clock, catalogue: new MemoryCatalogue(), dataDir });
  await service.start();
  const untilDetected = async (count: number): Promise<void> => {
    while (((await bus.lag('bench', 'detections'))[0]?.endOffset ?? 0) < count) await clock.sleep(2);
  };
  await publisher.publish(topics.frames, [frame(pictures[0] as Buffer, 0)]);
  await untilDetected(1);
  const frames = Array.from({ length: frameCount }, (_, index) => frame(pictures[index % pictures.length] as Buffer, index + 1));
  const throughput = await measure(frameCount, async () => {
    await publisher.publish(topics.frames, frames);
    await untilDetected(frameCount + 1);
  });
  await service.stop();
  await bus.close();
  return throughput;
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
