import type { AudioSignals, PictureSignals } from '../../../schemas/events.generated.ts';

/** Histogram distance and mean difference (of 255) from which a picture is counted as cut from the one before; a tally, not a boundary. */
const cutDistance = 0.3;
const cutDifference = 18;
const bands = 16;

/** Sums over one second of signals. */
export class SecondMeter {
  pictures = 0;
  cuts = 0;
  /** Sum of the picture differences that are no cuts, 0 to 255 each. */
  motion = 0;
  luma = 0;
  deviation = 0;
  uniform = 0;
  /** Levels of the sound, dB full scale, one each 23.2 ms. */
  readonly levels: number[] = [];
  /** Sum of peak minus RMS, dB. */
  crest = 0;
  /** Sums of the band levels in dB, of their absolute changes, and the count of spectra. */
  readonly bandSums = new Float64Array(bands);
  flux = 0;
  spectra = 0;

  addPicture(picture: PictureSignals): void {
    this.pictures += 1;
    if (picture.histogramDistance > cutDistance && picture.pictureDifference > cutDifference) this.cuts += 1;
    else this.motion += picture.pictureDifference;
    this.luma += picture.lumaMean;
    this.deviation += picture.lumaDeviation;
    this.uniform += picture.uniformRatio;
  }

  addSound(sound: AudioSignals): void {
    const level = Math.max(-80, sound.rmsDbfs);
    this.levels.push(level);
    this.crest += Math.max(0, sound.peakDbfs - level);
  }

  /** @param spectrum 16 bytes of 2 x (dBFS + 120). @param previous the one before, undefined after a gap */
  addSpectrum(spectrum: Uint8Array, previous: Uint8Array | undefined): void {
    for (let band = 0; band < bands; band += 1) {
      this.bandSums[band]! += spectrum[band]! / 2;
      if (previous !== undefined) this.flux += Math.abs(spectrum[band]! - previous[band]!) / (2 * bands);
    }
    this.spectra += 1;
  }
}
