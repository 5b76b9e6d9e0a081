/** Media of a span of a stream that a clip can be cut from. */
export interface Footage {
  /** Working directory in which `input` is looked for. */
  folder: string;
  /** What stands behind ffmpeg's `-i`. */
  input: string;
  /** Options before `-i`. */
  inputOptions: readonly string[];
  /** The span in the time stamps of the input, seconds. */
  startS: number;
  endS: number;
  /** False while the end of the span is not on the disk yet. */
  complete: boolean;
}

/** Somewhere that remembers what a stream showed. */
export interface FootageSource {
  /** Footage of a span of media time, microseconds; undefined when nothing of it is (any longer) there. */
  find(epoch: number, startUs: number, endUs: number): Promise<Footage | undefined>;
}
