import sharp from 'sharp';

import { InvalidInputError } from '../errors/app-error.ts';
import type { SizePx } from './letterbox.ts';
import type { ModelManifest } from './models/model-manifest.ts';

/** A decoded picture at the size in which it enters a model. */
export interface DecodedPicture extends SizePx {
  /** `uint8[heightPx, widthPx, 3]`, RGB. */
  rgb: Uint8Array;
}

/** Largest picture that is decoded, in pixels (an 8K picture has 33 million); larger ones are refused before they use memory. */
const maxPicturePixels = 64 * 1024 * 1024;

/**
 * Decodes an encoded picture (JPEG, PNG, WebP) and resizes it to the content size of a model's input: stretched, or its own shape within the
 * input. It runs on libvips' threads; JPEGs are shrunk while decoding. Bilinear with prefiltering, near to what detectors are trained with.
 *
 * @throws InvalidInputError `E_DECODE_FAILED` for anything that is not a whole picture of bearable size
 */
export async function decodePicture(encoded: Uint8Array, input: ModelManifest['input']): Promise<DecodedPicture> {
  try {
    const { data, info } = await sharp(encoded, { limitInputPixels: maxPicturePixels, failOn: 'error', sequentialRead: true, animated: false })
      .resize(input.widthPx, input.heightPx, { fit: input.resize === 'stretch' ? 'fill' : 'inside', kernel: 'linear' })
      .removeAlpha()
      .toColourspace('srgb')
      .raw()
      .toBuffer({ resolveWithObject: true });
    if (info.channels !== 3) throw new Error(`expected 3 colour channels, found ${info.channels}`);
    return { rgb: data, widthPx: info.width, heightPx: info.height };
  } catch (error) {
    throw new InvalidInputError('E_DECODE_FAILED', 'The picture could not be decoded.', { cause: error, details: { sizeBytes: encoded.length } });
  }
}

/** Width and height that an encoded picture says it has. @throws InvalidInputError `E_DECODE_FAILED` */
export async function pictureSize(encoded: Uint8Array): Promise<SizePx> {
  try {
    const { width, height } = await sharp(encoded, { limitInputPixels: maxPicturePixels }).metadata();
    return { widthPx: width, heightPx: height };
  } catch (error) {
    throw new InvalidInputError('E_DECODE_FAILED', 'The picture could not be decoded.', { cause: error, details: { sizeBytes: encoded.length } });
  }
}
