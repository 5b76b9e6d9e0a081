import type { Break, Detections, Spot } from '../../schemas/events.generated.ts';
import type { AnalysedBreak, AnalysedDetection, AnalysedSpot } from './analysis.ts';

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
   * @param firstPtsUs media time of the first picture, which is 0 ms in the report
   * @param durationMs length of the recording
   */
  breaks(firstPtsUs: number, durationMs: number): AnalysedBreak[] {
    const toMs = (ptsUs: number): number => Math.max(0, Math.round((ptsUs - firstPtsUs) / 1000));
    const endOf = (endUs: number | null): number => (endUs === null ? durationMs : toMs(endUs));
    const spots = [...this.#spots.values()].filter((spot) => spot.state !== 'retracted').sort((a, b) => a.ptsUs - b.ptsUs);
    return [...this.#breaks.values()]
      .filter(({ latest }) => latest.state !== 'retracted')
      .sort((a, b) => a.latest.epoch - b.latest.epoch || a.latest.ptsUs - b.latest.ptsUs)
      .map(({ latest, announcedUs }) => ({
        breakId: latest.breakId,
        startMs: toMs(latest.ptsUs),
        endMs: endOf(latest.endUs),
        confidence: round(latest.confidence),
        evidence: [...latest.evidence],
        state: latest.state,
        announcedMs: toMs(announcedUs),
        finalMs: toMs(latest.knownUpToUs),
        spots: spots
          .filter((spot) => spot.breakId === latest.breakId)
          .map((spot): AnalysedSpot => ({
            spotId: spot.spotId,
            startMs: toMs(spot.ptsUs),
            endMs: endOf(spot.endUs),
            title: spot.title,
            confidence: round(spot.confidence),
            known: spot.known,
            airing: spot.airing,
          })),
      }));
  }

  /**
   * Every detection in order of time, best first within a picture.
   *
   * @param fileOf name of the picture's file, given the picture's name inside its source (a folder of pictures has one a picture)
   */
  detections(firstPtsUs: number, fileOf: (sourceName: string) => string): AnalysedDetection[] {
    return [...this.#detections.values()]
      .sort((a, b) => a.epoch - b.epoch || a.ptsUs - b.ptsUs)
      .flatMap((event) =>
        event.detections.map((detection): AnalysedDetection => ({
          file: fileOf(event.sourceName),
          ptsMs: Math.round((event.ptsUs - firstPtsUs) / 1000),
          label: detection.label,
          confidence: round(detection.confidence),
          xyxyPx: [detection.x1Px, detection.y1Px, detection.x2Px, detection.y2Px].map(
            (edge) => Math.round(edge * 10) / 10,
          ) as AnalysedDetection['xyxyPx'],
          model: event.modelName,
        })),
      );
  }

  /** Pictures that a detector has looked at. */
  get picturesLookedAt(): number {
    return this.#detections.size;
  }
}

function round(confidence: number): number {
  return Math.round(confidence * 1000) / 1000;
}
