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

/** Sets the bits of one region and returns its mean luma. The outermost pixels of the picture have no neighbour and are never edges. */
function markEdges(luma: Uint8Array, left: number, top: number, bits: Buffer): number {
  const { widthPx, heightPx, regionWidthPx, regionHeightPx } = cornerFormat;
  let sum = 0;
  for (let row = 0; row < regionHeightPx; row += 1) {
    const y = top + row;
    for (let column = 0; column < regionWidthPx; column += 1) {
      const x = left + column;
      const at = y * widthPx + x;
      sum += luma[at]!;
      if (x === 0 || y === 0 || x === widthPx - 1 || y === heightPx - 1) continue;
      const gradient = Math.abs(luma[at + 1]! - luma[at - 1]!) + Math.abs(luma[at + widthPx]! - luma[at - widthPx]!);
      if (gradient < edgeThreshold) continue;
      const bit = row * regionWidthPx + column;
      bits[bit >> 3]! |= 0x80 >> (bit & 7);
    }
  }
  return Math.round(sum / (regionWidthPx * regionHeightPx));
}
