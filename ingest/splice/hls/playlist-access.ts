import { open, readFile, stat } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

import { isPlaylist, maxPlaylistBytes } from './playlist.ts';

/** How playlists and the beginnings of their segments are read: the way their source is. */
export interface PlaylistAccess {
  /** A whole playlist and where it came from after redirects; only the beginning of what is none. @throws Error when it cannot be read or is too large */
  playlist(url: string): Promise<{ text: string; url: string }>;
  /** The first bytes of a segment, enough for its first picture. @throws Error when it cannot be read */
  beginning(url: string): Promise<Buffer>;
}

/** Bytes of a segment in which its first picture begins; a table of programmes and a key frame's header come long before. */
const beginningBytes = 128 * 1024;
/** Bytes by which a playlist can be told from anything else. */
const tellingBytes = 16;
/** A server that has not answered in this time is not waited for, milliseconds. */
const patienceMs = 10_000;

/**
 * Over http and https, as ffmpeg reads the same addresses for the pictures: redirects are followed, nothing but these two protocols is
 * opened, and no more is taken than a playlist or the beginning of a segment may have. @param signal ends everything under way
 */
export function httpAccess(signal: AbortSignal): PlaylistAccess {
  const ask = async (url: string, headers: Record<string, string>): Promise<Response> => {
    const { address, authorization } = withoutCredentials(url);
    const response = await fetch(address, {
      headers: { ...headers, ...authorization },
      redirect: 'follow',
      signal: AbortSignal.any([signal, AbortSignal.timeout(patienceMs)]),
    });
    if (!response.ok) throw new Error(`the server answered ${String(response.status)}`);
    return response;
  };
  return {
    playlist: async (url) => {
      const response = await ask(url, {});
      const bytes = await take(response, maxPlaylistBytes + 1, (beginning) => isPlaylist(beginning.toString('utf8')));
      if (bytes.length > maxPlaylistBytes) throw new Error('it is too long');
      return { text: bytes.toString('utf8'), url: response.url };
    },
    beginning: async (url) => await take(await ask(url, { range: `bytes=0-${String(beginningBytes - 1)}` }), beginningBytes),
  };
}

/** On this machine, as `file:` URLs. What a playlist may name is checked before (local-playlist.ts). */
export function fileAccess(): PlaylistAccess {
  return {
    playlist: async (url) => {
      const path = fileURLToPath(url);
      if ((await stat(path)).size > maxPlaylistBytes) throw new Error('it is too long');
      return { text: await readFile(path, 'utf8'), url };
    },
    beginning: async (url) => {
      const file = await open(fileURLToPath(url));
      try {
        const { buffer, bytesRead } = await file.read(Buffer.alloc(beginningBytes), 0, beginningBytes, 0);
        return buffer.subarray(0, bytesRead);
      } finally {
        await file.close();
      }
    },
  };
}

/** fetch refuses addresses with a user and a password; they go into a header. */
function withoutCredentials(text: string): { address: string; authorization: Record<string, string> } {
  const url = new URL(text);
  if (url.protocol !== 'http:' && url.protocol !== 'https:') throw new Error(`${url.protocol} is not read`);
  const { username, password } = url;
  if (username === '' && password === '') return { address: text, authorization: {} };
  url.username = '';
  url.password = '';
  const pair = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
  return { address: url.href, authorization: { authorization: `Basic ${Buffer.from(pair).toString('base64')}` } };
}

/** Reads an answer up to `mostBytes`; one whose first piece is not wanted no further than that. */
async function take(response: Response, mostBytes: number, wanted?: (beginning: Buffer) => boolean): Promise<Buffer> {
  const pieces: Buffer[] = [];
  let length = 0;
  for await (const piece of response.body ?? []) {
    const bytes = Buffer.from(piece as Uint8Array);
    pieces.push(bytes);
    length += bytes.length;
    // Leaving the loop closes the connection: a live stream that is no playlist never ends.
    if (length >= mostBytes || (wanted !== undefined && length >= tellingBytes && !wanted(Buffer.concat(pieces)))) break;
    if (length >= tellingBytes) wanted = undefined;
  }
  return Buffer.concat(pieces).subarray(0, mostBytes);
}
