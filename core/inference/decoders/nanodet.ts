import { InvalidInputError } from '../../errors/app-error.ts';
import type { RawDetection } from '../nms.ts';
import { at, type DecodeContext, type Decoder, largest, type OutputTensor } from './decoder.ts';

/**
 * NanoDet (RangiLyu/nanodet, first generation): per stride a score tensor `float32[cells, classes]` (sigmoid in the graph) and a box tensor
 * `float32[cells, 4 * bins]`. Each side's distance from the cell's point is the softmax expectation over its bins times the stride
 * (distribution focal loss, Li et al. 2020); the point is `(g + 0.5) * stride - 0.5`. Output names mislead in public exports, so tensors
 * are matched by shape.
 */
export const nanodet: Decoder = { suppressesNonMaxima: false, decode };

function decode(outputs: readonly OutputTensor[], context: DecodeContext): RawDetection[] {
  return context.output.strides.flatMap((stride) => decodeStride(outputs, context, stride));
}

function decodeStride(outputs: readonly OutputTensor[], context: DecodeContext, stride: number): RawDetection[] {
  const columns = Math.ceil(context.input.widthPx / stride);
  const cells = columns * Math.ceil(context.input.heightPx / stride);
  const ofStride = outputs.filter((tensor) => tensor.dims.at(-2) === cells);
  const scores = ofStride.find((tensor) => tensor.dims.at(-1) === context.classes);
  const boxes = ofStride.find((tensor) => tensor !== scores && (tensor.dims.at(-1) ?? 0) % 4 === 0);
  const bins = (boxes?.dims.at(-1) ?? 0) / 4;
  if (scores === undefined || boxes === undefined || bins < 2) {
    const found = outputs.map((tensor) => `[${tensor.dims.join(',')}]`).join(' ');
    throw new InvalidInputError(
      'E_MODEL_INVALID',
      `NanoDet outputs for stride ${stride} must be [${cells},${context.classes}] and [${cells},4*bins]; the model gave ${found}.`,
    );
  }
  const found: RawDetection[] = [];
  for (let cell = 0; cell < cells; cell += 1) {
    const best = largest(scores.data, cell * context.classes, context.classes);
    if (best.value < context.minConfidence) continue;
    const x = ((cell % columns) + 0.5) * stride - 0.5;
    const y = (Math.floor(cell / columns) + 0.5) * stride - 0.5;
    const side = (number: number): number => expectation(boxes.data, (cell * 4 + number) * bins, bins) * stride;
    found.push({ classIndex: best.index, confidence: best.value, xyxyPx: [x - side(0), y - side(1), x + side(2), y + side(3)] });
  }
  return found;
}

/** Mean bin number under the softmax of `bins` logits. */
function expectation(data: ArrayLike<number>, start: number, bins: number): number {
  const peak = largest(data, start, bins).value;
  let weights = 0;
  let sum = 0;
  for (let bin = 0; bin < bins; bin += 1) {
    const weight = Math.exp(at(data, start + bin) - peak);
    weights += weight;
    sum += weight * bin;
  }
  return sum / weights;
}
