import { join } from 'node:path';
import sharp from 'sharp';

import { messageOf } from '../../core/errors/app-error.ts';
import type { InputFacts } from '../ffmpeg/stderr-reader.ts';
import type { Complaint, MediaPacket, MediaReading, ReadingOutcome } from '../media-reading.ts';
import { pictureFormat, videoRange } from '../signals/analysis-format.ts';
import { InvalidInputError } from '../../core/errors/app-error.ts';

/** What {@link PictureFolderReading} reads. */
export interface PictureFolder {
  folder: string;
  /** File names in reading order. */
  names: readonly string[];
  spacingUs: number;
  maxPixels: number;
  maxSidePx: number;
}

/** Complaints kept until somebody takes them; a folder may hold thousands of broken files. */
const complaintLimit = 100;

/** Reads pictures one after the other; every good one is sampled, and gets a picture of signals so that it counts. */
export class PictureFolderReading implements MediaReading {
  readonly #options: PictureFolder;
  readonly #facts: InputFacts;
  #complaints: Complaint[] = [];
  #skipped = 0;
  #read = 0;
  #stopped = false;
  #allRead = false;

  constructor(options: PictureFolder) {
    this.#options = options;
    const durationMs = (options.names.length * options.spacingUs) / 1000;
    this.#facts = { hasVideo: true, hasAudio: false, widthPx: 0, heightPx: 0, durationMs, startMs: 0, videoCodec: 'pictures' };
  }

  facts(): InputFacts {
    return this.#facts;
  }

  async *packets(): AsyncGenerator<MediaPacket[]> {
    for (const [index, name] of this.#options.names.entries()) {
      if (this.#stopped) return;
      const packets = await this.#picture(name, index * this.#options.spacingUs);
      if (packets.length > 0) yield packets;
    }
    this.#allRead = true;
  }

  takeComplaints(): Complaint[] {
    const complaints = this.#complaints;
    this.#complaints = [];
    return complaints;
  }

  async outcome(): Promise<ReadingOutcome> {
    const complaints = this.takeComplaints();
    const more = this.#skipped - complaintLimit;
    if (more > 0)
      complaints.push({ code: 'E_DECODE_FAILED', message: `${String(more)} more pictures could not be read and were skipped.`, count: 1 });
    if (this.#read > 0 || !this.#allRead) return { complaints };
    const failure = new InvalidInputError('E_SOURCE_NOT_MEDIA', `${this.#options.folder} holds no picture that can be read.`);
    return { failure, complaints };
  }

  stop(): void {
    this.#stopped = true;
  }

  async #picture(name: string, rawUs: number): Promise<MediaPacket[]> {
    try {
      const picture = await readPicture(join(this.#options.folder, name), this.#options.maxPixels, this.#options.maxSidePx);
      this.#read += 1;
      this.#facts.widthPx = picture.sourceWidthPx;
      this.#facts.heightPx = picture.sourceHeightPx;
      const source = { widthPx: picture.sourceWidthPx, heightPx: picture.sourceHeightPx };
      const { rgb, widthPx, heightPx } = picture;
      return [
        { kind: 'luma', rawUs, luma: picture.luma },
        { kind: 'sample', rawUs, rgb, widthPx, heightPx, source, sourceName: name },
      ];
    } catch (error) {
      this.#skipped += 1;
      const reason = (messageOf(error).split('\n')[0] ?? '').replace(/[.\s]+$/, '').slice(0, 150);
      if (this.#skipped <= complaintLimit)
        this.#complaints.push({ code: 'E_DECODE_FAILED', message: `${name} could not be read and was skipped: ${reason}.`, count: 1 });
      return [];
    }
  }
}

interface ReadPicture {
  rgb: Buffer;
  widthPx: number;
  heightPx: number;
  sourceWidthPx: number;
  sourceHeightPx: number;
  luma: Uint8Array;
}

/** Decodes one picture upright (EXIF orientation), limited to `maxSidePx`, and its 160x90 luma in video range. */
async function readPicture(path: string, maxPixels: number, maxSidePx: number): Promise<ReadPicture> {
  const image = sharp(path, { limitInputPixels: maxPixels, failOn: 'error', sequentialRead: true });
  const { width, height, orientation } = await image.metadata();
  const turned = (orientation ?? 1) >= 5;
  const { data, info } = await image
    .rotate()
    .flatten({ background: '#000000' })
    .toColourspace('srgb')
    .resize({ width: maxSidePx, height: maxSidePx, fit: 'inside', withoutEnlargement: true })
    .raw()
    .toBuffer({ resolveWithObject: true });
  const raw = { width: info.width, height: info.height, channels: info.channels };
  const small = await sharp(data, { raw }).resize(pictureFormat.widthPx, pictureFormat.heightPx, { fit: 'fill' }).greyscale().raw().toBuffer();
  const step = small.length / (pictureFormat.widthPx * pictureFormat.heightPx);
  const scale = (videoRange.white - videoRange.black) / 255;
  const luma = new Uint8Array(pictureFormat.widthPx * pictureFormat.heightPx);
  for (let index = 0; index < luma.length; index += 1) luma[index] = Math.round(videoRange.black + (small[index * step] ?? 0) * scale);
  return {
    rgb: info.channels === 3 ? data : await sharp(data, { raw }).toColourspace('srgb').removeAlpha().raw().toBuffer(),
    widthPx: info.width,
    heightPx: info.height,
    sourceWidthPx: turned ? height : width,
    sourceHeightPx: turned ? width : height,
    luma,
  };
}
