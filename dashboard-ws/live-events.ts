import type { Break, Detections, Frame, Shot, Signals, SpliceCue, Spot, StreamStatus } from '../schemas/events.generated.ts';
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
} from '../schemas/ws/events.ts';

/** Boxes sent per frame; a page cannot show more, and a hostile producer cannot flood it. */
const maxDetections = 200;

/** The live event of a frame: everything but the picture, which is fetched over HTTP. */
export function liveFrame(event: Frame): LiveFrame {
  const { eventId, processedAtMs, widthPx, heightPx, sourceWidthPx, sourceHeightPx } = event;
  return { ...base(event), eventId, processedAtMs, recorded: event.timeSource === 'file', widthPx, heightPx, sourceWidthPx, sourceHeightPx };
}

/** The live event of detections, boxes rounded to a tenth of a pixel. */
export function liveDetections(event: Detections): LiveDetections {
  const { frameEventId, sourceWidthPx, sourceHeightPx, modelName } = event;
  const detections = event.detections.slice(0, maxDetections).map((found) => ({
    label: found.label,
    confidence: round(found.confidence, 3),
    xyxyPx: [round(found.x1Px, 1), round(found.y1Px, 1), round(found.x2Px, 1), round(found.y2Px, 1)] as [number, number, number, number],
  }));
  return { ...base(event), frameEventId, sourceWidthPx, sourceHeightPx, modelName, detections };
}

/** The live event of a shot. */
export function liveShot(event: Shot): LiveShot {
  const { shotId, endUs, transition, confidence } = event;
  return { ...base(event), shotId, endUs, transition, confidence: round(confidence, 3) };
}

/** The live event of a break revision. */
export function liveBreak(event: Break): LiveBreak {
  const { breakId, revision, state, endUs, confidence, evidence, knownUpToUs } = event;
  return { ...base(event), breakId, revision, state, endUs, confidence: round(confidence, 3), evidence, knownUpToUs };
}

/** The live event of an airing's revision, as if this were the one that identified it. */
export function liveSpot(event: Spot): LiveSpot {
  const { airingId, spotId, breakId, revision, state, endUs, title, known, airing, position, confidence, evidence } = event;
  const { identifiedBy, brand, product, category } = event;
  const identifiedAfterMs = identifiedBy === 'nothing' ? null : Math.max(0, Math.round((event.knownUpToUs - event.ptsUs) / 1000));
  return {
    ...base(event),
    airingId,
    spotId,
    breakId,
    revision,
    state,
    endUs,
    title,
    known,
    identifiedBy,
    brand,
    product,
    category,
    identifiedAfterMs,
    airing,
    position,
    confidence: round(confidence, 3),
    evidence,
  };
}

/** The live event of a splice cue's revision. */
export function liveSpliceCue(event: SpliceCue): LiveSpliceCue {
  const { cueId, revision, direction, durationUs, command, carrier, outcome, breakId, errorMs } = event;
  return { ...base(event), cueId, revision, direction, durationUs, command, carrier, outcome, breakId, errorMs, trust: round(event.trust, 3) };
}

/** The live event of a stream's state. */
export function liveStatus(event: StreamStatus): LiveStatus {
  const { state, changed, code, message, title, sourceKind, attempt, hasVideo, hasAudio, widthPx, heightPx, pictures, durationMs } = event;
  const rateFps = round(event.rateFps, 2);
  const drops = { ...event.drops };
  return {
    ...base(event),
    state,
    changed,
    code,
    message,
    title,
    sourceKind,
    attempt,
    hasVideo,
    hasAudio,
    widthPx,
    heightPx,
    rateFps,
    pictures,
    durationMs,
    drops,
  };
}

/** One level per run of signals: means over the pictures, energy mean and peak over the sound. */
export function liveSignalsSummary(event: Signals): LiveSignalsSummary {
  const { pictures, sound } = event;
  const mean = (values: number[]): number | null => (values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0) / values.length);
  const energy = mean(sound.map((block) => 10 ** (block.rmsDbfs / 10)));
  const lumaMean = mean(pictures.map((picture) => picture.lumaMean));
  const blackRatio = mean(pictures.map((picture) => picture.blackRatio));
  return {
    ...base(event),
    endUs: event.endUs,
    pictures: pictures.length,
    lumaMean: lumaMean === null ? null : round(lumaMean, 1),
    blackRatio: blackRatio === null ? null : round(blackRatio, 3),
    rmsDbfs: energy === null ? null : round(Math.max(-120, 10 * Math.log10(energy)), 1),
    peakDbfs:
      sound.length === 0
        ? null
        : round(
            sound.reduce((peak, block) => Math.max(peak, block.peakDbfs), -120),
            1,
          ),
  };
}

function base(event: LiveEventBase): LiveEventBase {
  const { streamId, epoch, ptsUs, eventTimeMs } = event;
  return { streamId, epoch, ptsUs, eventTimeMs };
}

function round(value: number, digits: number): number {
  const scale = 10 ** digits;
  return Math.round(value * scale) / scale;
}
