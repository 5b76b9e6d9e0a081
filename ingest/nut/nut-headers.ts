import { ByteCursor } from './byte-cursor.ts';

/** Frame flags of the NUT specification (nut.txt, "frame_code"), as libavformat writes them. */
export const nutFlags = {
  codedPts: 8,
  streamId: 16,
  sizeMsb: 32,
  checksum: 64,
  reserved: 128,
  sideData: 256,
  headerIndex: 1024,
  matchTime: 2048,
  coded: 4096,
  invalid: 8192,
} as const;

/** What one frame code stands for. */
export interface NutFrameCode {
  flags: number;
  streamId: number;
  sizeMultiplier: number;
  sizeLsb: number;
  ptsDelta: number;
  reservedCount: number;
  headerIndex: number;
}

/** The main header: time bases, the table of 256 frame codes, elided headers. */
export interface NutMainHeader {
  streamCount: number;
  timeBases: { num: number; den: number }[];
  codes: NutFrameCode[];
  elidedHeaders: Buffer[];
  broadcast: boolean;
}

/** One stream: what it is and how its time stamps are coded. */
export interface NutStream {
  streamId: number;
  kind: 'video' | 'audio' | 'other';
  timeBaseId: number;
  msbPtsShift: number;
  widthPx: number;
  heightPx: number;
  rateHz: number;
  channels: number;
}

const maxStreams = 16;
const maxTimeBases = 16;
/** The letter N starts every start code and therefore is never a frame code. */
const startCodeByte = 0x4e;

function tooMany(what: string): RangeError {
  return new RangeError(`The container header is damaged: ${what}.`);
}

function readFrameCodes(cursor: ByteCursor): NutFrameCode[] {
  const invalid: NutFrameCode = {
    flags: nutFlags.invalid,
    streamId: 0,
    sizeMultiplier: 1,
    sizeLsb: 0,
    ptsDelta: 0,
    reservedCount: 0,
    headerIndex: 0,
  };
  const codes = Array.from({ length: 256 }, () => invalid);
  let ptsDelta = 0;
  let multiplier = 1;
  let streamId = 0;
  let headerIndex = 0;
  for (let code = 0; code < 256;) {
    if (cursor.short) throw tooMany('the table of frame codes ends early');
    const flags = cursor.varint();
    const fields = cursor.varint();
    if (fields > 0) ptsDelta = cursor.signedVarint();
    if (fields > 1) multiplier = cursor.varint();
    if (fields > 2) streamId = cursor.varint();
    const sizeLsb = fields > 3 ? cursor.varint() : 0;
    const reservedCount = fields > 4 ? cursor.varint() : 0;
    const count = fields > 5 ? cursor.varint() : multiplier - sizeLsb;
    if (fields > 6) cursor.signedVarint();
    if (fields > 7) headerIndex = cursor.varint();
    for (let extra = 8; extra < fields && !cursor.short; extra += 1) cursor.varint();
    if (count < 0 || (count === 0 && fields === 0)) throw tooMany('an empty run of frame codes');
    for (let index = 0; index < count && code < 256; code += 1) {
      if (code === startCodeByte) continue;
      codes[code] = { flags, streamId, sizeMultiplier: multiplier, sizeLsb: sizeLsb + index, ptsDelta, reservedCount, headerIndex };
      index += 1;
    }
  }
  return codes;
}

/** Parses the body of a main header. @throws RangeError when it is damaged */
export function parseMainHeader(body: Buffer): NutMainHeader {
  const cursor = new ByteCursor(body);
  const version = cursor.varint();
  if (version > 3) cursor.varint();
  const streamCount = cursor.varint();
  if (streamCount === 0 || streamCount > maxStreams) throw tooMany(`${String(streamCount)} streams`);
  cursor.varint();
  const timeBaseCount = cursor.varint();
  if (timeBaseCount === 0 || timeBaseCount > maxTimeBases) throw tooMany(`${String(timeBaseCount)} time bases`);
  const timeBases = Array.from({ length: timeBaseCount }, () => ({ num: cursor.varint(), den: cursor.varint() }));
  if (timeBases.some((base) => base.num === 0 || base.den === 0)) throw tooMany('a time base of zero');
  const codes = readFrameCodes(cursor);
  const elidedHeaders: Buffer[] = [Buffer.alloc(0)];
  const headerCount = cursor.varint();
  for (let index = 0; index < headerCount && !cursor.short; index += 1) elidedHeaders.push(cursor.bytes());
  if (cursor.short) throw tooMany('it ends early');
  const mainFlags = version > 3 && cursor.position < body.length ? cursor.varint() : 0;
  return { streamCount, timeBases, codes, elidedHeaders, broadcast: mainFlags % 2 === 1 };
}

/** Parses the body of a stream header. @throws RangeError when it is damaged */
export function parseStreamHeader(body: Buffer, main: NutMainHeader): NutStream {
  const cursor = new ByteCursor(body);
  const streamId = cursor.varint();
  const streamClass = cursor.varint();
  cursor.bytes();
  const timeBaseId = cursor.varint();
  const msbPtsShift = cursor.varint();
  cursor.varint();
  cursor.varint();
  cursor.varint();
  cursor.bytes();
  const kind = streamClass === 0 ? 'video' : streamClass === 1 ? 'audio' : 'other';
  const stream: NutStream = { streamId, kind, timeBaseId, msbPtsShift, widthPx: 0, heightPx: 0, rateHz: 0, channels: 0 };
  if (kind === 'video') {
    stream.widthPx = cursor.varint();
    stream.heightPx = cursor.varint();
  } else if (kind === 'audio') {
    const numerator = cursor.varint();
    stream.rateHz = numerator / Math.max(1, cursor.varint());
    stream.channels = cursor.varint();
  }
  if (cursor.short || streamId >= main.streamCount || timeBaseId >= main.timeBases.length || msbPtsShift > 32) {
    throw tooMany('a stream header does not fit');
  }
  return stream;
}
