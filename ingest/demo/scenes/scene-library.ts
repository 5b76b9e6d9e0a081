import type { Atelier } from '../engine/atelier.ts';
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
  return programmeScenes[spec.kind](kit);
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
