import { bitCount } from '../hamming.ts';

/** A hash is looked up by each of its four quarters: hashes that differ in three bits or fewer share one. */
const quarters = 4;
/** A picture says something new when this many bits differ from the last that did. */
const newPictureBits = 6;

/**
 * Keys of picture hashes, for streams without sound. Flat pictures (a hash of zero) and pictures like the one before have none: a static
 * picture proves nothing.
 */
export class PictureKeys {
  #high = 0;
  #low = 0;

  /** Adds the next picture's hash; tells its keys, of 18 bits, when it shows something new. */
  push(high: number, low: number, tell: (key: number) => void): void {
    if ((high | low) === 0 || bitCount(high ^ this.#high) + bitCount(low ^ this.#low) < newPictureBits) return;
    this.#high = high;
    this.#low = low;
    for (let quarter = 0; quarter < quarters; quarter += 1) {
      const half = quarter < 2 ? high : low;
      tell((quarter << 16) | ((quarter & 1) === 0 ? half >>> 16 : half & 0xffff));
    }
  }

  /** The keys of a line of hashes, 8 bytes each, with the positions of the hashes. */
  static select(hashes: Uint8Array, tell: (position: number, key: number) => void): void {
    const keys = new PictureKeys();
    const view = new DataView(hashes.buffer, hashes.byteOffset, hashes.byteLength);
    for (let position = 0; position * 8 + 8 <= hashes.length; position += 1) {
      keys.push(view.getUint32(position * 8), view.getUint32(position * 8 + 4), (key) => {
        tell(position, key);
      });
    }
  }
}
