import type { z } from 'zod';

import type { Logger } from '../../core/log/logger.ts';
import type { Clock } from '../../core/time/clock.ts';
import type { FootageDesk } from '../clips/footage-desk.ts';
import type { DecodeOptions, SamplingRule } from '../ffmpeg/decode-options.ts';
import type { FfmpegTools } from '../ffmpeg/ffmpeg-process.ts';
import type { MediaReading } from '../media-reading.ts';

/** What the runner must know about a source before it opens it. */
export interface SourceProfile {
  /** Address for people: a path, or a URL without user, password and query values. */
  address: string;
  /** Pictures come when they happen: event time is arrival, and a restart is a new epoch. */
  live: boolean;
  /** The source can be read faster than real time and must be held back to it. */
  paced: boolean;
  /** What a clean end of input means: the recording is over, or the sender went away. */
  endMeans: 'ended' | 'lost';
  /** Wall clock of the first picture of a recording, when known, and how well. */
  recordingStart?: { startMs: number; uncertaintyMs: number };
}

/** What a source gets to work with. */
export interface SourceDeps {
  /** Looks ffmpeg up. @throws UnavailableError `E_TOOL_MISSING` */
  tools: () => FfmpegTools;
  /** This ffmpeg is older than 5.1. */
  legacyVsync: () => Promise<boolean>;
  sampling: SamplingRule;
  /** What of the input is decoded. */
  streams: DecodeOptions['streams'];
  /** Decoder threads, 0 for ffmpeg's choice. */
  threads: number;
  log: Logger;
  clock: Clock;
  /** Folder for what a source generates. */
  dataDir: string;
  signal: AbortSignal;
  /** Told how what is read can be found again for clips. @default nobody wants to know */
  footage?: FootageDesk;
  /** Says what the source is doing while it is not delivering yet, for example generating the demo recording. */
  onProgress: (message: string) => void;
}

/** A kind of source. Adding one is one file and one line in registry.ts. */
export interface Source<Config extends { kind: string }> {
  /** Value of `kind` in the configuration. */
  readonly name: string;
  /** One sentence for docs. */
  readonly summary: string;
  /** URL schemes that lead to it, for `sightline analyze URL`. */
  readonly schemes: readonly string[];
  readonly config: z.ZodType<Config>;
  /** Looks at the source without opening it. @throws InvalidInputError `E_SOURCE_NOT_FOUND` */
  profile(config: Config): Promise<SourceProfile>;
  /** Connects. @throws AppError of the codes `E_SOURCE_…` and `E_TOOL_MISSING` */
  open(config: Config, deps: SourceDeps): Promise<MediaReading>;
}

/** Declares a source; only there so that `config` is inferred. */
export function defineSource<Config extends { kind: string }>(source: Source<Config>): Source<Config> {
  return source;
}
