import type { Placement } from './letterbox.ts';
import type { ModelManifest } from './models/model-manifest.ts';

/** Values of one input tensor. */
export type TensorValues = Float32Array | Uint8Array;

/** Packs pictures of one model into its input tensor. */
export interface TensorPacker {
  /** Elements of one picture. */
  readonly elements: number;
  /**
   * Writes one picture.
   *
   * @param target receives `elements` values from `offset`
   * @param rgb `uint8[contentHeight, contentWidth, 3]`, RGB, 0 to 255
   */
  pack(target: TensorValues, offset: number, rgb: Uint8Array, placement: Placement): void;
}

/** Creates the packer of a model input: colour order, padding, `(x * scale - mean) / std` by table, layout. */
export function createTensorPacker(input: ModelManifest['input']): TensorPacker {
  const elements = input.widthPx * input.heightPx * 3;
  const tables = [0, 1, 2].map((channel) => tableOf(input, channel));
  const pads = tables.map((table) => table[Math.round(input.padValue)] ?? 0);
  const sources = input.colour === 'rgb' ? [0, 1, 2] : [2, 1, 0];
  const planar = input.layout === 'nchw';
  const plane = input.widthPx * input.heightPx;
  const step = planar ? 1 : 3;
  return {
    elements,
    pack(target, offset, rgb, placement) {
      const padded = placement.contentWidthPx < input.widthPx || placement.contentHeightPx < input.heightPx;
      for (let channel = 0; channel < 3; channel += 1) {
        const base = offset + (planar ? channel * plane : channel);
        const table = tables[channel] as Float32Array;
        if (padded) fillChannel(target, base, step, plane, pads[channel] ?? 0);
        copyChannel({ target, base, step, table, rgb, source: sources[channel] ?? channel, placement, widthPx: input.widthPx });
      }
    },
  };
}

/** Tensor value of each of the 256 picture values in one channel. */
function tableOf(input: ModelManifest['input'], channel: number): Float32Array {
  const mean = input.mean[channel] ?? 0;
  const std = input.std[channel] ?? 1;
  return Float32Array.from({ length: 256 }, (_, value) => (value * input.scale - mean) / std);
}

function fillChannel(target: TensorValues, base: number, step: number, plane: number, value: number): void {
  if (step === 1) {
    target.fill(value, base, base + plane);
    return;
  }
  for (let i = 0, at = base; i < plane; i += 1, at += step) target[at] = value;
}

interface ChannelCopy {
  target: TensorValues;
  base: number;
  step: number;
  table: Float32Array;
  rgb: Uint8Array;
  source: number;
  placement: Placement;
  widthPx: number;
}

function copyChannel(copy: ChannelCopy): void {
  const { target, step, table, rgb, placement } = copy;
  let from = copy.source;
  for (let y = 0; y < placement.contentHeightPx; y += 1) {
    let to = copy.base + ((placement.topPx + y) * copy.widthPx + placement.leftPx) * step;
    for (let x = 0; x < placement.contentWidthPx; x += 1, to += step, from += 3) target[to] = table[rgb[from] as number] as number;
  }
}
