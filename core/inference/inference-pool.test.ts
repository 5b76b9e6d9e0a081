import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Worker } from 'node:worker_threads';

import { afterEach, beforeEach, expect, test } from 'vitest';

import { installQuarterModel, quarteredJpeg } from '../../test/support/model-fixtures.ts';
import { until } from '../../test/support/until.ts';
import { createLogger } from '../log/logger.ts';
import { createMetrics, type Metrics } from '../metrics/metrics.ts';
import { systemClock } from '../time/clock.ts';
import { inferenceConfigSchema } from './inference-config.ts';
import { createInferencePool, type DetectResult, type InferencePool, type ModelHandle } from './inference-pool.ts';
import { createModelStore } from './models/model-store.ts';

let dataDir: string;
let metrics: Metrics;
let pool: InferencePool;
let workers: Worker[];
const onWorker = (worker: Worker): void => void workers.push(worker);

beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'sightline-test-'));
  metrics = createMetrics();
  workers = [];
  process.on('worker', onWorker);
});

afterEach(async () => {
  process.off('worker', onWorker);
  await pool.close();
  await rm(dataDir, { recursive: true, force: true });
});

async function load(options: Record<string, unknown> = {}, batches = false): Promise<ModelHandle> {
  await installQuarterModel(dataDir, { batches });
  pool = createInferencePool(inferenceConfigSchema.parse({ workers: 1, ...options }), {
    log: createLogger({ level: 'silent' }),
    metrics,
    clock: systemClock,
  });
  return await pool.load(await createModelStore(dataDir).find('quarters'));
}

/** Resolves when a call was sent to the worker, which never sees it. */
async function holdRun(worker: Worker): Promise<void> {
  const post = worker.postMessage.bind(worker);
  await new Promise<void>((resolve) => {
    worker.postMessage = (message: { type: string }) => {
      if (message.type === 'run') resolve();
      else post(message);
    };
  });
}

const labelsOf = (result: DetectResult): string[] => (result.kind === 'detected' ? result.boxes.map((box) => box.label).toSorted() : [result.kind]);

test('finds what is in a picture, in pixels of the picture when no source is named', async () => {
  const model = await load();
  const result = await model.detect({ streamKey: 'a', picture: await quarteredJpeg(['black', 'black', 'green', 'black']) });
  expect(result).toMatchObject({ kind: 'detected', boxes: [{ label: 'green', xyxyPx: [0, 32, 32, 64] }] });
});

test.each([false, true])('many pictures of many streams get their own answers (batches: %s)', async (batches) => {
  const model = await load({ workers: 2 }, batches);
  expect(model.loaded.batches).toBe(batches);
  const colours = ['red', 'green', 'blue'] as const;
  const pictures = await Promise.all(colours.map(async (colour) => await quarteredJpeg([colour, 'black', 'black', 'black'])));
  const results = await Promise.all(
    Array.from({ length: 60 }, async (_, index) => await model.detect({ streamKey: `s${index % 7}`, picture: pictures[index % 3] as Buffer })),
  );
  expect(results.map(labelsOf)).toEqual(results.map((_, index) => [colours[index % 3]]));
});

test('answers right also when a larger batch came before', async () => {
  const model = await load({}, true);
  const red = await quarteredJpeg(['red', 'red', 'red', 'red']);
  const black = await quarteredJpeg(['black', 'black', 'black', 'black']);
  await Promise.all(Array.from({ length: 8 }, async () => await model.detect({ streamKey: 'a', picture: red })));
  expect(labelsOf(await model.detect({ streamKey: 'a', picture: black }))).toEqual([]);
});

test('a picture that cannot be decoded is refused alone', async () => {
  const model = await load();
  const good = await quarteredJpeg(['red', 'black', 'black', 'black']);
  const results = await Promise.allSettled(
    [good, Buffer.from('nothing'), good].map(async (picture) => await model.detect({ streamKey: 'a', picture })),
  );
  expect(results.map((result) => result.status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
  expect((results[1] as PromiseRejectedResult).reason).toMatchObject({ code: 'E_DECODE_FAILED', retryable: false });
});

test('a picture that waited past its time is not looked at', async () => {
  const model = await load();
  const picture = await quarteredJpeg(['red', 'black', 'black', 'black']);
  expect(await model.detect({ streamKey: 'a', picture, expiresAtMs: Date.now() - 1 })).toEqual({ kind: 'expired' });
});

test('pictures in the hands of a worker that dies are tried again in a new one', async () => {
  const model = await load();
  const picture = await quarteredJpeg(['red', 'black', 'black', 'black']);
  const answers = Promise.all(Array.from({ length: 20 }, async () => await model.detect({ streamKey: 'a', picture })));
  await workers[0]?.terminate();
  expect((await answers).map(labelsOf)).toEqual(Array.from({ length: 20 }, () => ['red']));
  expect(workers).toHaveLength(2);
  expect((await metrics.expose()).text).toContain('component_errors_total{component="inference",code="E_INFERENCE_FAILED",stage="worker"} 1');
});

test('a picture over which a worker dies twice is refused; the pool works on', async () => {
  const model = await load();
  const picture = await quarteredJpeg(['red', 'black', 'black', 'black']);
  const doomed = model.detect({ streamKey: 'a', picture }).catch((error: unknown) => error);
  for (const death of [0, 1]) {
    await until(() => workers.length === death + 1);
    await holdRun(workers[death] as Worker);
    await workers[death]?.terminate();
  }
  expect(await doomed).toMatchObject({ code: 'E_INFERENCE_FAILED', retryable: false });
  expect(labelsOf(await model.detect({ streamKey: 'a', picture }))).toEqual(['red']);
});

test('one loaded model is shared, and unloaded with its last user', async () => {
  const first = await load();
  const second = await pool.load(await createModelStore(dataDir).find('quarters'));
  expect((await metrics.expose()).text).toContain('inference_sessions{model="quarters",device="cpu"} 1');
  first.release();
  const picture = await quarteredJpeg(['red', 'black', 'black', 'black']);
  expect(labelsOf(await second.detect({ streamKey: 'a', picture }))).toEqual(['red']);
  second.release();
  await expect(second.detect({ streamKey: 'a', picture })).rejects.toMatchObject({ code: 'E_INFERENCE_FAILED', retryable: true });
  expect((await metrics.expose()).text).toContain('inference_sessions{model="quarters",device="cpu"} 0');
});

test('a device that is not there is named and the CPU is used', async () => {
  const model = await load({ device: 'cuda' });
  expect(model.loaded.device).toBe('cpu');
  expect(model.loaded.fallbackReason).not.toBe('');
  const picture = await quarteredJpeg(['blue', 'black', 'black', 'black']);
  expect(labelsOf(await model.detect({ streamKey: 'a', picture }))).toEqual(['blue']);
});

test('a file that is no model is refused, and other models still load', async () => {
  const model = await load();
  const broken = await createModelStore(dataDir).find('quarters');
  const path = join(dataDir, 'broken.onnx');
  await writeFile(path, 'this is not a graph');
  await expect(pool.load({ ...broken, path, manifest: { ...broken.manifest, name: 'broken' } })).rejects.toMatchObject({ code: 'E_MODEL_INVALID' });
  const wrong = { ...broken.manifest, name: 'wrong', output: { ...broken.manifest.output, strides: [8] } };
  await expect(pool.load({ ...broken, manifest: wrong })).rejects.toThrow('A YOLOX output must be');
  const picture = await quarteredJpeg(['blue', 'black', 'black', 'black']);
  expect(labelsOf(await model.detect({ streamKey: 'a', picture }))).toEqual(['blue']);
});

test('workers that never live long enough to load a model are reported, not waited for', async () => {
  const kill = (worker: Worker): void => void worker.terminate();
  process.on('worker', kill);
  try {
    await expect(load()).rejects.toMatchObject({ code: 'E_MODEL_INVALID' });
  } finally {
    process.off('worker', kill);
  }
});

test('closing refuses what waits and can be done twice', async () => {
  const model = await load();
  const picture = await quarteredJpeg(['blue', 'black', 'black', 'black']);
  const waiting = Promise.allSettled(Array.from({ length: 30 }, async () => await model.detect({ streamKey: 'a', picture })));
  await pool.close();
  await pool.close();
  const refused = (await waiting).filter((result) => result.status === 'rejected');
  expect(refused.length).toBeGreaterThan(0);
  expect(pool.unhealthy()).toBe('The inference pool is closed.');
});
