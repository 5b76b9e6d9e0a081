import { InvalidInputError, messageOf } from '../errors/app-error.ts';
import type { OutputTensor } from './decoders/decoder.ts';
import { decoders } from './decoders/registry.ts';
import { toSourcePixels } from './letterbox.ts';
import type { ModelManifest } from './models/model-manifest.ts';
import { bestFirst, suppressNonMaxima } from './nms.ts';
import type { OnnxSession } from './onnx-session.ts';
import { createTensorPacker, type TensorValues } from './pack-tensor.ts';
import type { DetectionBox, ItemOutcome, RunItem } from './worker-protocol.ts';

/** A detector in memory: pixels in, boxes out. Belongs to one thread. */
export interface DetectionModel {
  /** True when the graph takes several pictures at once. */
  readonly batches: boolean;
  /** Runs pictures; one outcome each, in order. A failure of the graph is an outcome, never thrown. */
  run(items: readonly RunItem[]): Promise<ItemOutcome[]>;
}

/** Joins a session and its manifest into a detector. @throws InvalidInputError `E_MODEL_INVALID` when the graph does not fit the manifest */
export function createDetectionModel(session: OnnxSession, manifest: ModelManifest): DetectionModel {
  const { input } = manifest;
  const graphInput = session.inputs.find((candidate) => candidate.name === input.name);
  if (graphInput === undefined || graphInput.type !== input.dtype) {
    const found = session.inputs.map((candidate) => `${candidate.name} (${candidate.type})`).join(', ');
    throw new InvalidInputError(
      'E_MODEL_INVALID',
      `Model ${manifest.name}: input ${input.name} (${input.dtype}) is not in the graph; it has ${found}.`,
    );
  }
  const batches = typeof graphInput.dims[0] === 'string';
  const packer = createTensorPacker(input);
  const memory = createTensorMemory(input.dtype, packer.elements);
  const picture = input.layout === 'nchw' ? [3, input.heightPx, input.widthPx] : [input.heightPx, input.widthPx, 3];

  async function runTogether(items: readonly RunItem[]): Promise<ItemOutcome[]> {
    const values = memory(items.length);
    items.forEach((item, index) => packer.pack(values, index * packer.elements, new Uint8Array(item.pixels), item.placement));
    const outputs = await session.run(input.name, values, [items.length, ...picture]);
    return items.map((item, index) => ({ ok: true, boxes: boxesOf(pictureOutputs(outputs, index, items.length), manifest, item) }));
  }

  async function runOne(item: RunItem): Promise<ItemOutcome> {
    try {
      return (await runTogether([item]))[0] as ItemOutcome;
    } catch (error) {
      return { ok: false, message: messageOf(error) };
    }
  }

  return {
    batches,
    async run(items) {
      if (batches && items.length > 1) {
        try {
          return await runTogether(items);
        } catch {
          // One picture may have spoilt the batch: each gets its own run below.
        }
      }
      const outcomes: ItemOutcome[] = [];
      for (const item of items) outcomes.push(await runOne(item));
      return outcomes;
    },
  };
}

/** Boxes of one picture from its outputs: decode, suppress, map to the source picture, clip; best first. */
function boxesOf(outputs: readonly OutputTensor[], manifest: ModelManifest, item: Omit<RunItem, 'pixels'>): DetectionBox[] {
  const decoder = decoders[manifest.output.decoder];
  const context = { input: manifest.input, output: manifest.output, classes: manifest.labels.length, minConfidence: item.minConfidence };
  const raw = decoder.decode(outputs, context).filter((detection) => detection.xyxyPx.every(Number.isFinite));
  const merged = decoder.suppressesNonMaxima
    ? bestFirst(raw).slice(0, item.maxDetections)
    : suppressNonMaxima(raw, manifest.output.nmsIou, item.maxDetections);
  return merged.flatMap((detection) => {
    const xyxyPx = toSourcePixels(detection.xyxyPx, item.placement, item.source);
    if (xyxyPx === undefined) return [];
    const label = manifest.labels[detection.classIndex] ?? `class-${detection.classIndex}`;
    return [{ label, confidence: Math.min(1, Math.max(0, detection.confidence)), xyxyPx }];
  });
}

/** The outputs of one picture out of a batch. */
function pictureOutputs(outputs: readonly OutputTensor[], index: number, count: number): readonly OutputTensor[] {
  if (count === 1) return outputs;
  return outputs.map((output) => {
    if (output.dims[0] !== count) throw new InvalidInputError('E_MODEL_INVALID', `Output ${output.name} does not follow the batch size.`);
    const size = output.data.length / count;
    const data = Array.isArray(output.data)
      ? output.data.slice(index * size, (index + 1) * size)
      : (output.data as Float32Array).subarray(index * size, (index + 1) * size);
    return { name: output.name, dims: [1, ...output.dims.slice(1)], data };
  });
}

/** Input memory that is kept between runs and grows to the largest batch. */
function createTensorMemory(dtype: 'float32' | 'uint8', elements: number): (pictures: number) => TensorValues {
  let memory: TensorValues = new Uint8Array(0);
  return (pictures) => {
    const size = pictures * elements;
    if (memory.length < size) memory = dtype === 'uint8' ? new Uint8Array(size) : new Float32Array(size);
    return memory.subarray(0, size);
  };
}
