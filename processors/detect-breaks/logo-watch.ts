import type { Signals } from '../../schemas/events.generated.ts';
import type { LogoFacts } from './evidence-text.ts';
import { type LogoEdge, type LogoSample, type LogoState, LogoTracker } from './logo-tracker.ts';
import type { LogoParameters } from './parameters.ts';

/** Samples (five a second) that are remembered for the evidence of a break. */
const logoMemory = 9000;

/** Gives the logo tracker what it needs of each tick and remembers what it said. */
export class LogoWatch {
  readonly #tracker: LogoTracker;
  #hashes: { ptsUs: number; hash: Buffer }[] = [];
  #samples: LogoSample[] = [];

  constructor(parameters: LogoParameters) {
    this.#tracker = new LogoTracker(parameters);
  }

  /** A trusted logo is known to be gone at the last sample. */
  get gone(): boolean {
    return this.#samples[this.#samples.length - 1]?.present === false;
  }

  /** See {@link LogoTracker.leaves}. */
  get leaves(): boolean {
    return this.#tracker.leaves;
  }

  /** See {@link LogoTracker.stays}. */
  get stays(): number {
    return this.#tracker.stays;
  }

  /** Adds a tick; see {@link LogoTracker.add}. */
  add(tick: Signals, programme: number, inBreak: boolean): { sample: LogoSample; edge: LogoEdge | undefined }[] {
    for (const picture of tick.pictures) this.#hashes.push({ ptsUs: picture.ptsUs, hash: picture.perceptualHash });
    if (this.#hashes.length > 128) this.#hashes = this.#hashes.slice(-64);
    const told = tick.corners.flatMap((corners) => {
      const picture = this.#hashes.findLast(({ ptsUs }) => ptsUs <= corners.ptsUs) ?? this.#hashes[0];
      return picture === undefined ? [] : [this.#tracker.add(corners, picture.hash, programme, inBreak)];
    });
    this.#samples.push(...told.map(({ sample }) => sample));
    if (this.#samples.length > logoMemory) this.#samples = this.#samples.slice(-logoMemory / 2);
    return told;
  }

  /** See {@link LogoTracker.breakEnded}. */
  breakEnded(real: boolean): void {
    this.#tracker.breakEnded(real);
  }

  /** What is known of the logo in a stretch. */
  facts(startUs: number, endUs: number): LogoFacts {
    const inside = this.#samples.filter(({ ptsUs }) => ptsUs >= startUs && ptsUs < endUs);
    return {
      place: this.#tracker.description,
      goneS: inside.filter(({ present }) => present === false).length / 5,
      presentS: inside.filter(({ present }) => present === true).length / 5,
      returned: this.#samples.some(({ ptsUs, present }) => ptsUs >= endUs && present === true),
    };
  }

  /** Media time starts afresh; what was learned stays. */
  newEpoch(): void {
    this.#hashes = [];
    this.#samples = [];
  }

  /** See {@link LogoTracker.save}. */
  save(): LogoState {
    return this.#tracker.save();
  }

  /** See {@link LogoTracker.restore}. */
  restore(state: LogoState): void {
    this.#tracker.restore(state);
  }
}
