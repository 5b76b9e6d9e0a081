import type { Batch, ConsumedRecord } from '../../core/bus/bus.ts';
import type { EventEnvelope } from '../../core/events/event-bus.ts';

/** A decoded event and where it came from. */
export interface PendingEvent {
  event: EventEnvelope;
  /** Kept for the dead letter. */
  record: ConsumedRecord;
  batch: Batch;
}

/** Where a partition may be committed to once everything before has been written. */
export interface CommitPoint {
  batch: Batch;
  nextOffset: number;
}

/** What is taken out of the buffer at once. */
export interface Taken {
  events: PendingEvent[];
  commits: CommitPoint[];
}

/** Records of one topic that wait to be written, bounded in number and bytes. */
export class PendingEvents {
  readonly #maxEvents: number;
  readonly #maxBytes: number;
  #batches: { batch: Batch; events: PendingEvent[]; nextOffset: number; sizeBytes: number }[] = [];
  #count = 0;
  #sizeBytes = 0;
  #roomWaiters: (() => void)[] = [];

  constructor(maxEvents: number, maxBytes: number) {
    this.#maxEvents = maxEvents;
    this.#maxBytes = maxBytes;
  }

  /** Events that wait. */
  get count(): number {
    return this.#count;
  }

  /** True when nothing waits, not even a commit of an empty batch. */
  get empty(): boolean {
    return this.#batches.length === 0;
  }

  /** Resolves when there is room; the caller checks again whether its batch is still wanted. */
  async room(): Promise<void> {
    while (this.#count >= this.#maxEvents || this.#sizeBytes >= this.#maxBytes) {
      await new Promise<void>((resolve) => this.#roomWaiters.push(resolve));
    }
  }

  /** Adds what a batch holds; `events` may be empty when all of it was dead-lettered. */
  add(batch: Batch, events: PendingEvent[], nextOffset: number): void {
    const sizeBytes = events.reduce((sum, { record }) => sum + record.value.length, 0);
    this.#batches.push({ batch, events, nextOffset, sizeBytes });
    this.#count += events.length;
    this.#sizeBytes += sizeBytes;
  }

  /** Takes whole batches up to about `limit` events, oldest first; batches of partitions that were taken away are dropped. */
  take(limit: number): Taken {
    const taken: Taken = { events: [], commits: [] };
    while (this.#batches.length > 0 && taken.events.length < limit) {
      const next = this.#batches.shift();
      if (next === undefined) break;
      this.#count -= next.events.length;
      this.#sizeBytes -= next.sizeBytes;
      if (next.batch.isStale()) continue;
      taken.events.push(...next.events);
      taken.commits = [
        ...taken.commits.filter(({ batch }) => batch.partition !== next.batch.partition),
        { batch: next.batch, nextOffset: next.nextOffset },
      ];
    }
    this.#wake();
    return taken;
  }

  /** Forgets everything; it comes again after a restart. */
  clear(): void {
    this.#batches = [];
    this.#count = 0;
    this.#sizeBytes = 0;
    this.#wake();
  }

  #wake(): void {
    const waiters = this.#roomWaiters;
    this.#roomWaiters = [];
    for (const resolve of waiters) resolve();
  }
}
