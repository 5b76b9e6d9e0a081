import type { IdentifiedBy, LifeState, SpliceCarrier, SpliceDirection, SpliceOutcome, SpotState } from '../../schemas/events.generated.ts';

/** An airing of a spot as `--json` writes it; times in milliseconds from the first picture. */
export interface AnalysedSpot {
  airingId: string;
  /** Airings of one spot share it, also over several recordings. */
  spotId: string;
  startMs: number;
  endMs: number;
  state: SpotState;
  title: string;
  /** 0 to 1. */
  confidence: number;
  /** In the catalogue, confirmed. */
  known: boolean;
  /** What the spot id rests on: `nothing` when it was seen for the first time. */
  identifiedBy: IdentifiedBy;
  /** Media time that had been read when the first event named this spot. */
  identifiedMs: number;
  /** 1 for the first airing seen, 2 for the second ... */
  airing: number;
  /** Place in the break, 1 for the first. */
  position: number;
  /** From the catalogue, empty when not known. */
  brand: string;
  product: string;
  /** Category id of the catalogue, empty when not known. */
  category: string;
  /** Sentences a person can read. */
  evidence: string[];
}

/** A break as `--json` writes it; times in milliseconds from the first picture. */
export interface AnalysedBreak {
  breakId: string;
  startMs: number;
  endMs: number;
  /** 0 to 1. */
  confidence: number;
  /** Sentences a person can read. */
  evidence: string[];
  state: LifeState;
  /** Media time that had been read when the break was first announced. */
  announcedMs: number;
  /** Media time that had been read when the break was final. */
  finalMs: number;
  spots: AnalysedSpot[];
}

/** A splice cue of the broadcaster as `--json` writes it; times in milliseconds from the first picture. */
export interface AnalysedSpliceCue {
  cueId: string;
  /** The splice point. */
  atMs: number;
  direction: SpliceDirection;
  /** Announced length of the break, null when the cue names none. */
  durationMs: number | null;
  /** -1 when there is none. */
  spliceEventId: number;
  carrier: SpliceCarrier;
  command: string;
  outcome: SpliceOutcome;
  /** The break whose boundary matched, else empty. */
  breakId: string;
  /** Seen boundary minus splice point; null unless matched. */
  errorMs: number | null;
  /** How far the channel's cues were believed after this one, 0 to 1. */
  trust: number;
  /** Media time that had been read when the cue was heard of. */
  receivedMs: number;
}

/** Something that was not as it should be, with the media time it was met at. */
export interface AnalysisWarning {
  code: string;
  message: string;
  atMs: number;
}

/** What `sightline analyze --json` writes for one input. */
export interface AnalysisReport {
  file: string;
  durationMs: number;
  pictures: number;
  breaks: AnalysedBreak[];
  spliceCues: AnalysedSpliceCue[];
  warnings: AnalysisWarning[];
}

/** A detection as `--detections` writes it, one JSON line each; the box in pixels of the original picture. */
export interface AnalysedDetection {
  file: string;
  ptsMs: number;
  label: string;
  confidence: number;
  xyxyPx: [number, number, number, number];
  model: string;
}
