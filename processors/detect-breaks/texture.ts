import { bandBytes, bandCount, bandLevelsDbfs, leastBandDbfs } from './sound-bands.ts';

/** How a second sounds: its mean level in 16 bands of 60 to 2700 Hz. */
export class Texture {
  readonly #dbfs: Float32Array;

  private constructor(dbfs: Float32Array) {
    this.#dbfs = dbfs;
  }

  /** @param windows one or more windows of `soundBands` */
  static of(windows: readonly Uint8Array[]): Texture {
    const dbfs = new Float32Array(bandCount);
    for (const levels of windows.map(bandLevelsDbfs)) {
      for (let band = 0; band < bandCount; band += 1) dbfs[band]! += levels[band]! / windows.length;
    }
    return new Texture(dbfs);
  }

  /** Takes back what {@link Texture.toBase64} gave. */
  static fromBase64(text: string): Texture {
    return Texture.of([new Uint8Array(Buffer.from(text, 'base64').subarray(0, bandCount))]);
  }

  /** 16 bytes, as in `soundBands`, half a dB exact. */
  toBase64(): string {
    return Buffer.from(bandBytes(this.#dbfs)).toString('base64');
  }

  /** Level of the loudest band, dBFS. */
  get loudestDbfs(): number {
    return this.#dbfs.reduce((one, other) => Math.max(one, other), leastBandDbfs);
  }

  /** Root of the mean squared difference of the bands, dB. */
  distanceDb(other: Texture): number {
    return this.nearer(other, Number.POSITIVE_INFINITY);
  }

  /** The distance to another, or `bestDb` when that is less, dB. */
  nearer(other: Texture, bestDb: number): number {
    const most = bestDb * bestDb * bandCount;
    let sum = 0;
    for (let band = 0; band < bandCount; band += 1) {
      sum += (this.#dbfs[band]! - other.#dbfs[band]!) ** 2;
      if (sum >= most) return bestDb;
    }
    return Math.sqrt(sum / bandCount);
  }
}
