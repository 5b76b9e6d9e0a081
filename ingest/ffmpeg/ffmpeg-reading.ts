import { messageOf } from '../../core/errors/app-error.ts';
import type { Complaint, MediaPacket, MediaReading, ReadingOutcome } from '../media-reading.ts';
import { originUs } from '../media-time/time-line.ts';
import { NutDemuxer, type NutPacket } from '../nut/nut-demuxer.ts';
import type { NutStream } from '../nut/nut-headers.ts';
import { SoundMixdown } from '../signals/sound-mixdown.ts';
import { SpliceSectionReader } from '../splice/splice-section-reader.ts';
import { type DecodeOptions, decodeInputOptions, decodeOutputOptions } from './decode-options.ts';
import { type FfmpegChild, type FfmpegOutput, type FfmpegTools, startFfmpeg } from './ffmpeg-process.ts';
import { readFailure, tidyComplaint } from './read-failure.ts';
import { type InputFacts, StderrReader } from './stderr-reader.ts';

/** How ffmpeg gets at an input, and what it may touch on the way. */
export interface FfmpegInput {
  /** What stands behind `-i`. */
  url: string;
  /** Address for people, without secrets. */
  address: string;
  /** Protocols that may be opened, nested ones (playlists, segments, transports) included: `-protocol_whitelist`. */
  protocols: readonly string[];
  /** Container formats that may be read: `-format_whitelist`; absent for what the source's protocol decides. */
  formats?: readonly string[];
  /** Further options before `-i`. */
  options: readonly string[];
  /** The input comes over a network (or is still being written), so failing to read it may pass. */
  network: boolean;
  /** Called with every address that ffmpeg opens while it reads a playlist. */
  onOpened?: (url: string) => void;
  /** What the child writes besides. @default nothing */
  extraOutputs?: readonly FfmpegOutput[];
}

/** Splice cues that may wait for the first picture or sound. */
const maxHeldCues = 64;

/** Reads one input with one ffmpeg child. */
export class FfmpegReading implements MediaReading {
  readonly #input: FfmpegInput;
  readonly #child: FfmpegChild;
  readonly #stderr = new StderrReader();
  readonly #demuxer = new NutDemuxer();
  readonly #sections = new SpliceSectionReader();
  readonly #mixdown = new SoundMixdown();
  #decoded = false;
  #demuxError = '';
  #facts: { streams: readonly NutStream[]; luma: NutStream | undefined; corner: NutStream | undefined; facts: InputFacts } | undefined;

  constructor(tools: FfmpegTools, input: FfmpegInput, decode: DecodeOptions) {
    this.#input = input;
    const formats = input.formats === undefined ? [] : ['-format_whitelist', input.formats.join(',')];
    this.#child = startFfmpeg(tools, {
      input: input.url,
      inputOptions: [...decodeInputOptions(decode), '-protocol_whitelist', input.protocols.join(','), ...formats, ...input.options],
      outputOptions: decodeOutputOptions(decode),
      ...(input.extraOutputs === undefined ? {} : { extraOutputs: input.extraOutputs }),
      // What the recording complains of (a full disk) says nothing about the source.
      onLine: (line) => {
        const opened = /\] Opening '(.+)' for reading/.exec(line)?.[1];
        if (opened !== undefined) input.onOpened?.(opened);
        if (!/^\[(fifo|segment|setts) @/.test(line)) this.#stderr.read(line);
      },
    });
  }

  facts(): InputFacts {
    const streams = this.#demuxer.streams;
    if (streams.length === 0) return this.#stderr.facts;
    if (this.#facts === undefined || this.#facts.streams !== streams) {
      const hasVideo = streams.some((stream) => stream.kind === 'video');
      const hasAudio = streams.some((stream) => stream.kind === 'audio');
      const [luma, corner] = streams.filter((stream) => stream.kind === 'video');
      this.#facts = { streams, luma, corner, facts: { ...this.#stderr.facts, hasVideo, hasAudio } };
    }
    const { facts } = this.#facts;
    // Standard error may arrive after the first packets.
    if (facts.widthPx === 0 && facts.hasVideo) Object.assign(facts, this.#stderr.facts, { hasVideo: true, hasAudio: facts.hasAudio });
    return facts;
  }

  async *packets(): AsyncGenerator<MediaPacket[]> {
    // Splice cues travel with the next picture or sound: alone they are no sign that the source lives.
    let cues: MediaPacket[] = [];
    try {
      for await (const chunk of this.#child.output) {
        const packets: MediaPacket[] = [];
        for (const packet of this.#demuxer.push(chunk as Buffer)) {
          if (packet.stream.kind === 'other') cues.push(...this.#sections.read(packet.data, packet.timeUs - originUs));
          else packets.push(...this.#translate(packet));
        }
        cues = cues.slice(-maxHeldCues);
        if (packets.length === 0) continue;
        this.#decoded = true;
        yield cues.length === 0 ? packets : [...cues, ...packets];
        cues = [];
      }
    } catch (error) {
      this.#demuxError = messageOf(error);
    } finally {
      this.#child.kill();
    }
  }

  takeComplaints(): Complaint[] {
    const decoder = this.#stderr.takeComplaints();
    return [
      ...decoder.map(({ last, count }) => ({ code: 'E_DECODE_FAILED' as const, message: `ffmpeg reported: ${tidyComplaint(last)}.`, count })),
      ...this.#sections.takeComplaints(),
    ];
  }

  async outcome(): Promise<ReadingOutcome> {
    const exit = await this.#child.finished;
    const failure = readFailure({
      address: this.#input.address,
      ok: exit.ok && this.#demuxError === '',
      exitMessage: this.#demuxError === '' ? exit.message : this.#demuxError,
      lastError: this.#stderr.lastError,
      decoded: this.#decoded,
      network: this.#input.network,
    });
    return { ...(failure === undefined ? {} : { failure }), complaints: this.takeComplaints() };
  }

  stop(): void {
    this.#child.kill();
  }

  #translate({ stream, timeUs, data }: NutPacket): MediaPacket[] {
    const rawUs = timeUs - originUs;
    if (stream.kind === 'audio') {
      // A view of 16-bit numbers has to begin at an even byte.
      const bytes = data.byteOffset % 2 === 0 ? data : Buffer.from(data);
      return [{ kind: 'sound', rawUs, ...this.#mixdown.mix(new Int16Array(bytes.buffer, bytes.byteOffset, Math.floor(bytes.length / 2))) }];
    }
    if (this.#facts === undefined) this.facts();
    if (stream === this.#facts?.luma) return [{ kind: 'luma', rawUs, luma: data }];
    if (stream === this.#facts?.corner) return [{ kind: 'corner', rawUs, luma: data }];
    const size = pictureSize(stream.widthPx, stream.heightPx, data.length);
    // Small pictures may share the demuxer's memory and have to outlive the batch.
    return size === undefined ? [] : [{ kind: 'sample', rawUs, rgb: Buffer.from(data), ...size, sourceName: '' }];
  }
}

/**
 * Size of an RGB picture of `byteLength` bytes. The header tells the size of the first picture; when the source changes its size on the
 * way, the limited longer side stays and the other one follows from the length. Undefined when nothing fits.
 */
export function pictureSize(headerWidthPx: number, headerHeightPx: number, byteLength: number): { widthPx: number; heightPx: number } | undefined {
  if (byteLength === headerWidthPx * headerHeightPx * 3) return { widthPx: headerWidthPx, heightPx: headerHeightPx };
  if (headerWidthPx >= headerHeightPx && byteLength % (headerWidthPx * 3) === 0) {
    return { widthPx: headerWidthPx, heightPx: byteLength / (headerWidthPx * 3) };
  }
  if (headerHeightPx > headerWidthPx && byteLength % (headerHeightPx * 3) === 0) {
    return { widthPx: byteLength / (headerHeightPx * 3), heightPx: headerHeightPx };
  }
  return undefined;
}
