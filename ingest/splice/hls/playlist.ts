import { parseAttributes } from './attribute-list.ts';

/** One segment of a media playlist. */
export interface Segment {
  /** Media sequence number. */
  sequence: number;
  /** Absolute address. */
  url: string;
  durationS: number;
  /** Number of the stretch between two discontinuities. */
  discontinuity: number;
  /** Wall clock of its first picture from EXT-X-PROGRAM-DATE-TIME, epoch milliseconds; carried on by the lengths where no tag stands. */
  wallMs: number | undefined;
  /** The time stands in the playlist at this very segment. */
  wallSaid: boolean;
  /** Encrypted, or a part of a file: its bytes cannot be looked at simply. */
  opaque: boolean;
  /** Tags in front of it that may be splice cues, without the `#`. */
  tags: string[];
}

/** A playlist of segments (RFC 8216, 4.3.3). */
export interface MediaPlaylist {
  kind: 'media';
  targetDurationS: number;
  ended: boolean;
  segments: Segment[];
  /** EXT-X-DATERANGE tags, which stand for a time rather than a segment. */
  dateRanges: string[];
}

/** A playlist of playlists (RFC 8216, 4.3.4). */
export interface MasterPlaylist {
  kind: 'master';
  /** Absolute addresses in their order. */
  variants: { url: string; hasVideo: boolean }[];
}

/** Largest playlist that is read, bytes: two days of two-second segments. */
export const maxPlaylistBytes = 8 * 1024 * 1024;
const maxSegments = 100_000;
const maxTags = 2_000;
const cueTag = /^EXT-(X-CUE|X-SCTE35|X-SPLICEPOINT-SCTE35|OATCLS-SCTE35)/;
const videoCodec = /avc|hvc|hev|dvh|av01|vp0?9|mp4v/i;

/** True when bytes begin like a playlist. */
export function isPlaylist(text: string): boolean {
  return /^\uFEFF?#EXTM3U/.test(text);
}

/** Parses a playlist. `baseUrl` is where it came from, after redirects. Lines that make no sense are passed over; never throws. */
export function parsePlaylist(text: string, baseUrl: string): MediaPlaylist | MasterPlaylist {
  const lines = text.slice(0, maxPlaylistBytes).split(/\r?\n|\r/);
  return lines.some((line) => line.startsWith('#EXT-X-STREAM-INF:')) ? parseMaster(lines, baseUrl) : parseMedia(lines, baseUrl);
}

/** Absolute address, or undefined for what is none. */
export function absoluteUrl(text: string, baseUrl: string): string | undefined {
  return URL.canParse(text, baseUrl) ? new URL(text, baseUrl).href : undefined;
}

function parseMaster(lines: readonly string[], baseUrl: string): MasterPlaylist {
  const variants: MasterPlaylist['variants'] = [];
  let attributes: Map<string, string> | undefined;
  for (const line of lines) {
    if (line.startsWith('#EXT-X-STREAM-INF:')) attributes = parseAttributes(line.slice(line.indexOf(':') + 1));
    else if (line !== '' && !line.startsWith('#') && attributes !== undefined) {
      const codecs = attributes.get('CODECS');
      const hasVideo = attributes.has('RESOLUTION') || codecs === undefined || videoCodec.test(codecs);
      const url = absoluteUrl(line.trim(), baseUrl);
      if (url !== undefined) variants.push({ url, hasVideo });
      attributes = undefined;
    }
  }
  return { kind: 'master', variants };
}

function parseMedia(lines: readonly string[], baseUrl: string): MediaPlaylist {
  const playlist: MediaPlaylist = { kind: 'media', targetDurationS: 10, ended: false, segments: [], dateRanges: [] };
  let sequence = 0;
  let discontinuity = 0;
  let durationS = 0;
  let wallMs: number | undefined;
  let wallSaid = false;
  let encrypted = false;
  let partial = false;
  let tags: string[] = [];
  for (const line of lines) {
    const [, tag, value = ''] = /^#(EXT[^:]*):?(.*)$/.exec(line) ?? [];
    if (tag === 'EXT-X-MEDIA-SEQUENCE') sequence = wholeNumber(value);
    else if (tag === 'EXT-X-DISCONTINUITY-SEQUENCE') discontinuity = wholeNumber(value);
    else if (tag === 'EXT-X-DISCONTINUITY') {
      discontinuity += 1;
      wallMs = undefined;
    } else if (tag === 'EXT-X-TARGETDURATION') playlist.targetDurationS = seconds(value);
    else if (tag === 'EXT-X-ENDLIST') playlist.ended = true;
    else if (tag === 'EXT-X-KEY') encrypted = parseAttributes(value).get('METHOD') !== 'NONE';
    else if (tag === 'EXT-X-BYTERANGE') partial = true;
    else if (tag === 'EXTINF') durationS = seconds(value);
    else if (tag === 'EXT-X-PROGRAM-DATE-TIME') {
      const ms = dateMs(value);
      if (ms !== undefined) [wallMs, wallSaid] = [ms, true];
    } else if (tag === 'EXT-X-DATERANGE') {
      if (playlist.dateRanges.length < maxTags) playlist.dateRanges.push(value);
    } else if (tag !== undefined && cueTag.test(tag)) {
      if (tags.length < maxTags) tags.push(line.slice(1).trim());
    } else if (line !== '' && !line.startsWith('#') && playlist.segments.length < maxSegments) {
      const url = absoluteUrl(line.trim(), baseUrl);
      if (url !== undefined)
        playlist.segments.push({ sequence, url, durationS, discontinuity, wallMs, wallSaid, opaque: encrypted || partial, tags });
      sequence += 1;
      wallMs = wallMs === undefined ? undefined : wallMs + durationS * 1000;
      [wallSaid, partial, tags] = [false, false, []];
    }
  }
  return playlist;
}

/** Epoch milliseconds of an ISO 8601 time, also with an offset without colon as ffmpeg writes it. */
export function dateMs(text: string): number | undefined {
  const ms = Date.parse(text.trim().replace(/([+-]\d\d)(\d\d)$/, '$1:$2'));
  return Number.isFinite(ms) ? ms : undefined;
}

function wholeNumber(text: string): number {
  const value = Number.parseInt(text, 10);
  return Number.isSafeInteger(value) && value >= 0 ? value : 0;
}

/** Seconds, 0 to a day; 0 for what is no number. */
function seconds(text: string): number {
  const value = Number.parseFloat(text);
  return Number.isFinite(value) && value >= 0 ? Math.min(value, 86_400) : 0;
}
