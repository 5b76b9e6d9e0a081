/** An airing of a spot as `--json` writes it; times in milliseconds from the first picture. */
export interface AnalysedSpot {
  spotId: string;
  startMs: number;
  endMs: number;
  title: string;
  /** 0 to 1. */
  confidence: number;
  /** In the catalogue. */
  known: boolean;
  /** 1 for the first airing seen, 2 for the second ... */
  airing: number;
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
  state: string;
  /** Media time that had been read when the break was first announced. */
  announcedMs: number;
  /** Media time that had been read when the break was final. */
  finalMs: number;
  spots: AnalysedSpot[];
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
