import type { LiveEventType } from '../schemas/ws/events.ts';

/** A publication in the form it is sent: serialised once, shared by everybody. */
export interface StoredPublication {
  readonly offset: number;
  readonly stream: string;
  readonly event: LiveEventType;
  /** JSON of one `Publication`. */
  readonly json: string;
}

/** What a history ring is given. */
export interface HistoryOptions {
  /** Publications kept per channel of shots, breaks, spots and splice cues. */
  events: number;
  /** Most streams; the one longest silent is dropped first. */
  maxStreams: number;
}

interface Ring {
  items: StoredPublication[];
  /** Highest offset that was dropped from this ring, 0 when none was. */
  droppedUpTo: number;
}

/** Channels whose newest event replaces all before it: one is kept, and a gap is no loss. */
const latestOnly: ReadonlySet<LiveEventType> = new Set(['frames', 'detections', 'stream-status', 'signals-summary']);

/**
 * Bounded memory of what was published, one ring per channel (stream and event type), for clients that resume. Offsets are the hub's: one
 * growing order over all channels, so one number is enough to resume any set of channels (Centrifugo keeps one offset per channel).
 */
export class History {
  readonly #options: HistoryOptions;
  /** Insertion order is recency: a stream moves to the end with every event. */
  readonly #streams = new Map<string, Map<LiveEventType, Ring>>();
  /** Highest offset lost with a whole stream. */
  #forgottenUpTo = 0;

  constructor(options: HistoryOptions) {
    this.#options = options;
  }

  /** Remembers a publication; offsets must grow. */
  add(publication: StoredPublication): void {
    const channels = this.#streams.get(publication.stream) ?? new Map<LiveEventType, Ring>();
    this.#streams.delete(publication.stream);
    this.#streams.set(publication.stream, channels);
    const ring = channels.get(publication.event) ?? { items: [], droppedUpTo: 0 };
    channels.set(publication.event, ring);
    ring.items.push(publication);
    const limit = latestOnly.has(publication.event) ? 1 : this.#options.events;
    while (ring.items.length > limit) {
      const dropped = ring.items.shift();
      if (dropped !== undefined && !latestOnly.has(publication.event)) ring.droppedUpTo = dropped.offset;
    }
    this.#forgetOldest();
  }

  /** What matched after `offset`, in order; `undefined` when some of it is no longer there. */
  since(offset: number, matches: (stream: string, event: LiveEventType) => boolean): StoredPublication[] | undefined {
    if (offset < this.#forgottenUpTo) return undefined;
    const found: StoredPublication[] = [];
    for (const [stream, channels] of this.#streams) {
      for (const [event, ring] of channels) {
        if (!matches(stream, event)) continue;
        if (offset < ring.droppedUpTo) return undefined;
        for (const item of ring.items) if (item.offset > offset) found.push(item);
      }
    }
    return found.sort((a, b) => a.offset - b.offset);
  }

  #forgetOldest(): void {
    while (this.#streams.size > this.#options.maxStreams) {
      const oldest = this.#streams.entries().next().value;
      if (oldest === undefined) return;
      this.#streams.delete(oldest[0]);
      for (const ring of oldest[1].values()) {
        for (const item of ring.items) this.#forgottenUpTo = Math.max(this.#forgottenUpTo, item.offset);
      }
    }
  }
}
