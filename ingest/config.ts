import { z } from 'zod';

import { duration } from '../core/config/fields.ts';
import { recordingConfig } from './clips/config.ts';
import { sourceConfig } from './sources/registry.ts';

/** Options of sampling: which pictures go to models and people. */
export const samplingConfig = z
  .strictObject({
    rule: z
      .enum(['interval', 'keyframe', 'shotChange', 'picture'])
      .default('interval')
      .describe('`interval`: one picture every `every`; `keyframe`: key frames; `shotChange`: the first picture after a cut; `picture`: all.'),
    every: duration().prefault('1s').describe('Spacing of the rule `interval`.'),
    maxSidePx: z.int().min(64).max(4096).default(640).describe('Longest side of a sampled picture, pixels; smaller ones are not enlarged.'),
    shotThreshold: z.number().min(0.01).max(1).default(0.3).describe("Score of ffmpeg's scene filter (0 to 1) above which `shotChange` sees a cut."),
  })
  .prefault({});

/** Options of one stream. */
export const streamConfig = z.strictObject({
  id: z
    .string()
    .regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/, { error: 'expected 1 to 64 letters, digits, dots, dashes or underscores' })
    .describe('Name of the stream in every event, table and address.'),
  title: z.string().max(200).default('').describe('Name of the channel for people; the id when empty.'),
  enabled: z.boolean().default(true).describe('False leaves the stream out.'),
  source: sourceConfig.describe('Where the pictures and the sound come from.'),
  sampling: samplingConfig.describe('Which pictures are sampled for models.'),
  slowDownstream: z
    .enum(['auto', 'lossless', 'freshest'])
    .default('auto')
    .describe(
      'When readers are slow: `lossless` makes the source wait, `freshest` drops the oldest frames (never signals); `auto`: lossless at full speed, else freshest.',
    ),
  stallAfter: duration().prefault('10s').describe('Without a picture or sound for this long the source is given up and opened again.'),
});

/** Parsed options of one stream. */
export type StreamConfig = z.infer<typeof streamConfig>;

/** Section `ingest` of the configuration. */
export const ingestConfig = z
  .strictObject({
    tenantId: z.string().min(1).max(64).default('default').describe('Organisation that owns the streams.'),
    streams: z
      .array(streamConfig)
      .max(1000)
      .default([])
      .superRefine((streams, context) => {
        const seen = new Set<string>();
        streams.forEach((stream, index) => {
          if (seen.has(stream.id))
            context.addIssue({ code: 'custom', path: [index, 'id'], message: `expected an id of its own; ${stream.id} is there twice` });
          seen.add(stream.id);
        });
      })
      .describe('The streams.'),
    jpegQuality: z.int().min(1).max(100).default(80).describe('JPEG quality of frames, 1 to 100.'),
    liveRun: duration().prefault('200ms').describe('Media time of one event of signals on live streams.'),
    fullSpeedRun: duration().prefault('1s').describe('Media time of one event of signals at full speed.'),
    statusEvery: duration().prefault('5s').describe('How often a live stream reports itself.'),
    frameQueue: z.int().min(1).max(256).default(8).describe('Sampled pictures that may wait to be encoded and published, per stream.'),
    backlogFrames: z.int().min(1).default(200).describe('Frames that readers may be behind before `slowDownstream` acts.'),
    backlogSignals: z.int().min(1).default(2_000).describe('Events of signals that readers may be behind before a lossless stream waits.'),
    decodeThreads: z.int().min(0).max(64).default(0).describe('Decoder threads per stream; 0: one for live streams, as ffmpeg chooses for files.'),
    recording: recordingConfig.describe('Rolling recording of live streams, from which clips of spots are cut (docs/evidence.md).'),
    reconnect: z
      .strictObject({
        first: duration().prefault('1s').describe('Bound of the first wait before a source is opened again.'),
        most: duration().prefault('30s').describe('Bound of every later wait; it doubles up to here, with full jitter.'),
        attempts: z.int().min(0).default(0).describe('Attempts in a row after which the stream fails; 0: never.'),
      })
      .prefault({})
      .describe('What happens when a source goes away.'),
  })
  .prefault({});

/** Parsed section `ingest`. */
export type IngestConfig = z.infer<typeof ingestConfig>;
