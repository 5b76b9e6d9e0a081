import type { SplicePoint } from './splice-witness.ts';

/** A break that the cue of a trusted channel has begun, before anything was seen of it. */
export interface PromisedBreak {
  /** Splice point, the channel's learned offset included, microseconds. */
  startUs: number;
  toleranceUs: number;
  /** Trust of the channel's cues out, 0 to 1. */
  trust: number;
}

/**
 * Trust from which a cue announces a break by itself: four cues in a row that a break was seen for, from the prior of channel-trust.ts. A channel
 * nobody has listened to is at 0.8, and one cue in ten without a break takes it below.
 */
const trustedFrom = 0.88;
/** A promise of which nothing is seen is dropped after this: longer than any spot that is usual (docs/break-model.md), microseconds. */
const patienceUs = 32_000_000;
/** A point belongs to the evidence of a break whose boundary is this near, microseconds. */
const nearUs = 3_000_000;
/** Points that are kept: of the longest break, both sides, twice. */
const keptPoints = 64;

/**
 * Remembers what splice cues say of starts and ends, for two uses: a break is announced when the splice point of a trusted channel is reached,
 * however little is seen by then, and the evidence of a break names its cues. A cue that is taken back is forgotten.
 */
export class PromisedBreaks {
  #points: SplicePoint[] = [];

  /** Takes in points that are new, have moved or were withdrawn. */
  hear(points: readonly SplicePoint[]): void {
    for (const point of points) {
      this.#points = this.#points.filter(({ cueId, side }) => cueId !== point.cueId || side !== point.side);
      if (!point.withdrawn) this.#points = [...this.#points, point].slice(-keptPoints);
    }
  }

  /** The promises that count at `nowUs`: begun, not over, and young enough to be believed unseen. */
  at(nowUs: number): PromisedBreak[] {
    return this.#points
      .filter(({ side, trust, atUs }) => side === 'start' && trust >= trustedFrom && atUs <= nowUs && nowUs - atUs < patienceUs)
      .filter(({ atUs: startUs }) => !this.#points.some(({ side, atUs }) => side === 'end' && atUs > startUs && atUs <= nowUs))
      .map(({ atUs, toleranceUs, trust }) => ({ startUs: atUs, toleranceUs, trust }));
  }

  /** What the cues at the edges of a break say, a line each. */
  lines(startUs: number, endUs: number | undefined): string[] {
    const isOfEdge = ({ side, atUs }: SplicePoint): boolean => {
      const edgeUs = side === 'start' ? startUs : endUs;
      return edgeUs !== undefined && Math.abs(atUs - edgeUs) <= nearUs;
    };
    return this.#points.filter(isOfEdge).map(({ evidence }) => evidence);
  }

  /** A new epoch began: times of the old one mean nothing any more. */
  clear(): void {
    this.#points = [];
  }
}
