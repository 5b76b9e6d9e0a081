import type { AudioSignals } from '../../schemas/events.generated.ts';

const sideUs = 1_000_000;
const nearUs = 120_000;
/** Some 24 s of blocks of 23 ms; half of them are always kept. */
const mostBlocks = 1024;

/** Remembers the last seconds of sound levels and says how deep the sound dips at a moment: spots are cut with a breath between. */
export class SoundDips {
  #blocks: { ptsUs: number; rmsDbfs: number }[] = [];

  /** Adds a block; PTS order. */
  add(block: AudioSignals): void {
    this.#blocks.push({ ptsUs: block.ptsUs, rmsDbfs: block.rmsDbfs });
    if (this.#blocks.length > mostBlocks) this.#blocks = this.#blocks.slice(-mostBlocks / 2);
  }

  /**
   * How far the quietest block within 0.12 s lies under the quieter of the second before and the second after, dB; 0 when there is no
   * sound around. The second after must have been added.
   */
  dipAt(ptsUs: number): number {
    const before = this.#mean(ptsUs - sideUs, ptsUs - nearUs / 2);
    const after = this.#mean(ptsUs, ptsUs + sideUs);
    let quietest = Number.POSITIVE_INFINITY;
    for (let at = this.#blocks.length - 1; at >= 0 && this.#blocks[at]!.ptsUs > ptsUs - nearUs; at -= 1) {
      if (this.#blocks[at]!.ptsUs < ptsUs + nearUs) quietest = Math.min(quietest, this.#blocks[at]!.rmsDbfs);
    }
    if (before === undefined || after === undefined || quietest === Number.POSITIVE_INFINITY) return 0;
    return Math.max(0, Math.min(before, after) - quietest);
  }

  /** Mean power between two moments, dBFS. */
  #mean(fromUs: number, toUs: number): number | undefined {
    let power = 0;
    let count = 0;
    for (let at = this.#blocks.length - 1; at >= 0; at -= 1) {
      const block = this.#blocks[at]!;
      if (block.ptsUs < fromUs) break;
      if (block.ptsUs >= toUs) continue;
      power += 10 ** (block.rmsDbfs / 10);
      count += 1;
    }
    return count < 5 ? undefined : 10 * Math.log10(power / count);
  }
}
