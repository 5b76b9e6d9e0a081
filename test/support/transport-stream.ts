import { withChecksum } from './splice-encoder.ts';

/** Bytes of a packet of MPEG-2 transport streams. */
const packetBytes = 188;
const payloadBytes = 184;

/** Sections that are put into a transport stream together. */
export interface InjectedSections {
  /** They come before the first packet whose programme clock has reached this, ticks of 90 kHz (33 bits). */
  atTicks: number;
  sections: readonly Buffer[];
  /** Each packet twice, as the standard allows. */
  twice?: boolean;
}

/** Options of {@link addSpliceStream}. */
export interface SpliceStreamOptions {
  /** PID of the splice stream. @default 0x1f0 */
  pid?: number;
  /** In the order of their time. */
  injected: readonly InjectedSections[];
}

/** Cuts sections into packets: pointer field, continuity counter, the end filled with 0xFF (ISO/IEC 13818-1, 2.4.4). */
function packetise(sections: readonly Buffer[], pid: number, counter: { value: number }): Buffer[] {
  let rest = Buffer.concat([Buffer.from([0]), ...sections]);
  const packets: Buffer[] = [];
  for (let first = true; rest.length > 0; first = false) {
    const packet = Buffer.alloc(packetBytes, 0xff);
    packet.writeUInt8(0x47, 0);
    packet.writeUInt16BE((first ? 0x4000 : 0) | pid, 1);
    packet.writeUInt8(0x10 | counter.value, 3);
    counter.value = (counter.value + 1) & 15;
    rest.copy(packet, 4, 0, payloadBytes);
    rest = rest.subarray(payloadBytes);
    packets.push(packet);
  }
  return packets;
}

/** Adds a stream of splice sections (stream type 0x86, registration `CUEI`) to a transport stream of one programme. */
export function addSpliceStream(stream: Buffer, options: SpliceStreamOptions): Buffer {
  const pid = options.pid ?? 0x1f0;
  const counter = { value: 0 };
  const waiting = [...options.injected];
  const tablePid = programmeTablePid(stream);
  const output: Buffer[] = [];
  for (let start = 0; start + packetBytes <= stream.length; start += packetBytes) {
    const packet = stream.subarray(start, start + packetBytes);
    const clock = programmeClock(packet);
    while (clock !== undefined && waiting[0] !== undefined && reached(clock, waiting[0].atTicks)) {
      const { sections, twice } = waiting.shift() as InjectedSections;
      for (const cue of packetise(sections, pid, counter)) output.push(...(twice === true ? [cue, cue] : [cue]));
    }
    output.push(pidOf(packet) === tablePid ? withSpliceEntry(packet, pid) : packet);
  }
  if (waiting.length > 0) throw new Error('the stream ends before the last section');
  return Buffer.concat(output);
}

function pidOf(packet: Buffer): number {
  return packet.readUInt16BE(1) & 0x1fff;
}

/** True when a 33-bit clock has passed a time less than half its range ago. */
function reached(clock: number, atTicks: number): boolean {
  return (clock - atTicks + 2 ** 33) % 2 ** 33 < 2 ** 32;
}

function programmeClock(packet: Buffer): number | undefined {
  const hasClock = ((packet[3] ?? 0) & 0x20) !== 0 && (packet[4] ?? 0) > 6 && ((packet[5] ?? 0) & 0x10) !== 0;
  return hasClock ? packet.readUInt32BE(6) * 2 + ((packet[10] ?? 0) >> 7) : undefined;
}

function programmeTablePid(stream: Buffer): number {
  for (let start = 0; start + packetBytes <= stream.length; start += packetBytes) {
    const packet = stream.subarray(start, start + packetBytes);
    // PAT of one programme: pointer field, 8 bytes of header, programme number, PID.
    if (pidOf(packet) === 0) return packet.readUInt16BE(5 + 8 + 2) & 0x1fff;
  }
  throw new Error('the stream has no table of programmes');
}

/** A PMT packet with one more elementary stream and the registration descriptor among those of the programme. */
function withSpliceEntry(packet: Buffer, pid: number): Buffer {
  const start = 5;
  const length = packet.readUInt16BE(start + 1) & 0x0fff;
  const section = packet.subarray(start, start + 3 + length - 4);
  const infoLength = section.readUInt16BE(10) & 0x0fff;
  const registration = Buffer.from([0x05, 4, ...Buffer.from('CUEI')]);
  const entry = Buffer.from([0x86, 0xe0 | (pid >> 8), pid & 255, 0xf0, 0]);
  const changed = Buffer.concat([section.subarray(0, 12), registration, section.subarray(12), entry]);
  changed.writeUInt16BE(0xf000 | (infoLength + registration.length), 10);
  changed.writeUInt16BE(0xb000 | (changed.length + 4 - 3), 1);
  const result = Buffer.alloc(packetBytes, 0xff);
  packet.copy(result, 0, 0, start);
  withChecksum(changed).copy(result, start);
  return result;
}
