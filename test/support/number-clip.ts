import { spawn } from 'node:child_process';
import { once } from 'node:events';

/** Size of a number clip, pixels. */
export const clipSize = { widthPx: 320, heightPx: 180 } as const;

const columns = 8;
const rows = 4;
const numberBits = 24;

/** Sum of the number's bytes, by which a torn or wrong reading is told from a right one. */
function checkOf(value: number): number {
  return ((value & 255) + ((value >> 8) & 255) * 3 + ((value >> 16) & 255) * 7 + 0x5a) & 255;
}

function bitAt(value: number, bit: number): boolean {
  return bit < numberBits ? ((value >> bit) & 1) === 1 : ((checkOf(value) >> (bit - numberBits)) & 1) === 1;
}

/** A picture of 8 by 4 cells, black or white: 24 bits of the number and 8 bits of check. 8-bit luma, 320x180. */
export function drawNumber(value: number): Buffer {
  const { widthPx, heightPx } = clipSize;
  const picture = Buffer.alloc(widthPx * heightPx);
  for (let y = 0; y < heightPx; y += 1) {
    for (let x = 0; x < widthPx; x += 1) {
      const cell = Math.floor((y * rows) / heightPx) * columns + Math.floor((x * columns) / widthPx);
      picture[y * widthPx + x] = bitAt(value, cell) ? 235 : 16;
    }
  }
  return picture;
}

/** Reads the number back from luma of any size; `step` is the distance of pixels in bytes. Undefined when the check does not fit. */
export function readNumber(luma: Uint8Array, widthPx: number, heightPx: number, step = 1): number | undefined {
  let value = 0;
  let check = 0;
  for (let cell = 0; cell < columns * rows; cell += 1) {
    const x = Math.floor(((cell % columns) + 0.5) * (widthPx / columns));
    const y = Math.floor((Math.floor(cell / columns) + 0.5) * (heightPx / rows));
    if ((luma[(y * widthPx + x) * step] ?? 0) < 128) continue;
    if (cell < numberBits) value += 2 ** cell;
    else check += 2 ** (cell - numberBits);
  }
  return checkOf(value) === check ? value : undefined;
}

/** Options of {@link makeNumberClip}. */
export interface NumberClip {
  path: string;
  /** Numbers to draw, one a picture. */
  numbers: readonly number[];
  /** Pictures a second as ffmpeg takes it. @default '25' */
  rate?: string;
  /** A tone beside the pictures. @default true */
  sound?: boolean;
  /** Options of the encoder and the container. */
  output: readonly string[];
}

/** Encodes a clip whose pictures carry their number. */
export async function makeNumberClip(clip: NumberClip): Promise<void> {
  const size = `${String(clipSize.widthPx)}x${String(clipSize.heightPx)}`;
  const rate = clip.rate ?? '25';
  const tone = clip.sound === false ? [] : ['-f', 'lavfi', '-i', 'sine=frequency=440:sample_rate=48000', '-shortest'];
  const child = spawn(
    'ffmpeg',
    [
      ...['-y', '-hide_banner', '-loglevel', 'error', '-f', 'rawvideo', '-pix_fmt', 'gray', '-s', size, '-r', rate, '-i', 'pipe:0', ...tone],
      ...['-pix_fmt', 'yuv420p', '-color_range', 'tv', ...clip.output, clip.path],
    ],
    { stdio: ['pipe', 'inherit', 'inherit'] },
  );
  const closed = once(child, 'close') as Promise<[number]>;
  child.stdin.on('error', () => undefined);
  for (const value of clip.numbers) if (!child.stdin.write(drawNumber(value))) await once(child.stdin, 'drain');
  child.stdin.end();
  const [code] = await closed;
  if (code !== 0) throw new Error(`ffmpeg could not make ${clip.path}`);
}

/** `0, 1, … count - 1`, moved by `first`. */
export function range(count: number, first = 0): number[] {
  return Array.from({ length: count }, (_unused, index) => first + index);
}
