/** Mean luma (0 to 255) of a row that belongs to a bar. */
const barMean = 12;
/** A bar wider than this share of the height is a black picture, not a letterbox. */
const largestBar = 0.35;

/**
 * Share of the height taken by dark bars above and below, 0 to 1. Bars must be symmetric within 2 rows (a dark sky alone is not a
 * letterbox) and leave a picture between them; a black picture gives 0.
 */
export function letterboxRatio(luma: Uint8Array, widthPx: number, heightPx: number): number {
  const limit = Math.floor(heightPx * largestBar);
  const top = barRows(luma, widthPx, 0, 1, limit);
  if (top === 0 || top > limit) return 0;
  const bottom = barRows(luma, widthPx, heightPx - 1, -1, limit);
  if (bottom > limit || Math.abs(top - bottom) > 2) return 0;
  return (top + bottom) / heightPx;
}

/** Rows of a bar, counted inwards from `row`; `limit + 1` when there is no end to it. */
function barRows(luma: Uint8Array, widthPx: number, row: number, step: 1 | -1, limit: number): number {
  for (let rows = 0; rows <= limit; rows += 1) {
    let sum = 0;
    const start = (row + rows * step) * widthPx;
    for (let index = start; index < start + widthPx; index += 1) sum += luma[index]!;
    if (sum > barMean * widthPx) return rows;
  }
  return limit + 1;
}
