import { existsSync } from 'node:fs';
import { mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';

import { Random } from '../../ingest/demo/engine/random.ts';
import { type BroadcastPlan, type PlanItem, itemFrames } from '../../ingest/demo/plan.ts';
import { type Genre, Programme } from '../../ingest/demo/programme.ts';
import { renderBroadcast } from '../../ingest/demo/render/render-broadcast.ts';
import { inventBrand } from '../../ingest/demo/spots/brands.ts';
import { designSpot, spotStyles } from '../../ingest/demo/spots/spot-design.ts';
import { type TruthSpan, planTruth } from '../../ingest/demo/truth.ts';
import { beginPlan } from '../broadcasts/broadcast-plan.ts';
import { ffmpeg } from './run-ffmpeg.ts';

/** What a reel shall hold. */
export interface ReelOrder {
  seed: number;
  /** Lengths of its spots, seconds. */
  lengthsS: readonly number[];
  /** Folder to keep it in. */
  folder: string;
  widthPx: number;
  heightPx: number;
  /** Folder of filmed clips: every third spot is made of them. */
  videosDir?: string;
}

/** A broadcast with spots whose truth is known, and each spot as a file of its own, as an agency would send it. */
export interface Reel {
  path: string;
  durationS: number;
  spots: TruthSpan[];
  /** File of each spot and of each cut-down, by id. */
  files: ReadonlyMap<string, string>;
  /** Stretches of programme. */
  programme: TruthSpan[];
}

/** Id of the cut-down of a spot. */
export function cutDownId(id: string): string {
  return `${id}-cut`;
}

/** What a cut-down keeps of a spot, seconds: its first and its last third; nothing of a spot that is too short to have one. */
export function cutDownSpans(lengthS: number): [number, number][] {
  const third = Math.round((lengthS / 3) * rateFps) / rateFps;
  return lengthS < 15
    ? []
    : [
        [0, third],
        [lengthS - third, lengthS],
      ];
}

const rateFps = 25;
const genres: readonly Genre[] = ['news', 'cooking', 'sport', 'drama', 'travel', 'talk'];
/** Spots between two stretches of programme. */
const spotsInARow = 3;
const programmeS = 9;

/** Renders a reel: programme, three spots that follow each other at hard cuts, programme, and so on. What is in the folder is not made again. */
export async function makeReel(order: ReelOrder): Promise<Reel> {
  await mkdir(order.folder, { recursive: true });
  const plan = await planReel(order);
  const name = `reel-${order.seed}-${order.widthPx}x${order.heightPx}-${order.lengthsS.join('-')}`;
  const path = join(order.folder, `${name}.mp4`);
  if (!existsSync(path)) await renderBroadcast(plan, { path });
  const { spots, durationS } = planTruth(plan);
  const files = new Map<string, string>();
  for (const spot of spots) {
    const file = join(order.folder, `${name}-${spot.id}.mp4`);
    files.set(spot.id, file);
    if (!existsSync(file)) await cutOut(path, [[spot.startS, spot.endS]], file);
    const spans = cutDownSpans(spot.endS - spot.startS).map(([from, to]): [number, number] => [spot.startS + from, spot.startS + to]);
    const cut = join(order.folder, `${name}-${cutDownId(spot.id)}.mp4`);
    if (spans.length > 0) files.set(cutDownId(spot.id), cut);
    if (spans.length > 0 && !existsSync(cut)) await cutOut(path, spans, cut);
  }
  return { path, durationS, spots, files, programme: programmeSpans(plan) };
}

/** Encodes stretches anew, well, one after the other. */
async function cutOut(path: string, spans: readonly (readonly [number, number])[], file: string): Promise<void> {
  const within = spans.map(([from, to]) => `gte(t,${from.toFixed(3)})*lt(t,${to.toFixed(3)})`).join('+');
  const filters = ['-vf', `select='${within}',setpts=N/25/TB`, '-af', `aselect='${within}',asetpts=N/SR/TB`];
  await ffmpeg(['-i', path, ...filters, '-c:v', 'libx264', '-preset', 'veryfast', '-crf', '18', '-c:a', 'aac', '-b:a', '192k', file]);
}

async function planReel(order: ReelOrder): Promise<BroadcastPlan> {
  const { seed, lengthsS, widthPx, heightPx } = order;
  const durationS = 1000;
  const { plan } = beginPlan({ seed, durationS, widthPx, heightPx, rateFps, style: 'hard-cut', decoys: false });
  const random = new Random(seed).fork('reel');
  const clips = order.videosDir === undefined ? [] : await clipsIn(order.videosDir);
  const items: PlanItem[] = [];
  lengthsS.forEach((lengthS, index) => {
    if (index % spotsInARow === 0) items.push(programmeItem(random, index));
    const own = random.fork(`spot-${index + 1}`);
    const style = spotStyles[index % spotStyles.length]!;
    const spot = designSpot({ id: `spot-${index + 1}`, seed, brand: inventBrand(own), style, frames: Math.round(lengthS * rateFps), rateFps });
    items.push(index % spotsInARow === 2 && clips.length > 0 ? filmed(own, spot, clips) : spot);
  });
  items.push(programmeItem(random, lengthsS.length));
  return { ...plan, items };
}

function programmeItem(random: Random, index: number): PlanItem {
  const genre = genres[(index / spotsInARow) % genres.length]!;
  const programme = new Programme(random.fork(`programme-${index}`), { id: `programme-${index}`, genre, rateFps, hue: random.range(0, 360) });
  return programme.part(programmeS * rateFps, { ticker: false });
}

/** The same spot with filmed pictures in all shots but the end card. */
function filmed(random: Random, spot: PlanItem, clips: readonly string[]): PlanItem {
  const path = random.pick(clips);
  const shots = spot.shots.map((shot, index) => {
    if (index === spot.shots.length - 1) return shot;
    const lengthS = shot.frames / rateFps + 0.2;
    const scene = { kind: 'video', path, startS: Math.round(random.range(0, 4) * 25) / 25, lengthS } as const;
    return { ...shot, scene, camera: { kind: 'still', amount: 0 } as const, dissolveFrames: 0, sceneStartS: 0 };
  });
  return { ...spot, shots };
}

async function clipsIn(folder: string): Promise<string[]> {
  // The shorter clips of the shared assets would run out before a shot ends.
  const names = (await readdir(folder)).filter((name) => /^(bbb|pipeless|sam2|ocvzoo).*\.mp4$/.test(name));
  return names.sort().map((name) => join(folder, name));
}

function programmeSpans(plan: BroadcastPlan): TruthSpan[] {
  const spans: TruthSpan[] = [];
  let frame = 0;
  for (const item of plan.items) {
    const end = frame + itemFrames(item);
    if (item.kind === 'programme') spans.push({ id: item.id, startS: frame / rateFps, endS: end / rateFps });
    frame = end;
  }
  return spans;
}
