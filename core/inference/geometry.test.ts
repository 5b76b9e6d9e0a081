import { expect, test } from 'vitest';

import { takeFairBatch } from './fair-batch.ts';
import { contentSize, placementOf, toSourcePixels } from './letterbox.ts';
import { coco90ToIndex, cocoLabels } from './models/coco-labels.ts';
import { modelManifestSchema } from './models/model-manifest.ts';
import { intersectionOverUnion, suppressNonMaxima } from './nms.ts';
import { createTensorPacker } from './pack-tensor.ts';

const input = (overrides: Record<string, unknown> = {}): ReturnType<typeof modelManifestSchema.shape.input.parse> =>
  modelManifestSchema.shape.input.parse({
    name: 'x',
    layout: 'nchw',
    dtype: 'float32',
    widthPx: 416,
    heightPx: 416,
    colour: 'rgb',
    resize: 'letterbox-top-left',
    ...overrides,
  });

test.each(['letterbox-top-left', 'letterbox-centre', 'stretch'])('a box goes through %s and back to the same source pixels', (resize) => {
  const source = { widthPx: 1920, heightPx: 1080 };
  const content = contentSize({ widthPx: 640, heightPx: 360 }, input({ resize }));
  const placement = placementOf(content, input({ resize }));
  const box = [100, 200, 700, 900] as const;
  const scaleX = content.widthPx / source.widthPx;
  const scaleY = content.heightPx / source.heightPx;
  const inside = [
    box[0] * scaleX + placement.leftPx,
    box[1] * scaleY + placement.topPx,
    box[2] * scaleX + placement.leftPx,
    box[3] * scaleY + placement.topPx,
  ] as const;
  const back = toSourcePixels(inside, placement, source);
  for (const [index, side] of box.entries()) expect(back?.[index]).toBeCloseTo(side, 6);
});

test('a letterbox keeps the shape of the picture and pads the rest', () => {
  expect(contentSize({ widthPx: 640, heightPx: 360 }, input())).toEqual({ widthPx: 416, heightPx: 234 });
  expect(contentSize({ widthPx: 360, heightPx: 640 }, input())).toEqual({ widthPx: 234, heightPx: 416 });
  expect(contentSize({ widthPx: 10_000, heightPx: 3 }, input())).toEqual({ widthPx: 416, heightPx: 1 });
  expect(placementOf({ widthPx: 416, heightPx: 234 }, input({ resize: 'letterbox-centre' }))).toMatchObject({ leftPx: 0, topPx: 91 });
});

test('boxes are clipped to the picture, and those beside it are dropped', () => {
  const placement = { leftPx: 0, topPx: 0, contentWidthPx: 100, contentHeightPx: 50 };
  const source = { widthPx: 200, heightPx: 100 };
  expect(toSourcePixels([-5, -5, 50, 60], placement, source)).toEqual([0, 0, 100, 100]);
  expect(toSourcePixels([10, 60, 20, 70], placement, source)).toBeUndefined();
});

test('of overlapping boxes of one class the most confident stays; other classes are not touched', () => {
  const box = (classIndex: number, confidence: number, x: number) => ({ classIndex, confidence, xyxyPx: [x, 0, x + 10, 10] as const });
  const kept = suppressNonMaxima([box(0, 0.6, 1), box(0, 0.9, 0), box(1, 0.5, 0), box(0, 0.3, 20)], 0.5, 100);
  expect(kept.map((detection) => [detection.classIndex, detection.confidence])).toEqual([
    [0, 0.9],
    [1, 0.5],
    [0, 0.3],
  ]);
  expect(suppressNonMaxima([box(0, 0.6, 100), box(0, 0.9, 0)], 0.5, 1)).toHaveLength(1);
  expect(intersectionOverUnion([0, 0, 10, 10], [5, 0, 15, 10])).toBeCloseTo(1 / 3, 6);
  expect(intersectionOverUnion([0, 0, 0, 0], [0, 0, 0, 0])).toBe(0);
});

test('pixels are packed by layout, colour order, padding and (x * scale - mean) / std', () => {
  const small = { widthPx: 16, heightPx: 16, padValue: 100, scale: 2, mean: [1, 2, 3], std: [1, 2, 4] };
  const placement = { leftPx: 1, topPx: 0, contentWidthPx: 1, contentHeightPx: 1 };
  const rgb = Uint8Array.of(10, 20, 30);
  const planes = new Float32Array(3 * 256);
  createTensorPacker(input({ ...small, colour: 'bgr' })).pack(planes, 0, rgb, placement);
  expect([planes[1], planes[256 + 1], planes[512 + 1]]).toEqual([59, 19, 4.25]);
  expect([planes[0], planes[256], planes[512]]).toEqual([199, 99, 49.25]);
  const pixels = new Uint8Array(2 * 3 * 256);
  const plain = { widthPx: 16, heightPx: 16, layout: 'nhwc', dtype: 'uint8', padValue: 7 };
  createTensorPacker(input(plain)).pack(pixels, 768, rgb, placement);
  expect([...pixels.subarray(768, 768 + 6)]).toEqual([7, 7, 7, 10, 20, 30]);
  expect(pixels[0]).toBe(0);
});

test('a batch takes the oldest pictures but not too many of one stream while others wait', () => {
  const queue = ['a', 'a', 'a', 'b', 'a', 'c'].map((streamKey, index) => ({ streamKey, index }));
  expect(takeFairBatch(queue, 4, 2).map((item) => item.index)).toEqual([0, 1, 3, 5]);
  expect(queue.map((item) => item.index)).toEqual([2, 4]);
  expect(takeFairBatch(queue, 4, 1).map((item) => item.index)).toEqual([2, 4]);
  expect(queue).toEqual([]);
});

test('COCO category ids map onto the 80 classes', () => {
  expect(cocoLabels).toHaveLength(80);
  expect(coco90ToIndex.filter((index) => index >= 0)).toEqual(cocoLabels.map((_, index) => index));
  expect(cocoLabels[coco90ToIndex[1 - 1] ?? -1]).toBe('person');
  expect(cocoLabels[coco90ToIndex[62 - 1] ?? -1]).toBe('chair');
  expect(cocoLabels[coco90ToIndex[90 - 1] ?? -1]).toBe('toothbrush');
});
