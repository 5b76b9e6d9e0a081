import { execFile } from 'node:child_process';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

import type { Footage } from './pictures.ts';

/** Films and photographs, those of programmes apart from those of spots. Empty lists where there are none: patterns take their place. */
export interface Stock {
  programme: { films: readonly Footage[]; photos: readonly Footage[] };
  spots: { films: readonly Footage[]; photos: readonly Footage[] };
}

/** Nothing but patterns. */
export const emptyStock: Stock = { programme: { films: [], photos: [] }, spots: { films: [], photos: [] } };

/** Pictures of goods go into spots. */
const spotPhotos = /products|coral|faces/;

/** Reads `videos/*.mp4` (the four longest for programmes) and `images/**` of a folder. */
export async function readStock(folder: string): Promise<Stock> {
  const videos = (await readdir(join(folder, 'videos'))).filter((name) => name.endsWith('.mp4')).sort();
  const films = await Promise.all(
    videos.map(async (name) => ({ path: join(folder, 'videos', name), lengthS: await lengthOf(join(folder, 'videos', name)) })),
  );
  const usable = films.filter((film) => film.lengthS > 4).sort((one, other) => other.lengthS - one.lengthS);
  const images = await readdir(join(folder, 'images'), { recursive: true, withFileTypes: true });
  const photos = images
    .filter((entry) => entry.isFile() && /\.(jpe?g|bmp)$/.test(entry.name))
    .map((entry) => ({ path: join(entry.path, entry.name), lengthS: 0 }))
    .sort((one, other) => one.path.localeCompare(other.path));
  return {
    programme: { films: usable.slice(0, 4), photos: photos.filter(({ path }) => !spotPhotos.test(path)) },
    spots: { films: usable.slice(4), photos: photos.filter(({ path }) => spotPhotos.test(path)) },
  };
}

async function lengthOf(path: string): Promise<number> {
  const args = ['-v', 'quiet', '-select_streams', 'v:0', '-show_entries', 'stream=duration', '-of', 'csv=p=0', path];
  const { stdout } = await promisify(execFile)('ffprobe', args, { timeout: 20_000 });
  return Number.parseFloat(stdout) || 0;
}
