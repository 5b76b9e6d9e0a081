import { InvalidInputError } from '../errors/app-error.ts';
import type { AudioPrint, SpeedVariant, SpotPrint, VideoPrint } from './spot-print.ts';

const magic = 0x53505254;
const version = 1;
/** An hour: nothing that is advertised is longer. */
const longestUs = 3_600_000_000;
const mostCodes = 400_000;
const mostHashes = 40_000;
const mostSpeeds = 16;
const headerBytes = 5;
const audioHeaderBytes = 20;

/**
 * Writes a print as bytes, little-endian: `SPRT`, version, duration, sound, pictures, number of speed variants and each of them. Sound: start
 * and hop as doubles, count, codes; pictures: start and step as doubles, count, hashes. About 12 kB for a spot of 30 s, 10 kB more a variant.
 */
export function encodePrint(print: SpotPrint): Buffer {
  const audioBytes = (audio: AudioPrint): number => audioHeaderBytes + audio.codes.length * 4;
  const variantBytes = print.speeds.reduce((sum, { audio }) => sum + 8 + audioBytes(audio), 0);
  const bytes = Buffer.alloc(headerBytes + 8 + audioBytes(print.audio) + audioHeaderBytes + print.video.hashes.length + 1 + variantBytes);
  let at = bytes.writeUInt8(version, bytes.writeUInt32BE(magic, 0));
  const double = (value: number): void => void (at = bytes.writeDoubleLE(value, at));
  const count = (value: number): void => void (at = bytes.writeUInt32LE(value, at));
  const audio = ({ startUs, hopUs, codes }: AudioPrint): void => {
    double(startUs);
    double(hopUs);
    count(codes.length);
    for (const code of codes) count(code);
  };
  double(print.durationUs);
  audio(print.audio);
  double(print.video.startUs);
  double(print.video.stepUs);
  count(print.video.hashes.length / 8);
  bytes.set(print.video.hashes, at);
  at = bytes.writeUInt8(print.speeds.length, at + print.video.hashes.length);
  for (const variant of print.speeds) {
    double(variant.speed);
    audio(variant.audio);
  }
  return bytes;
}

/**
 * Reads what {@link encodePrint} wrote. The bytes are copied.
 *
 * @throws InvalidInputError `E_PRINT_INVALID` when they are no print: another version, cut short, too long, times that cannot be
 */
export function decodePrint(bytes: Uint8Array): SpotPrint {
  const reader = new Reader(bytes);
  if (reader.bigEndian() !== magic) throw invalid('it does not begin like one');
  const found = reader.byte();
  if (found !== version) throw invalid(`its version is ${found}, this program reads ${version}`);
  const durationUs = reader.time(1, longestUs);
  const audio = readAudio(reader);
  const video = readVideo(reader);
  const speeds: SpeedVariant[] = [];
  const variants = reader.byte();
  if (variants > mostSpeeds) throw invalid(`it has ${variants} speeds`);
  for (let index = 0; index < variants; index += 1) speeds.push({ speed: reader.time(0.5, 2), audio: readAudio(reader) });
  if (!reader.atEnd) throw invalid('something follows it');
  return { durationUs, audio, video, speeds };
}

function readAudio(reader: Reader): AudioPrint {
  const startUs = reader.time(-longestUs, longestUs);
  const hopUs = reader.time(1000, 1_000_000);
  const codes = new Uint32Array(reader.count(mostCodes, 4));
  for (let index = 0; index < codes.length; index += 1) codes[index] = reader.word();
  return { startUs, hopUs, codes };
}

function readVideo(reader: Reader): VideoPrint {
  const startUs = reader.time(-longestUs, longestUs);
  const stepUs = reader.time(1000, 10_000_000);
  const hashes = reader.copy(reader.count(mostHashes, 8) * 8);
  return { startUs, stepUs, hashes };
}

class Reader {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  }

  get atEnd(): boolean {
    return this.#at === this.#bytes.length;
  }

  byte(): number {
    return this.#view.getUint8(this.#take(1));
  }

  word(): number {
    return this.#view.getUint32(this.#take(4), true);
  }

  bigEndian(): number {
    return this.#view.getUint32(this.#take(4));
  }

  time(least: number, most: number): number {
    const value = this.#view.getFloat64(this.#take(8), true);
    if (!(value >= least && value <= most)) throw invalid(`${value} is no time that can be`);
    return value;
  }

  /** A number of things of `size` bytes, all of which must follow: nothing is allocated for a count that lies. */
  count(most: number, size: number): number {
    const value = this.word();
    if (value > most || value * size > this.#bytes.length - this.#at) throw invalid('it is cut short');
    return value;
  }

  copy(length: number): Uint8Array {
    const from = this.#take(length);
    return Uint8Array.from(this.#bytes.subarray(from, from + length));
  }

  #take(length: number): number {
    const from = this.#at;
    if (from + length > this.#bytes.length) throw invalid('it is cut short');
    this.#at += length;
    return from;
  }
}

function invalid(why: string): InvalidInputError {
  return new InvalidInputError('E_PRINT_INVALID', `These bytes are no fingerprint of a spot: ${why}.`);
}
