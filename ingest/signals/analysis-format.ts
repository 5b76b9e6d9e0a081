/**
 * What ingest must hand to {@link import('./signal-extractor.ts').SignalExtractor}: one ffmpeg child scales and resamples to these
 * formats, so that every threshold below means the same on every stream.
 */

/** Size of the luma plane of every picture, pixels (`extractplanes=y,scale=160:90`, 8 bits a pixel, no padding). */
export const pictureFormat = { widthPx: 160, heightPx: 90 } as const;

/** Luma plane a few times a second from which the corners that can hold a logo are read. */
export const cornerFormat = { widthPx: 320, heightPx: 180, rateFps: 5, regionWidthPx: 96, regionHeightPx: 54 } as const;

/**
 * Sound: signed 16 bit, this many samples a second. The decoder gives left, right and centre (see sound-mixdown.ts); everything but its spread is
 * measured on the mono that is mixed of them.
 */
export const soundFormat = { rateHz: 11_025, blockSamples: 256, channels: 3, layout: '3.0' } as const;

/** Luma value of black and of white in video range (ITU-R BT.601 and BT.709: 16 to 235). */
export const videoRange = { black: 16, white: 235 } as const;

/** Look-up table from video-range luma to 0 to 255; values outside the range (super-black, full-range sources) are clamped. */
export function createRangeTable(): Uint8Array {
  const table = new Uint8Array(256);
  const scale = 255 / (videoRange.white - videoRange.black);
  for (let value = 0; value < 256; value += 1) table[value] = Math.max(0, Math.min(255, Math.round((value - videoRange.black) * scale)));
  return table;
}
