import { Random } from '../engine/random.ts';
import type { AdSceneKind, CameraMove, GraphicSpec, PlanItem, SceneKind, SceneSpec, ShotSpec, SoundSpec } from '../plan.ts';
import { createVoice } from '../sound/voice.ts';
import type { MusicStyle } from '../sound/music.ts';
import type { Brand } from './products.ts';

/** How a spot is told. */
export type SpotStyle = 'product' | 'lifestyle' | 'retail' | 'app' | 'cinema';

/** All styles of spots. */
export const spotStyles: readonly SpotStyle[] = ['product', 'lifestyle', 'retail', 'app', 'cinema'];

interface StyleRecipe {
  scenes: readonly (AdSceneKind | SceneKind)[];
  /** Length of its shots in seconds, from and to. */
  shotS: readonly [number, number];
  music: readonly MusicStyle[];
  voiceChance: number;
  /** Chance that its pictures are wider than 16:9. */
  letterboxChance: number;
}

const recipes: Readonly<Record<SpotStyle, StyleRecipe>> = {
  product: {
    scenes: ['hero', 'close-up', 'hero', 'price'],
    shotS: [1.4, 2.6],
    music: ['pop', 'jingle', 'calm'],
    voiceChance: 0.9,
    letterboxChance: 0,
  },
  lifestyle: {
    scenes: ['kitchen', 'room', 'close-up', 'hero', 'street'],
    shotS: [1.3, 2.6],
    music: ['calm', 'pop'],
    voiceChance: 0.8,
    letterboxChance: 0.2,
  },
  retail: {
    scenes: ['range', 'price', 'hero', 'price', 'price'],
    shotS: [0.8, 1.5],
    music: ['jingle', 'pop', 'drive'],
    voiceChance: 1,
    letterboxChance: 0,
  },
  app: { scenes: ['street', 'close-up', 'qr', 'hero', 'qr'], shotS: [1.2, 2.4], music: ['drive', 'pop'], voiceChance: 0.9, letterboxChance: 0 },
  cinema: {
    scenes: ['landscape', 'hero', 'sea', 'close-up', 'street', 'hero'],
    shotS: [1.8, 3.4],
    music: ['calm', 'drive'],
    voiceChance: 0.5,
    letterboxChance: 0.7,
  },
};

/** What {@link designSpot} needs. */
export interface SpotOrder {
  id: string;
  seed: number;
  brand: Brand;
  style: SpotStyle;
  frames: number;
  rateFps: number;
  /** Allow bars above and below where the style likes them. @default true */
  letterbox?: boolean;
}

const adKinds: ReadonlySet<string> = new Set(['hero', 'price', 'range', 'qr', 'end-card']);

function sceneOf(random: Random, brand: Brand, kind: AdSceneKind | SceneKind): SceneSpec {
  const seed = random.int(1, 1e9);
  if (adKinds.has(kind)) return { kind: kind as AdSceneKind, seed, hue: brand.hue, brand };
  return { kind: kind as SceneKind, seed, hue: brand.hue };
}

function cameraOf(random: Random, kind: string): CameraMove {
  if (adKinds.has(kind)) return { kind: 'still', amount: 0 };
  if (random.chance(0.4)) return { kind: 'pan', amount: random.pick([-25, 25, 50, -50]) };
  return random.chance(0.35) ? { kind: 'zoom', amount: random.range(0.02, 0.06) } : { kind: 'still', amount: 0 };
}

function soundOf(random: Random, recipe: StyleRecipe): SoundSpec {
  const speaks = random.chance(recipe.voiceChance);
  return {
    seed: random.int(1, 1e9),
    speech: speaks ? [{ voice: { ...createVoice(random), rate: random.range(5, 6.6), pauseS: 0.3 }, gain: random.range(0.9, 1.25) }] : [],
    music: { style: random.pick(recipe.music), gain: speaks ? random.range(0.4, 0.7) : 0.9 },
    ambience: 0.002,
    ambienceTone: 0.8,
    ambienceSwell: 0,
    fadeInS: 0.02,
    fadeOutS: random.range(0.08, 0.4),
  };
}

/** Designs a spot of exactly `frames` frames: shots in the style's manner, an end card, music and mostly a voice. Equal orders give equal spots. */
export function designSpot(order: SpotOrder): PlanItem {
  const random = new Random(order.seed).fork(order.id);
  const recipe = recipes[order.style];
  const { brand, rateFps } = order;
  const endFrames = Math.min(Math.floor(order.frames * 0.4), Math.round(random.range(1.8, 2.8) * rateFps));
  const shots: ShotSpec[] = [];
  let left = order.frames - endFrames;
  for (let index = 0; left > 0; index++) {
    const wanted = Math.round(random.range(...recipe.shotS) * rateFps);
    const frames = left - wanted < recipe.shotS[0] * rateFps * 0.6 ? left : wanted;
    const kind = recipe.scenes[index % recipe.scenes.length] as AdSceneKind | SceneKind;
    const graphics: GraphicSpec[] = index === 1 && !adKinds.has(kind) ? [{ kind: 'slogan', text: brand.slogan, y: 300 }] : [];
    const dissolveFrames = order.style === 'cinema' && index > 0 && random.chance(0.4) ? Math.round(rateFps * 0.4) : 0;
    shots.push({ frames, scene: sceneOf(random, brand, kind), camera: cameraOf(random, kind), graphics, dissolveFrames, sceneStartS: 0 });
    left -= frames;
  }
  const withQr = order.style === 'app' || random.chance(0.15);
  shots.push({
    frames: endFrames,
    scene: { kind: 'end-card', seed: random.int(1, 1e9), hue: brand.hue, brand, withQr },
    camera: { kind: 'still', amount: 0 },
    graphics: [],
    dissolveFrames: 0,
    sceneStartS: 0,
  });
  const boxed = order.letterbox !== false && random.chance(recipe.letterboxChance);
  return {
    kind: 'spot',
    id: order.id,
    shots,
    sound: soundOf(random, recipe),
    logo: false,
    ticker: false,
    letterbox: boxed ? 0.115 : 0,
    fadeInFrames: 0,
    fadeOutFrames: 0,
  };
}
