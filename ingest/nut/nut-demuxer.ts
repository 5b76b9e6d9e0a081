import { InvalidInputError } from '../../core/errors/app-error.ts';
import { ByteCursor } from './byte-cursor.ts';
import { type NutMainHeader, type NutStream, nutFlags, parseMainHeader, parseStreamHeader } from './nut-headers.ts';

/**
 * One packet: a raw picture or a block of sound. `data` is the caller's to read until the next push; what is kept longer has to be copied,
 * except packets above {@link NutLimits.reusedUpToBytes}, which are never touched again.
 */
export interface NutPacket {
  stream: NutStream;
  /** Time stamp in microseconds, rounded from the stream's time base. */
  timeUs: number;
  data: Buffer;
}

/** Limits of {@link NutDemuxer}. */
export interface NutLimits {
  /** Largest packet, bytes. @default 64 MiB */
  maxPacketBytes?: number;
  /** Largest header, bytes. @default 64 KiB */
  maxHeaderBytes?: number;
  /** Packets up to this size share memory from push to push, which spares the garbage collector the small pictures. @default 64 KiB */
  reusedUpToBytes?: number;
}

interface PendingPayload {
  stream: NutStream;
  timeUs: number;
  data: Buffer;
  filled: number;
}

const fileId = Buffer.from('nut/multimedia container\0', 'latin1');
/** First two bytes of every start code and the header it opens (nut.txt). */
const startCodes = {
  main: 0x4e4d7a561f5f04adn,
  stream: 0x4e5311405bf2f9dbn,
  syncpoint: 0x4e4be4adeeca4569n,
  info: 0x4e49ab68b596ba78n,
  index: 0x4e58dd672f23e64en,
} as const;
const knownStartCodes = new Set<bigint>(Object.values(startCodes));
const startCodeByte = 0x4e;
/** Headers longer than this carry a checksum of the packet header. */
const longHeaderBytes = 4096;

/**
 * Streaming demuxer of the NUT container (https://ffmpeg.org/~michael/nut.txt) as our own ffmpeg child writes it on its standard
 * output. Pure: bytes in, packets out. It holds at most one packet and one header; anything that does not fit the specification ends
 * in an error, never in a wild read.
 */
export class NutDemuxer {
  readonly #maxPacketBytes: number;
  readonly #maxHeaderBytes: number;
  readonly #reusedUpToBytes: number;
  #rest: Buffer = Buffer.alloc(0);
  #idSeen = false;
  #main: NutMainHeader | undefined;
  readonly #streams = new Map<number, NutStream>();
  readonly #lastPts = new Map<number, number>();
  #payload: PendingPayload | undefined;
  #ordered: readonly NutStream[] = [];
  /** Two buffers in turn: one may be in the caller's hands while the next packet is being filled. */
  #scratch: [Buffer, Buffer] = [Buffer.alloc(0), Buffer.alloc(0)];

  constructor(limits: NutLimits = {}) {
    this.#maxPacketBytes = limits.maxPacketBytes ?? 64 * 1024 * 1024;
    this.#maxHeaderBytes = limits.maxHeaderBytes ?? 64 * 1024;
    this.#reusedUpToBytes = limits.reusedUpToBytes ?? 64 * 1024;
  }

  /** Streams announced so far, in the order of the outputs. */
  get streams(): readonly NutStream[] {
    return this.#ordered;
  }

  /** Bytes held for what is not complete yet. */
  get heldBytes(): number {
    return this.#rest.length + (this.#payload?.data.length ?? 0);
  }

  /**
   * Takes the next bytes and returns the packets they complete, in the order of the container.
   * @throws InvalidInputError `E_DECODE_FAILED` when the bytes are not NUT; the demuxer is of no use afterwards
   */
  push(chunk: Buffer): NutPacket[] {
    try {
      return this.#push(chunk);
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      throw new InvalidInputError('E_DECODE_FAILED', `The decoder's output could not be read: ${error.message}`, { cause: error });
    }
  }

  #push(chunk: Buffer): NutPacket[] {
    const packets: NutPacket[] = [];
    let bytes = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]);
    this.#rest = Buffer.alloc(0);
    let position = 0;
    while (position < bytes.length) {
      const next = this.#payload === undefined ? this.#step(bytes, position, packets) : this.#fill(bytes, position, packets);
      if (next === position) break;
      position = next;
    }
    bytes = bytes.subarray(position);
    if (bytes.length > this.#maxHeaderBytes + longHeaderBytes) throw new RangeError('a header is too long');
    this.#rest = Buffer.from(bytes);
    return packets;
  }

  #fill(bytes: Buffer, position: number, packets: NutPacket[]): number {
    const payload = this.#payload;
    if (payload === undefined) return position;
    const copied = bytes.copy(payload.data, payload.filled, position);
    payload.filled += copied;
    if (payload.filled === payload.data.length) {
      packets.push({ stream: payload.stream, timeUs: payload.timeUs, data: payload.data });
      this.#payload = undefined;
    }
    return position + copied;
  }

  /** Reads one header or frame at `position`; returns where it ends, or `position` when more bytes are needed. */
  #step(bytes: Buffer, position: number, packets: NutPacket[]): number {
    if (!this.#idSeen) {
      const known = Math.min(fileId.length, bytes.length - position);
      if (!bytes.subarray(position, position + known).equals(fileId.subarray(0, known))) throw new RangeError('it is not a NUT stream');
      if (known < fileId.length) return position;
      this.#idSeen = true;
      return position + known;
    }
    return bytes[position] === startCodeByte ? this.#header(bytes, position) : this.#frame(bytes, position, packets);
  }

  #header(bytes: Buffer, position: number): number {
    if (bytes.length - position < 8) return position;
    const startCode = bytes.readBigUInt64BE(position);
    if (!knownStartCodes.has(startCode)) throw new RangeError('an unknown start code');
    const cursor = new ByteCursor(bytes, position + 8);
    const length = cursor.varint();
    if (length > this.#maxHeaderBytes) throw new RangeError('a header is too long');
    if (length > longHeaderBytes) cursor.take(4);
    const body = cursor.take(length);
    if (cursor.short) return position;
    if (body.length < 4) throw new RangeError('a header is too short');
    this.#applyHeader(startCode, body.subarray(0, body.length - 4));
    return cursor.position;
  }

  #applyHeader(startCode: bigint, body: Buffer): void {
    if (startCode === startCodes.main) {
      // libavformat repeats its headers every few megabytes; the first ones stay valid.
      this.#main ??= parseMainHeader(body);
      return;
    }
    if (this.#main === undefined) throw new RangeError('the main header is missing');
    if (startCode === startCodes.stream) {
      const stream = parseStreamHeader(body, this.#main);
      if (this.#streams.has(stream.streamId)) return;
      this.#streams.set(stream.streamId, stream);
      this.#ordered = [...this.#streams.values()].sort((a, b) => a.streamId - b.streamId);
    } else if (startCode === startCodes.syncpoint) this.#syncpoint(body, this.#main);
  }

  #syncpoint(body: Buffer, main: NutMainHeader): void {
    const cursor = new ByteCursor(body);
    const coded = cursor.bigVarint();
    const count = BigInt(main.timeBases.length);
    const base = main.timeBases[Number(coded % count)];
    if (base === undefined || cursor.short) throw new RangeError('a syncpoint is damaged');
    const ticks = coded / count;
    for (const stream of this.#streams.values()) {
      const own = main.timeBases[stream.timeBaseId];
      if (own === undefined) continue;
      this.#lastPts.set(stream.streamId, Number((ticks * BigInt(base.num) * BigInt(own.den)) / (BigInt(base.den) * BigInt(own.num))));
    }
  }

  #frame(bytes: Buffer, position: number, packets: NutPacket[]): number {
    const main = this.#main;
    if (main === undefined) throw new RangeError('a frame comes before the headers');
    const cursor = new ByteCursor(bytes, position);
    const code = main.codes[cursor.u8()];
    if (code === undefined || (code.flags & nutFlags.invalid) !== 0) throw new RangeError('an invalid frame code');
    const flags = (code.flags & nutFlags.coded) === 0 ? code.flags : code.flags ^ cursor.varint();
    const streamId = (flags & nutFlags.streamId) === 0 ? code.streamId : cursor.varint();
    const codedPts = (flags & nutFlags.codedPts) === 0 ? undefined : cursor.varint();
    const sizeMsb = (flags & nutFlags.sizeMsb) === 0 ? 0 : cursor.varint();
    if ((flags & nutFlags.matchTime) !== 0) cursor.signedVarint();
    const headerIndex = (flags & nutFlags.headerIndex) === 0 ? code.headerIndex : cursor.varint();
    const reservedCount = (flags & nutFlags.reserved) === 0 ? code.reservedCount : cursor.varint();
    for (let index = 0; index < reservedCount && !cursor.short; index += 1) cursor.varint();
    if ((flags & nutFlags.checksum) !== 0) cursor.take(4);
    if (cursor.short) return position;
    const stream = this.#streams.get(streamId);
    if (stream === undefined || (flags & nutFlags.sideData) !== 0) throw new RangeError('a frame of an unknown stream');
    const sizeBytes = code.sizeLsb + sizeMsb * code.sizeMultiplier;
    const elided = main.elidedHeaders[sizeBytes > longHeaderBytes ? 0 : headerIndex];
    if (sizeBytes > this.#maxPacketBytes || elided === undefined || elided.length > sizeBytes) throw new RangeError('a packet is too large');
    const timeUs = this.#timeOf(stream, main, codedPts, code.ptsDelta);
    const bodyBytes = sizeBytes - elided.length;
    if (elided.length === 0 && bytes.length - cursor.position >= bodyBytes) {
      packets.push({ stream, timeUs, data: cursor.take(bodyBytes) });
      return cursor.position;
    }
    this.#payload = { stream, timeUs, data: this.#room(sizeBytes), filled: 0 };
    return this.#openPayload(bytes, cursor.position, elided, packets);
  }

  #room(sizeBytes: number): Buffer {
    if (sizeBytes > this.#reusedUpToBytes) return Buffer.allocUnsafeSlow(sizeBytes);
    const [next, other] = this.#scratch;
    const buffer = next.length >= sizeBytes ? next : Buffer.allocUnsafeSlow(this.#reusedUpToBytes);
    this.#scratch = [other, buffer];
    return buffer.subarray(0, sizeBytes);
  }

  #openPayload(bytes: Buffer, position: number, elided: Buffer, packets: NutPacket[]): number {
    const payload = this.#payload;
    if (payload === undefined) return position;
    payload.filled = elided.copy(payload.data);
    if (payload.filled === payload.data.length) {
      packets.push({ stream: payload.stream, timeUs: payload.timeUs, data: payload.data });
      this.#payload = undefined;
      return position;
    }
    return this.#fill(bytes, position, packets);
  }

  #timeOf(stream: NutStream, main: NutMainHeader, codedPts: number | undefined, ptsDelta: number): number {
    const last = this.#lastPts.get(stream.streamId) ?? 0;
    let pts = last + ptsDelta;
    if (codedPts !== undefined) {
      const range = 2 ** stream.msbPtsShift;
      if (codedPts >= range) pts = codedPts - range;
      else {
        // The low bits of the time stamp; the rest is that of the nearest time to the last one (nut.txt, lsb2full).
        const floor = last - Math.floor((range - 1) / 2);
        pts = floor + ((((codedPts - floor) % range) + range) % range);
      }
    }
    this.#lastPts.set(stream.streamId, pts);
    const base = main.timeBases[stream.timeBaseId] ?? { num: 1, den: 1_000_000 };
    return base.den === 1_000_000 && base.num === 1 ? pts : Math.round((pts * base.num * 1_000_000) / base.den);
  }
}
