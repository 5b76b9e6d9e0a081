import type { Signals } from '../../schemas/events.generated.ts';
import type { AudioPrint, SpotPrint, VideoPrint } from './spot-print.ts';
import { StreamMemory } from './stream-memory.ts';

/** How far back a print can be cut, microseconds. */
const recorderSpanUs = 600_000_000;

/** Spacing of the hashes of a print, microseconds: five a second. */
export const hashStepUs = 200_000;

/**
 * Remembers the last 600 s of one stream and cuts prints of any span out of it: what an airing sounded and looked like. Feed every run of
 * signals; about 1.5 MB a stream.
 */
export class PrintRecorder {
  readonly #memory = new StreamMemory(recorderSpanUs);

  /** Remembers a run of signals. */
  add(run: Signals): void {
    this.#memory.add(run);
  }

  /** Media time begins anew: forgets everything. */
  newEpoch(): void {
    this.#memory.clear();
  }

  /**
   * Cuts the print of the span from `startUs` to `endUs`, media time in microseconds, of which only sound and pictures inside count.
   *
   * @returns undefined when the span is empty or nothing of it is remembered
   */
  print(startUs: number, endUs: number): SpotPrint | undefined {
    if (!(endUs > startUs)) return undefined;
    const audio = this.#audio(startUs, endUs);
    const video = this.#video(startUs, endUs);
    if (audio.codes.length === 0 && video.hashes.length === 0) return undefined;
    return { durationUs: Math.round(endUs - startUs), audio, video, speeds: [] };
  }

  #audio(startUs: number, endUs: number): AudioPrint {
    const memory = this.#memory;
    const first = Math.max(memory.oldestSlot, Math.ceil((startUs - memory.slotUs(0)) / memory.hopUs));
    const end = Math.min(memory.slots, Math.ceil((endUs - memory.slotUs(0)) / memory.hopUs));
    if (!(end > first)) return { startUs: 0, hopUs: memory.hopUs, codes: new Uint32Array(0) };
    // A gap reads as digital silence, of which every code is zero: the index looks none of them up.
    const codes = Uint32Array.from({ length: end - first }, (_, index) => (memory.heard(first + index) ? memory.code(first + index) : 0));
    return { startUs: memory.slotUs(first) - startUs, hopUs: memory.hopUs, codes };
  }

  #video(startUs: number, endUs: number): VideoPrint {
    const memory = this.#memory;
    const steps = Math.ceil((endUs - startUs) / hashStepUs);
    let first = 0;
    while (first < steps && memory.pictureAt(startUs + first * hashStepUs) < 0) first += 1;
    const hashes = new Uint8Array((steps - first) * 8);
    const view = new DataView(hashes.buffer);
    for (let step = first; step < steps; step += 1) {
      const picture = memory.pictureAt(startUs + step * hashStepUs);
      if (picture < 0) continue;
      view.setUint32((step - first) * 8, memory.hashHigh(picture));
      view.setUint32((step - first) * 8 + 4, memory.hashLow(picture));
    }
    return { startUs: first * hashStepUs, stepUs: hashStepUs, hashes };
  }
}
