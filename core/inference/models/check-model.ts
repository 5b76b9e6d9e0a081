import { readFile } from 'node:fs/promises';

import type { Logger } from '../../log/logger.ts';
import { createMetrics } from '../../metrics/metrics.ts';
import type { Clock } from '../../time/clock.ts';
import { inferenceConfigSchema } from '../inference-config.ts';
import { createInferencePool } from '../inference-pool.ts';
import type { Xyxy } from '../letterbox.ts';
import { intersectionOverUnion } from '../nms.ts';
import type { DetectionBox } from '../worker-protocol.ts';
import type { ModelManifest } from './model-manifest.ts';
import { type InstalledModel, pathInside, verifyModelFile } from './model-store.ts';

/** What a check found. */
export interface ModelCheck {
  ok: boolean;
  /** One sentence each: what was checked and what came of it. */
  findings: string[];
}

/** Loads a model as the pipeline does and runs its golden picture. @throws InvalidInputError `E_MODEL_INVALID` when it cannot be loaded */
export async function checkModel(model: InstalledModel, deps: { log: Logger; clock: Clock }): Promise<ModelCheck> {
  await verifyModelFile(model);
  const config = inferenceConfigSchema.parse({ workers: 1 });
  const pool = createInferencePool(config, { ...deps, metrics: createMetrics() });
  try {
    const handle = await pool.load(model);
    const findings = [`The file has the sha256 of its model.yaml, loads and runs on ${handle.loaded.device}.`];
    const { golden } = model.manifest;
    if (golden === undefined) return { ok: true, findings: [...findings, 'It has no golden picture, so what it finds was not checked.'] };
    const picture = await readFile(await pathInside(model.folder, golden.input));
    const lowest = Math.min(model.manifest.output.confidenceThreshold, ...golden.expected.map((expected) => expected.confidence));
    const minConfidence = Math.max(0, lowest - golden.tolerances.confidence);
    const result = await handle.detect({ streamKey: 'check', picture, minConfidence });
    const missing = result.kind === 'detected' ? missingFrom(result.boxes, golden) : [];
    findings.push(...missing);
    if (missing.length === 0) findings.push(`All ${golden.expected.length} detections of its golden picture are found.`);
    return { ok: missing.length === 0, findings };
  } finally {
    await pool.close();
  }
}

/** Expected detections that no box comes near, as sentences. */
function missingFrom(boxes: readonly DetectionBox[], golden: NonNullable<ModelManifest['golden']>): string[] {
  const left = [...boxes];
  return golden.expected.flatMap((expected) => {
    const match = left.findIndex(
      (box) =>
        box.label === expected.label &&
        Math.abs(box.confidence - expected.confidence) <= golden.tolerances.confidence &&
        isNear(box.xyxyPx, expected.xyxyPx, golden.tolerances.boxPx),
    );
    if (match !== -1) left.splice(match, 1);
    if (match !== -1) return [];
    return [`Not found on the golden picture: ${expected.label} ${expected.confidence} at ${expected.xyxyPx.join(', ')}.`];
  });
}

/** Overlap at which a box is the expected one whatever its sides: resizers differ, and a wide box moves by more pixels than a small one. */
const sameBoxIou = 0.75;

function isNear(box: Xyxy, expected: Xyxy, boxPx: number): boolean {
  const sidesFit = box.every((side, index) => Math.abs(side - (expected[index] ?? 0)) <= boxPx);
  return sidesFit || intersectionOverUnion(box, expected) >= sameBoxIou;
}
