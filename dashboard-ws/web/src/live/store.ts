import type { StatsResponse, StreamsResponse, TimelineResponse } from '../../../../schemas/ws/api.ts';
import type {
  LiveBreak,
  LiveDetections,
  LiveEventBase,
  LiveFrame,
  LiveShot,
  LiveSignalsSummary,
  LiveSpliceCue,
  LiveSpot,
  LiveStatus,
  Publication,
} from '../../../../schemas/ws/events.ts';
import { LatencyMeter } from './latency.ts';

/** What the page knows of one channel. */
export interface Channel {
  streamId: string;
  title: string;
  epoch: number;
  epochStart: { atMs: number; ptsUs: number } | null;
  status: LiveStatus | null;
  frame: LiveFrame | null;
  detections: LiveDetections | null;
  signals: LiveSignalsSummary[];
  breaks: Map<string, LiveBreak>;
  spots: Map<string, LiveSpot>;
  shots: Map<string, LiveShot>;
  spliceCues: Map<string, LiveSpliceCue>;
  statuses: LiveStatus[];
  /** Newest media time, and the page's monotonic clock when it came. */
  mediaUs: number;
  mediaSeenMs: number;
  /** Grows when the channel's history changes. */
  historyVersion: number;
}

/** State of the connection to the server. */
export interface ConnectionView {
  state: 'connecting' | 'live' | 'reconnecting' | 'refused';
  /** Page clock of the next attempt. */
  retryAtMs: number;
  reason: string;
}

/** Span the page keeps. */
export const windowMs = 3_600_000;
const keptSignals = 240;
const keptStatuses = 100;

/** The page's state: plain data, changed in place; listeners are told at most once a frame. */
export class Store {
  readonly channels = new Map<string, Channel>();
  readonly latency = new LatencyMeter();
  connection: ConnectionView = { state: 'connecting', retryAtMs: 0, reason: '' };
  /** 'loading' until the first snapshot, 'failed' when it could not be fetched. */
  phase: 'loading' | 'ready' | 'failed' = 'loading';
  problem = '';
  stats: StatsResponse | null = null;
  /** Server clock minus page clock, milliseconds, by the fastest ping. */
  clockOffsetMs = 0;
  /** Grows with every change of breaks or spots on any channel. */
  historyVersion = 0;
  /** What the server has beside the streams; null until it has said so. */
  serves: StreamsResponse['serves'] | null = null;
  /** Grows when the catalogue or what airings are called may have changed. */
  catalogueVersion = 0;
  /** Spots of the catalogue by status; null: not known, or there is no catalogue here. */
  spotCounts: Record<'candidate' | 'confirmed' | 'rejected', number> | null = null;
  /** What the last action of a person came to, in one sentence; empty when there was none. */
  notice = '';
  readonly #listeners = new Set<() => void>();
  #scheduled = false;

  /** Calls back after changes, at most once a frame; returns the way out. */
  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Says that something changed. */
  changed(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    // A hidden page gets no animation frames; its state still must not fall behind the tab title.
    const run = (): void => {
      this.#scheduled = false;
      for (const listener of this.#listeners) listener();
    };
    if (document.hidden) setTimeout(run, 500);
    else requestAnimationFrame(run);
  }

  /** Says that a person has changed the catalogue. */
  catalogueChanged(): void {
    this.catalogueVersion += 1;
    this.changed();
  }

  /** Tells the person what came of an action, on whatever page is shown next. */
  tell(notice: string): void {
    this.notice = notice;
    this.changed();
  }

  /** Wall clock of the server. */
  nowMs(): number {
    return Date.now() + this.clockOffsetMs;
  }

  /** Takes over a snapshot; channels the server no longer knows go. */
  applySnapshot({ streams, serves }: Pick<StreamsResponse, 'streams' | 'serves'>): void {
    this.serves = serves;
    const known = new Set(streams.map((stream) => stream.streamId));
    for (const streamId of this.channels.keys()) if (!known.has(streamId)) this.channels.delete(streamId);
    for (const snapshot of streams) {
      const channel = this.#channel(snapshot.streamId);
      channel.title = snapshot.title;
      if (snapshot.status !== null) this.#setStatus(channel, snapshot.status);
      if (snapshot.frame !== null && snapshot.frame.eventTimeMs >= (channel.frame?.eventTimeMs ?? 0)) channel.frame = snapshot.frame;
      if (snapshot.detections !== null) channel.detections = snapshot.detections;
      for (const event of [snapshot.status, snapshot.frame, snapshot.detections]) if (event !== null) this.#media(channel, event, false);
      channel.epochStart = snapshot.epochStart;
    }
    this.changed();
  }

  /** Takes over the history of one channel. */
  applyTimeline(timeline: TimelineResponse): void {
    const channel = this.channels.get(timeline.streamId);
    if (channel === undefined) return;
    for (const item of timeline.breaks) keepNewest(channel.breaks, item.breakId, item);
    for (const item of timeline.spots) keepNewest(channel.spots, item.airingId, item);
    for (const item of timeline.shots) channel.shots.set(item.shotId, item);
    for (const item of timeline.spliceCues) keepNewest(channel.spliceCues, item.cueId, item);
    const logged = new Set(channel.statuses.map(statusKey));
    channel.statuses = [...channel.statuses, ...timeline.statuses.filter((status) => !logged.has(statusKey(status)))]
      .sort((a, b) => a.eventTimeMs - b.eventTimeMs)
      .slice(-keptStatuses);
    this.#historyChanged(channel);
    this.changed();
  }

  /** Takes over a live event. */
  applyPublication(publication: Publication): void {
    const channel = this.#channel(publication.stream);
    // A splice point may lie ahead of what was read.
    if (publication.event !== 'splice-cues')
      this.#media(channel, publication.data, publication.event === 'frames' || publication.event === 'signals-summary');
    switch (publication.event) {
      case 'frames':
        channel.frame = publication.data;
        channel.epochStart ??= { atMs: publication.data.eventTimeMs, ptsUs: publication.data.ptsUs };
        if (!publication.data.recorded) this.latency.add(this.nowMs() - publication.data.eventTimeMs);
        break;
      case 'detections':
        channel.detections = publication.data;
        break;
      case 'signals-summary':
        channel.signals.push(publication.data);
        if (channel.signals.length > keptSignals) channel.signals.shift();
        break;
      case 'stream-status':
        this.#setStatus(channel, publication.data);
        break;
      case 'shots':
        channel.shots.set(publication.data.shotId, publication.data);
        this.#historyChanged(channel);
        break;
      case 'breaks':
        keepNewest(channel.breaks, publication.data.breakId, publication.data);
        this.#historyChanged(channel);
        break;
      case 'spots':
        keepNewest(channel.spots, publication.data.airingId, publication.data);
        this.catalogueVersion += 1;
        this.#historyChanged(channel);
        break;
      case 'splice-cues':
        keepNewest(channel.spliceCues, publication.data.cueId, publication.data);
        this.#historyChanged(channel);
        break;
    }
    this.changed();
  }

  #channel(streamId: string): Channel {
    let channel = this.channels.get(streamId);
    if (channel === undefined) {
      channel = {
        streamId,
        title: streamId,
        epoch: -1,
        epochStart: null,
        status: null,
        frame: null,
        detections: null,
        signals: [],
        breaks: new Map(),
        spots: new Map(),
        shots: new Map(),
        spliceCues: new Map(),
        statuses: [],
        mediaUs: 0,
        mediaSeenMs: 0,
        historyVersion: 0,
      };
      this.channels.set(streamId, channel);
    }
    return channel;
  }

  #setStatus(channel: Channel, status: LiveStatus): void {
    if (channel.status !== null && status.eventTimeMs < channel.status.eventTimeMs) return;
    // The first status that is heard is news only when its sender says so.
    const changed = status.changed || (channel.status !== null && channel.status.state !== status.state);
    channel.status = status;
    if (status.title !== '') channel.title = status.title;
    if (!changed || channel.statuses.some((known) => statusKey(known) === statusKey(status))) return;
    channel.statuses = [...channel.statuses, status].slice(-keptStatuses);
  }

  #media(channel: Channel, event: LiveEventBase, ticks: boolean): void {
    if (event.epoch > channel.epoch) {
      channel.epoch = event.epoch;
      channel.epochStart = null;
      channel.mediaUs = event.ptsUs;
      channel.mediaSeenMs = performance.now();
    } else if (event.epoch === channel.epoch && event.ptsUs > channel.mediaUs && (ticks || channel.mediaUs === 0)) {
      channel.mediaUs = event.ptsUs;
      channel.mediaSeenMs = performance.now();
    }
  }

  #historyChanged(channel: Channel): void {
    const oldestMs = channelNowMs(channel, this.nowMs()) - windowMs * 1.1;
    for (const items of [channel.breaks, channel.spots, channel.shots, channel.spliceCues] as Map<string, LiveEventBase>[]) {
      for (const [id, item] of items) if (items.size > 200 && item.eventTimeMs < oldestMs) items.delete(id);
    }
    channel.historyVersion += 1;
    this.historyVersion += 1;
  }
}

/** The present of a channel: wall clock when it is live, its own time when it is a recording of another day. */
export function channelNowMs(channel: Channel, nowMs: number): number {
  const { frame } = channel;
  return frame?.recorded === true ? frame.eventTimeMs + Math.max(0, channel.mediaUs - frame.ptsUs) / 1000 : nowMs;
}

function keepNewest<Event extends { revision: number }>(items: Map<string, Event>, id: string, event: Event): void {
  if ((items.get(id)?.revision ?? 0) <= event.revision) items.set(id, event);
}

function statusKey(status: LiveStatus): string {
  return `${status.epoch}/${status.state}/${status.eventTimeMs}`;
}
