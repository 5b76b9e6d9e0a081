import { basename, dirname } from 'node:path';

import type { MediaTime } from '../media-time/time-line.ts';
import type { Footage, FootageSource } from './footage.ts';
import { TimeMap } from './time-map.ts';

/** Seek this much before the span and decode up to it: containers seek to key pictures, some only roughly, seconds. */
const seekAheadS = 12;

/** A recording that is read at full speed: the file itself is the footage. After a reset of its time stamps nothing can be found in it. */
export class RecordedFile implements FootageSource {
  readonly #path: string;
  readonly #times = new TimeMap();

  /** @param path absolute path of the recording */
  constructor(path: string) {
    this.#path = path;
  }

  /** Takes note of the time of a leading packet; called for each, in order. */
  note(time: MediaTime, rawUs: number): void {
    this.#times.note(time, rawUs);
  }

  find(epoch: number, startUs: number, endUs: number): Promise<Footage | undefined> {
    const startRawUs = this.#times.rawUs(epoch, startUs);
    // Seeking goes by the file's own time stamps; behind a reset they are no longer those of media time.
    if (startRawUs !== startUs) return Promise.resolve(undefined);
    const [startS, endS] = [startUs / 1e6, endUs / 1e6];
    const seek = startS > seekAheadS ? ['-seek_timestamp', '1', '-noaccurate_seek', '-ss', String(startS - seekAheadS)] : [];
    const inputOptions = ['-protocol_whitelist', 'file', ...seek];
    return Promise.resolve({ folder: dirname(this.#path), input: `file:${basename(this.#path)}`, inputOptions, startS, endS, complete: true });
  }
}
