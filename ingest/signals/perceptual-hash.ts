import { pictureFormat } from './analysis-format.ts';

const side = 5;
const columns = pictureFormat.widthPx / side;
const rows = pictureFormat.heightPx / side;
const coefficients = 8;
/** A picture whose 5x5-block means deviate less than this from their mean has no structure to hash. */
const flatDeviation = 2;

/**
 * 64-bit perceptual hash of 160x90 luma planes: 5x5 block means, DCT-II, the 8 x 8 lowest frequencies without the constant row and column,
 * one bit each for "above the median" (Zauner, "Implementation and Benchmarking of Perceptual Image Hash Functions", 2010, as in pHash).
 * Two pictures of one scene differ in few bits, unrelated ones in about 32. A flat picture (black, white) hashes to zero.
 * Holds scratch memory: one instance per stream.
 */
export class PerceptualHasher {
  readonly #means = new Float64Array(columns * rows);
  readonly #half = new Float64Array(coefficients * rows);
  readonly #transformed = new Float64Array(coefficients * coefficients);
  readonly #sorted = new Float64Array(coefficients * coefficients);
  readonly #cosX = cosines(columns);
  readonly #cosY = cosines(rows);

  /** Hash of a 160x90 luma plane, 8 bytes big-endian, owned by the caller. */
  hash(luma: Uint8Array): Buffer {
    const bits = Buffer.alloc(8);
    if (this.#reduce(luma) < flatDeviation) return bits;
    this.#transform();
    this.#sorted.set(this.#transformed);
    this.#sorted.sort();
    const median = (this.#sorted[31]! + this.#sorted[32]!) / 2;
    for (let bit = 0; bit < 64; bit += 1) if (this.#transformed[bit]! > median) bits[bit >> 3]! |= 0x80 >> (bit & 7);
    return bits;
  }

  /** Fills the block means and returns their standard deviation. */
  #reduce(luma: Uint8Array): number {
    let sum = 0;
    let squares = 0;
    for (let row = 0; row < rows; row += 1) {
      for (let column = 0; column < columns; column += 1) {
        let block = 0;
        for (let y = 0; y < side; y += 1) {
          const start = (row * side + y) * pictureFormat.widthPx + column * side;
          block += luma[start]! + luma[start + 1]! + luma[start + 2]! + luma[start + 3]! + luma[start + 4]!;
        }
        const mean = block / (side * side);
        this.#means[row * columns + column] = mean;
        sum += mean;
        squares += mean * mean;
      }
    }
    const count = rows * columns;
    return Math.sqrt(Math.max(0, squares / count - (sum / count) ** 2));
  }

  #transform(): void {
    for (let row = 0; row < rows; row += 1) {
      for (let u = 0; u < coefficients; u += 1) {
        let sum = 0;
        for (let column = 0; column < columns; column += 1) sum += this.#means[row * columns + column]! * this.#cosX[u * columns + column]!;
        this.#half[u * rows + row] = sum;
      }
    }
    for (let v = 0; v < coefficients; v += 1) {
      for (let u = 0; u < coefficients; u += 1) {
        let sum = 0;
        for (let row = 0; row < rows; row += 1) sum += this.#half[u * rows + row]! * this.#cosY[v * rows + row]!;
        this.#transformed[v * coefficients + u] = sum;
      }
    }
  }
}

/** DCT-II rows 1 to 8 for `length` samples. */
function cosines(length: number): Float64Array {
  const table = new Float64Array(coefficients * length);
  for (let k = 0; k < coefficients; k += 1) {
    for (let n = 0; n < length; n += 1) table[k * length + n] = Math.cos((Math.PI / length) * (n + 0.5) * (k + 1));
  }
  return table;
}
