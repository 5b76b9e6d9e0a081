import type { SoundSpread } from '../../schemas/events.generated.ts';
import { powerDbfs } from './sound-level.ts';
import type { SpreadSums } from './sound-mixdown.ts';

/** Length of one measurement, microseconds: a change of layout is dated by the cut beside it, so this need not be fine. */
export const spreadHopUs = 200_000;

const nothing: SpreadSums = { front: 0, side: 0, centre: 0, samples: 0 };

/**
 * Measures five times a second how wide the sound stands: the levels of what left and right have in common, of what they differ by, and of the
 * centre channel. A packet counts where it begins.
 */
export class SoundSpreadMeter {
  #startUs = Number.NaN;
  #sums = nothing;
  #measured: SoundSpread[] = [];

  /** Adds a packet whose first sample has media time `ptsUs`; PTS order, gaps and jumps are allowed. */
  add(ptsUs: number, sums: SpreadSums): void {
    if (!Number.isFinite(ptsUs)) return;
    const startUs = Math.floor(ptsUs / spreadHopUs) * spreadHopUs;
    if (startUs !== this.#startUs) {
      this.#finish();
      this.#startUs = startUs;
    }
    this.#sums = {
      front: this.#sums.front + sums.front,
      side: this.#sums.side + sums.side,
      centre: this.#sums.centre + sums.centre,
      samples: this.#sums.samples + sums.samples,
    };
  }

  /** Takes what ended before `untilUs`, once each, PTS order. `Infinity` takes all. */
  take(untilUs: number): SoundSpread[] {
    if (this.#startUs + spreadHopUs <= untilUs) this.#finish();
    const taken = this.#measured.filter(({ ptsUs }) => ptsUs + spreadHopUs <= untilUs);
    this.#measured = this.#measured.filter(({ ptsUs }) => ptsUs + spreadHopUs > untilUs);
    return taken.sort((one, other) => one.ptsUs - other.ptsUs);
  }

  #finish(): void {
    const { front, side, centre, samples } = this.#sums;
    this.#sums = nothing;
    if (samples === 0) return;
    this.#measured.push({
      ptsUs: this.#startUs,
      frontDbfs: powerDbfs(front / samples),
      sideDbfs: powerDbfs(side / samples),
      centreDbfs: powerDbfs(centre / samples),
    });
  }
}
