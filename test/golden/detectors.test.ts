import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { inferenceConfigSchema } from '../../core/inference/inference-config.ts';
import { createInferencePool, type InferencePool, type ModelHandle } from '../../core/inference/inference-pool.ts';
import { addModel } from '../../core/inference/models/add-model.ts';
import { checkModel } from '../../core/inference/models/check-model.ts';
import { cocoLabels } from '../../core/inference/models/coco-labels.ts';
import { createModelStore } from '../../core/inference/models/model-store.ts';
import { intersectionOverUnion } from '../../core/inference/nms.ts';
import { pictureSize } from '../../core/inference/picture-decoder.ts';
import type { DetectionBox } from '../../core/inference/worker-protocol.ts';
import { createLogger } from '../../core/log/logger.ts';
import { createMetrics } from '../../core/metrics/metrics.ts';
import { systemClock } from '../../core/time/clock.ts';
import { asset, haveAssets } from '../support/model-fixtures.ts';

/** Public detectors, and the share of large labelled objects of coco64 that each must find (measured, less a margin). */
const detectors = [
  { name: 'yolox', file: 'yolox_nano_416.onnx', leastRecall: 0.6 },
  { name: 'nanodet', file: 'nanodet_m_320.onnx', leastRecall: 0.6 },
  { name: 'fastestdet', file: 'fastestdet_352.onnx', leastRecall: 0.6 },
  { name: 'ssd', file: 'ssd_mobilenet_v1_coco_300_int8.onnx', leastRecall: 0.6 },
] as const;

interface Label {
  label: string;
  xyxyPx: readonly [number, number, number, number];
}

describe.skipIf(!haveAssets)('public detectors on real pictures (needs ../shared/assets)', () => {
  let dataDir: string;
  let pool: InferencePool;

  beforeAll(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'sightline-test-'));
    const deps = { log: createLogger({ level: 'silent' }), metrics: createMetrics(), clock: systemClock };
    pool = createInferencePool(inferenceConfigSchema.parse({}), deps);
  });

  afterAll(async () => {
    await pool.close();
    await rm(dataDir, { recursive: true, force: true });
  });

  async function load(name: string, file: string, labels?: readonly string[]): Promise<ModelHandle> {
    await addModel({ file: asset('models', file), name, dataDir, replace: true, ...(labels === undefined ? {} : { labels }) });
    return await pool.load(await createModelStore(dataDir).find(name));
  }

  async function detect(model: ModelHandle, minConfidence: number | undefined, ...path: string[]): Promise<DetectionBox[]> {
    const picture = await readFile(asset('images', ...path));
    const result = await model.detect({ streamKey: path.join('/'), picture, ...(minConfidence === undefined ? {} : { minConfidence }) });
    return result.kind === 'detected' ? result.boxes : [];
  }

  test.each(detectors)('$name finds the truck, the people in the street and the cat', async ({ name, file }) => {
    const model = await load(name, file);
    const truck = await detect(model, undefined, 'sam2', 'sam_truck.jpg');
    expect(truck[0]?.label).toBe('truck');
    expect(intersectionOverUnion(truck[0]?.xyxyPx ?? [0, 0, 0, 0], [85, 274, 1712, 854])).toBeGreaterThan(0.85);
    const street = await detect(model, undefined, 'jetson', 'peds_0.jpg');
    expect(street.filter((box) => box.label === 'person').length).toBeGreaterThanOrEqual(3);
    const cat = await detect(model, undefined, 'jetson', 'cat_0.jpg');
    expect(cat[0]?.label).toBe('cat');
    expect(cat.map((box) => box.label)).toContain('bottle');
  });

  test('a person detector gets its class name from the user', async () => {
    const model = await load('people', 'rtmdet_nano_person_320.onnx', ['person']);
    const street = await detect(model, undefined, 'jetson', 'peds_0.jpg');
    expect(street.filter((box) => box.label === 'person').length).toBeGreaterThanOrEqual(4);
  });

  test.each(detectors)('$name finds the large labelled objects of coco64 where the labels say', async ({ name, file, leastRecall }) => {
    const model = await load(name, file);
    let wanted = 0;
    let found = 0;
    const files = (await readdir(asset('images', 'coco64', 'images'))).toSorted();
    const outcomes = await Promise.all(
      files.map(async (picture) => ({ boxes: await detect(model, 0.3, 'coco64', 'images', picture), labels: await labelsOf(picture) })),
    );
    for (const { boxes, labels } of outcomes) {
      for (const label of labels) {
        wanted += 1;
        if (boxes.some((box) => box.label === label.label && intersectionOverUnion(box.xyxyPx, label.xyxyPx) > 0.5)) found += 1;
      }
    }
    process.stdout.write(`${name}: ${found} of ${wanted} large objects found at confidence 0.3 and IoU 0.5\n`);
    expect(wanted).toBeGreaterThan(50);
    expect(found / wanted).toBeGreaterThan(leastRecall);
  });
});

/** Labelled objects that cover at least 5 % of their picture; small ones are beyond nano models. */
async function labelsOf(picture: string): Promise<Label[]> {
  const { widthPx, heightPx } = await pictureSize(await readFile(asset('images', 'coco64', 'images', picture)));
  const text = await readFile(asset('images', 'coco64', 'labels', picture.replace('.jpg', '.txt')), 'utf8').catch(() => '');
  return text
    .split('\n')
    .filter((line) => line.trim() !== '')
    .flatMap((line) => {
      const [index = 0, x = 0, y = 0, width = 0, height = 0] = line.trim().split(/\s+/).map(Number);
      if (width * height < 0.05) return [];
      const half = [(width / 2) * widthPx, (height / 2) * heightPx] as const;
      const xyxyPx = [x * widthPx - half[0], y * heightPx - half[1], x * widthPx + half[0], y * heightPx + half[1]] as const;
      return [{ label: cocoLabels[index] ?? '', xyxyPx }];
    });
}

test('the shipped model finds what its golden picture holds', async () => {
  const model = await createModelStore('data').find('broadcast-graphics');
  const { findings, ok } = await checkModel(model, { log: createLogger({ level: 'silent' }), clock: systemClock });
  expect({ ok, findings }).toMatchObject({ ok: true });
});
