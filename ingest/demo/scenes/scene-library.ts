import type { Atelier, Framing } from '../engine/atelier.ts';
import { Random } from '../engine/random.ts';
import type { Layer } from '../engine/scene.ts';
import type { AdSceneKind, GraphicSpec, SceneKind, SceneSpec, ShotSpec } from '../plan.ts';
import { endCard, heroShot, priceShot, qrShot, rangeShot, sloganLayer } from '../spots/ad-scenes.ts';
import type { Brand } from '../spots/products.ts';
import { lowerThirdLayers, scoreLayers, titleScene, type ChannelLook } from './graphics.ts';
import { closeUpScene, kitchenScene, roomScene } from './indoors.ts';
import { landscapeScene, seaScene, streetScene } from './outdoors.ts';
import type { SceneBuilder, SceneKit } from './scene-kit.ts';
import { commentaryScene, pitchScene, playerScene } from './sport.ts';
import { studioScene, weatherScene } from './studio.ts';

const programmeScenes: Readonly<Record<SceneKind, SceneBuilder>> = {
  studio: studioScene,
  weather: weatherScene,
  landscape: landscapeScene,
  sea: seaScene,
  street: streetScene,
  room: roomScene,
  kitchen: kitchenScene,
  'close-up': closeUpScene,
  pitch: pitchScene,
  player: playerScene,
  commentary: commentaryScene,
};

const adScenes: Readonly<Record<AdSceneKind, (kit: SceneKit, brand: Brand, withQr: boolean) => Promise<Layer[]>>> = {
  hero: heroShot,
  price: priceShot,
  range: rangeShot,
  qr: qrShot,
  'end-card': endCard,
};

/** Draws the layers of a scene; black has none, and recorded pictures are no drawing. */
export async function buildScene(atelier: Atelier, spec: SceneSpec): Promise<Layer[]> {
  if (spec.kind === 'black' || spec.kind === 'video') return [];
  const kit: SceneKit = { atelier, random: new Random(spec.seed), hue: spec.hue };
  if (spec.kind === 'title') return titleScene(kit, spec.look, spec.title, spec.line);
  if ('brand' in spec) return adScenes[spec.kind](kit, spec.brand, spec.withQr ?? false);
  const random = kit.random.fork('framing');
  return programmeScenes[spec.kind]({ ...kit, atelier: freelyFramed.has(spec.kind) ? atelier.framed(framing(random)) : atelier });
}

/** Scenes that look well from nearer and from the side. */
const freelyFramed: ReadonlySet<SceneKind> = new Set(['landscape', 'sea', 'street', 'room', 'kitchen', 'close-up', 'pitch']);

/** Up to 1.35 times nearer, moved as far as the drawn world reaches. */
function framing(random: Random): Framing {
  const zoom = random.chance(0.25) ? 1 : random.range(1.02, 1.35);
  return { zoom, x: random.range(-0.7, 0.7) * 384 * (zoom - 1), y: random.range(-0.6, 0.4) * 216 * (zoom - 1) };
}

/** Draws the graphics of a shot; `raised` lifts lower thirds above a ticker. */
export async function buildGraphics(atelier: Atelier, look: ChannelLook, shot: ShotSpec, lengthS: number, raised: boolean): Promise<Layer[]> {
  const kit: SceneKit = { atelier, random: new Random(1), hue: look.hue };
  const layers: Layer[] = [];
  for (const graphic of shot.graphics) layers.push(...(await buildGraphic(kit, look, graphic, lengthS, raised)));
  return layers;
}

async function buildGraphic(kit: SceneKit, look: ChannelLook, graphic: GraphicSpec, lengthS: number, raised: boolean): Promise<Layer[]> {
  switch (graphic.kind) {
    case 'lower-third':
      return lowerThirdLayers(kit, look, graphic.name, graphic.role, graphic.inS, graphic.outS, raised);
    case 'score':
      return scoreLayers(kit, look, graphic.teams, graphic.score, graphic.startS, lengthS);
    case 'slogan':
      return [await sloganLayer(kit, graphic.text, graphic.y, '#fff')];
  }
}
