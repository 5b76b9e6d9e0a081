import { firstPictureTicks } from './first-picture.ts';
import type { MediaPlaylist, Segment } from './playlist.ts';
import type { PlaylistAccess } from './playlist-access.ts';

interface Anchor {
  sequence: number;
  sourceUs: number;
}

/** Range of the 33-bit clock of MPEG at 90 kHz, microseconds. */
const wrapUs = 2 ** 33 / 0.09;

/** How much later one time of the source is than another, whatever the 33-bit clock did in between. */
export function laterUs(sourceUs: number, thanUs: number): number {
  const differenceUs = sourceUs - thanUs;
  return differenceUs - Math.round(differenceUs / wrapUs) * wrapUs;
}

/** Anchors kept; one for every stretch between discontinuities would be enough. */
const keptAnchors = 32;

/**
 * Says when segments begin, in microseconds of the source: by the time stamp of their own first picture where they are transport streams,
 * else by adding up lengths from the nearest segment of the same stretch whose time is known, which is as exact as the lengths are.
 */
export class SegmentTimes {
  readonly #access: PlaylistAccess;
  #anchors: Anchor[] = [];

  constructor(access: PlaylistAccess) {
    this.#access = access;
  }

  /** The decoder showed that a segment begins at `sourceUs`. */
  tell(sequence: number, sourceUs: number): void {
    if (this.#anchors.some((anchor) => anchor.sequence === sequence)) return;
    this.#anchors = [...this.#anchors, { sequence, sourceUs }].slice(-keptAnchors);
  }

  /** Start of a segment of this playlist; undefined when nothing near it is known. Never throws. */
  async startUs(segment: Segment, playlist: MediaPlaylist): Promise<number | undefined> {
    const known = this.#anchors.find(({ sequence }) => sequence === segment.sequence);
    if (known !== undefined) return known.sourceUs;
    const sourceUs = (await this.#ownUs(segment)) ?? this.#addedUs(segment, playlist);
    if (sourceUs !== undefined) this.tell(segment.sequence, sourceUs);
    return sourceUs;
  }

  async #ownUs(segment: Segment): Promise<number | undefined> {
    if (segment.opaque) return undefined;
    const bytes = await this.#access.beginning(segment.url).catch(() => undefined);
    const ticks = bytes === undefined ? undefined : firstPictureTicks(bytes);
    return ticks === undefined ? undefined : Math.round(ticks / 0.09);
  }

  #addedUs(segment: Segment, { segments }: MediaPlaylist): number | undefined {
    const stretch = segments.filter(({ discontinuity }) => discontinuity === segment.discontinuity);
    const distance = (anchor: Anchor): number => Math.abs(anchor.sequence - segment.sequence);
    const nearest = this.#anchors
      .filter((anchor) => stretch.some(({ sequence }) => sequence === anchor.sequence))
      .sort((one, other) => distance(one) - distance(other))[0];
    if (nearest === undefined) return undefined;
    const [from, to] = [Math.min(nearest.sequence, segment.sequence), Math.max(nearest.sequence, segment.sequence)];
    const betweenS = stretch.filter(({ sequence }) => sequence >= from && sequence < to).reduce((sum, { durationS }) => sum + durationS, 0);
    return Math.round(nearest.sourceUs + Math.sign(segment.sequence - nearest.sequence) * betweenS * 1e6);
  }
}
