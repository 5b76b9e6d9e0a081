import { deadLetterSuffix } from '../../schemas/topics.ts';
import { deadLetterHeaders } from './dead-letter-headers.ts';
import type { BusRecord, ConsumedRecord, EventBus, PublishedPosition } from './bus.ts';

/** Records read from the bus at a time. */
const pageRecords = 200;
/** Lag is asked for this group, which never reads: only to learn where the partitions begin and end. */
const inspectionGroup = 'dead-letter-inspection';

/** A record that was given up, and why. */
export interface DeadLetter {
  /** Place in the dead-letter topic. */
  partition: number;
  offset: number;
  key: string;
  value: Buffer;
  /** Headers of the original record. */
  headers: Readonly<Record<string, string>>;
  /** Error code, see docs/errors.md. */
  code: string;
  message: string;
  /** Consumer group that gave up. */
  group: string;
  /** Where the record came from. */
  source: { topic: string; partition: number; offset: number };
  /** Epoch milliseconds when it was given up. */
  timeMs: number;
}

/** Which dead letters. */
export interface DeadLetterSelection {
  /** Only of this error code. */
  code?: string;
  /** Only those that this consumer group gave up. */
  group?: string;
  /** Only these, as `partition/offset` of the dead-letter topic. */
  places?: readonly string[];
  /** At most this many. @default 1000 */
  maxRecords?: number;
}

/**
 * Dead letters of a topic, oldest first per partition.
 * @param topic the topic itself, without the dead-letter suffix
 * @throws UnavailableError `E_BUS_UNAVAILABLE`, InvalidInputError `E_BUS_REJECTED` when there is no such topic
 */
export async function listDeadLetters(bus: EventBus, topic: string, selection: DeadLetterSelection = {}): Promise<DeadLetter[]> {
  const name = `${topic}${deadLetterSuffix}`;
  const wanted = selection.maxRecords ?? 1000;
  const found: DeadLetter[] = [];
  for (const { partition, committedOffset, endOffset } of await bus.lag(inspectionGroup, name)) {
    for (let offset = committedOffset; offset < endOffset && found.length < wanted;) {
      const page = await bus.read(name, partition, offset, pageRecords);
      const last = page[page.length - 1];
      if (last === undefined) break;
      for (const record of page) {
        const letter = deadLetterOf(record, topic);
        if (found.length < wanted && matches(letter, selection)) found.push(letter);
      }
      offset = last.offset + 1;
    }
  }
  return found;
}

/**
 * Appends dead letters to the topic they came from once more, as they were, to their partition. The dead letters stay where they are:
 * events have deterministic ids, so replaying twice counts nothing twice.
 *
 * @returns the dead letters that were replayed and where each went
 * @throws as {@link listDeadLetters}
 */
export async function replayDeadLetters(
  bus: EventBus,
  topic: string,
  selection: DeadLetterSelection = {},
): Promise<{ letter: DeadLetter; position: PublishedPosition }[]> {
  const replayed: { letter: DeadLetter; position: PublishedPosition }[] = [];
  for (const letter of await listDeadLetters(bus, topic, selection)) {
    const record: BusRecord = { key: letter.key, value: letter.value, headers: letter.headers, partition: letter.source.partition };
    const [position] = await bus.publish(topic, [record]);
    if (position !== undefined) replayed.push({ letter, position });
  }
  return replayed;
}

function deadLetterOf(record: ConsumedRecord, topic: string): DeadLetter {
  const names: ReadonlySet<string> = new Set(Object.values(deadLetterHeaders));
  const text = (name: keyof typeof deadLetterHeaders): string => record.headers[deadLetterHeaders[name]] ?? '';
  return {
    partition: record.partition,
    offset: record.offset,
    key: record.key,
    value: record.value,
    headers: Object.fromEntries(Object.entries(record.headers).filter(([name]) => !names.has(name))),
    code: text('code'),
    message: text('message'),
    group: text('group'),
    source: { topic: text('topic') || topic, partition: natural(text('partition')), offset: natural(text('offset')) },
    timeMs: natural(text('timeMs')) || record.timestampMs,
  };
}

/** Headers come from outside: anything but a natural number counts as 0. */
function natural(text: string): number {
  const value = Number(text);
  return Number.isSafeInteger(value) && value >= 0 ? value : 0;
}

function matches(letter: DeadLetter, selection: DeadLetterSelection): boolean {
  if (selection.code !== undefined && letter.code !== selection.code) return false;
  if (selection.group !== undefined && letter.group !== selection.group) return false;
  return selection.places === undefined || selection.places.includes(`${letter.partition}/${letter.offset}`);
}
