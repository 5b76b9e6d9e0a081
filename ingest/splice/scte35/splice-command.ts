import type { BitReader } from './bit-reader.ts';

/** splice_insert (SCTE 35 2023, 9.7.3). Times are 33-bit ticks of 90 kHz before pts_adjustment. */
export interface SpliceInsert {
  kind: 'splice_insert';
  /** splice_event_id. */
  eventId: number;
  /** splice_event_cancel_indicator; nothing else is filled then. */
  cancelled: boolean;
  outOfNetwork: boolean;
  immediate: boolean;
  /** Splice point, of the first component where each has its own; undefined when at once. */
  ptsTicks: number | undefined;
  /** Components in component mode, empty in programme mode. */
  components: { tag: number; ptsTicks: number | undefined }[];
  breakDuration: { autoReturn: boolean; ticks: number } | undefined;
  uniqueProgramId: number;
  availNumber: number;
  availsExpected: number;
}

/** A command of the splice_info_section; what says nothing about a splice point is only named. */
export type SpliceCommand =
  | SpliceInsert
  | { kind: 'time_signal'; ptsTicks: number | undefined }
  | { kind: 'splice_null' | 'splice_schedule' | 'bandwidth_reservation' | 'private_command' | 'unknown' };

/** splice_command_type of SCTE 35 2023, table 7. */
const kinds = new Map<number, SpliceCommand['kind']>([
  [0x00, 'splice_null'],
  [0x04, 'splice_schedule'],
  [0x05, 'splice_insert'],
  [0x06, 'time_signal'],
  [0x07, 'bandwidth_reservation'],
  [0xff, 'private_command'],
]);

/** Parses the command of a section; the caller asks `bits.short` whether it was all there. */
export function parseSpliceCommand(type: number, bits: BitReader): SpliceCommand {
  const kind = kinds.get(type) ?? 'unknown';
  if (kind === 'splice_insert') return parseInsert(bits);
  if (kind === 'time_signal') return { kind, ptsTicks: readSpliceTime(bits) };
  return { kind };
}

/** splice_time(): undefined when no time is given, which means at once. */
function readSpliceTime(bits: BitReader): number | undefined {
  const specified = bits.flag();
  bits.skip(specified ? 6 : 7);
  return specified ? bits.uint(33) : undefined;
}

function parseInsert(bits: BitReader): SpliceInsert {
  const insert: SpliceInsert = {
    kind: 'splice_insert',
    eventId: bits.uint(32),
    cancelled: bits.flag(),
    outOfNetwork: false,
    immediate: false,
    ptsTicks: undefined,
    components: [],
    breakDuration: undefined,
    uniqueProgramId: 0,
    availNumber: 0,
    availsExpected: 0,
  };
  bits.skip(7);
  if (insert.cancelled) return insert;
  insert.outOfNetwork = bits.flag();
  const wholeProgramme = bits.flag();
  const hasDuration = bits.flag();
  insert.immediate = bits.flag();
  bits.skip(4);
  if (wholeProgramme && !insert.immediate) insert.ptsTicks = readSpliceTime(bits);
  if (!wholeProgramme) {
    for (let left = bits.uint(8); left > 0 && !bits.short; left -= 1) {
      const tag = bits.uint(8);
      insert.components.push({ tag, ptsTicks: insert.immediate ? undefined : readSpliceTime(bits) });
    }
    insert.ptsTicks = insert.components.find(({ ptsTicks }) => ptsTicks !== undefined)?.ptsTicks;
  }
  if (hasDuration) {
    const autoReturn = bits.flag();
    bits.skip(6);
    insert.breakDuration = { autoReturn, ticks: bits.uint(33) };
  }
  insert.uniqueProgramId = bits.uint(16);
  insert.availNumber = bits.uint(8);
  insert.availsExpected = bits.uint(8);
  return insert;
}
