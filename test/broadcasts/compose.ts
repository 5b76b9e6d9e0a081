import { execFile } from 'node:child_process';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Random } from '../../ingest/demo/engine/random.ts';
import type { BroadcastPlan, PlanItem, SceneSpec, ShotSpec } from '../../ingest/demo/plan.ts';
import { Programme } from '../../ingest/demo/programme.ts';
import { inventBrand } from '../../ingest/demo/spots/brands.ts';
import { designSpot, spotStyles } from '../../ingest/demo/spots/spot-design.ts';
import { beginPlan, formatted, runningOrder, SpotPool, type BroadcastOrder, type ProgrammeParts } from './broadcast-plan.ts';
import { broadcastName, writeBroadcast, type BroadcastTarget, type LabelledBroadcast } from './generate.ts';

interface Clip {
  path: string;
  lengthS: number;
}

async function lengthOf(path: string): Promise<number> {
  const args = ['-v', 'error', '-select_streams', 'v:0', '-show_entries', 'stream=duration', '-of', 'csv=p=0', path];
  const { stdout } = await promisify(execFile)('ffprobe', args, { timeout: 20_000 });
  return Number.parseFloat(stdout);
}

/** The mp4 clips of a folder, longest first. */
async function clipsIn(folder: string): Promise<Clip[]> {
  const names = (await readdir(folder)).filter((name) => name.endsWith('.mp4')).sort();
  const clips = await Promise.all(names.map(async (name) => ({ path: join(folder, name), lengthS: await lengthOf(join(folder, name)) })));
  return clips.filter((clip) => clip.lengthS > 2).sort((a, b) => b.lengthS - a.lengthS || a.path.localeCompare(b.path));
}

/** A stretch of one of the clips for a shot of `frames`. */
function stretch(random: Random, clips: readonly Clip[], frames: number, rateFps: number): SceneSpec {
  const lengthS = frames / rateFps;
  const fitting = clips.filter((clip) => clip.lengthS > lengthS + 0.5);
  const clip = random.pick(fitting.length > 0 ? fitting : clips);
  return {
    kind: 'video',
    path: clip.path,
    startS: Math.round(random.range(0, Math.max(0, clip.lengthS - lengthS - 0.2)) * 100) / 100,
    lengthS: lengthS + 0.2,
  };
}

const recorded = (shot: ShotSpec, scene: SceneSpec): ShotSpec => ({
  ...shot,
  scene,
  camera: { kind: 'still', amount: 0 },
  dissolveFrames: 0,
  sceneStartS: 0,
});

function recordedProgramme(random: Random, clips: readonly Clip[], rateFps: number, hue: number): ProgrammeParts {
  const drawn = new Programme(random.fork('sound'), { id: 'recorded', genre: 'talk', rateFps, hue });
  return {
    part: (frames, options): PlanItem => {
      const item = drawn.part(frames, options);
      return { ...item, shots: item.shots.map((shot) => recorded(shot, stretch(random, clips, shot.frames, rateFps))) };
    },
  };
}

/**
 * Plans a broadcast of real pictures: programme from the three longest clips of a folder, spots from the others with drawn end cards, logo, ticker
 * and sound as in drawn broadcasts.
 *
 * @throws RangeError when the folder has fewer than 5 clips
 */
async function planComposition(order: BroadcastOrder & { videosDir: string }): Promise<BroadcastPlan> {
  const clips = await clipsIn(order.videosDir);
  if (clips.length < 5) throw new RangeError(`${order.videosDir} has ${clips.length} clips; 5 are needed.`);
  const { planning, plan } = beginPlan(order);
  const { random, rateFps, look } = planning;
  const pool = new SpotPool(planning, (id, frames) => {
    const own = random.fork(id);
    const spot = designSpot({ id, seed: order.seed, brand: inventBrand(own), style: own.pick(spotStyles), frames, rateFps });
    const source = own.shuffle(clips.slice(3)).slice(0, 2);
    return {
      ...spot,
      shots: spot.shots.map((shot, index) => (index === spot.shots.length - 1 ? shot : recorded(shot, stretch(own, source, shot.frames, rateFps)))),
    };
  });
  const programme = recordedProgramme(random.fork('programme'), clips.slice(0, 3), rateFps, look.hue);
  return {
    ...plan,
    items: formatted(
      order,
      runningOrder(planning, pool, () => programme),
    ),
  };
}

/** Composes a labelled broadcast from the clips of a folder, see {@link planComposition}. */
export async function composeFromVideos(order: BroadcastOrder & BroadcastTarget & { videosDir: string }): Promise<LabelledBroadcast> {
  return writeBroadcast(await planComposition(order), broadcastName('composed', order), order);
}
