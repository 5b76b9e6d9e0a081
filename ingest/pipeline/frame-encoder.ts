import sharp from 'sharp';

/** Encodes sampled pictures. Its pictures and options are sharp's; this file and the images source are the only ones that know it. */
export interface FrameEncoder {
  /** JPEG (4:2:0) of 8-bit RGB. */
  encode(rgb: Buffer, widthPx: number, heightPx: number): Promise<Buffer>;
}

/** Creates an encoder. `quality` 1 to 100 as in libjpeg. */
export function createFrameEncoder(quality: number): FrameEncoder {
  return {
    encode: async (rgb, widthPx, heightPx) =>
      await sharp(rgb, { raw: { width: widthPx, height: heightPx, channels: 3 } })
        .jpeg({ quality })
        .toBuffer(),
  };
}
