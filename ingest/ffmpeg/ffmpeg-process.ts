import { execFile } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { PassThrough, type Readable, finished as whenOver } from 'node:stream';
import { promisify } from 'node:util';
import ffmpeg from 'fluent-ffmpeg';

import { UnavailableError, messageOf } from '../../core/errors/app-error.ts';

/** One ffmpeg child that reads one input and writes one container to its standard output. */
export interface FfmpegCommand {
  /** What stands behind `-i`; never read as an option, whatever its first letter. */
  input: string;
  /** Options before `-i`, one argument an entry. */
  inputOptions: readonly string[];
  /** Options after `-i`, one argument an entry, the output format among them. */
  outputOptions: readonly string[];
  /** Further outputs, written beside the one on standard output. @default none */
  extraOutputs?: readonly FfmpegOutput[];
  /** Called with every line of standard error. */
  onLine: (line: string) => void;
}

/** A further output of a child. */
export interface FfmpegOutput {
  /** File, or a pattern of files of the format in `options`. */
  path: string;
  /** Options of this output, one argument an entry; at least two, the format among them. */
  options: readonly string[];
}

/** How a child ended. */
export interface FfmpegExit {
  /** False when it was killed, could not start or reported an error. */
  ok: boolean;
  /** One sentence of the wrapper, empty when ok. */
  message: string;
}

/** A running child. */
export interface FfmpegChild {
  /** Its standard output, to the last byte however late it is read. Not reading it blocks the child. */
  output: Readable;
  /** Settles once, never rejects. */
  finished: Promise<FfmpegExit>;
  /** Ends the child at once; {@link FfmpegChild.finished} follows. */
  kill(): void;
}

/** The programs of one ffmpeg installation. */
export interface FfmpegTools {
  ffmpegPath: string;
  ffprobePath: string;
}

const outputBufferBytes = 256 * 1024;
const missing = 'ffmpeg is not installed; install it with `apt-get install ffmpeg` or `brew install ffmpeg`, or set FFMPEG_PATH.';

function executable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

function onPath(name: string, searchPath: string): string | undefined {
  return searchPath
    .split(delimiter)
    .filter((folder) => folder !== '')
    .map((folder) => join(folder, name))
    .find(executable);
}

/**
 * Finds ffmpeg by the variables FFMPEG_PATH and FFPROBE_PATH, else on PATH.
 * @throws UnavailableError `E_TOOL_MISSING` with the line that installs it
 */
export function findFfmpeg(env: NodeJS.ProcessEnv = process.env): FfmpegTools {
  const searchPath = env.PATH ?? '';
  const ffmpegPath = env.FFMPEG_PATH ?? onPath('ffmpeg', searchPath);
  if (ffmpegPath === undefined || !executable(ffmpegPath)) throw new UnavailableError('E_TOOL_MISSING', missing);
  return { ffmpegPath, ffprobePath: env.FFPROBE_PATH ?? onPath('ffprobe', searchPath) ?? 'ffprobe' };
}

/** Version of an ffmpeg as it prints it, for example `5.1.9-0+deb12u1`. @throws UnavailableError `E_TOOL_MISSING` */
export async function ffmpegVersion(tools: FfmpegTools): Promise<string> {
  try {
    const { stdout } = await promisify(execFile)(tools.ffmpegPath, ['-version'], { timeout: 10_000 });
    return /^ffmpeg version (\S+)/.exec(stdout)?.[1] ?? 'unknown';
  } catch (error) {
    throw new UnavailableError('E_TOOL_MISSING', missing, { cause: error });
  }
}

/**
 * Starts one child through fluent-ffmpeg. It never asks, never reads standard input and no shell sees its arguments.
 * fluent-ffmpeg is archived by its author: this file is the only one that knows it.
 */
export function startFfmpeg(tools: FfmpegTools, options: FfmpegCommand): FfmpegChild {
  // The wrapper ends a child that is still alive 20 ms after its output was closed, and calls that a failure: on a busy machine ffmpeg needs longer.
  const output = new PassThrough({ highWaterMark: outputBufferBytes, emitClose: false });
  const command = ffmpeg(options.input, { logger: undefined, stdoutLines: 1 })
    .setFfmpegPath(tools.ffmpegPath)
    .inputOptions('-y', '-nostdin', '-hide_banner', '-nostats', '-loglevel', 'level+info', ...options.inputOptions)
    .outputOptions([...options.outputOptions])
    .on('stderr', options.onLine);
  let killed = false;
  let pipe: Readable | undefined;
  output.once('pipe', (source: Readable) => (pipe = source));
  const finished = new Promise<FfmpegExit>((resolve) => {
    const settle = (exit: FfmpegExit): void => {
      // A child is over before its last bytes are read when the reader is behind: the output ends behind them, not with the child.
      if (pipe === undefined) output.end();
      else whenOver(pipe, () => output.end());
      resolve(exit);
    };
    command.on('end', () => settle({ ok: true, message: '' }));
    command.on('error', (error: unknown) => settle({ ok: false, message: killed ? 'ffmpeg was ended.' : messageOf(error) }));
    // The wrapper looks up the program's formats first and starts the child a little later: a kill in between must still count.
    command.on('start', () => killed && command.kill('SIGKILL'));
  });
  output.on('error', () => command.kill('SIGKILL'));
  command.output(output, { end: true });
  // Spread: a list in one argument would have its entries split at spaces.
  for (const extra of options.extraOutputs ?? []) command.output(extra.path).outputOptions(...extra.options);
  command.run();
  return {
    output,
    finished,
    kill: () => {
      killed = true;
      command.kill('SIGKILL');
      output.resume();
    },
  };
}
