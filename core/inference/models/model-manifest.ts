import { z } from 'zod';
import { parse as parseYaml, stringify as toYaml } from 'yaml';

import { InvalidInputError } from '../../errors/app-error.ts';

/** Names of the output layouts that can be decoded; each is one file in core/inference/decoders. */
const decoderNames = ['yolox', 'nanodet', 'ssd', 'fastestdet', 'rtmdet'] as const;

/** Name of an output layout. */
export type DecoderName = (typeof decoderNames)[number];

const threeNumbers = z.tuple([z.number(), z.number(), z.number()]);
const sidePx = z.int().min(16).max(8192);

const inputSchema = z.strictObject({
  name: z.string().min(1).describe('Name of the graph input.'),
  layout: z.enum(['nchw', 'nhwc']).describe('Order of the dimensions of the input tensor.'),
  dtype: z.enum(['float32', 'uint8']).describe('Element type of the input tensor.'),
  widthPx: sidePx.describe('Width of the input picture, pixels.'),
  heightPx: sidePx.describe('Height of the input picture, pixels.'),
  colour: z.enum(['rgb', 'bgr']).describe('Order of the colour channels.'),
  resize: z
    .enum(['letterbox-top-left', 'letterbox-centre', 'stretch'])
    .describe('How a picture of another shape is brought to the input size: padded right and below, padded on both sides, or stretched.'),
  padValue: z.number().min(0).max(255).default(114).describe('Value of padding, 0 to 255, before scale, mean and std.'),
  scale: z.number().default(1).describe('Each value x (0 to 255) becomes (x * scale - mean) / std, per channel in the order of `colour`.'),
  mean: threeNumbers.default([0, 0, 0]).describe('Subtracted per channel after `scale`.'),
  std: threeNumbers
    .refine((values) => values.every((value) => value !== 0), { error: 'std must not hold 0' })
    .default([1, 1, 1])
    .describe('Divisor per channel.'),
});

const outputSchema = z.strictObject({
  decoder: z.enum(decoderNames).describe('Layout of the output tensors.'),
  nmsIou: z.number().min(0).max(1).default(0.5).describe('Boxes of one class that overlap more than this (intersection over union) are merged.'),
  confidenceThreshold: z.number().min(0).max(1).default(0.3).describe('Detections below this confidence are left out unless a processor asks otherwise.'),
  strides: z.array(z.int().min(1).max(512)).min(1).max(8).default([8, 16, 32]).describe('Grid strides of the output rows, pixels, in their order.'),
  classIds: z
    .enum(['labels', 'coco90'])
    .default('labels')
    .describe('What a class number means: an index into `labels`, or a COCO category id (1 to 90) minus 1.'),
});

const goldenSchema = z.strictObject({
  input: z.string().min(1).describe('Picture file inside the model folder.'),
  expected: z
    .array(
      z.strictObject({
        label: z.string(),
        confidence: z.number().min(0).max(1),
        xyxyPx: z.tuple([z.number(), z.number(), z.number(), z.number()]).describe('Box in pixels of the golden picture.'),
      }),
    )
    .describe('Detections that must be found, best first.'),
  tolerances: z
    .strictObject({
      confidence: z.number().min(0).max(1).default(0.05).describe('Largest difference of a confidence.'),
      boxPx: z.number().min(0).default(4).describe('Largest difference of a box side, pixels; a box that overlaps the expected one by 75 % (IoU) fits too.'),
    })
    .prefault({}),
});

/** Schema of `model.yaml`, the description of one model in its folder. Unknown keys are refused. */
export const modelManifestSchema = z.strictObject({
  name: z
    .string()
    .regex(/^[a-z0-9][a-z0-9._-]{0,63}$/i, { error: 'expected 1 to 64 letters, digits, ".", "_" or "-", beginning with a letter or digit' })
    .describe('Name of the model; also the name of its folder.'),
  version: z.coerce.string().min(1).max(64).describe('Version; part of what events say and of their ids.'),
  description: z.string().default('').describe('One sentence for people.'),
  task: z.enum(['detect']).describe('What the model does.'),
  file: z.string().min(1).describe('ONNX file inside the model folder.'),
  sha256: z
    .string()
    .regex(/^[0-9a-f]{64}$/, { error: 'expected 64 lower-case hex digits' })
    .describe('SHA-256 of the file.'),
  sizeBytes: z.int().positive().describe('Size of the file, bytes.'),
  licence: z.string().default('').describe('Licence of the weights.'),
  source: z.string().default('').describe('Where the model comes from.'),
  input: inputSchema,
  output: outputSchema,
  labels: z.array(z.string().min(1).max(128)).min(1).max(10_000).describe('Class names in the order of the class numbers.'),
  golden: goldenSchema.optional().describe('A picture and what must be found in it; run by `sightline models check`.'),
  accuracy: z.record(z.string(), z.unknown()).optional().describe('Measured accuracy, free form.'),
});

/** A parsed `model.yaml`. */
export type ModelManifest = z.output<typeof modelManifestSchema>;

/**
 * Parses and validates the text of a `model.yaml`.
 *
 * @param where names the file in the message
 * @throws InvalidInputError `E_MODEL_INVALID`, every problem in one message
 */
export function parseModelManifest(text: string, where: string): ModelManifest {
  let document: unknown;
  try {
    document = parseYaml(text, { maxAliasCount: 16 });
  } catch (error) {
    throw new InvalidInputError('E_MODEL_INVALID', `${where} is not valid YAML.`, { cause: error });
  }
  const parsed = modelManifestSchema.safeParse(document);
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map((issue) => `${issue.path.join('.') || '(top level)'}: ${issue.message}`);
  throw new InvalidInputError('E_MODEL_INVALID', `${where} does not describe a model: ${problems.join('; ')}.`, { details: { problems } });
}

/** Text of a `model.yaml` for a manifest. */
export function formatModelManifest(manifest: ModelManifest): string {
  return toYaml(manifest, { lineWidth: 140 });
}
