import type { Break, Detections, Frame, Shot, Signals, SpliceCue, Spot, StreamDefinition, StreamStatus } from './events.generated.ts';
import {
  breakSchema,
  detectionsSchema,
  frameSchema,
  shotSchema,
  signalsSchema,
  spliceCueSchema,
  spotSchema,
  streamDefinitionSchema,
  streamStatusSchema,
} from './events.generated.ts';

/** A topic and the event type it carries. `Event` is a phantom: it exists for the type checker only. */
export interface Topic<Event> {
  /** Name on the bus, before the configured prefix. */
  readonly name: string;
  /** Avro schema as JSON text. */
  readonly schema: string;
  /** One sentence for docs. */
  readonly summary: string;
  /** Default retention by age, milliseconds. */
  readonly retentionMs: number;
  /** Default retention by size per partition, bytes. */
  readonly retentionBytes: number;
  readonly event?: Event;
}

const hourMs = 3_600_000;
const mib = 1024 * 1024;

function topic<Event>(name: string, schema: string, summary: string, retentionMs: number, retentionBytes: number): Topic<Event> {
  return { name, schema, summary, retentionMs, retentionBytes };
}

/** Every topic of the platform. */
export const topics = {
  frames: topic<Frame>('frames', frameSchema, 'Sampled pictures as JPEG.', 1 * hourMs, 512 * mib),
  signals: topic<Signals>('signals', signalsSchema, 'Numbers of every picture and audio hop, in short runs.', 24 * hourMs, 512 * mib),
  detections: topic<Detections>('detections', detectionsSchema, 'What a detector found in a frame.', 24 * hourMs, 256 * mib),
  shots: topic<Shot>('shots', shotSchema, 'Runs of pictures between cuts.', 7 * 24 * hourMs, 256 * mib),
  breaks: topic<Break>('breaks', breakSchema, 'Advertising breaks, every revision.', 30 * 24 * hourMs, 256 * mib),
  spots: topic<Spot>('spots', spotSchema, 'Airings of spots, every revision.', 30 * 24 * hourMs, 256 * mib),
  spliceCues: topic<SpliceCue>(
    'splice-cues',
    spliceCueSchema,
    "The broadcaster's splice cues (SCTE 35, HLS) and whether a break was seen there.",
    30 * 24 * hourMs,
    64 * mib,
  ),
  streamStatus: topic<StreamStatus>(
    'stream-status',
    streamStatusSchema,
    'State of every stream, on change and periodically.',
    7 * 24 * hourMs,
    64 * mib,
  ),
  streamDefinitions: topic<StreamDefinition>(
    'stream-definitions',
    streamDefinitionSchema,
    'What the control plane wants of every stream; repeated from time to time.',
    7 * 24 * hourMs,
    64 * mib,
  ),
} as const;

/** Key of {@link topics}. */
export type TopicKey = keyof typeof topics;

/** Suffix of the topic that takes records nobody could process. */
export const deadLetterSuffix = '.dead-letter';
