import type { BatchHandler, BusDeps, ConsumedRecord, TopicPartition } from '../bus.ts';
import { deliver } from '../delivery.ts';

/** A partition that holds this much undelivered is not fetched further until half of it is gone. */
const pauseBytes = 4 * 1024 * 1024;
const pauseRecords = 2000;
const maxBatchBytes = 8 * 1024 * 1024;

/** What a {@link PartitionQueue} works with. */
export interface QueueContext {
  groupId: string;
  handler: BatchHandler;
  maxBatchRecords: number;
  deps: BusDeps;
  /** Makes a commit durable. */
  commit: (place: TopicPartition, nextOffset: number) => Promise<void>;
  pause: (place: TopicPartition) => void;
  resume: (place: TopicPartition) => void;
}

/**
 * Takes what the Kafka client fetched for one partition and delivers it at the handler's own pace, so that a slow or failing partition
 * holds up no other and the client's heartbeats go on meanwhile.
 */
export class PartitionQueue {
  readonly #place: TopicPartition;
  readonly #context: QueueContext;
  readonly #abort = new AbortController();
  #records: ConsumedRecord[] = [];
  #bytes = 0;
  #endOffset = 0;
  #paused = false;
  #held = true;
  #running: Promise<void> | undefined;
  readonly #started: Promise<void>;

  /** @param after settles when the previous holder of this partition in this process is done */
  constructor(place: TopicPartition, context: QueueContext, after: Promise<void>) {
    this.#place = place;
    this.#context = context;
    this.#started = after;
  }

  /** Adds fetched records. */
  push(records: readonly ConsumedRecord[], endOffset: number): void {
    if (this.#abort.signal.aborted) return;
    for (const record of records) {
      this.#records.push(record);
      this.#bytes += record.value.length;
    }
    this.#endOffset = endOffset;
    if (!this.#paused && (this.#bytes > pauseBytes || this.#records.length > pauseRecords)) {
      this.#paused = true;
      this.#context.pause(this.#place);
    }
    this.#running ??= this.#run();
  }

  /** Ends delivery after the batch in hand, which is stale from now on but may still commit: the partition is ours until we leave. */
  stop(): void {
    this.#abort.abort();
    this.#records = [];
  }

  /** As {@link PartitionQueue.stop}, but the partition may have a new owner already: commits are ignored from now on. */
  revoke(): void {
    this.#held = false;
    this.stop();
  }

  /** Resolves when the handler has let go. */
  async released(): Promise<void> {
    await this.#running;
  }

  async #run(): Promise<void> {
    await this.#started;
    const { signal } = this.#abort;
    while (this.#records.length > 0 && !signal.aborted) {
      const records = this.#take();
      const { groupId, handler, deps, commit } = this.#context;
      await deliver({
        groupId,
        ...this.#place,
        records,
        endOffset: this.#endOffset,
        handler,
        commit: async (nextOffset) => {
          if (this.#held) await commit(this.#place, nextOffset);
        },
        signal,
        log: deps.log,
        clock: deps.clock,
      });
    }
    this.#running = undefined;
  }

  #take(): ConsumedRecord[] {
    let bytes = 0;
    let count = 0;
    for (const record of this.#records) {
      bytes += record.value.length;
      if (count > 0 && (bytes > maxBatchBytes || count === this.#context.maxBatchRecords)) break;
      count += 1;
    }
    const taken = this.#records.splice(0, count);
    for (const record of taken) this.#bytes -= record.value.length;
    if (this.#paused && this.#bytes <= pauseBytes / 2 && this.#records.length <= pauseRecords / 2) {
      this.#paused = false;
      this.#context.resume(this.#place);
    }
    return taken;
  }
}
