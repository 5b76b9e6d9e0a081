import type { Random } from '../../../ingest/demo/engine/random.ts';
import { type Canvas, type Scene, drawnOver, framesIn } from './canvas.ts';
import { type ForeignItem, shotLengths } from './items.ts';
import { boxFilter, cardScene, filmScene, patternScene, photoScene, plainScene, textFilter } from './pictures.ts';
import { type Layer, music, readText, someVoice, speechLike, tone } from './sounds.ts';
import type { Stock } from './stock.ts';

const brands = [
  'ZENDRO',
  'Kaffa Blue',
  'Miralux',
  'OTTO und SOHN',
  'Fresco',
  'Volta Bank',
  'Pimpinella',
  'NORVIA',
  'Happy Paws',
  'Luma Tel',
  'Crunchos',
  'Sano 24',
];
const claims = [
  'only 9.99 this week',
  'now in your shop',
  'because you care',
  'call 0800 123 456',
  'feel the difference',
  'new and better',
  'order today',
];

/** How spots are made. */
const makes = ['goods', 'quick', 'cards', 'story'] as const;

/** What spots are made from. */
export interface SpotMaterial {
  canvas: Canvas;
  stock: Stock;
  /** Everything is a plain colour, a word and a tone. */
  naive: boolean;
}

/** Designs a spot of `frames` pictures: shots, text and a last card, with music, a voice or both. */
export function designSpot(random: Random, material: SpotMaterial, id: string, frames: number): ForeignItem {
  const { canvas, naive } = material;
  const brand = random.pick(brands);
  const item = { kind: 'spot', id, logo: false } as const;
  if (naive) return { ...item, scenes: [plainScene(random, canvas, `${brand} ${random.int(1, 99)}`, frames)], layers: [tone(random, 0.2)] };
  const make = random.pick(makes);
  const last = Math.min(Math.round(frames * 0.35), framesIn(canvas, random.range(1.4, 3)));
  const [shortestS, longestS] = { goods: [1.2, 2.6], quick: [0.5, 1.6], cards: [1, 2.4], story: [2, 4.5] }[make] as [number, number];
  const shots = shotLengths(random, canvas, frames - last, shortestS, longestS);
  const scenes = shots.map((length) => shotOf(random, material, make, brand, length));
  scenes.push(cardScene(random, canvas, [brand, random.pick(claims)], last));
  return { ...item, scenes, layers: soundOf(random, make, frames / (canvas.rate[0] / canvas.rate[1])) };
}

function shotOf(random: Random, { canvas, stock }: SpotMaterial, make: (typeof makes)[number], brand: string, frames: number): Scene {
  const { films, photos } = stock.spots;
  const kinds: Scene[] = [];
  if (make === 'cards') kinds.push(cardScene(random, canvas, [random.pick(claims), brand], frames));
  else if (make === 'goods' && photos.length > 0) kinds.push(photoScene(random, canvas, photos, frames));
  else if (films.length > 0) kinds.push(filmScene(random, canvas, films, frames));
  const scene = random.pick(kinds.length > 0 && random.chance(0.85) ? kinds : [patternScene(random, canvas, frames)]);
  const text = textFilter(random, canvas, random.pick([brand, ...claims]), { atY: random.range(0.25, 0.8), height: random.range(0.08, 0.18) });
  if (random.chance(0.3)) return drawnOver(scene, `${boxFilter(random)},${text}`);
  return random.chance(0.3) ? drawnOver(scene, text) : scene;
}

function soundOf(random: Random, make: (typeof makes)[number], seconds: number): Layer[] {
  const bed = music(random, make === 'story' ? 0.12 : 0.3, make !== 'story');
  if (make === 'quick' && random.chance(0.5)) return [bed];
  const voice = random.chance(0.85) ? readText(random, someVoice(random), seconds, 1.4) : speechLike(random, 0.5);
  return make === 'story' && random.chance(0.4) ? [voice] : [bed, voice];
}
