import { isAbsolute, join } from 'node:path';

import { z } from 'zod';

import { size } from '../../core/config/fields.ts';
import { UnavailableError, messageOf } from '../../core/errors/app-error.ts';
import type { EventEnvelope } from '../../core/events/event-bus.ts';
import { type Topic, type TopicKey, topics } from '../../schemas/topics.ts';
import { defineSink } from '../sink.ts';
import { JsonLinesFile } from './json-lines-file.ts';

const topicKeys = [
  'frames',
  'signals',
  'detections',
  'shots',
  'breaks',
  'spots',
  'spliceCues',
  'streamStatus',
] as const satisfies readonly TopicKey[];

const Config = z.strictObject({
  folder: z.string().min(1).default('events').describe('Folder of the files; a relative path starts in the data directory.'),
  topics: z
    .array(z.enum(topicKeys))
    .min(1)
    .default(['detections', 'shots', 'breaks', 'spots', 'spliceCues', 'streamStatus'])
    .describe('Which events are written (names of topics).'),
  maxFileBytes: size().prefault('1GiB').describe('A new file is begun when one would grow past this size (size).'),
  fsync: z
    .enum(['always', 'never'])
    .default('always')
    .describe('always: events are on the disk before the bus forgets them; never: a power cut may lose the last seconds.'),
  keepDays: z.int().min(0).max(36_500).default(0).describe('Files are removed after this many days; 0 keeps them (days).'),
});

/**
 * Appends events as JSON lines, one file per topic and UTC day of writing: `<folder>/<topic>-2026-11-21.jsonl`. Bytes become base64;
 * pictures are left out (`picture: null`, `pictureBytes`). Delivery is at least once: an event that was written before a crash may be
 * there twice, with the same `eventId`.
 */
export const jsonLinesSink = defineSink({
  name: 'json-lines',
  summary: 'JSON lines, one file per topic and day.',
  config: Config,
  topics: (config) => config.topics.map((key) => topics[key] as unknown as Topic<EventEnvelope>),
  create: async (config, deps) => {
    const folder = isAbsolute(config.folder) ? config.folder : join(deps.dataDir, config.folder);
    const { maxFileBytes, fsync, keepDays } = config;
    const files = new Map<string, JsonLinesFile>();
    let failure: string | undefined;
    return {
      write: async ({ topic, events }) => {
        const file = files.get(topic.name) ?? new JsonLinesFile({ folder, topic: topic.name, maxFileBytes, fsync, keepDays });
        files.set(topic.name, file);
        try {
          await file.append(events.map(lineOf), deps.clock.nowMs());
          failure = undefined;
        } catch (error) {
          failure = `Events cannot be written to ${folder}: ${messageOf(error)}`;
          throw new UnavailableError('E_SINK_UNAVAILABLE', failure, { cause: error });
        }
        deps.metrics.count('sink_rows_total', { sink: 'json-lines', table: topic.name }, events.length);
      },
      unhealthy: () => failure,
      close: async () => void (await Promise.all([...files.values()].map(async (file) => await file.close()))),
    };
  },
});

/** One event as a line of JSON. */
export function lineOf(event: EventEnvelope): string {
  const { picture, ...rest } = event as EventEnvelope & { picture?: Buffer };
  const plain = picture === undefined ? rest : { ...rest, picture: null, pictureBytes: picture.length };
  return JSON.stringify(plain, (_key, value: unknown) => (isBufferJson(value) ? Buffer.from(value.data).toString('base64') : value));
}

function isBufferJson(value: unknown): value is { type: 'Buffer'; data: number[] } {
  return (
    typeof value === 'object' &&
    value !== null &&
    (value as { type?: unknown }).type === 'Buffer' &&
    Array.isArray((value as { data?: unknown }).data)
  );
}
