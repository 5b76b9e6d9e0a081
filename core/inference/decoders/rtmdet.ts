import { InvalidInputError } from '../../errors/app-error.ts';
import type { RawDetection } from '../nms.ts';
import { at, type DecodeContext, type Decoder, type OutputTensor } from './decoder.ts';

/**
 * RTMDet as MMDeploy exports it (Lyu et al. 2022), suppression inside the graph: `dets` `float32[1, n, 5]` as x1, y1, x2, y2, score in
 * input pixels and `labels` `int64[1, n]`.
 */
export const rtmdet: Decoder = { suppressesNonMaxima: true, decode };

function decode(outputs: readonly OutputTensor[], context: DecodeContext): RawDetection[] {
  const boxes = outputs.find((tensor) => tensor.dims.length === 3 && tensor.dims[2] === 5);
  const labels = outputs.find((tensor) => tensor.dims.length === 2);
  if (boxes === undefined || labels === undefined) {
    const found = outputs.map((tensor) => `${tensor.name} [${tensor.dims.join(',')}]`).join(', ');
    throw new InvalidInputError('E_MODEL_INVALID', `RTMDet outputs must be dets [1,n,5] and labels [1,n]; the model gave ${found}.`);
  }
  const found: RawDetection[] = [];
  for (let row = 0; row < (boxes.dims[1] ?? 0); row += 1) {
    const value = (position: number): number => at(boxes.data, row * 5 + position);
    const confidence = value(4);
    const classIndex = at(labels.data, row);
    if (confidence < context.minConfidence || classIndex < 0) continue;
    found.push({ classIndex, confidence, xyxyPx: [value(0), value(1), value(2), value(3)] });
  }
  return found;
}
