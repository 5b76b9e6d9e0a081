/** Luma at or under this value (0 to 255, range already stretched) is black; ffmpeg's `blackdetect` has 0.10 x 255 as default `pix_th`. */
export const blackThreshold = 24;

/** Numbers that follow from the luma histogram of one picture alone. */
export interface LumaStatistics {
  /** 0 to 255. */
  mean: number;
  /** Standard deviation, 0 to 127.5. */
  deviation: number;
  /** Share of pixels at or under {@link blackThreshold}. */
  blackRatio: number;
}

/** Mean, deviation and black share of a picture from its 256-bin histogram. An empty histogram counts as black. */
export function lumaStatistics(histogram: Uint32Array): LumaStatistics {
  let count = 0;
  let sum = 0;
  let squares = 0;
  let black = 0;
  for (let value = 0; value < 256; value += 1) {
    const pixels = histogram[value]!;
    count += pixels;
    sum += pixels * value;
    squares += pixels * value * value;
    if (value <= blackThreshold) black += pixels;
  }
  if (count === 0) return { mean: 0, deviation: 0, blackRatio: 1 };
  const mean = sum / count;
  return { mean, deviation: Math.sqrt(Math.max(0, squares / count - mean * mean)), blackRatio: black / count };
}

/**
 * Distance of two 256-bin luma histograms of pictures of one size, 0 (same) to 1 (disjoint): half the sum of absolute bin differences
 * (total variation) over 32 bins, so that noise and coding do not move pixels across bins. Histogram comparison for cuts: Zhang,
 * Kankanhalli and Smoliar, "Automatic partitioning of full-motion video", 1993.
 */
export function histogramDistance(one: Uint32Array, other: Uint32Array): number {
  let pixels = 0;
  let difference = 0;
  for (let bin = 0; bin < 256; bin += 8) {
    let a = 0;
    let b = 0;
    for (let value = bin; value < bin + 8; value += 1) {
      a += one[value]!;
      b += other[value]!;
    }
    pixels += a;
    difference += Math.abs(a - b);
  }
  return pixels === 0 ? 0 : Math.min(1, difference / (2 * pixels));
}
