import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { type ForeignOrder, type ForeignPlan, planForeign } from './foreign-plan.ts';
import { foreignDetails, foreignTruth } from './foreign-truth.ts';
import { assemble } from './assemble.ts';
import type { Stock } from './stock.ts';

/** Part of the file names: it changes when equal orders would give other recordings. */
const composerVersion = 1;

/** A composed recording and its truth. */
export interface ForeignRecording {
  path: string;
  truthPath: string;
  plan: ForeignPlan;
}

/** Composes `<outDir>/foreign-….mp4` with its truth (CSV) and what else is known (details CSV) beside it. */
export async function composeForeign(order: ForeignOrder, stock: Stock, outDir: string): Promise<ForeignRecording> {
  const plan = planForeign(order, stock);
  const { seed, channel = seed, durationS, widthPx, heightPx, rateFps, style, decoys, genre, format } = order;
  const parts = [
    'foreign',
    `g${composerVersion}`,
    style,
    ...(decoys ? ['decoys'] : []),
    ...(genre === undefined ? [] : [genre]),
    ...(format === undefined ? [] : [format]),
  ];
  const name = `${parts.join('-')}-${durationS}s-${widthPx}x${heightPx}-${rateFps}fps-channel${channel}-seed${seed}`;
  await mkdir(outDir, { recursive: true });
  const workDir = join(outDir, `.${name}-${process.pid}`);
  await mkdir(workDir, { recursive: true });
  const path = join(outDir, `${name}.mp4`);
  const truthPath = join(outDir, `${name}.csv`);
  try {
    await assemble(plan, path, workDir);
    await writeFile(truthPath, foreignTruth(plan));
    await writeFile(join(outDir, `${name}-details.csv`), foreignDetails(plan));
  } finally {
    await rm(workDir, { recursive: true, force: true });
  }
  return { path, truthPath, plan };
}
