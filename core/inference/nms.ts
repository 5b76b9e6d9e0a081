import type { Xyxy } from './letterbox.ts';

/** A box as a decoder gives it. */
export interface RawDetection {
  /** Index into the labels of the model. */
  classIndex: number;
  /** 0 to 1. */
  confidence: number;
  /** Pixels of the model's input. */
  xyxyPx: Xyxy;
}

/** Most boxes that enter suppression, best first (the COCO evaluation reads 100; this bounds time on hostile or untrained models). */
const candidateLimit = 2000;

/** Intersection over union of two boxes, 0 to 1; 0 when one of them is empty. */
export function intersectionOverUnion(a: Xyxy, b: Xyxy): number {
  const width = Math.min(a[2], b[2]) - Math.max(a[0], b[0]);
  const height = Math.min(a[3], b[3]) - Math.max(a[1], b[1]);
  if (width <= 0 || height <= 0) return 0;
  const overlap = width * height;
  const union = (a[2] - a[0]) * (a[3] - a[1]) + (b[2] - b[0]) * (b[3] - b[1]) - overlap;
  return union > 0 ? overlap / union : 0;
}

/**
 * Greedy non-maximum suppression within each class: of boxes that overlap more than `iouLimit`, the most confident stays.
 * Returns best first; equal confidences keep their input order, so the result is deterministic.
 */
export function suppressNonMaxima(detections: readonly RawDetection[], iouLimit: number, maxDetections: number): RawDetection[] {
  const candidates = bestFirst(detections).slice(0, candidateLimit);
  const keptByClass = new Map<number, RawDetection[]>();
  const kept: RawDetection[] = [];
  for (const candidate of candidates) {
    const rivals = keptByClass.get(candidate.classIndex) ?? [];
    if (rivals.some((rival) => intersectionOverUnion(rival.xyxyPx, candidate.xyxyPx) > iouLimit)) continue;
    rivals.push(candidate);
    keptByClass.set(candidate.classIndex, rivals);
    kept.push(candidate);
    if (kept.length >= maxDetections) break;
  }
  return kept;
}

/** A copy sorted by falling confidence; stable. */
export function bestFirst(detections: readonly RawDetection[]): RawDetection[] {
  return [...detections].sort((a, b) => b.confidence - a.confidence);
}
