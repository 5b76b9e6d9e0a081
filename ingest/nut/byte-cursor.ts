/** A varint longer than this is garbage: 8 groups of 7 bits reach past 2^53. */
const maxVarintBytes = 9;

/**
 * Reads NUT's primitive types from bytes that may end too early. Reading past the end returns zeros and sets {@link ByteCursor.short},
 * so a parser can run through once and ask at the end whether it must wait for more bytes.
 */
export class ByteCursor {
  readonly #bytes: Buffer;
  /** Next byte to read. */
  position: number;
  /** True once something was read past the end. */
  short = false;

  constructor(bytes: Buffer, position = 0) {
    this.#bytes = bytes;
    this.position = position;
  }

  /** Unsigned byte. */
  u8(): number {
    const value = this.#bytes[this.position];
    if (value === undefined) {
      this.short = true;
      return 0;
    }
    this.position += 1;
    return value;
  }

  /** `v`: unsigned integer, 7 bits a byte, most significant group first. Exact up to 2^53. @throws RangeError when it does not end */
  varint(): number {
    let value = 0;
    for (let count = 0; count < maxVarintBytes; count += 1) {
      const byte = this.u8();
      if (this.short) return 0;
      value = value * 128 + (byte & 127);
      if (byte < 128) return value;
    }
    throw new RangeError('A number in the container does not end.');
  }

  /** `v` that may pass 2^53, as it does when a time stamp carries its time base. @throws RangeError when it does not end */
  bigVarint(): bigint {
    let value = 0n;
    for (let count = 0; count < maxVarintBytes + 1; count += 1) {
      const byte = this.u8();
      if (this.short) return 0n;
      value = value * 128n + BigInt(byte & 127);
      if (byte < 128) return value;
    }
    throw new RangeError('A number in the container does not end.');
  }

  /** `s`: signed integer. */
  signedVarint(): number {
    const value = this.varint() + 1;
    return value % 2 === 1 ? -((value - 1) / 2) : value / 2;
  }

  /** `vb`: length and bytes; a view into the input. */
  bytes(): Buffer {
    const length = this.varint();
    return this.take(length);
  }

  /** `length` bytes; a view into the input. */
  take(length: number): Buffer {
    if (this.position + length > this.#bytes.length) {
      this.short = true;
      return Buffer.alloc(0);
    }
    const view = this.#bytes.subarray(this.position, this.position + length);
    this.position += length;
    return view;
  }
}
