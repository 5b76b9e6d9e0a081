import { BitReader } from './bit-reader.ts';
import { crc32Mpeg } from './crc32.ts';
import { type SegmentationDescriptor, parseSegmentationDescriptor } from './segmentation-descriptor.ts';
import { type SpliceCommand, parseSpliceCommand } from './splice-command.ts';

/** A splice_info_section (SCTE 35 2023, 9.6). */
export interface SpliceSection {
  /** Added to every splice time modulo 2^33, ticks of 90 kHz. */
  ptsAdjustmentTicks: number;
  /** Authorisation tier, 12 bits; 0xFFF for everybody. */
  tier: number;
  command: SpliceCommand;
  /** Segmentation descriptors in their order; avail, DTMF, time and audio descriptors are passed over. */
  segmentations: SegmentationDescriptor[];
}

/** Why bytes are no section that can be used. */
export type SpliceRefusal = 'foreign' | 'damaged' | 'encrypted' | 'version';

/** A parsed section, or why there is none. */
export type SpliceParse = { ok: true; section: SpliceSection } | { ok: false; refusal: SpliceRefusal };

const tableId = 0xfc;
const headerBytes = 3;
const checksumBytes = 4;
/** Everything from protocol_version to descriptor_loop_length around an empty command, and the checksum. */
const minSectionLength = 13 + checksumBytes;
/** section_length "shall not exceed 4093" (ISO/IEC 13818-1, 2.4.4.11 for private sections). */
const maxSectionLength = 4093;
const cuei = 0x43554549;
const segmentationTag = 0x02;
/** splice_command_length of senders before the 2004 edition: not said. */
const unknownLength = 0xfff;

/** Parses one splice_info_section; bytes after it (stuffing of the packet) are passed over. Never throws. */
export function parseSpliceSection(bytes: Uint8Array): SpliceParse {
  if (bytes[0] !== tableId) return { ok: false, refusal: 'foreign' };
  const length = ((bytes[1] ?? 0) & 0x0f) * 256 + (bytes[2] ?? 0);
  const whole = bytes.subarray(0, headerBytes + length);
  if (length > maxSectionLength || whole.length < headerBytes + length || length < minSectionLength) return { ok: false, refusal: 'damaged' };
  if (crc32Mpeg(whole) !== 0) return { ok: false, refusal: 'damaged' };
  const bits = new BitReader(whole.subarray(headerBytes, whole.length - checksumBytes));
  if (bits.uint(8) !== 0) return { ok: false, refusal: 'version' };
  if (bits.flag()) return { ok: false, refusal: 'encrypted' };
  bits.skip(6);
  const ptsAdjustmentTicks = bits.uint(33);
  bits.skip(8);
  const tier = bits.uint(12);
  const commandLength = bits.uint(12);
  const commandType = bits.uint(8);
  const command = readCommand(bits, commandType, commandLength);
  if (command === undefined) return { ok: false, refusal: 'damaged' };
  const segmentations = readSegmentations(bits.take(bits.uint(16)));
  return bits.short ? { ok: false, refusal: 'damaged' } : { ok: true, section: { ptsAdjustmentTicks, tier, command, segmentations } };
}

/** Reads the command within its declared length, or where that is not said as far as the command itself reaches. */
function readCommand(bits: BitReader, type: number, length: number): SpliceCommand | undefined {
  if (length === unknownLength) {
    const command = parseSpliceCommand(type, bits);
    // Without a length nobody can say where the descriptors of another command begin.
    const bounded = command.kind === 'splice_insert' || command.kind === 'time_signal' || command.kind === 'splice_null';
    return bounded && !bits.short ? command : undefined;
  }
  const body = new BitReader(bits.take(length));
  const command = parseSpliceCommand(type, body);
  return bits.short || body.short ? undefined : command;
}

function readSegmentations(loop: Uint8Array): SegmentationDescriptor[] {
  const segmentations: SegmentationDescriptor[] = [];
  const bits = new BitReader(loop);
  while (bits.leftBytes >= 2) {
    const tag = bits.uint(8);
    const body = bits.take(bits.uint(8));
    if (bits.short) break;
    const identifier = new BitReader(body).uint(32);
    const descriptor = tag === segmentationTag && identifier === cuei ? parseSegmentationDescriptor(body.subarray(4)) : undefined;
    if (descriptor !== undefined) segmentations.push(descriptor);
  }
  return segmentations;
}
