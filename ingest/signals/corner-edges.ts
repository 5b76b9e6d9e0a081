import { cornerFormat } from './analysis-format.ts';

/** Sum of the two central differences (0 to 255 luma) from which a pixel is on an edge; low enough for a half-transparent logo. */
const edgeThreshold = 26;

/** Bytes of one corner's bit map. */
export const cornerBytes = Math.ceil((cornerFormat.regionWidthPx * cornerFormat.regionHeightPx) / 8);

/** Edge bits and brightness of the four corner regions of one picture. */
export interface CornerMaps {
  /** Top-left, top-right, bottom-left, bottom-right: row-major bits, most significant first, each padded to a byte. */
  edges: Buffer;
  /** Mean luma of the same regions, one byte each. */
  lumaMeans: Buffer;
}

/**
 * Marks the edge pixels of the four corners (30 % x 30 % each) of a 320x180 luma plane whose range is stretched to 0 to 255.
 * A channel logo is what stays an edge while everything behind it changes; whoever consumes the maps decides that over time.
 */
export function cornerEdges(luma: Uint8Array): CornerMaps {
  const { widthPx, heightPx, regionWidthPx, regionHeightPx } = cornerFormat;
  const edges = Buffer.alloc(cornerBytes * 4);
  const lumaMeans = Buffer.alloc(4);
  for (let corner = 0; corner < 4; corner += 1) {
    const left = corner % 2 === 0 ? 0 : widthPx - regionWidthPx;
    const top = corner < 2 ? 0 : heightPx - regionHeightPx;
    lumaMeans[corner] = markEdges(luma, left, top, edges.subarray(corner * cornerBytes, (corner + 1) * cornerBytes));
  }
  return { edges, lumaMeans };
}

/** Stretches the range of the four corner regions, and of the pixels next to them, of a 320x180 plane; the rest of `to` stays as it is. */
export function stretchCorners(from: Uint8Array, range: Uint8Array, to: Uint8Array): void {
  const { widthPx, heightPx, regionWidthPx, regionHeightPx } = cornerFormat;
  for (let y = 0; y < heightPx; y += 1) {
    // The middle of the picture belongs to no corner.
    if (y === regionHeightPx + 1) y = heightPx - regionHeightPx - 1;
    const start = y * widthPx;
    for (let at = start; at <= start + regionWidthPx; at += 1) to[at] = range[from[at]!]!;
    for (let at = start + widthPx - regionWidthPx - 1; at < start + widthPx; at += 1) to[at] = range[from[at]!]!;
  }
}

/** Sets the bits of one region and returns its mean luma. The outermost pixels of the picture have no neighbour and are never edges. */
function markEdges(luma: Uint8Array, left: number, top: number, bits: Buffer): number {
  const { widthPx, heightPx, regionWidthPx, regionHeightPx } = cornerFormat;
  const first = left === 0 ? 1 : 0;
  const end = left + regionWidthPx === widthPx ? regionWidthPx - 1 : regionWidthPx;
  let sum = 0;
  for (let row = 0; row < regionHeightPx; row += 1) {
    const y = top + row;
    const start = y * widthPx + left;
    for (let at = start; at < start + regionWidthPx; at += 1) sum += luma[at]!;
    if (y === 0 || y === heightPx - 1) continue;
    for (let column = first; column < end; column += 1) {
      const at = start + column;
      const gradient = Math.abs(luma[at + 1]! - luma[at - 1]!) + Math.abs(luma[at + widthPx]! - luma[at - widthPx]!);
      if (gradient < edgeThreshold) continue;
      const bit = row * regionWidthPx + column;
      bits[bit >> 3]! |= 0x80 >> (bit & 7);
    }
  }
  return Math.round(sum / (regionWidthPx * regionHeightPx));
}
