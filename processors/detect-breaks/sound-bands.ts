import type { Signals } from '../../schemas/events.generated.ts';

/** Bands of one window of `soundBands`, of 60 to 2700 Hz. */
export const bandCount = 16;
/** Levels under this are nothing: codecs leave all kinds of dirt down there, dBFS. */
export const leastBandDbfs = -85;
/** What one step of a byte of `soundBands` is, dB, and its zero, dBFS. */
const stepDb = 0.5;
const zeroDbfs = -120;

/** The spectra of a run, in order: media time of the middle of each window (0.19 s long), microseconds, and its 16 bytes. */
export function* soundWindows({ soundBands, soundBandsStartUs, soundBandsHopUs }: Signals): Generator<{ ptsUs: number; bytes: Uint8Array }> {
  if (soundBandsStartUs < 0) return;
  for (let at = 0; (at + 1) * bandCount <= soundBands.length; at += 1) {
    yield { ptsUs: soundBandsStartUs + at * soundBandsHopUs, bytes: soundBands.subarray(at * bandCount, (at + 1) * bandCount) };
  }
}

/** Levels of the bands of a window, {@link leastBandDbfs} at least; half a dB exact. */
export function bandLevelsDbfs(bytes: Uint8Array): Float32Array {
  return Float32Array.from(bytes, (byte) => Math.max(leastBandDbfs, byte * stepDb + zeroDbfs));
}

/** The bytes of a window with these levels. */
export function bandBytes(levelsDbfs: Float32Array): Uint8Array {
  return Uint8Array.from(levelsDbfs, (level) => Math.round((level - zeroDbfs) / stepDb));
}
