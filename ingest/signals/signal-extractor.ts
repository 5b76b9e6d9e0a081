import type { CornerEdges, PictureSignals, Signals } from '../../schemas/events.generated.ts';
import { cornerFormat, createRangeTable, pictureFormat } from './analysis-format.ts';
import { blackRowRatio } from './black-rows.ts';
import { cornerEdges, stretchCorners } from './corner-edges.ts';
import { letterboxRatio, pillarboxRatio } from './bars.ts';
import { LumaPass } from './luma-pass.ts';
import { histogramDistance, lumaStatistics } from './luma-statistics.ts';
import { PerceptualHasher } from './perceptual-hash.ts';
import type { SpreadSums } from './sound-mixdown.ts';
import { SoundSignals } from './sound-signals.ts';
import { SoundSpreadMeter } from './sound-spread.ts';
import { fingerprintHopUs, spectrumHopUs } from './sub-fingerprints.ts';
import { uniformRatio } from './uniform-blocks.ts';

/** The part of a {@link Signals} event that is measured; ingest adds the envelope. */
export type SignalsRun = Pick<
  Signals,
  | 'pictures'
  | 'corners'
  | 'sound'
  | 'soundSpread'
  | 'fingerprintStartUs'
  | 'fingerprintHopUs'
  | 'fingerprints'
  | 'soundBandsStartUs'
  | 'soundBandsHopUs'
  | 'soundBands'
>;

const picturePixels = pictureFormat.widthPx * pictureFormat.heightPx;

/**
 * Measures the signals of one stream and epoch (see analysis-format.ts for what to feed). Pictures come in PTS order; pictures, corner
 * pictures and sound may be interleaved in any way. Planes and samples are read before a call returns and never kept: the caller may reuse
 * its buffers. A new epoch needs a new instance.
 */
export class SignalExtractor {
  readonly #range = createRangeTable();
  readonly #hasher = new PerceptualHasher();
  readonly #sound = new SoundSignals();
  readonly #spread = new SoundSpreadMeter();
  readonly #cornerLuma = new Uint8Array(cornerFormat.widthPx * cornerFormat.heightPx);
  readonly #pass = new LumaPass(this.#range, picturePixels);
  #histogram = new Uint32Array(256);
  #previousHistogram = new Uint32Array(256);
  #first = true;
  #pictures: PictureSignals[] = [];
  #corners: CornerEdges[] = [];

  /**
   * Measures one decoded picture.
   *
   * @param luma 160x90 luma plane, video range; a plane of another size or a PTS that is no number is ignored
   */
  addPicture(luma: Uint8Array, ptsUs: number): void {
    if (luma.length !== picturePixels || !Number.isFinite(ptsUs)) return;
    [this.#histogram, this.#previousHistogram] = [this.#previousHistogram, this.#histogram];
    const { luma: stretched, differenceSum } = this.#pass.read(luma, this.#histogram);
    const { widthPx, heightPx } = pictureFormat;
    const statistics = lumaStatistics(this.#histogram);
    this.#pictures.push({
      ptsUs: Math.round(ptsUs),
      lumaMean: statistics.mean,
      lumaDeviation: statistics.deviation,
      blackRatio: statistics.blackRatio,
      blackRowRatio: statistics.blackRatio < 0.2 ? 0 : blackRowRatio(stretched, widthPx, heightPx),
      uniformRatio: uniformRatio(stretched, widthPx, heightPx),
      histogramDistance: this.#first ? 0 : histogramDistance(this.#histogram, this.#previousHistogram),
      pictureDifference: this.#first ? 0 : differenceSum / picturePixels,
      perceptualHash: this.#hasher.hash(stretched),
      letterboxRatio: letterboxRatio(stretched, widthPx, heightPx),
      pillarboxRatio: pillarboxRatio(stretched, widthPx, heightPx),
    });
    this.#first = false;
  }

  /** Reads the logo corners of one picture. @param luma 320x180 luma plane, video range; another size is ignored */
  addCornerPicture(luma: Uint8Array, ptsUs: number): void {
    if (luma.length !== this.#cornerLuma.length || !Number.isFinite(ptsUs)) return;
    stretchCorners(luma, this.#range, this.#cornerLuma);
    this.#corners.push({
      ptsUs: Math.round(ptsUs),
      widthPx: cornerFormat.regionWidthPx,
      heightPx: cornerFormat.regionHeightPx,
      ...cornerEdges(this.#cornerLuma),
    });
  }

  /**
   * Adds sound: mono, 11,025 Hz, of which the first sample has media time `ptsUs`. Gaps, overlaps and jumps are allowed.
   *
   * @param spread how wide it stood before it was mixed down; not measured when absent
   */
  addSound(samples: Int16Array, ptsUs: number, spread?: SpreadSums): void {
    this.#sound.add(samples, ptsUs);
    if (spread !== undefined) this.#spread.add(ptsUs, spread);
  }

  /**
   * Takes everything measured before `untilUs` (half-open), once. Sub-fingerprints are dated by the middle of their 0.37 s window, so the
   * last 0.19 s of them come with a later run. `Infinity` takes all.
   */
  take(untilUs: number): SignalsRun {
    const pictures = this.#pictures.filter((picture) => picture.ptsUs < untilUs);
    this.#pictures = this.#pictures.filter((picture) => picture.ptsUs >= untilUs);
    const corners = this.#corners.filter((corner) => corner.ptsUs < untilUs);
    this.#corners = this.#corners.filter((corner) => corner.ptsUs >= untilUs);
    const { startUs, codes } = this.#sound.takeFingerprints(untilUs);
    const fingerprints = Buffer.alloc(codes.length * 4);
    codes.forEach((code, index) => fingerprints.writeUInt32BE(code, index * 4));
    const bands = this.#sound.takeSpectra(untilUs);
    return {
      pictures,
      corners,
      sound: this.#sound.takeLevels(untilUs),
      soundSpread: this.#spread.take(untilUs),
      fingerprintStartUs: startUs,
      fingerprintHopUs,
      fingerprints,
      soundBandsStartUs: bands.startUs,
      soundBandsHopUs: spectrumHopUs,
      soundBands: Buffer.concat(bands.spectra),
    };
  }
}
