import { randomUUID } from 'node:crypto';

import type { Batch, ConsumedRecord, EventBus, Subscription } from '../core/bus/bus.ts';
import { isRetryable, messageOf } from '../core/errors/app-error.ts';
import type { EventCodec, EventEnvelope } from '../core/events/event-bus.ts';
import type { Logger } from '../core/log/logger.ts';
import type { Metrics } from '../core/metrics/metrics.ts';
import type { Clock } from '../core/time/clock.ts';
import type { Frame } from '../schemas/events.generated.ts';
import { type Topic, topics } from '../schemas/topics.ts';
import type { Hub } from './hub.ts';
import { liveBreak, liveDetections, liveFrame, liveShot, liveSignalsSummary, liveSpliceCue, liveSpot, liveStatus } from './live-events.ts';
import type { LiveMemory } from './live-memory.ts';
import type { TopicMeter } from './topic-meter.ts';

/** What the feed is given. */
export interface FeedDeps {
  bus: EventBus;
  codec: EventCodec;
  clock: Clock;
  metrics: Metrics;
  log: Logger;
  hub: Hub;
  memory: LiveMemory;
  meter: TopicMeter;
  /** Reads the picture of a frame that does not carry it inline. @default such frames have no picture */
  readPicture?: (frame: Frame) => Promise<Buffer>;
}

/** Name of this part in metrics and logs. */
const component = 'dashboard-ws';

/** Records read back per partition at the start, so that a page opened right after a restart is not empty. */
const warmRecords: Readonly<Record<string, number>> = {
  [topics.streamStatus.name]: 500,
  [topics.breaks.name]: 500,
  [topics.spots.name]: 1000,
  [topics.spliceCues.name]: 300,
  [topics.shots.name]: 2000,
  [topics.frames.name]: 24,
  [topics.detections.name]: 24,
};

const warmTopics = [topics.streamStatus, topics.frames, topics.detections, topics.shots, topics.breaks, topics.spots, topics.spliceCues] as const;
const readAtOnce = 500;

/** How an event of a topic is shown: remembered, and published to the page. */
type Handle = (value: Buffer, live: boolean) => Promise<void>;

/**
 * Reads every topic from its end, keeps the memory current and passes events to the hub at once. Each process reads everything: the
 * group is its own, nothing is ever committed, and what happened before is read back from the logs at the start.
 */
export class Feed {
  readonly #deps: FeedDeps;
  readonly #groupId = `dashboard-${randomUUID()}`;
  readonly #handles: ReadonlyMap<string, Handle>;
  readonly #stopping = new AbortController();
  #subscription: Subscription | undefined;
  #trouble = 'The event bus has not answered yet.';
  #running: Promise<void> | undefined;

  constructor(deps: FeedDeps) {
    this.#deps = deps;
    this.#handles = this.#createHandles();
  }

  /** Empty while events flow, else one sentence. */
  get trouble(): string {
    return this.#trouble;
  }

  /** Starts reading; when the bus is away, goes on trying in the background with back-off. Resolves after the first attempt. */
  async start(): Promise<void> {
    await new Promise<void>((resolve) => {
      this.#running = this.#keepTrying(resolve);
    });
  }

  /** Stops reading and leaves the group. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#running;
    await this.#subscription?.close();
  }

  /** Resolves when the bus gave up on the subscription for good; never rejects. */
  async crashed(): Promise<Error> {
    await this.#running;
    return (await this.#subscription?.crashed) ?? (await new Promise<Error>(() => undefined));
  }

  async #keepTrying(afterFirst: () => void): Promise<void> {
    for (let attempt = 0; !this.#stopping.signal.aborted; attempt += 1) {
      try {
        await this.#connect();
        this.#trouble = '';
        return afterFirst();
      } catch (error) {
        this.#trouble = `The event bus does not answer: ${messageOf(error)}`;
        this.#deps.log.warn({ err: error, attempt }, 'Dashboard could not subscribe to the event bus; trying again.');
        afterFirst();
        await this.#subscription?.close().catch(() => undefined);
        this.#subscription = undefined;
        const waitMs = Math.min(15_000, 250 * 2 ** attempt) * (0.5 + Math.random() / 2);
        await this.#deps.clock.sleep(waitMs, this.#stopping.signal).catch(() => undefined);
      }
    }
  }

  async #connect(): Promise<void> {
    const { bus } = this.#deps;
    // Subscribed first, read back second: what comes between is seen twice, and a revision seen twice changes nothing.
    this.#subscription = await bus.subscribe(
      { groupId: this.#groupId, topics: [...this.#handles.keys()], from: 'latest', maxBatchRecords: 200 },
      async (batch) => await this.#handleBatch(batch),
    );
    void this.#subscription.crashed.then((error) => {
      this.#trouble = `The event bus subscription ended: ${messageOf(error)}`;
    });
    for (const topic of warmTopics) await this.#readBack(topic);
  }

  /** Remembers the last records of a topic without publishing them. */
  async #readBack(topic: Topic<unknown>): Promise<void> {
    const { bus } = this.#deps;
    const handle = this.#handles.get(topic.name);
    for (const { partition, committedOffset, endOffset } of await bus.lag(this.#groupId, topic.name)) {
      let offset = Math.max(committedOffset, endOffset - (warmRecords[topic.name] ?? 0));
      while (offset < endOffset && !this.#stopping.signal.aborted) {
        const records = await bus.read(topic.name, partition, offset, Math.min(readAtOnce, endOffset - offset));
        const last = records.at(-1);
        if (last === undefined) break;
        for (const record of records) await this.#handleRecord(record, handle, false);
        offset = last.offset + 1;
      }
    }
  }

  async #handleBatch(batch: Batch): Promise<void> {
    const { clock, meter, metrics } = this.#deps;
    const handle = this.#handles.get(batch.topic);
    const last = batch.records.at(-1);
    if (last === undefined) return;
    metrics.count('component_received_events_total', { component, topic: batch.topic }, batch.records.length);
    meter.read(batch.topic, {
      nowMs: clock.monotonicMs(),
      records: batch.records.length,
      partition: batch.partition,
      lagRecords: Math.max(0, batch.endOffset - last.offset - 1),
      readDelayMs: Math.max(0, clock.nowMs() - last.timestampMs),
    });
    for (const record of batch.records) await this.#handleRecord(record, handle, true);
  }

  /** A record that cannot be read is counted and passed over: processors and sinks dead-letter it, a screen has nobody to tell. */
  async #handleRecord(record: ConsumedRecord, handle: Handle | undefined, live: boolean): Promise<void> {
    if (record.topic === topics.signals.name && !this.#deps.hub.wants(record.key, 'signals-summary')) return;
    try {
      await handle?.(record.value, live);
    } catch (error) {
      if (isRetryable(error)) throw error;
      const code = error instanceof Error && 'code' in error ? String(error.code) : 'E_INTERNAL';
      this.#deps.metrics.count('component_errors_total', { component, code, stage: 'decode' });
      this.#deps.log.debug({ err: error, topic: record.topic, offset: record.offset }, 'A record could not be shown.');
    }
  }

  #createHandles(): Map<string, Handle> {
    const { hub, memory } = this.#deps;
    const handles = new Map<string, Handle>();
    const add = <Event extends EventEnvelope>(topic: Topic<Event>, show: (event: Event, live: boolean) => Promise<void> | void): void => {
      handles.set(topic.name, async (value, live) => {
        await show(await this.#deps.codec.decode(topic, value), live);
      });
    };
    add(topics.frames, async (event, live) => await this.#showFrame(event, live));
    add(topics.detections, (event, live) => {
      const detections = liveDetections(event);
      memory.of(event.streamId).addDetections(detections);
      if (live) hub.publish('detections', detections);
    });
    add(topics.shots, (event, live) => {
      const shot = liveShot(event);
      memory.of(event.streamId).addShot(shot);
      if (live) hub.publish('shots', shot);
    });
    add(topics.breaks, (event, live) => {
      const revision = liveBreak(event);
      memory.of(event.streamId).addBreak(revision);
      if (live) hub.publish('breaks', revision);
    });
    add(topics.spots, (event, live) => {
      const revision = memory.of(event.streamId).addSpot(liveSpot(event));
      if (live) hub.publish('spots', revision);
    });
    add(topics.spliceCues, (event, live) => {
      const revision = liveSpliceCue(event);
      memory.of(event.streamId).addSpliceCue(revision);
      if (live) hub.publish('splice-cues', revision);
    });
    add(topics.streamStatus, (event, live) => {
      const status = liveStatus(event);
      memory.of(event.streamId).addStatus(status);
      if (live) hub.publish('stream-status', status);
    });
    add(topics.signals, (event) => hub.publish('signals-summary', liveSignalsSummary(event)));
    return handles;
  }

  async #showFrame(event: Frame, live: boolean): Promise<void> {
    const { clock, hub, memory, metrics, readPicture } = this.#deps;
    const frame = liveFrame(event);
    const inline = event.picture.length > 0 || readPicture === undefined;
    // A copy: the picture is a view into the whole batch, which would stay in memory with it.
    const picture = inline ? Buffer.from(event.picture) : await readPicture(event);
    memory.of(event.streamId).addFrame(frame, isJpeg(picture) ? picture : Buffer.alloc(0));
    if (!live) return;
    hub.publish('frames', frame);
    if (event.timeSource !== 'file') {
      metrics.observe('component_event_lag_seconds', Math.max(0, clock.nowMs() - event.eventTimeMs) / 1000, { component });
    }
  }
}

function isJpeg(picture: Buffer): boolean {
  return picture.length > 3 && picture[0] === 0xff && picture[1] === 0xd8 && picture[2] === 0xff;
}
