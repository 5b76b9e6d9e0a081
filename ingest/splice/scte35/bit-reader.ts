/**
 * Reads big-endian bit fields from bytes that may end too early or lie about their lengths. Reading past the end returns zeros and sets
 * {@link BitReader.short}: a parser runs through once and asks at the end, and never reads what is not there.
 */
export class BitReader {
  readonly #bytes: Uint8Array;
  #bit = 0;
  /** True once something was read past the end. */
  short = false;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  /** Whole bytes that are left. */
  get leftBytes(): number {
    return Math.max(0, this.#bytes.length - Math.ceil(this.#bit / 8));
  }

  /** Unsigned number of `count` bits, 1 to 48: exact in a double. */
  uint(count: number): number {
    if (this.#bit + count > this.#bytes.length * 8) {
      this.short = true;
      this.#bit = this.#bytes.length * 8;
      return 0;
    }
    let value = 0;
    let left = count;
    while (left > 0) {
      const offset = this.#bit & 7;
      const taken = Math.min(left, 8 - offset);
      const byte = this.#bytes[this.#bit >> 3] ?? 0;
      value = value * 2 ** taken + ((byte >> (8 - offset - taken)) & (2 ** taken - 1));
      this.#bit += taken;
      left -= taken;
    }
    return value;
  }

  /** One bit. */
  flag(): boolean {
    return this.uint(1) === 1;
  }

  /** Passes over `count` bits. */
  skip(count: number): void {
    if (this.#bit + count > this.#bytes.length * 8) this.short = true;
    this.#bit = Math.min(this.#bit + count, this.#bytes.length * 8);
  }

  /** The next `length` bytes, a view into the input; begins at a byte. Empty and {@link BitReader.short} when they are not there. */
  take(length: number): Uint8Array {
    const start = Math.ceil(this.#bit / 8);
    if (start + length > this.#bytes.length) {
      this.short = true;
      this.#bit = this.#bytes.length * 8;
      return new Uint8Array(0);
    }
    this.#bit = (start + length) * 8;
    return this.#bytes.subarray(start, start + length);
  }
}
