import { rm, statfs } from 'node:fs/promises';
import { join, resolve } from 'node:path';

import type { Logger } from '../../core/log/logger.ts';
import type { Clock } from '../../core/time/clock.ts';
import type { RecordingConfig } from './config.ts';
import type { Footage, FootageSource } from './footage.ts';
import { RecordedFile } from './recorded-file.ts';
import { StreamRecording } from './stream-recording.ts';

/** What the library is given. */
export interface FootageLibraryOptions {
  config: RecordingConfig;
  /** Recordings lie in `recordings/` below it. */
  dataDir: string;
  clock: Clock;
  log: Logger;
}

interface Shelf {
  footage: FootageSource;
  recording?: StreamRecording;
  /** Set when the reading is over. */
  endedMs?: number;
}

/** Time between two rounds of tidying. */
const tidyEveryMs = 10_000;
/** Readings of recordings that are over and still known, per stream. */
const keptFiles = 8;

/** What the streams of this process showed lately: rolling recordings of live ones, the files of the others. */
export class FootageLibrary {
  readonly #options: FootageLibraryOptions;
  readonly #shelves = new Map<string, Shelf[]>();
  readonly #stopping = new AbortController();
  #count = 0;
  #short = false;
  #tidying: Promise<void> | undefined;

  constructor(options: FootageLibraryOptions) {
    this.#options = options;
  }

  /** Removes what an earlier process left (its media time is not known any more) and begins to tidy up. */
  async start(): Promise<void> {
    await rm(this.#root, { recursive: true, force: true }).catch(() => undefined);
    this.#tidying = this.#tidyForEver();
  }

  /** Ends tidying and removes the recordings. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#tidying;
    await rm(this.#root, { recursive: true, force: true }).catch(() => undefined);
  }

  /** True when something of the stream may be found. */
  knows(streamId: string): boolean {
    return this.#shelves.has(streamId);
  }

  /** Footage of a span; the latest reading that has it. Times are microseconds of media time. */
  async find(streamId: string, epoch: number, startUs: number, endUs: number): Promise<Footage | undefined> {
    for (const shelf of [...(this.#shelves.get(streamId) ?? [])].reverse()) {
      const found = await shelf.footage.find(epoch, startUs, endUs);
      if (found !== undefined) return found;
    }
    return undefined;
  }

  /** Begins the recording of one reading of a live stream; undefined when recording is switched off. */
  record(streamId: string, looped: boolean): StreamRecording | undefined {
    if (!this.#options.config.enabled) return undefined;
    this.#count += 1;
    const recording = new StreamRecording(join(this.#root, streamId, `${String(this.#options.clock.nowMs())}-${String(this.#count)}`), looped);
    this.#add(streamId, { footage: recording, recording });
    return recording;
  }

  /** Takes note that a stream is read from a file at full speed. */
  file(streamId: string, path: string): RecordedFile {
    const file = new RecordedFile(resolve(path));
    this.#add(streamId, { footage: file });
    return file;
  }

  /** The reading is over; its recording goes when it is old. */
  ended(streamId: string, footage: FootageSource): void {
    const shelf = this.#shelves.get(streamId)?.find((candidate) => candidate.footage === footage);
    if (shelf !== undefined) shelf.endedMs = this.#options.clock.nowMs();
  }

  /** Keeps every recording within its age and bytes, and removes them where the disk is nearly full. */
  async tidy(): Promise<void> {
    const { config, clock } = this.#options;
    const disk = await statfs(this.#root).catch(() => undefined);
    const short = disk !== undefined && disk.bavail * disk.bsize < config.leaveFree;
    const beforeMs = short ? Infinity : clock.nowMs() - config.keep;
    for (const [streamId, shelves] of this.#shelves) {
      let leftBytes = config.maxSize;
      for (const shelf of [...shelves].reverse()) {
        if (shelf.recording === undefined) continue;
        const keptBytes = await shelf.recording.trim(beforeMs, leftBytes);
        leftBytes = Math.max(0, leftBytes - keptBytes);
        if (keptBytes > 0 || shelf.endedMs === undefined) continue;
        shelves.splice(shelves.indexOf(shelf), 1);
        await rm(shelf.recording.folder, { recursive: true, force: true });
      }
      if (shelves.length === 0) this.#shelves.delete(streamId);
    }
    if (short && !this.#short) this.#options.log.warn({ leaveFree: config.leaveFree }, 'The disk is nearly full; recordings for clips are removed.');
    this.#short = short;
  }

  get #root(): string {
    return join(this.#options.dataDir, 'recordings');
  }

  #add(streamId: string, shelf: Shelf): void {
    const shelves = this.#shelves.get(streamId) ?? [];
    shelves.push(shelf);
    const files = shelves.filter(({ recording }) => recording === undefined);
    const oldest = files[0];
    if (files.length > keptFiles && oldest !== undefined) shelves.splice(shelves.indexOf(oldest), 1);
    this.#shelves.set(streamId, shelves);
  }

  async #tidyForEver(): Promise<void> {
    const { clock, log } = this.#options;
    while (!this.#stopping.signal.aborted) {
      await clock.sleep(tidyEveryMs, this.#stopping.signal).catch(() => undefined);
      await this.tidy().catch((err: unknown) => log.warn({ err }, 'Recordings could not be tidied up.'));
    }
  }
}
