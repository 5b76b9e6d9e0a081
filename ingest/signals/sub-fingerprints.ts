import { soundFormat } from './analysis-format.ts';
import { PowerSpectrum } from './power-spectrum.ts';

const windowSamples = 2048;
const hopSamples = 64;
const decimatedRateHz = soundFormat.rateHz / 2;
/** Samples before the current one that the half-band filter looks at. */
const filterReach = 14;
const bands = 33;
const lowestHz = 300;
const highestHz = 2000;

/** Spacing of sub-fingerprints, microseconds: 64 samples at 5512.5 Hz, 11.61 ms. */
export const fingerprintHopUs = (hopSamples / decimatedRateHz) * 1e6;

/** From the first sample of a window to its middle, microseconds (0.186 s); a sub-fingerprint is dated by the middle. */
export const fingerprintCentreUs = (windowSamples / 2 / decimatedRateHz) * 1e6;

/** A spectrum is kept of every eighth window. */
const windowsPerSpectrum = 8;
/** Bands of a spectrum. */
export const spectrumBands = 16;
const spectrumLowestHz = 60;
const spectrumHighestHz = 2700;
/** Squares of the Hann window add up to 3/8 of its length; full scale is 32,768. */
const fullScale = (windowSamples * windowSamples * 3 * 32_768 ** 2) / 16;

/** Spacing of the spectra, microseconds: 92.9 ms. */
export const spectrumHopUs = fingerprintHopUs * windowsPerSpectrum;

/**
 * 32-bit audio sub-fingerprints of Haitsma and Kalker, "A Highly Robust Audio Fingerprinting System", ISMIR 2002: a Hann window of 0.37 s
 * every 11.6 ms, energies of 33 logarithmic bands from 300 to 2000 Hz, and per neighbouring pair of bands the sign of how their
 * difference changed since the window before. Two recordings of one sound differ in few bits, unrelated ones in half of them.
 *
 * Fed with a continuous sound at 11,025 Hz, which it halves with a 15-tap half-band filter. One instance per continuous stretch.
 */
export class SubFingerprinter {
  readonly #spectrum = new PowerSpectrum(windowSamples);
  readonly #window = hann();
  readonly #edges = bandEdges(bands, lowestHz, highestHz);
  readonly #spectrumEdges = bandEdges(spectrumBands, spectrumLowestHz, spectrumHighestHz);
  readonly #ring = new Float32Array(windowSamples);
  /** The last 14 samples, then those being read. */
  #line = new Int16Array(filterReach);
  #energies = new Float64Array(bands);
  #previous = new Float64Array(bands);
  #samples = 0;
  #decimated = 0;
  #windows = 0;

  /**
   * Adds samples; calls `emit` for each sub-fingerprint that became complete. The n-th (from 0) belongs to the window that starts
   * `(n + 1) * hop` after the first sample, because each compares a window with the one before. `emitSpectrum` gets the band levels of the
   * windows that start `8 n * hop` after it: {@link spectrumBands} bytes of 2 x (dBFS + 120), owned by the caller.
   */
  add(samples: Int16Array, emit: (fingerprint: number) => void, emitSpectrum?: (levels: Uint8Array) => void): void {
    const { length } = samples;
    if (this.#line.length < filterReach + length) {
      const longer = new Int16Array(filterReach + length);
      longer.set(this.#line.subarray(0, filterReach));
      this.#line = longer;
    }
    const line = this.#line;
    line.set(samples, filterReach);
    // Every second sample of the sound is kept, whatever the blocks it comes in.
    let at = filterReach + (this.#samples & 1 ? 0 : 1);
    this.#samples += length;
    for (; at < filterReach + length; at += 2) {
      this.#ring[this.#decimated & (windowSamples - 1)] = halfBand(line, at);
      this.#decimated += 1;
      if (this.#decimated < windowSamples || (this.#decimated - windowSamples) % hopSamples !== 0) continue;
      this.#measure();
      if (this.#windows > 0) emit(this.#code());
      if (emitSpectrum !== undefined && this.#windows % windowsPerSpectrum === 0) emitSpectrum(this.#levels());
      this.#windows += 1;
      [this.#energies, this.#previous] = [this.#previous, this.#energies];
    }
    line.copyWithin(0, length, length + filterReach);
  }

  #measure(): void {
    this.#spectrum.transform(this.#ring, this.#decimated & (windowSamples - 1), this.#window);
    const powers = this.#spectrum.powers(this.#edges[0]!, this.#edges[bands]!);
    for (let band = 0; band < bands; band += 1) this.#energies[band] = sumOf(powers, this.#edges[band]!, this.#edges[band + 1]!);
  }

  #levels(): Uint8Array {
    const levels = new Uint8Array(spectrumBands);
    const powers = this.#spectrum.powers(this.#spectrumEdges[0]!, this.#spectrumEdges[spectrumBands]!);
    for (let band = 0; band < spectrumBands; band += 1) {
      const energy = sumOf(powers, this.#spectrumEdges[band]!, this.#spectrumEdges[band + 1]!) / fullScale;
      levels[band] = Math.max(0, Math.min(240, Math.round(2 * (10 * Math.log10(energy + 1e-12) + 120))));
    }
    return levels;
  }

  #code(): number {
    let code = 0;
    for (let band = 0; band < bands - 1; band += 1) {
      const change = this.#energies[band]! - this.#energies[band + 1]! - (this.#previous[band]! - this.#previous[band + 1]!);
      code = (code << 1) | (change > 0 ? 1 : 0);
    }
    return code >>> 0;
  }
}

/** Half-band low-pass over the 15 samples up to `at` (windowed sinc, Hamming, cut-off a quarter of the rate); every second tap is zero. */
function halfBand(line: Int16Array, at: number): number {
  const pair = (back: number): number => line[at - back]! + line[at - filterReach + back]!;
  return 0.5 * line[at - 7]! + 0.3028 * pair(6) - 0.0681 * pair(4) + 0.0203 * pair(2) - 0.0036 * pair(0);
}

function sumOf(powers: Float64Array, fromBin: number, toBin: number): number {
  let sum = 0;
  for (let bin = fromBin; bin < toBin; bin += 1) sum += powers[bin]!;
  return sum;
}

function hann(): Float32Array {
  return Float32Array.from({ length: windowSamples }, (_, index) => 0.5 - 0.5 * Math.cos((2 * Math.PI * index) / windowSamples));
}

/** First FFT bin of each band and the end of the last, logarithmic spacing. */
function bandEdges(count: number, fromHz: number, toHz: number): Int32Array {
  const ratio = Math.log(toHz / fromHz) / count;
  return Int32Array.from({ length: count + 1 }, (_, band) => Math.round((fromHz * Math.exp(ratio * band) * windowSamples) / decimatedRateHz));
}
