import { expect, test } from 'vitest';

import { modelManifestSchema } from '../models/model-manifest.ts';
import type { DecodeContext, OutputTensor } from './decoder.ts';
import { decoders } from './registry.ts';

/** Context of a decoder for a 64x32 input. */
function context(decoder: keyof typeof decoders, classes: number, output: Record<string, unknown> = {}): DecodeContext {
  const manifest = modelManifestSchema.shape;
  return {
    input: manifest.input.parse({ name: 'x', layout: 'nchw', dtype: 'float32', widthPx: 64, heightPx: 32, colour: 'rgb', resize: 'stretch' }),
    output: manifest.output.parse({ decoder, ...output }),
    classes,
    minConfidence: 0.3,
  };
}

function tensor(dims: number[], values: Record<number, number> = {}, name = 'output'): OutputTensor {
  const data = new Float32Array(dims.reduce((product, dim) => product * dim, 1));
  for (const [index, value] of Object.entries(values)) data[Number(index)] = value;
  return { name, dims, data };
}

const rounded = (values: readonly number[]): number[] => values.map((value) => Math.round(value * 100) / 100);

test('YOLOX: the row of a cell gives centre, size and confidence on the grid of its stride', () => {
  // Strides 16 and 32 of a 64x32 input: 4x2 cells, then 2x1; row 9 is the second cell of stride 32.
  const row = (number: number, values: readonly number[]): [number, number][] => values.map((value, index) => [number * 7 + index, value]);
  const values = Object.fromEntries([
    ...row(5, [0.5, 0.25, Math.log(2), Math.log(0.5), 0.9, 0.1, 1]),
    ...row(9, [0.5, 0.5, 0, 0, 0.5, 0.8, 0.2]),
    ...row(2, [0, 0, 0, 0, 0.5, 0.5, 0.5]),
  ]);
  const found = decoders.yolox.decode([tensor([1, 10, 7], values)], context('yolox', 2, { strides: [16, 32] }));
  expect(found.map((box) => [box.classIndex, Math.round(box.confidence * 100) / 100, rounded(box.xyxyPx)])).toEqual([
    [1, 0.9, [(1 + 0.5) * 16 - 16, (1 + 0.25) * 16 - 4, (1 + 0.5) * 16 + 16, (1 + 0.25) * 16 + 4]],
    [0, 0.4, [32, 0, 64, 32]],
  ]);
});

test('YOLOX: an output of another shape is refused with both shapes', () => {
  const decode = (): unknown => decoders.yolox.decode([tensor([1, 9, 7])], context('yolox', 2, { strides: [16, 32] }));
  expect(decode).toThrow('A YOLOX output must be [1,10,7]; the model gave [1,9,7].');
});

test('NanoDet: sides are the expected bin times the stride, whatever the outputs are called', () => {
  const bins = 8;
  const cell = 2;
  const boxes = tensor([2, 4 * bins], {}, 'cls_score1');
  const data = boxes.data as Float32Array;
  // Sides left, top, right, bottom: all weight on bins 1, 0, 2; the last half on 0 and half on 1.
  for (const [side, bin] of [0, 1, 2].entries()) data[side === 1 ? bins * side : bins * side + (side === 0 ? 1 : bin)] = 50;
  data[bins * 3] = 50;
  data[bins * 3 + 1] = 50;
  const scores = tensor([2, 3], { 1: 0.7 }, 'bbox_pred0');
  const found = decoders.nanodet.decode([boxes, scores], context('nanodet', 3, { strides: [32] }));
  const centre = 0.5 * 32 - 0.5;
  expect(found.map((box) => [box.classIndex, rounded(box.xyxyPx)])).toEqual([[1, [centre - 32, centre, centre + 64, centre + 16]]]);
  expect(cell).toBe(scores.dims[0]);
});

test('SSD: COCO category numbers become class indices, fractions become pixels, rows past the count are ignored', () => {
  const outputs = [
    tensor([1, 3, 4], { 0: 0.25, 1: 0.5, 2: 1, 3: 0.75, 4: 0, 5: 0, 6: 1, 7: 1, 8: 0, 9: 0, 10: 1, 11: 1 }, 'boxes'),
    tensor([1, 3], { 0: 89, 1: 11, 2: 0 }, 'classes'),
    tensor([1, 3], { 0: 0.8, 1: 0.9, 2: 0.9 }, 'scores'),
    tensor([1], { 0: 2 }, 'count'),
  ];
  const found = decoders.ssd.decode(outputs, context('ssd', 80, { classIds: 'coco90' }));
  // 89 is category 90 (toothbrush, the 80th class); 11 is category 12, which no class has.
  expect(found.map((box) => [box.classIndex, rounded(box.xyxyPx)])).toEqual([[79, [32, 8, 48, 32]]]);
});

test('SSD: scores and classes are told apart by name when the names say so', () => {
  const outputs = [
    tensor([1, 1, 4], { 2: 1, 3: 1 }, 'detection_boxes'),
    tensor([1, 1], { 0: 0.9 }, 'detection_scores'),
    tensor([1, 1], { 0: 3 }, 'detection_classes'),
    tensor([1], { 0: 1 }, 'num_detections'),
  ];
  const [box] = decoders.ssd.decode(outputs, context('ssd', 5));
  expect([box?.classIndex, Math.round((box?.confidence ?? 0) * 10)]).toEqual([3, 9]);
});

test('FastestDet: confidence mixes objectness and class, boxes are fractions of the picture', () => {
  // 4x2 cells; cell 6 is column 2, line 1.
  const cells = 8;
  const output = tensor([1, 7, 2, 4], { [6]: 0.9, [cells + 6]: 0.5, [2 * cells + 6]: -0.5, [5 * cells + 6]: 0.2, [6 * cells + 6]: 0.8 });
  const [box, ...others] = decoders.fastestdet.decode([output], context('fastestdet', 2));
  expect(others).toEqual([]);
  expect(box?.classIndex).toBe(1);
  expect(box?.confidence).toBeCloseTo(0.9 ** 0.6 * 0.8 ** 0.4, 5);
  const centreX = ((2 + Math.tanh(0.5)) / 4) * 64;
  const centreY = ((1 + Math.tanh(-0.5)) / 2) * 32;
  expect(rounded(box?.xyxyPx ?? [])).toEqual(rounded([centreX - 16, centreY - 8, centreX + 16, centreY + 8]));
});

test('RTMDet: boxes are taken as they are, padding rows are left out', () => {
  const dets = tensor([1, 3, 5], { 0: 1, 1: 2, 2: 3, 3: 4, 4: 0.9, 5: 5, 6: 6, 7: 7, 8: 8, 9: 0.1, 14: 0.9 }, 'dets');
  const labels = { name: 'labels', dims: [1, 3], data: [1, 0, -1] };
  const found = decoders.rtmdet.decode([dets, labels], context('rtmdet', 2));
  expect(found.map((box) => [box.classIndex, rounded(box.xyxyPx)])).toEqual([[1, [1, 2, 3, 4]]]);
});
