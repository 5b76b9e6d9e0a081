import type { SecondMeter } from './second-meter.ts';

/** Names of the features, in the order of {@link windowFeatures}. */
export const featureNames = [
  'cutsPerSecond',
  'motion',
  'luma',
  'deviation',
  'uniform',
  'levelRange',
  'pauses',
  'crest',
  'syllables',
  'beat',
  'flux',
  'bass',
  'treble',
  'slope',
] as const;

/** A level this far under the loud ones is a pause, dB. */
const pauseDb = 12;
/** Spacing of the sound levels: 256 samples at 11,025 Hz. */
const levelHz = 11_025 / 256;
/** Modulations of the level: syllables of speech come at about 4 Hz (Houtgast and Steeneken 1985), beats of music at 1.3 to 2.5 Hz. */
const syllableHz = [3, 4, 5, 6] as const;
const beatHz = [1.3, 1.7, 2.1, 2.5] as const;

/**
 * What a window of seconds looks and sounds like: shot rate, movement, brightness, plain areas (cards), range of the level, pauses, crest,
 * modulation of speech and of music, change and balance of the spectrum. Not the level itself (loudness is regulated, EBU R 128) and nothing
 * that a channel logo changes: others testify to that. Undefined when the window is silent or holds next to nothing.
 */
export function windowFeatures(seconds: readonly SecondMeter[]): number[] | undefined {
  const sum = (of: (second: SecondMeter) => number): number => seconds.reduce((total, second) => total + of(second), 0);
  const pictures = sum((second) => second.pictures);
  const levels = seconds.flatMap((second) => second.levels);
  const spectra = sum((second) => second.spectra);
  if (pictures < 10 || levels.length < 100 || spectra < 20) return undefined;
  const sorted = Float64Array.from(levels).sort();
  const at = (share: number): number => sorted[Math.floor(share * (sorted.length - 1))]!;
  const loud = at(0.9);
  if (loud < -60) return undefined;
  const perPicture = (of: (second: SecondMeter) => number): number => sum(of) / pictures;
  const band = (from: number, to: number): number =>
    sum((second) => second.bandSums.slice(from, to).reduce((one, other) => one + other, 0)) / (spectra * (to - from));
  return [
    sum((second) => second.cuts) / seconds.length,
    Math.log1p(perPicture((second) => second.motion)),
    perPicture((second) => second.luma) / 255,
    perPicture((second) => second.deviation) / 64,
    perPicture((second) => second.uniform),
    (loud - at(0.1)) / 10,
    levels.filter((level) => level < loud - pauseDb).length / levels.length,
    sum((second) => second.crest) / levels.length / 10,
    modulation(levels, syllableHz),
    modulation(levels, beatHz),
    sum((second) => second.flux) / spectra,
    (band(0, 4) - band(4, 10)) / 10,
    (band(12, 16) - band(4, 10)) / 10,
    (band(8, 16) - band(0, 8)) / 10,
  ];
}

/** Root of the mean power of the level at some frequencies, dB. */
function modulation(levels: readonly number[], frequenciesHz: readonly number[]): number {
  const mean = levels.reduce((sum, level) => sum + level, 0) / levels.length;
  let power = 0;
  for (const frequencyHz of frequenciesHz) {
    // Goertzel's recurrence: the power at one frequency without a sine per sample.
    const turn = 2 * Math.cos((2 * Math.PI * frequencyHz) / levelHz);
    let last = 0;
    let before = 0;
    for (const level of levels) {
      const next = level - mean + turn * last - before;
      before = last;
      last = next;
    }
    power += (last * last + before * before - turn * last * before) / levels.length ** 2;
  }
  return Math.sqrt(power / frequenciesHz.length);
}
