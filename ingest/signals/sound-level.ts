/** Level of digital silence, dB full scale; nothing is reported below it. */
export const silentDbfs = -120;

/** Level and sample peak of one block of sound. */
export interface SoundLevel {
  rmsDbfs: number;
  peakDbfs: number;
}

/** RMS level and sample peak of signed 16-bit samples, dB relative to full scale, {@link silentDbfs} to 0. */
export function soundLevel(samples: Int16Array): SoundLevel {
  let squares = 0;
  let peak = 0;
  for (const sample of samples) {
    squares += sample * sample;
    const size = sample < 0 ? -sample : sample;
    if (size > peak) peak = size;
  }
  const rms = samples.length === 0 ? 0 : Math.sqrt(squares / samples.length);
  return { rmsDbfs: toDbfs(rms), peakDbfs: toDbfs(peak) };
}

/** Level of sound of signed 16-bit samples with a mean square of `power`, dB full scale, {@link silentDbfs} to 0. */
export function powerDbfs(power: number): number {
  return toDbfs(Math.sqrt(power));
}

function toDbfs(amplitude: number): number {
  return amplitude <= 0 ? silentDbfs : Math.max(silentDbfs, Math.min(0, 20 * Math.log10(amplitude / 32_768)));
}
