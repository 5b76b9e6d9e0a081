/**
 * Step that the decoder's filters add to time stamps at every PTS reset, microseconds: 2^44 (203 days), so that a time stamp stays an
 * exact double through about 500 resets.
 */
export const epochStepUs = 2 ** 44;

/** Added to every time stamp by the decoder's filters, because the container has no negative ones and sources do, microseconds. */
export const originUs = 2 ** 43;

/** A time stamp that goes back by more than this is a reset, microseconds; anything less is jitter. */
export const resetThresholdUs = 500_000;

/** A forward jump beyond this starts a new epoch too, microseconds (ffmpeg's own `-dts_delta_threshold`). */
export const gapThresholdUs = 10_000_000;

/** Where a packet lies in media time. */
export interface MediaTime {
  epoch: number;
  /** Media time of the source, unwrapped, growing within the epoch. */
  ptsUs: number;
}

interface Segment {
  epoch: number;
  /** First raw time of the segment. */
  startRawUs: number;
  /** Taken off raw times to get media time. */
  offsetUs: number;
}

/** Range of the 33-bit clock of MPEG at 90 kHz, microseconds. */
const wrapUs = Math.round(2 ** 33 / 0.09);

/**
 * Turns the raw times of one decoder (see {@link epochStepUs}) into epochs and media time. Pictures lead: they decide where an epoch
 * begins, and sound falls into the epoch whose pictures surround it; without pictures sound leads. Pure.
 */
export class TimeLine {
  readonly #segments: Segment[] = [];
  readonly #firstEpoch: number;
  #lastLeadUs = Number.NEGATIVE_INFINITY;
  /** Media time at which the current epoch begins. */
  #epochStartUs = 0;

  /** @param firstEpoch number of the first epoch, from 1 */
  constructor(firstEpoch: number) {
    this.#firstEpoch = firstEpoch;
  }

  /** Epoch that packets fall into now. */
  get epoch(): number {
    return this.#segments.at(-1)?.epoch ?? this.#firstEpoch;
  }

  /** Media time of the leading stream so far, microseconds. */
  get leadUs(): number {
    return this.#lastLeadUs - (this.#segments.at(-1)?.offsetUs ?? 0);
  }

  /** Places a packet of the leading stream (pictures, or sound when there are none). */
  lead(rawUs: number): MediaTime {
    const current = this.#segments.at(-1);
    const jumpUs = rawUs - this.#lastLeadUs;
    if (current === undefined) this.#open(rawUs, this.#firstEpoch, 0);
    else if (jumpUs > epochStepUs / 2) this.#openAfterReset(rawUs, current);
    else if (jumpUs > gapThresholdUs) this.#open(rawUs, current.epoch + 1, current.offsetUs);
    this.#lastLeadUs = Math.max(this.#lastLeadUs, rawUs);
    return this.place(rawUs);
  }

  /** Places a packet of another stream without opening epochs. Before the first leading packet it falls into the first epoch. */
  place(rawUs: number): MediaTime {
    for (let index = this.#segments.length - 1; index > 0; index -= 1) {
      const segment = this.#segments[index];
      if (segment !== undefined && rawUs >= segment.startRawUs - gapThresholdUs / 2) return { epoch: segment.epoch, ptsUs: rawUs - segment.offsetUs };
    }
    const first = this.#segments[0];
    return { epoch: first?.epoch ?? this.#firstEpoch, ptsUs: rawUs - (first?.offsetUs ?? 0) };
  }

  /**
   * Places a time of the source that did not pass through the decoder's filters (a splice cue): the time of the current epoch, however often
   * the 33-bit clock has wrapped. Undefined when it lies further than {@link gapThresholdUs} before the epoch or after what is being read: it
   * belongs to an epoch that has not begun, or that is over.
   */
  placeSource(sourceUs: number): MediaTime | undefined {
    const current = this.#segments.at(-1);
    if (current === undefined) return undefined;
    const ptsUs = sourceUs + Math.round((this.leadUs - sourceUs) / wrapUs) * wrapUs;
    const within = ptsUs >= this.#epochStartUs - gapThresholdUs && ptsUs <= this.leadUs + gapThresholdUs;
    return within ? { epoch: current.epoch, ptsUs } : undefined;
  }

  #openAfterReset(rawUs: number, current: Segment): void {
    const offsetUs = Math.round(rawUs / epochStepUs) * epochStepUs;
    const unwrappedUs = rawUs - offsetUs + wrapUs;
    const lastPtsUs = this.#lastLeadUs - current.offsetUs;
    // A 33-bit clock that starts again from zero goes on where it was: the same epoch, one range further.
    if (unwrappedUs > lastPtsUs && unwrappedUs - lastPtsUs < gapThresholdUs) this.#open(rawUs, current.epoch, offsetUs - wrapUs);
    else this.#open(rawUs, current.epoch + 1, offsetUs);
  }

  #open(startRawUs: number, epoch: number, offsetUs: number): void {
    if (this.#segments.at(-1)?.epoch !== epoch) this.#epochStartUs = startRawUs - offsetUs;
    this.#segments.push({ epoch, startRawUs, offsetUs });
    // Sound trails pictures by seconds at most: two segments back are enough.
    if (this.#segments.length > 4) this.#segments.shift();
  }
}
