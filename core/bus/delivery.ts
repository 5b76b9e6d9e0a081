import type { Logger } from '../log/logger.ts';
import type { Clock } from '../time/clock.ts';
import type { BatchHandler, ConsumedRecord } from './bus.ts';

/** First and longest pause before a failed batch is delivered again, milliseconds. */
const firstBackoffMs = 100;
const longestBackoffMs = 30_000;

/** Longest pause between attempts to reach brokers that are away, milliseconds: an attempt costs little, and work waits for them. */
export const longestOutageBackoffMs = 2000;

/** One batch on its way to a handler. */
export interface Delivery {
  groupId: string;
  topic: string;
  partition: number;
  /** Neighbouring records in offset order, never empty. */
  records: readonly ConsumedRecord[];
  endOffset: number;
  handler: BatchHandler;
  /** Makes a commit durable; decides itself whether the partition is still ours. */
  commit: (nextOffset: number) => Promise<void>;
  /** Aborted when the partition was revoked or the subscription is closing. */
  signal: AbortSignal;
  log: Logger;
  clock: Clock;
}

/**
 * Calls the handler until it takes the batch. After a throw the same records are delivered again after a growing pause with jitter;
 * records that the handler had already committed are left out.
 *
 * @returns true when the handler took everything, false when the partition went away first
 */
export async function deliver(delivery: Delivery): Promise<boolean> {
  const { groupId, topic, partition, handler, signal, clock, log } = delivery;
  let records = delivery.records;
  let committed = -1;
  const commit = async (nextOffset: number): Promise<void> => {
    if (!Number.isSafeInteger(nextOffset) || nextOffset < 0) throw new RangeError(`An offset to commit is a natural number, not ${nextOffset}.`);
    await delivery.commit(nextOffset);
    committed = nextOffset;
  };
  for (let attempt = 1; !signal.aborted; attempt += 1) {
    try {
      await handler({ topic, partition, records, endOffset: delivery.endOffset, commit, isStale: () => signal.aborted });
      return true;
    } catch (err) {
      if (signal.aborted) return false;
      records = records.filter((record) => record.offset >= committed);
      const first = records[0];
      if (first === undefined) return true;
      const pauseMs = backoffMs(attempt);
      log.warn({ groupId, topic, partition, offset: first.offset, attempt, pauseMs, err }, 'A batch failed and is delivered again after a pause.');
      await clock.sleep(pauseMs, signal).catch(() => undefined);
    }
  }
  return false;
}

/** Pause before attempt `attempt + 1`: doubles from 100 ms to `longestMs`, the upper half of it random so that many failures do not beat in step. */
export function backoffMs(attempt: number, longestMs = longestBackoffMs): number {
  const ceiling = Math.min(longestMs, firstBackoffMs * 2 ** Math.min(attempt - 1, 20));
  return Math.round(ceiling * (0.5 + Math.random() / 2));
}
