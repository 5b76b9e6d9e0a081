import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Picture } from '../engine/picture.ts';
import type { Drawable } from '../engine/scene.ts';
import type { RecordingFormat } from '../plan.ts';

/** Pictures of a recorded clip, held in memory; before the first and after the last they stand still. */
class VideoScene implements Drawable {
  readonly #pictures: readonly Uint8Array[];
  readonly #rateFps: number;

  constructor(pictures: readonly Uint8Array[], rateFps: number) {
    this.#pictures = pictures;
    this.#rateFps = rateFps;
  }

  draw(picture: Picture, tS: number): void {
    const wanted = Math.max(0, Math.min(this.#pictures.length - 1, Math.round(tS * this.#rateFps)));
    picture.bytes.set(this.#pictures[wanted] as Uint8Array);
  }
}

/**
 * Decodes a stretch of a recorded clip for broadcasts composed from real pictures: cropped to fill the picture, at the plan's rate.
 *
 * @throws Error when ffmpeg cannot read the clip or it has no picture there
 */
export async function readVideoScene(path: string, startS: number, lengthS: number, format: RecordingFormat): Promise<Drawable> {
  const { widthPx, heightPx, rate } = format;
  const filter = `fps=${rate[0]}/${rate[1]},scale=${widthPx}:${heightPx}:force_original_aspect_ratio=increase:flags=bicubic,crop=${widthPx}:${heightPx},format=yuv420p`;
  const args = [
    '-hide_banner',
    '-loglevel',
    'error',
    '-nostdin',
    '-ss',
    String(startS),
    '-t',
    String(lengthS),
    '-i',
    path,
    '-an',
    '-vf',
    filter,
    '-f',
    'rawvideo',
    'pipe:1',
  ];
  const decoder = spawn('ffmpeg', args, { stdio: ['ignore', 'pipe', 'pipe'] });
  const ended = once(decoder, 'close') as Promise<[number | null]>;
  ended.catch(() => undefined);
  let complaint = '';
  decoder.stderr.setEncoding('utf8').on('data', (text: string) => (complaint = (complaint + text).slice(-1000)));
  const parts: Buffer[] = [];
  for await (const part of decoder.stdout) parts.push(part as Buffer);
  const [code] = await ended;
  const bytes = Buffer.concat(parts);
  const pictureBytes = (widthPx * heightPx * 3) / 2;
  const pictures = Array.from({ length: Math.floor(bytes.length / pictureBytes) }, (_, index) =>
    bytes.subarray(index * pictureBytes, (index + 1) * pictureBytes),
  );
  if (code !== 0 || pictures.length === 0) throw new Error(`${path} gave no pictures at ${startS} s: ${complaint.trim()}`);
  return new VideoScene(pictures, rate[0] / rate[1]);
}
