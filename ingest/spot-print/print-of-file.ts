import { execFile } from 'node:child_process';
import { existsSync, statSync } from 'node:fs';
import { basename, resolve } from 'node:path';
import { promisify } from 'node:util';

import { InvalidInputError } from '../../core/errors/app-error.ts';
import { PrintRecorder } from '../../core/fingerprint/print-recorder.ts';
import type { SpotPrint } from '../../core/fingerprint/spot-print.ts';
import { findFfmpeg, type FfmpegTools } from '../ffmpeg/ffmpeg-process.ts';
import type { IngestSummary } from '../run-input.ts';
import { contentSpan } from './content-span.ts';
import { readSignals } from './read-signals.ts';
import { speedPrints } from './speed-variants.ts';

/** Longest and shortest spot, milliseconds: teleshopping windows are programme, and one second identifies nothing. */
const longestMs = 300_000;
const shortestMs = 2_000;

/** How a file is read. */
export interface PrintOptions {
  /** Keep black and silent pictures at both ends. @default false */
  keepEnds?: boolean;
  /** Called often with what was read and the declared length, 0 when unknown; milliseconds. */
  onProgress?: (mediaMs: number, totalMs: number) => void;
}

/** The print of a file and what was left out of it. */
export interface FilePrint {
  print: SpotPrint;
  /** Black and silent part at the beginning and at the end that is not part of the print, milliseconds. */
  trimmedMs: { start: number; end: number };
  /** One line each: what is missing, for people. */
  notes: string[];
}

/**
 * Makes the print of a spot out of a media file: read as ingest reads a stream, with its sound at other speeds beside it. Files without
 * pictures or without sound are fine.
 *
 * @throws UsageError or InvalidInputError `E_SOURCE_NOT_FOUND`, `E_SOURCE_NOT_MEDIA`, `E_DECODE_FAILED`; `E_CATALOGUE_REFUSED` when it is shorter
 *   than 2 s or longer than 5 min; UnavailableError `E_TOOL_MISSING`
 */
export async function printOfFile(path: string, options: PrintOptions = {}): Promise<FilePrint> {
  const name = basename(path);
  if (!existsSync(path)) throw new InvalidInputError('E_SOURCE_NOT_FOUND', `There is no file ${path}.`);
  if (!statSync(path).isFile()) throw new InvalidInputError('E_SOURCE_NOT_MEDIA', `${path} is no file: a spot is one media file.`);
  const tools = findFfmpeg();
  const { runs, summary, declaredMs } = await readSignals(path, longestMs, options.onProgress ?? (() => undefined));
  if (Math.max(summary.durationMs, declaredMs) > longestMs) throw tooLong(name);
  const whole = { startUs: summary.firstPtsUs, endUs: summary.firstPtsUs + summary.durationMs * 1000 };
  const content = contentSpan(runs, whole.endUs);
  if (content === undefined) throw new InvalidInputError('E_CATALOGUE_REFUSED', `${name} is black and silent from end to end.`);
  const span = options.keepEnds === true ? whole : content;
  const durationUs = span.endUs - span.startUs;
  if (durationUs < shortestMs * 1000) {
    throw new InvalidInputError(
      'E_CATALOGUE_REFUSED',
      `${name} has ${(durationUs / 1e6).toFixed(1)} s of content: a spot needs 2 s to be recognised.`,
    );
  }
  const recorder = new PrintRecorder();
  for (const run of runs) recorder.add(run);
  const print = recorder.print(span.startUs, span.endUs);
  if (print === undefined) throw new InvalidInputError('E_SOURCE_NOT_MEDIA', `${name} has neither pictures nor sound to recognise it by.`);
  const sounds = print.audio.codes.length > 0;
  const zeroS = sounds ? await beginningS(path, summary, tools) : 0;
  const atS = (mediaUs: number): number => zeroS + (mediaUs - summary.firstPtsUs) / 1e6;
  const speeds = sounds ? await speedPrints(fileUrl(path), { startS: atS(span.startUs), endS: atS(span.endUs) }, tools) : [];
  return {
    print: { ...print, speeds },
    trimmedMs: { start: Math.round((span.startUs - whole.startUs) / 1000), end: Math.max(0, Math.round((whole.endUs - span.endUs) / 1000)) },
    notes: [
      ...(summary.hasVideo ? [] : ['it has no pictures and is recognised by its sound alone']),
      ...(sounds ? [] : ['it has no sound and is recognised by its pictures alone']),
    ],
  };
}

function tooLong(name: string): InvalidInputError {
  return new InvalidInputError('E_CATALOGUE_REFUSED', `${name} is longer than 5 minutes: a spot is one advertisement, not a recording of many.`);
}

/** ffmpeg's own time of the first picture, or of the first sound where there is none, seconds: it counts from the first packet of any stream. */
async function beginningS(path: string, summary: IngestSummary, tools: FfmpegTools): Promise<number> {
  const args = ['-v', 'error', '-of', 'json', '-show_entries', 'format=start_time:stream=codec_type,start_time:stream_disposition=attached_pic'];
  const { stdout } = await promisify(execFile)(tools.ffprobePath, [...args, fileUrl(path)], { timeout: 30_000 });
  const facts = JSON.parse(stdout) as {
    format?: { start_time?: string };
    streams?: { codec_type?: string; start_time?: string; disposition?: { attached_pic?: number } }[];
  };
  const wanted = summary.hasVideo ? 'video' : 'audio';
  const stream = facts.streams?.find((one) => one.codec_type === wanted && one.disposition?.attached_pic !== 1);
  const offsetS = Number(stream?.start_time) - Number(facts.format?.start_time);
  return Number.isFinite(offsetS) ? offsetS : 0;
}

/** A path that ffmpeg takes for a file whatever stands in it. */
function fileUrl(path: string): string {
  return `file:${resolve(path)}`;
}
