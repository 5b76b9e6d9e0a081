import type { ModelManifest } from '../models/model-manifest.ts';
import type { RawDetection } from '../nms.ts';

/** One output of a model for one picture. */
export interface OutputTensor {
  name: string;
  /** Shape with a leading 1 where the graph has a batch dimension. */
  dims: readonly number[];
  /** Row-major values; integers of any width are converted to numbers. */
  data: ArrayLike<number>;
}

/** What a decoder needs besides the tensors. */
export interface DecodeContext {
  input: ModelManifest['input'];
  output: ModelManifest['output'];
  /** Number of labels of the model. */
  classes: number;
  /** Boxes below this are left out, 0 to 1. */
  minConfidence: number;
}

/** Turns the outputs of one picture into boxes in input pixels, in any order. @throws InvalidInputError `E_MODEL_INVALID` when shapes do not fit */
export type Decode = (outputs: readonly OutputTensor[], context: DecodeContext) => RawDetection[];

/** A layout of detector outputs. */
export interface Decoder {
  decode: Decode;
  /** True when overlapping boxes were merged inside the graph already. */
  suppressesNonMaxima: boolean;
}

/** Element of a tensor; 0 past the end, which a checked shape rules out. */
export function at(data: ArrayLike<number>, index: number): number {
  return data[index] ?? 0;
}

/** The logistic function. */
export function sigmoid(value: number): number {
  return 1 / (1 + Math.exp(-value));
}

/** Index and value of the largest of `count` elements from `start`. */
export function largest(data: ArrayLike<number>, start: number, count: number, step = 1): { index: number; value: number } {
  let index = 0;
  let value = at(data, start);
  for (let i = 1; i < count; i += 1) {
    const candidate = at(data, start + i * step);
    if (candidate > value) {
      value = candidate;
      index = i;
    }
  }
  return { index, value };
}
