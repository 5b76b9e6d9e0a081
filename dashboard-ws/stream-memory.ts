import type { StreamSnapshot } from '../schemas/ws/api.ts';
import type { LiveBreak, LiveDetections, LiveEventBase, LiveFrame, LiveShot, LiveSpliceCue, LiveSpot, LiveStatus } from '../schemas/ws/events.ts';
import { endTimeMsOf, openBreakOf } from '../schemas/ws/on-air.ts';

/** A picture kept for the page. */
export interface StoredPicture {
  eventId: string;
  jpeg: Buffer;
  eventTimeMs: number;
}

/** Pictures kept per stream: the page asks for the one it was told of, a moment later. */
const keptPictures = 4;
/** Most of one kind kept per stream, whatever the window. */
const keptBreaks = 300;
const keptSpots = 1500;
const keptShots = 6000;
const keptStatuses = 100;
const keptCues = 300;
const keptRevisions = 30;

/** What is remembered of one stream: the latest of everything, and the shots, breaks and spots of the window. Bounded in every direction. */
export class StreamMemory {
  readonly streamId: string;
  readonly #windowMs: number;
  #title = '';
  #epoch = -1;
  #epochStart: { atMs: number; ptsUs: number } | null = null;
  #newestEventTimeMs = 0;
  #status: LiveStatus | null = null;
  #frame: LiveFrame | null = null;
  #detections: LiveDetections | null = null;
  readonly #pictures: StoredPicture[] = [];
  readonly #breaks = new Map<string, LiveBreak>();
  readonly #revisions = new Map<string, LiveBreak[]>();
  readonly #cues = new Map<string, LiveSpliceCue>();
  readonly #spots = new Map<string, LiveSpot>();
  readonly #shots = new Map<string, LiveShot>();
  readonly #statuses: LiveStatus[] = [];

  constructor(streamId: string, windowMs: number) {
    this.streamId = streamId;
    this.#windowMs = windowMs;
  }

  /** Remembers a state; only changes enter the log. */
  addStatus(status: LiveStatus): void {
    if (isOlder(status, this.#status)) return;
    const changed = status.changed || this.#status?.state !== status.state;
    this.#status = status;
    if (status.title !== '') this.#title = status.title;
    if (status.epoch > this.#epoch) {
      this.#epoch = status.epoch;
      this.#epochStart = null;
    }
    if (!changed) return;
    this.#statuses.push(status);
    if (this.#statuses.length > keptStatuses) this.#statuses.shift();
  }

  /** Remembers a frame and its picture; an empty picture is not kept. */
  addFrame(frame: LiveFrame, jpeg: Buffer): void {
    this.#touch(frame);
    if (isOlder(frame, this.#frame)) return;
    this.#frame = frame;
    if (jpeg.length === 0) return;
    this.#pictures.push({ eventId: frame.eventId, jpeg, eventTimeMs: frame.eventTimeMs });
    if (this.#pictures.length > keptPictures) this.#pictures.shift();
  }

  addDetections(detections: LiveDetections): void {
    this.#touch(detections);
    if (isOlder(detections, this.#detections)) return;
    this.#detections = detections;
  }

  addShot(shot: LiveShot): void {
    this.#touch(shot);
    this.#shots.set(shot.shotId, shot);
    this.#trim(this.#shots, keptShots);
  }

  /** Remembers a revision unless a newer one is known. */
  addBreak(revision: LiveBreak): void {
    this.#touch(revision);
    this.#addToLife(revision);
    if ((this.#breaks.get(revision.breakId)?.revision ?? 0) > revision.revision) return;
    this.#breaks.set(revision.breakId, revision);
    this.#trim(this.#breaks, keptBreaks);
    for (const breakId of this.#revisions.keys()) if (!this.#breaks.has(breakId)) this.#revisions.delete(breakId);
  }

  /** Remembers a revision unless a newer one is known. @returns the revision, with the time of the first one that named this spot */
  addSpot(revision: LiveSpot): LiveSpot {
    this.#touch(revision);
    const before = this.#spots.get(revision.airingId);
    const same = before?.identifiedBy !== 'nothing' && revision.identifiedBy !== 'nothing' && before?.spotId === revision.spotId;
    const shown = same ? { ...revision, identifiedAfterMs: before.identifiedAfterMs } : revision;
    if ((before?.revision ?? 0) > revision.revision) return shown;
    this.#spots.set(revision.airingId, shown);
    this.#trim(this.#spots, keptSpots);
    return shown;
  }

  /** Remembers a revision unless a newer one is known. A splice point may lie ahead of what was read, so it does not move the present. */
  addSpliceCue(revision: LiveSpliceCue): void {
    if ((this.#cues.get(revision.cueId)?.revision ?? 0) > revision.revision) return;
    this.#cues.set(revision.cueId, revision);
    this.#trim(this.#cues, keptCues);
  }

  /** What is remembered of a break's revisions, oldest first; undefined when nothing is. */
  revisionsOf(breakId: string): readonly LiveBreak[] | undefined {
    return this.#revisions.get(breakId);
  }

  /** The picture of a frame, or the latest without an id; undefined when it is not (or no longer) there. */
  picture(eventId?: string): StoredPicture | undefined {
    return eventId === undefined ? this.#pictures.at(-1) : this.#pictures.find((picture) => picture.eventId === eventId);
  }

  /** The last changes of state, oldest first. */
  get statuses(): readonly LiveStatus[] {
    return this.#statuses;
  }

  /** Event time of the newest picture, signal or finding; 0 before the first. */
  get newestEventTimeMs(): number {
    return this.#newestEventTimeMs;
  }

  /** Frames dropped by ingest in the present epoch, by reason. */
  get drops(): Readonly<Record<string, number>> {
    return this.#status?.drops ?? {};
  }

  snapshot(): StreamSnapshot {
    return {
      streamId: this.streamId,
      title: this.#title === '' ? this.streamId : this.#title,
      epochStart: this.#epochStart,
      status: this.#status,
      frame: this.#frame,
      detections: this.#detections,
      openBreak: openBreakOf(this.#breaks.values(), { epoch: this.#epoch }) ?? null,
    };
  }

  /** What is remembered of a span, half-open, by overlap; oldest first. */
  between(fromMs: number, toMs: number): { breaks: LiveBreak[]; spots: LiveSpot[]; shots: LiveShot[]; spliceCues: LiveSpliceCue[] } {
    const overlaps = (event: LiveEventBase & { endUs: number | null }): boolean =>
      event.eventTimeMs < toMs && (endTimeMsOf(event) ?? Infinity) >= fromMs;
    return {
      breaks: inOrder([...this.#breaks.values()].filter(overlaps)),
      spots: inOrder([...this.#spots.values()].filter(overlaps)),
      shots: inOrder([...this.#shots.values()].filter(overlaps)),
      spliceCues: inOrder([...this.#cues.values()].filter((cue) => cue.eventTimeMs >= fromMs && cue.eventTimeMs < toMs)),
    };
  }

  /** Not for states: they carry the wall clock even when the stream is a recording of another year. */
  #touch(event: LiveEventBase): void {
    this.#newestEventTimeMs = Math.max(this.#newestEventTimeMs, event.eventTimeMs);
    if (event.epoch > this.#epoch) this.#epochStart = null;
    this.#epoch = Math.max(this.#epoch, event.epoch);
    this.#epochStart ??= { atMs: event.eventTimeMs, ptsUs: event.ptsUs };
  }

  #addToLife(revision: LiveBreak): void {
    const life = this.#revisions.get(revision.breakId) ?? [];
    if (life.some((known) => known.revision === revision.revision)) return;
    life.push(revision);
    life.sort((a, b) => a.revision - b.revision);
    // The first says when the break was announced; the middle of a long life may go.
    if (life.length > keptRevisions) life.splice(1, 1);
    this.#revisions.set(revision.breakId, life);
  }

  /** Drops what lies before the window or over the limit, oldest first; insertion order is close enough to time order. */
  #trim(items: Map<string, LiveEventBase>, limit: number): void {
    const oldestMs = this.#newestEventTimeMs - this.#windowMs;
    for (const [id, item] of items) {
      if (items.size <= limit && item.eventTimeMs >= oldestMs) return;
      items.delete(id);
    }
  }
}

/** What was read back from the log may come after what came live. */
function isOlder(event: LiveEventBase, known: LiveEventBase | null): boolean {
  return known !== null && (event.epoch < known.epoch || (event.epoch === known.epoch && event.eventTimeMs < known.eventTimeMs));
}

function inOrder<Event extends LiveEventBase>(events: Event[]): Event[] {
  return events.sort((a, b) => a.eventTimeMs - b.eventTimeMs);
}
