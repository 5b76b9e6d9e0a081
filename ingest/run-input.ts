import { existsSync, statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

import { type AppError, UsageError } from '../core/errors/app-error.ts';
import { type IngestConfig, type StreamConfig, ingestConfig, streamConfig } from './config.ts';
import { noEpochStore } from './epoch-store.ts';
import { createFfmpegLookup } from './ffmpeg/ffmpeg-lookup.ts';
import type { InputWarning } from './media-reading.ts';
import type { EpochSpan } from './pipeline/picture-counter.ts';
import type { IngestDeps } from './service.ts';
import { isPictureName } from './sources/images.ts';
import { sources } from './sources/registry.ts';
import { StreamRunner } from './stream-runner.ts';

/** What was read of one finite input. */
export interface IngestSummary {
  streamId: string;
  pictures: number;
  /** From the first picture to the end of the last (sound when there are no pictures). */
  durationMs: number;
  /** Media time of the first picture. */
  firstPtsUs: number;
  /** Every epoch: milliseconds from the first picture are `startMs + (ptsUs - firstPtsUs) / 1000` of the epoch. */
  epochs: readonly EpochSpan[];
  warnings: readonly InputWarning[];
  hasVideo: boolean;
  hasAudio: boolean;
  /** Size of the pictures, 0 when there are none. */
  widthPx: number;
  heightPx: number;
  /** Set when the input failed: what was read before is kept. Absent when it came to its end. */
  failure?: AppError;
}

/** Options of {@link runInput}. */
export interface RunInputOptions {
  /** Id of the stream in every event. */
  streamId: string;
  /** Name for people. @default the stream id */
  title?: string;
  /** How pictures are sampled, as in the configuration. @default one a second, 640 pixels */
  sampling?: Partial<{ rule: StreamConfig['sampling']['rule']; every: string; maxSidePx: number; shotThreshold: number }>;
  /** Section `ingest` of the configuration, without its streams. @default the defaults */
  config?: IngestConfig;
  /** Wall clock of the first picture of a recording, ISO 8601 with offset. @default the time of the file */
  recordingStart?: string;
  /** Ends the reading early; results up to there are kept. */
  signal?: AbortSignal;
  /** Called often with what was read and the declared length, 0 when unknown. */
  onProgress?: (mediaMs: number, totalMs: number) => void;
}

/**
 * Source options for what a person names on the command line: a file, a folder of pictures, one picture or a URL.
 *
 * @param recordingStart wall clock of the first picture of a file, see {@link RunInputOptions.recordingStart}
 * @throws UsageError `E_USAGE` for a URL of a scheme that no source reads
 */
export function sourceOfInput(input: string, recordingStart?: string): unknown {
  const scheme = /^([a-z][a-z0-9+.-]*:)\/\//i.exec(input)?.[1]?.toLowerCase();
  if (scheme === undefined || existsSync(input)) return sourceOfPath(input, recordingStart);
  if (scheme === 'file:') return sourceOfPath(fileURLToPath(input), recordingStart);
  const found = Object.values(sources).find((source) => source.schemes.includes(scheme));
  if (found === undefined) throw new UsageError('E_USAGE', `No source reads URLs that begin with ${scheme}//.`);
  return { kind: found.name, url: input };
}

function sourceOfPath(path: string, recordingStart: string | undefined): unknown {
  const folder = existsSync(path) && statSync(path).isDirectory();
  if (folder || isPictureName(path)) return { kind: 'images', path };
  return { kind: 'file', path, ...(recordingStart === undefined ? {} : { recordingStart }) };
}

/**
 * Reads one finite input at full speed without losing anything, and resolves when all of it is on the bus. The same input gives the same
 * event ids. A missing or unreadable input is not thrown but told in `failure`.
 */
export async function runInput(input: string, deps: IngestDeps, options: RunInputOptions): Promise<IngestSummary> {
  const stream = streamConfig.parse({
    id: options.streamId,
    title: options.title ?? '',
    source: sourceOfInput(input, options.recordingStart),
    sampling: options.sampling ?? {},
    slowDownstream: 'lossless',
  });
  const config = { ...(options.config ?? ingestConfig.parse({})), streams: [] };
  const limited = { ...config, reconnect: { ...config.reconnect, attempts: config.reconnect.attempts === 0 ? 1 : config.reconnect.attempts } };
  const runner = new StreamRunner(limited, stream, { ...deps, epochs: noEpochStore(), ...createFfmpegLookup(deps.env) });
  if (options.onProgress !== undefined) runner.onProgress(options.onProgress);
  const stop = (): void => runner.stop();
  options.signal?.addEventListener('abort', stop, { once: true });
  if (options.signal?.aborted === true) stop();
  try {
    const { facts, failure, pictures, durationMs, firstPtsUs, epochs, warnings } = await runner.run();
    const { hasVideo, hasAudio, widthPx, heightPx } = facts;
    const read = { streamId: options.streamId, pictures, durationMs, firstPtsUs, epochs, warnings, hasVideo, hasAudio, widthPx, heightPx };
    return failure === undefined ? read : { ...read, failure };
  } finally {
    options.signal?.removeEventListener('abort', stop);
  }
}
