import { open, readFile, realpath, stat } from 'node:fs/promises';
import { dirname, join, sep } from 'node:path';
import { pathToFileURL } from 'node:url';

import { InvalidInputError } from '../../../core/errors/app-error.ts';
import { isPlaylist, maxPlaylistBytes } from './playlist.ts';

/** Files that one recording may name, variants and their segments together. */
const maxFiles = 200_000;

/** True for names of playlists. */
export function isPlaylistName(path: string): boolean {
  return /\.m3u8?$/i.test(path);
}

/**
 * Reads a playlist on this machine and makes sure that everything it names, directly or through other playlists, lies in its own folder: a
 * recording from outside must not make us read another file or address.
 * @throws InvalidInputError `E_SOURCE_NOT_MEDIA` for a playlist that names anything else
 */
export async function readLocalPlaylist(path: string): Promise<{ text: string; url: string }> {
  const folder = await realpath(dirname(path));
  const seen = new Set<string>();
  const text = await check(await realpath(path), folder, seen);
  return { text, url: pathToFileURL(path).href };
}

async function check(path: string, folder: string, seen: Set<string>): Promise<string> {
  if ((await stat(path)).size > maxPlaylistBytes) throw refused(path, 'is too long for a playlist');
  const text = await readFile(path, 'utf8');
  if (!isPlaylist(text)) throw refused(path, 'is no playlist');
  for (const name of namesIn(text)) {
    if (/^[a-z][a-z0-9+.-]*:/i.test(name) || /^[\\/]/.test(name) || name.split(/[\\/]/).includes('..')) {
      throw refused(path, `names ${name.slice(0, 80)}, and a recording may only name files of its own folder`);
    }
    const named = await realpath(join(dirname(path), name)).catch(() => undefined);
    // A segment that is missing is the decoder's to complain about.
    if (named === undefined || seen.has(named)) continue;
    if (!named.startsWith(folder + sep)) throw refused(path, `names ${name.slice(0, 80)}, which lies outside of its folder`);
    seen.add(named);
    if (seen.size > maxFiles) throw refused(path, 'names too many files');
    if (await beginsLikePlaylist(named)) await check(named, folder, seen);
  }
  return text;
}

/** Everything a playlist names: lines that are no tags, and URI attributes. */
function namesIn(text: string): string[] {
  const lines = text.split(/\r?\n|\r/).map((line) => line.trim());
  const own = lines.filter((line) => line !== '' && !line.startsWith('#'));
  return [...own, ...[...text.matchAll(/URI="([^"\r\n]*)"/g)].map(([, name]) => name ?? '')];
}

/** ffmpeg tells a playlist by its content, whatever its name. */
async function beginsLikePlaylist(path: string): Promise<boolean> {
  const file = await open(path);
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(16), 0, 16, 0);
    return isPlaylist(buffer.subarray(0, bytesRead).toString('utf8'));
  } finally {
    await file.close();
  }
}

function refused(path: string, reason: string): InvalidInputError {
  return new InvalidInputError('E_SOURCE_NOT_MEDIA', `${path} ${reason}.`);
}
