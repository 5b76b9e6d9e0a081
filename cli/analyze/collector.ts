import type { Break, Detections, SpliceCue, Spot } from '../../schemas/events.generated.ts';
import type { AnalysedBreak, AnalysedDetection, AnalysedSpliceCue, AnalysedSpot } from './analysis.ts';
import type { Told } from './earlier-pass.ts';
import { Revisions, airingLife, breakLife, cueLife } from './event-history.ts';

/** Media time of one input as people count it. */
export interface MediaTimes {
  /** Milliseconds from the first picture of the input. */
  toMs(epoch: number, ptsUs: number): number;
  /** Length of the input, milliseconds. */
  durationMs: number;
}

/**
 * Gathers the events of one analysed input into the rows of its report. Redelivered events change nothing, and an airing may be named
 * anew long after the input was read, when its spot airs again in a later one.
 */
export class AnalysisCollector {
  readonly #breaks = new Map<string, Revisions<Break>>();
  readonly #airings = new Map<string, Revisions<Spot>>();
  readonly #cues = new Map<string, Revisions<SpliceCue>>();
  readonly #detections = new Map<string, Detections>();

  addBreak(event: Break): void {
    revisionsOf(this.#breaks, event.breakId).add(event);
  }

  addSpot(event: Spot): void {
    revisionsOf(this.#airings, event.airingId).add(event);
  }

  addSpliceCue(event: SpliceCue): void {
    revisionsOf(this.#cues, event.cueId).add(event);
  }

  addDetections(event: Detections): void {
    this.#detections.set(event.eventId, event);
  }

  /** The latest revision of every break and airing. */
  get told(): Told {
    const latest = <Event extends { revision: number }>(lives: Map<string, Revisions<Event>>): Event[] =>
      [...lives.values()].flatMap((revisions) => revisions.all.at(-1) ?? []);
    return { breaks: latest(this.#breaks), spots: latest(this.#airings) };
  }

  /**
   * Breaks in order of time; retracted ones are left out, an end not known yet is the end of the recording.
   *
   * @param time turns media time into milliseconds from the first picture
   */
  breaks(time: MediaTimes): AnalysedBreak[] {
    const lives = [...this.#breaks.values()].flatMap((revisions) => breakLife(revisions.all) ?? []);
    return lives
      .filter(({ latest }) => latest.state !== 'retracted')
      .sort((one, other) => byTime(one.latest, other.latest))
      .map(({ latest, announcedUs, finalUs }) => ({
        breakId: latest.breakId,
        startMs: time.toMs(latest.epoch, latest.ptsUs),
        endMs: endOf(latest, time),
        confidence: thousandth(latest.confidence),
        evidence: [...latest.evidence],
        state: latest.state,
        announcedMs: time.toMs(latest.epoch, announcedUs),
        finalMs: time.toMs(latest.epoch, finalUs),
        spots: this.#spotsOf(latest.breakId, time),
      }));
  }

  #spotsOf(breakId: string, time: MediaTimes): AnalysedSpot[] {
    const lives = [...this.#airings.values()].flatMap((revisions) => airingLife(revisions.all) ?? []);
    return lives
      .filter(({ latest }) => latest.breakId === breakId && latest.state !== 'retracted')
      .sort((one, other) => byTime(one.latest, other.latest))
      .map(({ latest, identifiedUs }) => ({
        airingId: latest.airingId,
        spotId: latest.spotId,
        startMs: time.toMs(latest.epoch, latest.ptsUs),
        endMs: endOf(latest, time),
        state: latest.state,
        title: latest.title,
        confidence: thousandth(latest.confidence),
        known: latest.known,
        identifiedBy: latest.identifiedBy,
        identifiedMs: time.toMs(latest.epoch, identifiedUs),
        airing: latest.airing,
        position: latest.position,
        brand: latest.brand,
        product: latest.product,
        category: latest.category,
        evidence: [...latest.evidence],
      }));
  }

  /** Splice cues in order of their splice points. */
  spliceCues(time: MediaTimes): AnalysedSpliceCue[] {
    const lives = [...this.#cues.values()].flatMap((revisions) => cueLife(revisions.all) ?? []);
    return lives
      .sort((one, other) => byTime(one.latest, other.latest))
      .map(({ latest, announcedUs }) => ({
        cueId: latest.cueId,
        atMs: time.toMs(latest.epoch, latest.ptsUs),
        direction: latest.direction,
        durationMs: latest.durationUs === null ? null : Math.round(latest.durationUs / 1000),
        spliceEventId: latest.spliceEventId,
        carrier: latest.carrier,
        command: latest.command,
        outcome: latest.outcome,
        breakId: latest.breakId,
        errorMs: latest.errorMs,
        trust: thousandth(latest.trust),
        receivedMs: time.toMs(latest.epoch, announcedUs),
      }));
  }

  /**
   * Every detection in order of time, best first within a picture.
   *
   * @param fileOf name of the picture's file, given the picture's name inside its source (a folder of pictures has one a picture)
   */
  detections(time: MediaTimes, fileOf: (sourceName: string) => string): AnalysedDetection[] {
    return [...this.#detections.values()].sort(byTime).flatMap((event) =>
      event.detections.map((detection): AnalysedDetection => ({
        file: fileOf(event.sourceName),
        ptsMs: time.toMs(event.epoch, event.ptsUs),
        label: detection.label,
        confidence: thousandth(detection.confidence),
        xyxyPx: [tenth(detection.x1Px), tenth(detection.y1Px), tenth(detection.x2Px), tenth(detection.y2Px)],
        model: event.modelName,
      })),
    );
  }
}

function revisionsOf<Event extends { revision: number }>(all: Map<string, Revisions<Event>>, id: string): Revisions<Event> {
  const held = all.get(id) ?? new Revisions<Event>();
  all.set(id, held);
  return held;
}

function byTime(one: { epoch: number; ptsUs: number }, other: { epoch: number; ptsUs: number }): number {
  return one.epoch - other.epoch || one.ptsUs - other.ptsUs;
}

function endOf(event: { epoch: number; endUs: number | null }, time: MediaTimes): number {
  return event.endUs === null ? time.durationMs : Math.min(time.toMs(event.epoch, event.endUs), Math.max(time.durationMs, 0));
}

function tenth(px: number): number {
  return Math.round(px * 10) / 10;
}

function thousandth(value: number): number {
  return Math.round(value * 1000) / 1000;
}
