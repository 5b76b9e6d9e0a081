import { messageOf } from '../../../core/errors/app-error.ts';
import type { Complaint } from '../../media-reading.ts';
import type { ReceivedSplice, WallClock } from '../received-splice.ts';
import { type MasterPlaylist, type MediaPlaylist, type Segment, parsePlaylist } from './playlist.ts';
import type { PlaylistAccess } from './playlist-access.ts';
import { type PlaylistCue, playlistCues } from './playlist-cues.ts';
import { SegmentTimes, laterUs } from './segment-times.ts';

/** Segments that are looked at before the decoder opens them, so that a cue is known before its pictures. */
const aheadSegments = 3;
/** Wall clock is told again after this much, milliseconds: clocks of encoders drift by milliseconds an hour. */
const wallEveryMs = 60_000;
/** Half-width of what EXT-X-PROGRAM-DATE-TIME is off: encoders stamp it with the system clock at one picture or another, milliseconds. */
const wallUncertaintyMs = 100;
/** The first picture after a discontinuity is the one with the time stamp that its segment begins with, give or take this, microseconds. */
const stretchBegins = { earlyUs: 100_000, lateUs: 1_000_000 };
/** Times further apart than this do not follow each other, microseconds. */
const jumpUs = 500_000;
/** Results that may wait to be taken. */
const maxWaiting = 256;

/** Something that is known, and the stretch between two discontinuities that it belongs to. */
interface Result {
  packet: ReceivedSplice | WallClock;
  discontinuity: number;
}

/** A stretch that ffmpeg has begun to open. */
interface Stretch {
  discontinuity: number;
  /** Time of the source at which it begins, undefined when its segments cannot be looked into. */
  startUs: number | undefined;
  /** Its time does not follow that of the stretch before it. */
  jumps: boolean;
}

interface Loaded {
  playlist: MediaPlaylist;
  cues: PlaylistCue[];
  /** By address, address without query, and file name: redirects and tokens change the first two. */
  places: Map<string, Segment>;
}

/**
 * Reads the splice cues and wall-clock times of the playlist that ffmpeg is reading, which ignores them. It follows ffmpeg: every segment
 * that ffmpeg opens is looked up, and the playlist is read again when the segment is not in it, so there is no clock of its own.
 */
export class PlaylistFollower {
  readonly #access: PlaylistAccess;
  readonly #times: SegmentTimes;
  #master: MasterPlaylist | undefined;
  #url: string;
  #loaded: Loaded | undefined;
  #work: Promise<void> = Promise.resolve();
  #firstHandled: (() => void) | undefined;
  /** Settles when the first segment was looked up, or could not be. */
  readonly ready: Promise<void>;
  #first: Segment | undefined;
  #opened: Segment | undefined;
  #missed = 0;
  #told = new Set<string>();
  #wallToldMs: number | undefined;
  #heard = false;
  #results: Result[] = [];
  /** Stretch whose pictures are being decoded, and those that ffmpeg has opened already. */
  #stretch = 0;
  #next: Stretch[] = [];
  #decodedUs: number | undefined;
  #complaints: Complaint[] = [];

  /** @param first the playlist that the source names, master or media, and where it came from */
  constructor(first: { text: string; url: string }, access: PlaylistAccess) {
    this.#access = access;
    this.#times = new SegmentTimes(access);
    this.#url = first.url;
    this.ready = new Promise((resolve) => (this.#firstHandled = resolve));
    const parsed = parsePlaylist(first.text, first.url);
    if (parsed.kind === 'master') this.#master = parsed;
    else this.#load(parsed);
  }

  /** ffmpeg opens an address: a playlist, a segment, or something else. Calls are handled one after the other. */
  opened(url: string): void {
    this.#work = this.#work.then(async () => await this.#handle(url)).catch((error: unknown) => this.#complain(messageOf(error)));
  }

  /** The decoder's first picture, microseconds of the source: that of the first segment it opened. Resolves when that is made use of. */
  async firstPicture(sourceUs: number): Promise<void> {
    this.#work = this.#work.then(async () => {
      if (this.#opened === undefined || this.#loaded === undefined) return;
      if (this.#first !== undefined) this.#times.tell(this.#first.sequence, sourceUs);
      await this.#tell(this.#opened, this.#loaded);
    });
    await this.#work;
  }

  /** Resolves when everything that was opened so far has been looked up. */
  async settled(): Promise<void> {
    await this.#work;
  }

  /** The decoder has come to a picture at `sourceUs`, microseconds of the source. */
  decoded(sourceUs: number): void {
    const jumped = this.#decodedUs !== undefined && Math.abs(laterUs(sourceUs, this.#decodedUs)) > jumpUs;
    this.#decodedUs = sourceUs;
    const entered = this.#next.findIndex(({ startUs, jumps }) => {
      if (jumps && !jumped) return false;
      const lateUs = startUs === undefined ? 0 : laterUs(sourceUs, startUs);
      return lateUs >= -stretchBegins.earlyUs && lateUs <= stretchBegins.lateUs;
    });
    if (entered < 0) return;
    this.#stretch = this.#next[entered]?.discontinuity ?? this.#stretch;
    this.#next = this.#next.slice(entered + 1);
  }

  /** What became known of the stretch that is being decoded since the last call, in order. */
  take(): (ReceivedSplice | WallClock)[] {
    const due = this.#results.filter(({ discontinuity }) => discontinuity <= this.#stretch);
    this.#results = this.#results.filter((result) => !due.includes(result));
    return due.map(({ packet }) => packet);
  }

  /** What could not be read since the last call. */
  takeComplaints(): Complaint[] {
    const complaints = this.#complaints;
    this.#complaints = [];
    return complaints;
  }

  async #handle(url: string): Promise<void> {
    if (this.#master !== undefined) await this.#choose(this.#master, url);
    if (this.#loaded === undefined) return;
    const segment = this.#find(url) ?? (await this.#findAnew(url));
    if (segment === undefined) return;
    await this.#follow(segment, this.#loaded);
    await this.#tell(segment, this.#loaded);
    this.#firstHandled?.();
  }

  /** Notes where the decoder is: behind what it opens, which matters where time starts anew. */
  async #follow(segment: Segment, { playlist }: Loaded): Promise<void> {
    const before = this.#opened;
    this.#opened = segment;
    this.#first ??= segment;
    if (before === undefined) this.#stretch = segment.discontinuity;
    if (before === undefined || segment.discontinuity === before.discontinuity) return;
    const startUs = await this.#times.startUs(segment, playlist);
    const beforeUs = await this.#times.startUs(before, playlist);
    const follows = startUs !== undefined && beforeUs !== undefined && Math.abs(laterUs(startUs, beforeUs + before.durationS * 1e6)) <= jumpUs;
    this.#next.push({ discontinuity: segment.discontinuity, startUs, jumps: !follows });
  }

  async #tell(opened: Segment, loaded: Loaded): Promise<void> {
    await this.#tellWall(opened, loaded.playlist);
    await this.#tellCues(opened, loaded);
  }

  /** Of a master playlist ffmpeg reads the first variant with pictures; it opens all of them once. */
  async #choose(master: MasterPlaylist, url: string): Promise<void> {
    const variant = master.variants.find(({ hasVideo }) => hasVideo) ?? master.variants[0];
    if (variant === undefined || !namesOf(variant.url).some((name) => namesOf(url).includes(name))) return;
    this.#master = undefined;
    // ffmpeg's own address holds the session that the server gave to ffmpeg.
    this.#url = url;
    await this.#read();
  }

  async #read(): Promise<void> {
    try {
      const { text, url } = await this.#access.playlist(this.#url);
      const parsed = parsePlaylist(text, url);
      if (parsed.kind === 'media') this.#load(parsed);
    } catch (error) {
      this.#complain(messageOf(error));
    }
  }

  #load(playlist: MediaPlaylist): void {
    const places = new Map<string, Segment>();
    for (const segment of playlist.segments) {
      for (const name of namesOf(segment.url)) if (!places.has(name)) places.set(name, segment);
    }
    const cues = playlistCues(playlist);
    const keys = new Set(cues.map(({ key }) => key));
    // A cue that has left the playlist does not come back.
    this.#told = new Set([...this.#told].filter((key) => keys.has(key)));
    this.#loaded = { playlist, cues, places };
  }

  #find(url: string): Segment | undefined {
    const next = this.#loaded?.playlist.segments.find(({ sequence }) => sequence === (this.#opened?.sequence ?? -2) + 1);
    const names = namesOf(url);
    // The next segment first: a playlist may name one file many times.
    if (next !== undefined && namesOf(next.url).some((name) => names.includes(name))) return next;
    return names.map((name) => this.#loaded?.places.get(name)).find((segment) => segment !== undefined);
  }

  async #findAnew(url: string): Promise<Segment | undefined> {
    if (this.#loaded?.playlist.ended === true) return undefined;
    // What is never in the playlist (sound of its own, keys, headers) must not make us read it every time.
    this.#missed += 1;
    if (this.#missed > 3 && this.#missed % 8 !== 0) return undefined;
    await this.#read();
    const segment = this.#find(url);
    if (segment !== undefined) this.#missed = 0;
    return segment;
  }

  async #tellWall(segment: Segment, playlist: MediaPlaylist): Promise<void> {
    const { wallMs } = segment;
    if (wallMs === undefined || (this.#wallToldMs !== undefined && Math.abs(wallMs - this.#wallToldMs) < wallEveryMs)) return;
    const sourceUs = await this.#times.startUs(segment, playlist);
    if (sourceUs === undefined) return;
    this.#wallToldMs = wallMs;
    this.#put({ kind: 'wallClock', sourceUs, wallMs, uncertaintyMs: wallUncertaintyMs }, segment);
  }

  async #tellCues(opened: Segment, { playlist, cues }: Loaded): Promise<void> {
    for (const { key, segment, offsetS, cue } of cues) {
      const ahead = segment.sequence - opened.sequence;
      // Beyond a discontinuity time starts anew, and a cue told early could be taken for one of this stretch.
      const due = ahead <= 0 || (ahead <= aheadSegments && segment.discontinuity === opened.discontinuity);
      if (!due || this.#told.has(key)) continue;
      const startUs = await this.#times.startUs(segment, playlist);
      // What is not known yet may be known when the decoder has shown its first picture, or has come nearer.
      if (startUs === undefined && ahead >= 0) continue;
      this.#told.add(key);
      // A break that goes on is news only to somebody who has just come.
      if (cue.command === 'EXT-X-CUE-OUT-CONT' && this.#heard) continue;
      if (startUs === undefined) {
        this.#complain('the place of a tag is not known, as its segment could not be read');
        continue;
      }
      this.#heard = true;
      const sourceUs = Math.round(startUs + offsetS * 1e6);
      this.#put({ kind: 'splice', sourceUs, spliceSourceUs: sourceUs, cue }, segment);
    }
  }

  #put(packet: ReceivedSplice | WallClock, { discontinuity }: Segment): void {
    if (this.#results.length < maxWaiting) this.#results.push({ packet, discontinuity });
  }

  #complain(reason: string): void {
    if (this.#complaints.length > 0) return;
    this.#complaints.push({ code: 'E_SPLICE_UNREADABLE', message: `Splice cues of the playlist could not be read: ${reason}.`, count: 1 });
    this.#firstHandled?.();
  }
}

/** Names under which one address is known, most exact first. */
function namesOf(text: string): string[] {
  if (!URL.canParse(text)) return [text];
  const url = new URL(text);
  return [url.href, `${url.host}${url.pathname}`, url.pathname.slice(url.pathname.lastIndexOf('/'))];
}
