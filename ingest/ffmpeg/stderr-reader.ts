/** What ffmpeg said about its input before it began to decode. */
export interface InputFacts {
  hasVideo: boolean;
  hasAudio: boolean;
  /** Size of the pictures as they are shown (rotation applied), 0 when unknown. */
  widthPx: number;
  heightPx: number;
  /** Declared length, 0 when unknown. */
  durationMs: number;
  /** Declared start, which some containers count into their length; 0 when unknown. */
  startMs: number;
  /** Name of the video codec, empty when unknown. */
  videoCodec: string;
}

/** A kind of complaint and how often it came. */
export interface StderrComplaint {
  count: number;
  /** The last line of this kind, without the component's address. */
  last: string;
}

const maxKinds = 32;
const maxLineLength = 400;

/** Complaints of a decoder that joins in the middle of a stream, or of filters; they say nothing about damage. */
const harmless = [
  /deprecated/i,
  /Timestamps are unset/i,
  /Guessed Channel Layout/i,
  /Could not find codec parameters/i,
  /start time for stream .* is not set/i,
  /Consider increasing the value/i,
  /non.?monoton/i,
  /Multiple keyframes with same PTS/i,
  /Application provided duration/i,
  /Unsupported codec with id .* for input stream/i,
  /channel layouts? not/i,
  /Estimating duration from bitrate/i,
  /no TS found at start of file/i,
  /has not been used for any stream/i,
  /mime type is not rfc8216/i,
  /Skip \('#/i,
  /keepalive request failed/i,
];

/**
 * Reads ffmpeg's standard error (`-loglevel level+info`): facts about the input, and complaints aggregated by kind, so that a thousand
 * broken packets become one line (the idea of MediaMTX's errordumper).
 */
export class StderrReader {
  readonly facts: InputFacts = { hasVideo: false, hasAudio: false, widthPx: 0, heightPx: 0, durationMs: 0, startMs: 0, videoCodec: '' };
  readonly #complaints = new Map<string, StderrComplaint>();
  #inInput = false;
  #inputSeen = false;
  #lastError = '';

  /** True once the input was opened and its streams are known. */
  get opened(): boolean {
    return this.#inputSeen;
  }

  /** The last line at error level or worse, empty when there was none. */
  get lastError(): string {
    return this.#lastError;
  }

  /** Takes one line. Returns the complaint in it, empty when it holds none. */
  read(line: string): string {
    const text = line.slice(0, maxLineLength).trimEnd();
    this.#readFacts(text);
    const level = /\[(warning|error|fatal|panic)\]/.exec(text);
    if (level === null) return '';
    const message = text
      .replace(/\[[^\]]* @ 0x[0-9a-f]+\]\s*/g, '')
      .replace(/\[(warning|error|fatal|panic)\]\s*/g, '')
      .trim();
    if (message === '' || harmless.some((pattern) => pattern.test(message))) return '';
    if (level[1] !== 'warning') this.#lastError = message;
    this.#count(message);
    return message;
  }

  /** Complaints since the last call, most frequent first. */
  takeComplaints(): StderrComplaint[] {
    if (this.#complaints.size === 0) return [];
    const complaints = [...this.#complaints.values()].sort((a, b) => b.count - a.count);
    this.#complaints.clear();
    return complaints;
  }

  #count(message: string): void {
    const kind = message.replace(/0x[0-9a-f]+|\d+/gi, '#').slice(0, 120);
    const known = this.#complaints.get(kind);
    if (known !== undefined) {
      known.count += 1;
      known.last = message;
    } else if (this.#complaints.size < maxKinds) this.#complaints.set(kind, { count: 1, last: message });
  }

  #readFacts(text: string): void {
    const line = text.replace(/^(\[[^\]]*\]\s*)+/, '');
    if (/^Input #0/.test(line)) {
      this.#inInput = true;
      this.#inputSeen = true;
    } else if (/^(Output #0|Stream mapping:)/.test(line)) this.#inInput = false;
    if (!this.#inInput) return;
    const duration = /^\s*Duration: (\d+):(\d\d):(\d\d)\.(\d\d)/.exec(line);
    if (duration !== null) {
      const [hours = 0, minutes = 0, seconds = 0, hundredths = 0] = duration.slice(1).map(Number);
      this.facts.durationMs = ((hours * 60 + minutes) * 60 + seconds) * 1000 + hundredths * 10;
    }
    const start = /, start: (-?\d+\.\d+)/.exec(line);
    if (duration !== null && start !== null) this.facts.startMs = Math.round(Number(start[1]) * 1000);
    if (/rotation of -?(90|270)(\.0+)? degrees/.test(line)) this.#rotate();
    if (/Stream #0:\d+.*: Audio: /.test(line)) this.facts.hasAudio = true;
    const video = /Stream #0:\d+.*?: Video: (\w+)(.*)/.exec(line);
    if (video === null || this.facts.hasVideo || line.includes('(attached pic)')) return;
    const size = /, (\d{1,5})x(\d{1,5})(?=[ ,]|$)/.exec(video[2] ?? '');
    this.facts.hasVideo = true;
    this.facts.videoCodec = video[1] ?? '';
    this.facts.widthPx = Number(size?.[1] ?? 0);
    this.facts.heightPx = Number(size?.[2] ?? 0);
  }

  #rotate(): void {
    const { widthPx, heightPx } = this.facts;
    this.facts.widthPx = heightPx;
    this.facts.heightPx = widthPx;
  }
}
