import type { ValueInfo } from '../onnx-session.ts';
import type { OutputTensor } from '../decoders/decoder.ts';
import type { DecoderName, ModelManifest } from './model-manifest.ts';

/** What is known of a graph after a dummy run. */
export interface GraphFacts {
  input: ValueInfo;
  widthPx: number;
  heightPx: number;
  /** Outputs of a run on a black picture. */
  outputs: readonly OutputTensor[];
}

/** A recognised graph. */
export interface RecognisedDetector {
  decoder: DecoderName;
  /** What a person calls it. */
  title: string;
  /** Number of classes, when the graph shows it. */
  classes: number | undefined;
  /** How pictures must be prepared; the graph does not say, so it is what the family's own code does. */
  input: Pick<ModelManifest['input'], 'colour' | 'resize' | 'padValue' | 'scale' | 'mean' | 'std'>;
  output: Omit<ModelManifest['output'], 'decoder'>;
}

/** One family of detectors, told by the shapes of its outputs. */
export interface DetectorFamily {
  /** Layout in words, for the message when nothing matches. */
  layout: string;
  recognise(facts: GraphFacts): RecognisedDetector | undefined;
}

/** ImageNet mean and deviation in BGR order, 0 to 255, as MMDetection and NanoDet use them. */
const imagenetBgr = { mean: [103.53, 116.28, 123.675], std: [57.375, 57.12, 58.395] } as const;
const raw = { scale: 1, mean: [0, 0, 0], std: [1, 1, 1] } as const;

/** Every known layout. */
export const detectorFamilies: readonly DetectorFamily[] = [
  { layout: 'YOLOX (one output [1, rows of all strides, 5 + classes], grid not yet applied)', recognise: recogniseYolox },
  { layout: 'NanoDet (per stride scores [cells, classes] and boxes [cells, 4 x bins])', recognise: recogniseNanodet },
  { layout: 'SSD with suppression inside (boxes [1, n, 4], classes [1, n], scores [1, n], count [1])', recognise: recogniseSsd },
  { layout: 'FastestDet (one output [1, 5 + classes, rows, columns])', recognise: recogniseFastestdet },
  { layout: 'RTMDet (dets [1, n, 5] and integer labels [1, n])', recognise: recogniseRtmdet },
];

function recogniseYolox({ outputs, widthPx, heightPx }: GraphFacts): RecognisedDetector | undefined {
  const [output, ...others] = outputs;
  if (output === undefined || others.length > 0 || output.dims.length !== 3) return undefined;
  const [, rows = 0, width = 0] = output.dims;
  const strides = [[8, 16, 32], [8, 16, 32, 64], [16, 32]].find((candidate) => cellsOf(candidate, widthPx, heightPx) === rows);
  if (strides === undefined || width < 6) return undefined;
  // An export with the grid applied has the same shape, but its centres run over the whole picture.
  const decoded = Array.from({ length: rows }, (_, row) => Math.abs(output.data[row * width] ?? 0)).some((centre) => centre > widthPx / 4);
  if (decoded) return undefined;
  return {
    decoder: 'yolox',
    title: 'YOLOX',
    classes: width - 5,
    input: { colour: 'bgr', resize: 'letterbox-top-left', padValue: 114, ...copy(raw) },
    output: { nmsIou: 0.5, confidenceThreshold: 0.35, strides, classIds: 'labels' },
  };
}

function recogniseNanodet({ outputs, widthPx, heightPx }: GraphFacts): RecognisedDetector | undefined {
  if (outputs.length < 2 || outputs.length % 2 !== 0) return undefined;
  const strides = [8, 16, 32, 64].slice(0, outputs.length / 2);
  const found = strides.map((stride) => {
    const cells = Math.ceil(widthPx / stride) * Math.ceil(heightPx / stride);
    return outputs.filter((output) => output.dims.at(-2) === cells).map((output) => output.dims.at(-1) ?? 0);
  });
  if (!found.every((widths) => widths.length === 2)) return undefined;
  const classes = found[0]?.find((width) => found.every((widths) => widths.includes(width)) && !found.every((widths) => isBoxWidth(widths, width)));
  if (classes === undefined) return undefined;
  return {
    decoder: 'nanodet',
    title: 'NanoDet',
    classes,
    input: { colour: 'bgr', resize: 'letterbox-top-left', padValue: 114, scale: 1, mean: [...imagenetBgr.mean], std: [...imagenetBgr.std] },
    output: { nmsIou: 0.6, confidenceThreshold: 0.35, strides, classIds: 'labels' },
  };
}

/** True when `width` must be the box side of a pair: a multiple of 4 by a usual number of bins (8 or 16) and not the larger candidate. */
function isBoxWidth(widths: readonly number[], width: number): boolean {
  const other = widths.find((candidate) => candidate !== width) ?? width;
  const usual = (candidate: number): boolean => candidate === 32 || candidate === 64;
  return usual(width) && !(usual(other) && other < width);
}

function recogniseSsd({ input, outputs }: GraphFacts): RecognisedDetector | undefined {
  if (outputs.length !== 4) return undefined;
  const boxes = outputs.find((output) => output.dims.length === 3 && output.dims[2] === 4);
  const lists = outputs.filter((output) => output.dims.length === 2 && output.dims[1] === boxes?.dims[1]);
  const count = outputs.find((output) => output.data.length === 1 && output.dims.length <= 1);
  if (boxes === undefined || lists.length < 2 || count === undefined) return undefined;
  const normalised = { scale: 1, mean: [127.5, 127.5, 127.5], std: [127.5, 127.5, 127.5] } as const;
  return {
    decoder: 'ssd',
    title: 'SSD',
    classes: undefined,
    input: { colour: 'rgb', resize: 'stretch', padValue: 0, ...copy(input.type === 'uint8' ? raw : normalised) },
    output: { nmsIou: 0.5, confidenceThreshold: 0.4, strides: [8, 16, 32], classIds: 'coco90' },
  };
}

function recogniseFastestdet({ outputs, widthPx, heightPx }: GraphFacts): RecognisedDetector | undefined {
  const [output, ...others] = outputs;
  if (output === undefined || others.length > 0 || output.dims.length !== 4) return undefined;
  const [, channels = 0, rows = 0, columns = 0] = output.dims;
  if (channels < 6 || rows !== heightPx / 16 || columns !== widthPx / 16) return undefined;
  return {
    decoder: 'fastestdet',
    title: 'FastestDet',
    classes: channels - 5,
    input: { colour: 'bgr', resize: 'stretch', padValue: 0, scale: 1 / 255, mean: [0, 0, 0], std: [1, 1, 1] },
    output: { nmsIou: 0.45, confidenceThreshold: 0.5, strides: [16], classIds: 'labels' },
  };
}

function recogniseRtmdet({ outputs }: GraphFacts): RecognisedDetector | undefined {
  if (outputs.length !== 2) return undefined;
  const boxes = outputs.find((output) => output.dims.length === 3 && output.dims[2] === 5);
  const labels = outputs.find((output) => output.dims.length === 2 && output.dims[1] === boxes?.dims[1]);
  if (boxes === undefined || labels === undefined) return undefined;
  return {
    decoder: 'rtmdet',
    title: 'RTMDet',
    classes: undefined,
    input: { colour: 'bgr', resize: 'letterbox-top-left', padValue: 114, scale: 1, mean: [...imagenetBgr.mean], std: [...imagenetBgr.std] },
    output: { nmsIou: 0.6, confidenceThreshold: 0.35, strides: [8, 16, 32], classIds: 'labels' },
  };
}

function cellsOf(strides: readonly number[], widthPx: number, heightPx: number): number {
  return strides.reduce((sum, stride) => sum + Math.floor(widthPx / stride) * Math.floor(heightPx / stride), 0);
}

function copy(values: { scale: number; mean: readonly [number, number, number]; std: readonly [number, number, number] }): {
  scale: number;
  mean: [number, number, number];
  std: [number, number, number];
} {
  return { scale: values.scale, mean: [...values.mean], std: [...values.std] };
}
