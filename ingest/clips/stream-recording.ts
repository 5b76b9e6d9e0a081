import { mkdirSync } from 'node:fs';
import { readFile, readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';

import type { FfmpegOutput } from '../ffmpeg/ffmpeg-process.ts';
import { epochStepUs, type MediaTime, originUs, resetThresholdUs } from '../media-time/time-line.ts';
import type { Footage, FootageSource } from './footage.ts';
import { TimeMap } from './time-map.ts';

/** Least length of a segment; it ends at the first key picture after, so it is shorter than this plus the spacing of key pictures. */
const segmentS = 4;
/** Packets that may wait for a slow disk before some are left out of the recording (about 8 s of pictures and sound). */
const queuePackets = 600;
/** Entries of ffmpeg's list of finished segments; more than any `keep` needs is harmless, a line has 40 bytes. */
const listedSegments = 2_000;
const listName = 'segments.csv';

/**
 * The rolling recording of one reading: the packets of the source as they came, in short NUT files that the decoding child writes beside
 * its real work. NUT, because it takes every codec and keeps 64-bit time stamps; ffmpeg's `fifo` muxer around it, because it writes from a
 * thread of its own and leaves packets out rather than stopping the decoder when the disk is slow or full.
 */
export class StreamRecording implements FootageSource {
  readonly folder: string;
  readonly #stepped: boolean;
  readonly #times = new TimeMap();

  /**
   * @param folder new folder for the segments
   * @param looped the source is a file in a loop: ffmpeg 5.1 ends the bitstream filters of a copied stream at every turn, and time stamps
   *   of a loop never go back, so they are left as they are
   */
  constructor(folder: string, looped: boolean) {
    this.folder = folder;
    this.#stepped = !looped;
  }

  /** What the decoding child has to write besides. @throws when the folder cannot be made */
  output(streams: 'all' | 'pictures' | 'sound'): FfmpegOutput {
    mkdirSync(this.folder, { recursive: true });
    const format = [
      ...['segment_format=nut', `segment_time=${String(segmentS)}`, 'segment_atclocktime=1'],
      ...[`segment_list=${escapeOption(join(this.folder, listName))}`, 'segment_list_type=csv', `segment_list_size=${String(listedSegments)}`],
    ];
    return {
      path: `${this.folder.replaceAll('%', '%%')}/%06d.nut`,
      options: [
        ...(streams === 'sound' ? [] : ['-map', '0:V:0?']),
        ...(streams === 'pictures' ? [] : ['-map', '0:a:0?']),
        ...['-c', 'copy', '-sn', '-dn', '-map_metadata', '-1', '-avoid_negative_ts', 'disabled', '-max_interleave_delta', '1000000'],
        ...(this.#stepped ? ['-bsf:v', steppedTimes(), '-bsf:a', steppedTimes()] : []),
        ...['-f', 'fifo', '-fifo_format', 'segment', '-queue_size', String(queuePackets), '-drop_pkts_on_overflow', '1'],
        ...['-attempt_recovery', '1', '-recover_any_error', '1', '-recovery_wait_time', '5', '-format_opts', format.join(':')],
      ],
    };
  }

  /** Takes note of the time of a leading packet; called for each, in order. */
  note(time: MediaTime, rawUs: number): void {
    this.#times.note(time, rawUs);
  }

  async find(epoch: number, startUs: number, endUs: number): Promise<Footage | undefined> {
    const startRawUs = this.#times.rawUs(epoch, startUs);
    const endRawUs = this.#times.rawUs(epoch, endUs);
    if (startRawUs === undefined || endRawUs === undefined || endRawUs <= startRawUs) return undefined;
    const shiftS = this.#stepped ? originUs / 1e6 : 0;
    const [startS, endS] = [startRawUs / 1e6 + shiftS, endRawUs / 1e6 + shiftS];
    const segments = await this.#segments();
    const touched = segments.filter((segment) => segment.startS < endS && segment.endS > startS);
    if (touched.length === 0) return undefined;
    // The names are ffmpeg's own numbers; the working directory keeps the path, whatever is in it, out of the `concat:` syntax.
    const input = `concat:${touched.map(({ name }) => name).join('|')}`;
    const complete = segments.some((segment) => segment.endS >= endS);
    return { folder: this.folder, input, inputOptions: ['-f', 'nut', '-protocol_whitelist', 'concat,file'], startS, endS, complete };
  }

  /** Removes finished segments older than `beforeMs` (epoch milliseconds) and the oldest beyond `maxBytes`. @returns bytes left */
  async trim(beforeMs: number, maxBytes: number): Promise<number> {
    const files: { path: string; mtimeMs: number; size: number }[] = [];
    for (const name of await readdir(this.folder).catch(() => [])) {
      if (!name.endsWith('.nut')) continue;
      const path = join(this.folder, name);
      const found = await stat(path).catch(() => undefined);
      if (found !== undefined) files.push({ path, mtimeMs: found.mtimeMs, size: found.size });
    }
    files.sort((a, b) => b.mtimeMs - a.mtimeMs);
    let sumBytes = 0;
    let full = false;
    for (const { path, mtimeMs, size } of files) {
      full ||= mtimeMs < beforeMs || sumBytes + size > maxBytes;
      if (full) await rm(path, { force: true });
      else sumBytes += size;
    }
    return sumBytes;
  }

  /** Finished segments that are still there, in order; ffmpeg says of each where it begins and ends. */
  async #segments(): Promise<{ name: string; startS: number; endS: number }[]> {
    const list = await readFile(join(this.folder, listName), 'utf8').catch(() => '');
    const present = new Set(await readdir(this.folder).catch(() => []));
    return list
      .split('\n')
      .map((line) => /^(\d{6}\.nut),([\d.]+),([\d.]+)$/.exec(line.trim()))
      .filter((match) => match !== null)
      .map(([, name = '', startS, endS]) => ({ name, startS: Number(startS), endS: Number(endS) }))
      .filter(({ name }) => present.has(name));
  }
}

/**
 * The clock of {@link import('../ffmpeg/decode-options.ts').decodeOutputOptions} for packets that are copied: microseconds of the source
 * from the same origin, and the same step at every reset. `PTS` and `DTS` are in the stream's own time base; resets show in `DTS`.
 */
function steppedTimes(): string {
  const ticks = (us: number): string => `round(${String(us / 1e6)}/TB)`;
  const reset = `lt(DTS\\,PREV_INDTS-${String(resetThresholdUs / 1e6)}/TB)`;
  const time = (name: 'PTS' | 'DTS'): string => `${name}+${ticks(originUs)}+${ticks(epochStepUs)}*if(${reset}\\,st(0\\,ld(0)+1)\\,ld(0))`;
  return `setts=pts='${time('PTS')}':dts='${time('DTS')}'`;
}

/** For a value inside `-format_opts key=value:key=value`. */
function escapeOption(value: string): string {
  return value.replaceAll(/[\\':=]/g, '\\$&');
}
