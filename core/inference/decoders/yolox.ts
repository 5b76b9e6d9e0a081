import { InvalidInputError } from '../../errors/app-error.ts';
import type { RawDetection } from '../nms.ts';
import { at, type DecodeContext, type Decoder, largest, type OutputTensor } from './decoder.ts';

/**
 * YOLOX (Ge et al. 2021, demo/ONNXRuntime of its repository): one output `float32[1, rows, 5 + classes]`; the rows run through the grids of
 * the strides, row-major. Centre `(o0 + gx) * s, (o1 + gy) * s`, size `exp(o2) * s, exp(o3) * s`, confidence `o4 * max(o5...)`;
 * the sigmoids are in the graph.
 */
export const yolox: Decoder = { suppressesNonMaxima: false, decode };

function decode(outputs: readonly OutputTensor[], context: DecodeContext): RawDetection[] {
  const output = outputs[0];
  const width = output?.dims.at(-1) ?? 0;
  const rows = output?.dims.at(-2) ?? 0;
  const expected = rowsOf(context);
  if (output === undefined || width !== 5 + context.classes || rows !== expected) {
    const found = outputs.map((tensor) => `[${tensor.dims.join(',')}]`).join(' ');
    throw new InvalidInputError('E_MODEL_INVALID', `A YOLOX output must be [1,${expected},${5 + context.classes}]; the model gave ${found}.`);
  }
  const found: RawDetection[] = [];
  let row = 0;
  for (const stride of context.output.strides) {
    const columns = Math.floor(context.input.widthPx / stride);
    const lines = Math.floor(context.input.heightPx / stride);
    for (let cell = 0; cell < columns * lines; cell += 1, row += 1) {
      const start = row * width;
      const objectness = at(output.data, start + 4);
      if (objectness < context.minConfidence) continue;
      const best = largest(output.data, start + 5, context.classes);
      const confidence = objectness * best.value;
      if (confidence < context.minConfidence) continue;
      const centreX = (at(output.data, start) + (cell % columns)) * stride;
      const centreY = (at(output.data, start + 1) + Math.floor(cell / columns)) * stride;
      const halfWidth = (Math.exp(at(output.data, start + 2)) * stride) / 2;
      const halfHeight = (Math.exp(at(output.data, start + 3)) * stride) / 2;
      const xyxyPx = [centreX - halfWidth, centreY - halfHeight, centreX + halfWidth, centreY + halfHeight] as const;
      found.push({ classIndex: best.index, confidence, xyxyPx });
    }
  }
  return found;
}

/** Rows of the output: grid cells of all strides. */
function rowsOf(context: DecodeContext): number {
  const cells = context.output.strides.map((stride) => Math.floor(context.input.widthPx / stride) * Math.floor(context.input.heightPx / stride));
  return cells.reduce((sum, count) => sum + count, 0);
}
