import type { Break, Detections, Spot } from '../../schemas/events.generated.ts';
import type { AnalysedBreak, AnalysedDetection, AnalysedSpot } from './analysis.ts';

/** Media time of one input as people count it. */
export interface MediaTimes {
  /** Milliseconds from the first picture of the input. */
  toMs(epoch: number, ptsUs: number): number;
  /** Length of the input, milliseconds. */
  durationMs: number;
}

/** What happened to one break over its revisions. */
interface BreakHistory {
  latest: Break;
  announcedUs: number;
}

/**
 * Gathers the events of one analysed input into the rows of its report. Redelivered events change nothing: a revision is kept only
 * when it is newer than the one held.
 */
export class AnalysisCollector {
  readonly #breaks = new Map<string, BreakHistory>();
  readonly #spots = new Map<string, Spot>();
  readonly #detections = new Map<string, Detections>();

  addBreak(event: Break): void {
    const held = this.#breaks.get(event.breakId);
    if (held === undefined) this.#breaks.set(event.breakId, { latest: event, announcedUs: event.knownUpToUs });
    else if (event.revision > held.latest.revision) held.latest = event;
  }

  addSpot(event: Spot): void {
    const held = this.#spots.get(event.airingId);
    if (held === undefined || event.revision > held.revision) this.#spots.set(event.airingId, event);
  }

  addDetections(event: Detections): void {
    this.#detections.set(event.eventId, event);
  }

  /**
   * Breaks in order of time; retracted ones are left out, an end not known yet is the end of the recording.
   *
   * @param time turns media time into milliseconds from the first picture
   */
  breaks(time: MediaTimes): AnalysedBreak[] {
    const spots = [...this.#spots.values()].filter((spot) => spot.state !== 'retracted').sort((a, b) => a.epoch - b.epoch || a.ptsUs - b.ptsUs);
    return [...this.#breaks.values()]
      .filter(({ latest }) => latest.state !== 'retracted')
      .sort((a, b) => a.latest.epoch - b.latest.epoch || a.latest.ptsUs - b.latest.ptsUs)
      .map(({ latest, announcedUs }) => ({
        breakId: latest.breakId,
        startMs: time.toMs(latest.epoch, latest.ptsUs),
        endMs: endOf(latest, time),
        confidence: round(latest.confidence),
        evidence: [...latest.evidence],
        state: latest.state,
        announcedMs: time.toMs(latest.epoch, announcedUs),
        finalMs: time.toMs(latest.epoch, latest.knownUpToUs),
        spots: spots.filter((spot) => spot.breakId === latest.breakId).map((spot) => this.#spotRow(spot, time)),
      }));
  }

  #spotRow(spot: Spot, time: MediaTimes): AnalysedSpot {
    return {
      spotId: spot.spotId,
      startMs: time.toMs(spot.epoch, spot.ptsUs),
      endMs: endOf(spot, time),
      title: spot.title,
      confidence: round(spot.confidence),
      known: spot.known,
      airing: spot.airing,
    };
  }

  /**
   * Every detection in order of time, best first within a picture.
   *
   * @param fileOf name of the picture's file, given the picture's name inside its source (a folder of pictures has one a picture)
   */
  detections(time: MediaTimes, fileOf: (sourceName: string) => string): AnalysedDetection[] {
    return [...this.#detections.values()]
      .sort((a, b) => a.epoch - b.epoch || a.ptsUs - b.ptsUs)
      .flatMap((event) =>
        event.detections.map((detection): AnalysedDetection => ({
          file: fileOf(event.sourceName),
          ptsMs: time.toMs(event.epoch, event.ptsUs),
          label: detection.label,
          confidence: round(detection.confidence),
          xyxyPx: [tenth(detection.x1Px), tenth(detection.y1Px), tenth(detection.x2Px), tenth(detection.y2Px)],
          model: event.modelName,
        })),
      );
  }

  /** Pictures that a detector has looked at. */
  get picturesLookedAt(): number {
    return this.#detections.size;
  }
}

function endOf(event: { epoch: number; endUs: number | null }, time: MediaTimes): number {
  return event.endUs === null ? time.durationMs : Math.min(time.toMs(event.epoch, event.endUs), Math.max(time.durationMs, 0));
}

function tenth(px: number): number {
  return Math.round(px * 10) / 10;
}

function round(confidence: number): number {
  return Math.round(confidence * 1000) / 1000;
}
