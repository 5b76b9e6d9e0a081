import { InvalidInputError } from '../../errors/app-error.ts';
import type { RawDetection } from '../nms.ts';
import { coco90ToIndex } from '../models/coco-labels.ts';
import { at, type DecodeContext, type Decoder, type OutputTensor } from './decoder.ts';

/**
 * SSD with suppression inside the graph (TFLite_Detection_PostProcess): boxes `float32[1, n, 4]` as ymin, xmin, ymax, xmax in 0 to 1 of
 * the input, class numbers `[1, n]`, scores `[1, n]`, count `[1]`. With `classIds: coco90` a class number is a COCO category id minus 1.
 */
export const ssd: Decoder = { suppressesNonMaxima: true, decode };

function decode(outputs: readonly OutputTensor[], context: DecodeContext): RawDetection[] {
  const { boxes, classes, scores, count } = partsOf(outputs);
  const rows = Math.min(boxes.dims.at(-2) ?? 0, scores.data.length, Math.max(0, Math.round(at(count.data, 0))));
  const found: RawDetection[] = [];
  for (let row = 0; row < rows; row += 1) {
    const confidence = at(scores.data, row);
    const number = Math.round(at(classes.data, row));
    const classIndex = context.output.classIds === 'coco90' ? (coco90ToIndex[number] ?? -1) : number;
    if (confidence < context.minConfidence || classIndex < 0) continue;
    const side = (position: number, lengthPx: number): number => at(boxes.data, row * 4 + position) * lengthPx;
    const { widthPx, heightPx } = context.input;
    found.push({ classIndex, confidence, xyxyPx: [side(1, widthPx), side(0, heightPx), side(3, widthPx), side(2, heightPx)] });
  }
  return found;
}

/** The four outputs: by shape, and the two lists by their names where those tell, else in TFLite's order (classes, then scores). */
function partsOf(outputs: readonly OutputTensor[]): Record<'boxes' | 'classes' | 'scores' | 'count', OutputTensor> {
  const boxes = outputs.find((tensor) => tensor.dims.length === 3 && tensor.dims[2] === 4);
  const count = outputs.find((tensor) => tensor !== boxes && tensor.data.length === 1 && tensor.dims.length <= 1);
  const lists = outputs.filter((tensor) => tensor !== boxes && tensor !== count);
  const named = lists.find((tensor) => /score/i.test(tensor.name));
  const scores = named ?? lists[1];
  const classes = lists.find((tensor) => tensor !== scores);
  if (boxes === undefined || count === undefined || scores === undefined || classes === undefined) {
    const found = outputs.map((tensor) => `${tensor.name} [${tensor.dims.join(',')}]`).join(', ');
    throw new InvalidInputError(
      'E_MODEL_INVALID',
      `SSD outputs must be boxes [1,n,4], classes [1,n], scores [1,n], count [1]; the model gave ${found}.`,
    );
  }
  return { boxes, classes, scores, count };
}
