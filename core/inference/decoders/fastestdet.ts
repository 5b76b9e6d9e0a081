import { InvalidInputError } from '../../errors/app-error.ts';
import type { RawDetection } from '../nms.ts';
import { at, type DecodeContext, type Decoder, largest, type OutputTensor, sigmoid } from './decoder.ts';

/**
 * FastestDet (dog-qiuqiu/FastestDet): one output `float32[1, 5 + classes, rows, columns]`. Channel 0 objectness, 1 to 4 box, then class
 * probabilities. Confidence `obj^0.6 * class^0.4`; centre `(g + tanh(b)) / cells`, size `sigmoid(b)`, all fractions of the picture.
 */
export const fastestdet: Decoder = { suppressesNonMaxima: false, decode };

function decode(outputs: readonly OutputTensor[], context: DecodeContext): RawDetection[] {
  const output = outputs[0];
  const [, channels = 0, rows = 0, columns = 0] = output?.dims ?? [];
  if (output === undefined || output.dims.length !== 4 || channels !== 5 + context.classes) {
    const found = outputs.map((tensor) => `[${tensor.dims.join(',')}]`).join(' ');
    throw new InvalidInputError('E_MODEL_INVALID', `A FastestDet output must be [1,${5 + context.classes},rows,columns]; the model gave ${found}.`);
  }
  const { widthPx, heightPx } = context.input;
  const cells = rows * columns;
  const found: RawDetection[] = [];
  for (let cell = 0; cell < cells; cell += 1) {
    const value = (channel: number): number => at(output.data, channel * cells + cell);
    const best = largest(output.data, 5 * cells + cell, context.classes, cells);
    const confidence = Math.max(0, value(0)) ** 0.6 * Math.max(0, best.value) ** 0.4;
    if (confidence < context.minConfidence) continue;
    const centreX = (((cell % columns) + Math.tanh(value(1))) / columns) * widthPx;
    const centreY = ((Math.floor(cell / columns) + Math.tanh(value(2))) / rows) * heightPx;
    const halfWidth = (sigmoid(value(3)) * widthPx) / 2;
    const halfHeight = (sigmoid(value(4)) * heightPx) / 2;
    const xyxyPx = [centreX - halfWidth, centreY - halfHeight, centreX + halfWidth, centreY + halfHeight] as const;
    found.push({ classIndex: best.index, confidence, xyxyPx });
  }
  return found;
}
