/** Mean luma (0 to 255) of the part of a line that belongs to a bar. */
const barMean = 12;
/** A bar wider than this share of the picture is a dark picture, not a bar. */
const largestBar = 0.35;
/** Bars of the two sides differ by as many lines at the most: a dark sky alone is no bar. */
const mostUneven = 2;
/** Each line is looked at in so many parts ... */
const parts = 5;
/** ... of which so many have to be dark: a logo stands over one of a bar's, a subtitle in the bar below over the middle three. */
const darkParts = { first: 3, last: 2 } as const;

/** Rows or columns of a plane: the first sample of line `n` is at `n * step`, the next ones of it `stride` apart. */
interface Lines {
  luma: Uint8Array;
  count: number;
  step: number;
  stride: number;
  length: number;
}

/**
 * Share of the height taken by dark bars above and below, 0 to 1; 0 when the first row is lit, and -1 when it cannot be told: a black picture, a
 * scene whose edges are dark, a dark sky (which looks like a bar with a ticker over the other).
 */
export function letterboxRatio(luma: Uint8Array, widthPx: number, heightPx: number): number {
  return barRatio({ luma, count: heightPx, step: widthPx, stride: 1, length: widthPx });
}

/** Share of the width taken by dark bars left and right, as with {@link letterboxRatio}: 0.25 for 4:3 within 16:9. */
export function pillarboxRatio(luma: Uint8Array, widthPx: number, heightPx: number): number {
  return barRatio({ luma, count: widthPx, step: 1, stride: widthPx, length: heightPx });
}

function barRatio(lines: Lines): number {
  const limit = Math.floor(lines.count * largestBar);
  const first = barLines(lines, 0, 1, limit, darkParts.first);
  if (first === 0) return 0;
  const last = barLines(lines, lines.count - 1, -1, limit, darkParts.last);
  const even = first <= limit && last <= limit && Math.abs(first - last) <= mostUneven;
  return even ? (first + last) / lines.count : -1;
}

/** Dark lines counted inwards from `line`; `limit + 1` when there is no end to them. */
function barLines(lines: Lines, line: number, direction: 1 | -1, limit: number, least: number): number {
  for (let dark = 0; dark <= limit; dark += 1) {
    if (!isDark(lines, (line + dark * direction) * lines.step, least)) return dark;
  }
  return limit + 1;
}

function isDark({ luma, stride, length }: Lines, start: number, least: number): boolean {
  const size = Math.floor(length / parts);
  let dark = 0;
  for (let part = 0; part < parts && dark < least; part += 1) {
    let sum = 0;
    const from = start + part * size * stride;
    for (let index = 0; index < size; index += 1) sum += luma[from + index * stride]!;
    if (sum <= barMean * size) dark += 1;
  }
  return dark >= least;
}
