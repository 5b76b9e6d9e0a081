import type { ModelManifest } from './models/model-manifest.ts';

/** Where a picture lies inside the model's input, in input pixels. */
export interface Placement {
  /** Left edge of the picture content. */
  leftPx: number;
  /** Top edge of the picture content. */
  topPx: number;
  /** Width of the picture content; the rest is padding. */
  contentWidthPx: number;
  /** Height of the picture content. */
  contentHeightPx: number;
}

/** A box: left, top, right, bottom (right and bottom exclusive). */
export type Xyxy = readonly [number, number, number, number];

/** Width and height in pixels. */
export interface SizePx {
  widthPx: number;
  heightPx: number;
}

/**
 * Size of the content that a picture is resized to: the whole input when stretched, else the largest size of the picture's own shape that
 * fits (rounded to whole pixels, at least 1).
 */
export function contentSize(picture: SizePx, input: ModelManifest['input']): SizePx {
  if (input.resize === 'stretch') return { widthPx: input.widthPx, heightPx: input.heightPx };
  const ratio = Math.min(input.widthPx / picture.widthPx, input.heightPx / picture.heightPx);
  return {
    widthPx: Math.min(input.widthPx, Math.max(1, Math.round(picture.widthPx * ratio))),
    heightPx: Math.min(input.heightPx, Math.max(1, Math.round(picture.heightPx * ratio))),
  };
}

/** Place of content of a given size inside the model's input. */
export function placementOf(content: SizePx, input: ModelManifest['input']): Placement {
  const centred = input.resize === 'letterbox-centre';
  return {
    leftPx: centred ? Math.floor((input.widthPx - content.widthPx) / 2) : 0,
    topPx: centred ? Math.floor((input.heightPx - content.heightPx) / 2) : 0,
    contentWidthPx: content.widthPx,
    contentHeightPx: content.heightPx,
  };
}

/**
 * A box of the model's input in pixels of the source picture: the exact inverse of resize and padding, clipped to the picture.
 * `undefined` when nothing of it lies inside the picture.
 */
export function toSourcePixels(box: Xyxy, placement: Placement, source: SizePx): Xyxy | undefined {
  const scaleX = source.widthPx / placement.contentWidthPx;
  const scaleY = source.heightPx / placement.contentHeightPx;
  const clip = (value: number, most: number): number => Math.min(most, Math.max(0, value));
  const x1 = clip((box[0] - placement.leftPx) * scaleX, source.widthPx);
  const y1 = clip((box[1] - placement.topPx) * scaleY, source.heightPx);
  const x2 = clip((box[2] - placement.leftPx) * scaleX, source.widthPx);
  const y2 = clip((box[3] - placement.topPx) * scaleY, source.heightPx);
  return x2 > x1 && y2 > y1 ? [x1, y1, x2, y2] : undefined;
}
