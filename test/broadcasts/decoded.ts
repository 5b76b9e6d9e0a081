import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Luma of every picture of a recording, scaled to the given size: one array of `widthPx * heightPx` a picture. */
export async function decodeLuma(path: string, widthPx: number, heightPx: number): Promise<Uint8Array[]> {
  const args = [
    '-v',
    'error',
    '-nostdin',
    '-i',
    path,
    '-an',
    '-vf',
    `extractplanes=y,scale=${widthPx}:${heightPx}:flags=area,format=gray`,
    '-f',
    'rawvideo',
    'pipe:1',
  ];
  const { stdout } = await run('ffmpeg', args, { encoding: 'buffer', maxBuffer: 1 << 30 });
  const size = widthPx * heightPx;
  return Array.from({ length: Math.floor(stdout.length / size) }, (_, index) => stdout.subarray(index * size, (index + 1) * size));
}

/** Mono sound of a recording at 8 kHz, -1 to 1. */
export async function decodeSound(path: string): Promise<Float32Array> {
  const { stdout } = await run('ffmpeg', ['-v', 'error', '-nostdin', '-i', path, '-vn', '-ac', '1', '-ar', '8000', '-f', 'f32le', 'pipe:1'], {
    encoding: 'buffer',
    maxBuffer: 1 << 30,
  });
  return new Float32Array(stdout.buffer.slice(stdout.byteOffset, stdout.byteOffset + stdout.byteLength - (stdout.byteLength % 4)));
}

/** One hash over all decoded pictures and samples: equal recordings have equal hashes whatever their containers say. */
export async function decodedHash(path: string): Promise<string> {
  const { stdout } = await run('ffmpeg', ['-v', 'error', '-nostdin', '-i', path, '-map', '0', '-f', 'hash', '-hash', 'sha256', 'pipe:1']);
  return stdout.trim();
}

/** Mean of numbers; NaN for none. */
export function mean(values: ArrayLike<number>): number {
  let sum = 0;
  for (let index = 0; index < values.length; index++) sum += values[index] as number;
  return sum / values.length;
}
