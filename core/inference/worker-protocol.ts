import type { Placement, SizePx } from './letterbox.ts';
import type { ModelManifest } from './models/model-manifest.ts';
import type { SessionOptions } from './onnx-session.ts';

/** One picture of a run. */
export interface RunItem {
  /** `uint8[contentHeight, contentWidth, 3]` RGB at the start of shared memory; the worker only reads it. */
  pixels: SharedArrayBuffer;
  placement: Placement;
  /** Picture whose pixels the boxes are given in. */
  source: SizePx;
  /** Boxes below this are left out, 0 to 1. */
  minConfidence: number;
  maxDetections: number;
}

/** One box in pixels of the source picture. */
export interface DetectionBox {
  label: string;
  /** 0 to 1. */
  confidence: number;
  /** Left, top, right, bottom; right and bottom exclusive. */
  xyxyPx: readonly [number, number, number, number];
}

/** Messages to an inference worker. */
export type WorkerRequest =
  | { type: 'load'; model: string; file: string; manifest: ModelManifest; options: SessionOptions }
  | { type: 'unload'; model: string }
  | { type: 'run'; run: number; model: string; items: readonly RunItem[] }
  | { type: 'close' };

/** Outcome of one picture of a run. */
export type ItemOutcome = { ok: true; boxes: DetectionBox[] } | { ok: false; message: string };

/** What is known of a loaded model. */
export interface LoadedModel {
  /** Device that it runs on. */
  device: string;
  /** Why not on the device asked for; empty when it does. */
  fallbackReason: string;
  /** True when the graph takes several pictures at once. */
  batches: boolean;
}

/** Messages from an inference worker. */
export type WorkerReply =
  | { type: 'loaded'; model: string; loaded: LoadedModel }
  | { type: 'load-failed'; model: string; message: string }
  | { type: 'ran'; run: number; outcomes: readonly ItemOutcome[]; durationMs: number };
