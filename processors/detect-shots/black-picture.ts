import type { PictureSignals } from '../../schemas/events.generated.ts';

/** Share of the height that must be black: leaves room for a ticker and a logo over black. */
const leastBlackRows = 0.75;
/** Contrast and mean of the whole picture (0 to 255) up to which a picture with a ticker still counts. */
const blackMean = 40;

/** True for a black picture, whether or not a ticker or a corner logo stays over it. */
export function isBlackPicture(picture: PictureSignals): boolean {
  if (picture.blackRatio >= 0.98) return true;
  return picture.blackRowRatio >= leastBlackRows && picture.blackRatio >= 0.7 && picture.lumaMean <= blackMean;
}

/** True for a picture of one colour that is not black: the white or coloured separator of some channels. */
export function isUniformPicture(picture: PictureSignals): boolean {
  return picture.uniformRatio >= 0.985 && picture.lumaDeviation < 5 && picture.lumaMean > 40;
}
