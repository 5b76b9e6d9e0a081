import type { DecodeOptions } from '../ffmpeg/decode-options.ts';
import type { FfmpegOutput } from '../ffmpeg/ffmpeg-process.ts';
import type { MediaTime } from '../media-time/time-line.ts';
import type { FootageLibrary } from './footage-library.ts';
import type { RecordedFile } from './recorded-file.ts';
import type { StreamRecording } from './stream-recording.ts';

/** Where one reading of one stream says how what it reads can be found again. */
export class FootageDesk {
  readonly #library: FootageLibrary;
  readonly #streamId: string;
  #footage: StreamRecording | RecordedFile | undefined;

  constructor(library: FootageLibrary, streamId: string) {
    this.#library = library;
    this.#streamId = streamId;
  }

  /**
   * The source is live: what the decoding child has to write besides its real work, nothing when recording is switched off.
   * @param looped see {@link StreamRecording}
   */
  record(streams: DecodeOptions['streams'], looped: boolean): FfmpegOutput[] {
    const recording = this.#library.record(this.#streamId, looped);
    this.#footage = recording;
    return recording === undefined ? [] : [recording.output(streams)];
  }

  /** The source is a file read at full speed. */
  readsFile(path: string): void {
    this.#footage = this.#library.file(this.#streamId, path);
  }

  /** Takes note of the time of a leading packet; called for each, in order. */
  note(time: MediaTime, rawUs: number): void {
    this.#footage?.note(time, rawUs);
  }

  /** The reading is over. */
  ended(): void {
    if (this.#footage !== undefined) this.#library.ended(this.#streamId, this.#footage);
  }
}
