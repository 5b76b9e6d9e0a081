/** Mean absolute difference of two luma planes of one size, 0 to 255: what moved or changed from one picture to the next. */
export function meanAbsoluteDifference(luma: Uint8Array, previous: Uint8Array): number {
  const pixels = Math.min(luma.length, previous.length);
  if (pixels === 0) return 0;
  let sum = 0;
  for (let index = 0; index < pixels; index += 1) {
    const difference = luma[index]! - previous[index]!;
    sum += difference < 0 ? -difference : difference;
  }
  return sum / pixels;
}
