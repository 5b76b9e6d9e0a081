import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { appendFile, copyFile, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { type Canvas, clock, rateOf, rateText } from './canvas.ts';
import type { ForeignPlan } from './foreign-plan.ts';
import { barFilters, channelsOf, layoutOf, soundFilters } from './formats.ts';
import { type ChannelFormat, type ForeignItem, framesOf } from './items.ts';
import { logoFilters } from './logo.ts';
import { soundRateHz } from './sounds.ts';

const ffmpeg = (args: readonly string[]): Promise<unknown> =>
  promisify(execFile)('ffmpeg', ['-v', 'error', '-nostdin', '-y', ...args], { maxBuffer: 1 << 24 });

/**
 * Renders every different item once, joins pictures and samples byte by byte (so that no container rounds a time), and encodes the whole with
 * logo, ticker and noise over it.
 */
export async function assemble(plan: ForeignPlan, path: string, workDir: string): Promise<void> {
  const pictures = join(workDir, 'all.h264');
  const sound = join(workDir, 'all.pcm');
  await Promise.all([writeFile(pictures, ''), writeFile(sound, '')]);
  const rendered = new Set<string>();
  const sampleBytes = channelsOf(plan.format) * Int16Array.BYTES_PER_ELEMENT;
  let frame = 0;
  for (const item of plan.items) {
    const base = join(workDir, keyOf(item));
    if (!rendered.has(base)) await renderItem(plan, item, base);
    rendered.add(base);
    await appendFile(pictures, await readFile(`${base}.h264`));
    const endFrame = frame + framesOf(item);
    await appendFile(
      sound,
      airedSound(await readFile(`${base}.pcm`), item, sampleAt(plan.canvas, endFrame) - sampleAt(plan.canvas, frame), sampleBytes),
    );
    frame = endFrame;
  }
  await encode(plan, pictures, sound, path);
}

const sampleAt = (canvas: Canvas, frame: number): number => Math.round((frame / rateOf(canvas)) * soundRateHz);

const keyOf = (item: ForeignItem): string =>
  createHash('sha256')
    .update(JSON.stringify([item.scenes, item.layers, item.fadeOutS, item.format]))
    .digest('hex')
    .slice(0, 16);

/** The sound of one airing, exactly as long as its pictures. */
function airedSound(sound: Buffer, item: ForeignItem, samples: number, sampleBytes: number): Buffer {
  const aired = Buffer.alloc(samples * sampleBytes);
  sound.copy(aired);
  if (item.silentTailS !== undefined) aired.fill(0, Math.max(0, samples - Math.round(item.silentTailS * soundRateHz)) * sampleBytes);
  return aired;
}

async function renderItem({ canvas, format }: ForeignPlan, item: ForeignItem, base: string): Promise<void> {
  const frames = framesOf(item);
  const seconds = frames / rateOf(canvas);
  const scenes = item.scenes.map(({ chain }, index) => `${chain}[v${index}]`);
  const fade = item.fadeOutS === undefined ? '' : `,fade=t=out:st=${(seconds - item.fadeOutS).toFixed(3)}:d=${item.fadeOutS}`;
  const inputs = item.scenes.map((_, index) => `[v${index}]`).join('');
  const video = `${scenes.join(';')};${inputs}concat=n=${item.scenes.length}:v=1:a=0,${clock(canvas)}${fade}${barFilters(item.format)}[v]`;
  const codec = ['-c:v', 'libx264', '-preset', 'ultrafast', '-crf', '10', '-bf', '0', '-pix_fmt', 'yuv420p', '-vsync', 'passthrough'];
  await ffmpeg([
    '-filter_complex',
    video,
    '-map',
    '[v]',
    '-frames:v',
    String(frames),
    '-r',
    rateText(canvas),
    ...codec,
    '-f',
    'h264',
    `${base}.h264`,
  ]);
  await renderSound(item, seconds, format, `${base}.pcm`);
}

async function renderSound(item: ForeignItem, seconds: number, format: ChannelFormat | undefined, path: string): Promise<void> {
  if (item.layers.length === 0) return writeFile(path, '');
  const layers = item.layers.map(
    (layer, index) => `${layer},aformat=channel_layouts=mono:sample_rates=${soundRateHz},atrim=end=${(seconds + 0.1).toFixed(3)}[a${index}]`,
  );
  const inputs = item.layers.map((_, index) => `[a${index}]`).join('');
  const fade = item.fadeOutS === undefined ? '' : `,afade=t=out:st=${(seconds - item.fadeOutS).toFixed(3)}:d=${item.fadeOutS}`;
  const mix = `${layers.join(';')};${inputs}amix=inputs=${item.layers.length}:normalize=0:duration=longest,alimiter=limit=0.9${fade}${soundFilters(format, item.format)}[a]`;
  await ffmpeg(['-filter_complex', mix, '-map', '[a]', '-ac', String(channelsOf(format)), '-ar', String(soundRateHz), '-f', 's16le', path]);
}

async function encode(plan: ForeignPlan, pictures: string, sound: string, path: string): Promise<void> {
  const { canvas, noiseFloor, crf, format } = plan;
  const partial = `${pictures}.mp4`;
  const seconds = plan.items.reduce((sum, item) => sum + framesOf(item), 0) / rateOf(canvas);
  // Of two layouts amix takes the narrower.
  const wide = format === undefined ? '' : `,aformat=channel_layouts=${layoutOf(format)}`;
  const noise =
    noiseFloor === 0
      ? '[1:a]anull[a]'
      : `anoisesrc=color=pink:amplitude=${noiseFloor}:sample_rate=${soundRateHz}:duration=${seconds}${wide}[n];[1:a][n]amix=inputs=2:normalize=0:duration=first[a]`;
  const graph = `[0:v]${clock(canvas)}${logoFilters(plan)}[v];${noise}`;
  const pcm = ['-f', 's16le', '-ar', String(soundRateHz), '-channel_layout', layoutOf(format), '-ac', String(channelsOf(format))];
  const inputs = ['-framerate', rateText(canvas), '-f', 'h264', '-i', pictures, ...pcm, '-i', sound];
  const codec = [
    '-c:v',
    'libx264',
    '-preset',
    'superfast',
    '-crf',
    String(crf),
    '-pix_fmt',
    'yuv420p',
    '-c:a',
    'aac',
    '-b:a',
    format === 'surround' ? '192k' : '112k',
  ];
  await ffmpeg([
    ...inputs,
    '-filter_complex',
    graph,
    '-map',
    '[v]',
    '-map',
    '[a]',
    '-r',
    rateText(canvas),
    ...codec,
    '-movflags',
    '+faststart',
    partial,
  ]);
  await copyFile(partial, path);
}
