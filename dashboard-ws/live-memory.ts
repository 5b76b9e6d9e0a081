import type { LiveBreak, LiveSpot } from '../schemas/ws/events.ts';
import { StreamMemory } from './stream-memory.ts';

/** How much is remembered. */
export interface LiveMemoryOptions {
  windowMs: number;
  maxStreams: number;
}

/** The memory of every stream; the stream longest silent is forgotten when there are too many. */
export class LiveMemory {
  readonly #options: LiveMemoryOptions;
  /** Insertion order is recency. */
  readonly #streams = new Map<string, StreamMemory>();

  constructor(options: LiveMemoryOptions) {
    this.#options = options;
  }

  /** The memory of a stream that has just said something; made when it is new. */
  of(streamId: string): StreamMemory {
    const memory = this.#streams.get(streamId) ?? new StreamMemory(streamId, this.#options.windowMs);
    this.#streams.delete(streamId);
    this.#streams.set(streamId, memory);
    if (this.#streams.size > this.#options.maxStreams) {
      const oldest = this.#streams.keys().next().value;
      if (oldest !== undefined) this.#streams.delete(oldest);
    }
    return memory;
  }

  /** The memory of a stream, or undefined when nothing was heard of it. */
  find(streamId: string): StreamMemory | undefined {
    return this.#streams.get(streamId);
  }

  /** Every stream, by id. */
  all(): StreamMemory[] {
    return [...this.#streams.values()].sort((a, b) => a.streamId.localeCompare(b.streamId));
  }

  /** Breaks of one or all streams, newest first. */
  breaks(streamId: string | undefined, limit: number): LiveBreak[] {
    return this.#newest(streamId, limit, (memory) => memory.between(-Infinity, Infinity).breaks);
  }

  /** Airings of one or all streams, newest first. */
  spots(streamId: string | undefined, limit: number): LiveSpot[] {
    return this.#newest(streamId, limit, (memory) => memory.between(-Infinity, Infinity).spots);
  }

  #newest<Event extends { eventTimeMs: number }>(streamId: string | undefined, limit: number, eventsOf: (memory: StreamMemory) => Event[]): Event[] {
    const memories = streamId === undefined ? this.all() : [this.find(streamId)].filter((memory) => memory !== undefined);
    return memories
      .flatMap(eventsOf)
      .sort((a, b) => b.eventTimeMs - a.eventTimeMs)
      .slice(0, limit);
  }
}
