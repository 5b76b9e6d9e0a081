import { deadLetterSuffix } from '../../schemas/topics.ts';
import { InvalidInputError } from '../errors/app-error.ts';
import type { BusRecord } from './bus.ts';

/** Bytes of a record as the bus counts them: key, value and headers, without framing. */
export function recordSizeBytes(record: BusRecord): number {
  let size = Buffer.byteLength(record.key) + record.value.length;
  for (const [name, value] of Object.entries(record.headers ?? {})) size += Buffer.byteLength(name) + Buffer.byteLength(value);
  return size;
}

/** Room for the headers of a dead letter, so that a record at the limit still finds its way there. */
const deadLetterRoomBytes = 16 * 1024;

/** @throws InvalidInputError `E_BUS_REJECTED` when the record is larger than `maxRecordBytes` */
export function checkSize(topic: string, record: BusRecord, maxRecordBytes: number): void {
  const size = recordSizeBytes(record);
  if (size <= maxRecordBytes + (topic.endsWith(deadLetterSuffix) ? deadLetterRoomBytes : 0)) return;
  throw new InvalidInputError(
    'E_BUS_REJECTED',
    `A record of ${size} bytes for topic "${topic}" is larger than the bus takes (${maxRecordBytes} bytes).`,
    {
      details: { topic, key: record.key, sizeBytes: size },
    },
  );
}
