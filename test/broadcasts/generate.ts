import { access, mkdir, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { BroadcastPlan } from '../../ingest/demo/plan.ts';
import { renderBroadcast } from '../../ingest/demo/render/render-broadcast.ts';
import { detailCsv, planTruth, truthCsv, truthEdl, type BroadcastTruth } from '../../ingest/demo/truth.ts';
import { planBroadcast, type BroadcastOrder } from './broadcast-plan.ts';

/** Part of the file names: it changes when equal orders would give other broadcasts. */
const generatorVersion = 3;

/** Where to put a broadcast. */
export interface BroadcastTarget {
  /** Folder for the recording and its truth; created when it does not exist. A broadcast that is there already is not rendered again. */
  outDir: string;
  onProgress?: (done: number) => void;
  signal?: AbortSignal;
}

/** A rendered broadcast with everything that is known about it. */
export interface LabelledBroadcast {
  /** MP4 with H.264 and AAC. */
  path: string;
  truth: BroadcastTruth;
  /** CSV `kind,id,start_s,end_s` with breaks and spots. */
  truthPath: string;
  /** CSV of the same columns with separators, decoys and cuts. */
  detailsPath: string;
  /** `start end 3` in seconds, a break a line. */
  edlPath: string;
  plan: BroadcastPlan;
}

/** Renders a plan to `<outDir>/<name>.mp4` with its truth beside it. */
export async function writeBroadcast(plan: BroadcastPlan, name: string, target: BroadcastTarget): Promise<LabelledBroadcast> {
  const { outDir, onProgress, signal } = target;
  await mkdir(outDir, { recursive: true });
  const at = (suffix: string): string => join(outDir, `${name}${suffix}`);
  const truth = planTruth(plan);
  const broadcast = { path: at('.mp4'), truth, truthPath: at('.csv'), detailsPath: at('-details.csv'), edlPath: at('.edl'), plan };
  const writeWhole = async (path: string, text: string): Promise<void> => {
    await writeFile(`${path}.${process.pid}.partial`, text);
    await rename(`${path}.${process.pid}.partial`, path);
  };
  await Promise.all([
    writeWhole(broadcast.truthPath, truthCsv(truth)),
    writeWhole(broadcast.detailsPath, detailCsv(truth)),
    writeWhole(broadcast.edlPath, truthEdl(truth)),
  ]);
  const rendered = await access(broadcast.path).then(
    () => true,
    () => false,
  );
  if (!rendered) await renderBroadcast(plan, { path: broadcast.path, ...(onProgress && { onProgress }), ...(signal && { signal }) });
  return broadcast;
}

/** File name of an order without extension: everything that decides its content is in it. */
export function broadcastName(prefix: string, order: BroadcastOrder): string {
  const { seed, durationS, widthPx = 320, heightPx = 180, rateFps = 25, style, decoys, letterbox } = order;
  return `${prefix}-g${generatorVersion}-${style}${decoys ? '-decoys' : ''}${letterbox === true ? '-letterbox' : ''}-${durationS}s-${widthPx}x${heightPx}-${rateFps}fps-seed${seed}`;
}

/**
 * Generates a labelled broadcast: drawn programme with channel logo and speech, breaks of 10 to 30 s spots of which about two in five air again.
 * The same order gives the same truth and, on the same ffmpeg, the same file. Needs compiled workers (`npm run build`).
 */
export async function generateBroadcast(order: BroadcastOrder & BroadcastTarget): Promise<LabelledBroadcast> {
  return writeBroadcast(planBroadcast(order), broadcastName('broadcast', order), order);
}
