/** Size of a block; 160x90 holds 20 x 15 of them. */
const blockWidthPx = 8;
const blockHeightPx = 6;
/** Range of luma (0 to 255) inside a block that still counts as one value: above coding noise, below texture (set by looking at both). */
const uniformRange = 12;

/** Share of 8x6 blocks that hold next to one value, 0 to 1: near 1 for black, white and coloured separators, slides and test cards. */
export function uniformRatio(luma: Uint8Array, widthPx: number, heightPx: number): number {
  let blocks = 0;
  let uniform = 0;
  for (let top = 0; top + blockHeightPx <= heightPx; top += blockHeightPx) {
    for (let left = 0; left + blockWidthPx <= widthPx; left += blockWidthPx) {
      blocks += 1;
      if (isUniform(luma, widthPx, left, top)) uniform += 1;
    }
  }
  return blocks === 0 ? 1 : uniform / blocks;
}

function isUniform(luma: Uint8Array, widthPx: number, left: number, top: number): boolean {
  let low = luma[top * widthPx + left]!;
  let high = low;
  for (let row = top; row < top + blockHeightPx; row += 1) {
    const start = row * widthPx + left;
    for (let index = start; index < start + blockWidthPx; index += 1) {
      const value = luma[index]!;
      if (value < low) low = value;
      else if (value > high) high = value;
    }
    if (high - low > uniformRange) return false;
  }
  return true;
}
