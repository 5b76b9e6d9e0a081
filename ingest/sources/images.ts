import { readdir, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { z } from 'zod';

import { InvalidInputError } from '../../core/errors/app-error.ts';
import { duration } from '../../core/config/fields.ts';
import { PictureFolderReading } from './picture-folder.ts';
import { defineSource } from './source.ts';

/** Options of an `images` source. */
export const imagesSourceConfig = z.strictObject({
  kind: z.literal('images'),
  path: z.string().min(1).describe('Folder of pictures (JPEG, PNG, WebP, AVIF, TIFF, GIF), or one picture.'),
  spacing: duration().prefault('1s').describe('Media time from one picture to the next.'),
  maxPixels: z
    .int()
    .min(1)
    .max(500_000_000)
    .default(100_000_000)
    .describe('Pictures with more pixels are skipped with a warning (decompression bombs).'),
});

/** Names that are taken for pictures. */
const pictureName = /\.(jpe?g|png|webp|avif|tiff?|gif)$/i;

/** True when a file name looks like a picture that the `images` source reads. */
export function isPictureName(name: string): boolean {
  return pictureName.test(name);
}

/** Pictures of a folder in natural order of their names (`2.jpg` before `10.jpg`). */
export const imagesSource = defineSource<z.infer<typeof imagesSourceConfig>>({
  name: 'images',
  summary: 'Pictures of a folder in natural order of their names.',
  schemes: [],
  config: imagesSourceConfig,
  profile: async (config) => {
    const found = await stat(config.path).catch((error: unknown) => {
      throw new InvalidInputError('E_SOURCE_NOT_FOUND', `${config.path} does not exist or cannot be read.`, { cause: error });
    });
    const recordingStart = { startMs: Math.round(found.mtimeMs), uncertaintyMs: 3_600_000 };
    return { address: config.path, live: false, paced: false, endMeans: 'ended', recordingStart };
  },
  open: async (config, deps) => {
    const folder = (await stat(config.path)).isDirectory();
    const names = folder ? (await readdir(config.path)).filter((name) => isPictureName(name) && !name.startsWith('.')) : [basename(config.path)];
    if (names.length === 0) throw new InvalidInputError('E_SOURCE_NOT_MEDIA', `${config.path} holds no pictures.`);
    const natural = new Intl.Collator('en', { numeric: true, sensitivity: 'base' });
    names.sort((a, b) => natural.compare(a, b) || (a < b ? -1 : 1));
    return new PictureFolderReading({
      folder: folder ? config.path : join(dirname(config.path)),
      names,
      spacingUs: config.spacing * 1000,
      maxPixels: config.maxPixels,
      maxSidePx: deps.sampling.maxSidePx,
    });
  },
});
