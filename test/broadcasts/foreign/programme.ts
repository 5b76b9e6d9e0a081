import type { Random } from '../../../ingest/demo/engine/random.ts';
import { type Canvas, type Scene, drawnOver, framesIn, rateOf } from './canvas.ts';
import { type ForeignItem, type ForeignKind, shotLengths } from './items.ts';
import { blackScene, boxFilter, cardScene, filmScene, patternScene, photoScene, plainScene, textFilter } from './pictures.ts';
import { type Layer, ambience, jingle, music, readText, someVoice, speechLike, tone } from './sounds.ts';
import type { Stock } from './stock.ts';

/** Kinds of programmes. */
export const genres = ['documentary', 'footage', 'abstract', 'studio', 'match', 'naive'] as const;

/** One of {@link genres}. */
export type Genre = (typeof genres)[number];

const shotSeconds: Record<Genre, [number, number]> = {
  documentary: [4, 9],
  footage: [3, 10],
  abstract: [3, 9],
  studio: [6, 14],
  match: [2.5, 8],
  naive: [5, 20],
};

/** A programme: shots and sound of one genre, and the decoys that belong to it. */
export class ForeignProgramme {
  readonly #random: Random;
  readonly #canvas: Canvas;
  readonly #stock: Stock;
  readonly #genre: Genre;
  readonly #voice: string;
  #parts = 0;

  constructor(random: Random, canvas: Canvas, stock: Stock, genre: Genre) {
    this.#random = random;
    this.#canvas = canvas;
    this.#stock = stock;
    this.#genre = genre;
    this.#voice = someVoice(random);
  }

  /** A stretch of `frames` pictures. */
  part(frames: number, kind: ForeignKind = 'programme', changes: Partial<ForeignItem> = {}): ForeignItem {
    const random = this.#random.fork(`part ${this.#parts++}`);
    const [shortestS, longestS] = shotSeconds[this.#genre];
    const scenes = shotLengths(random, this.#canvas, frames, shortestS, longestS).map((length) => this.#shot(random, length));
    return { kind, id: `${this.#genre}-${this.#random.int(1, 1e6)}`, scenes, layers: this.#sound(random, frames), logo: true, ...changes };
  }

  /** A scene shown, something else, and the scene again with other words: what sport does. */
  replay(): ForeignItem[] {
    const scene = this.part(framesIn(this.#canvas, this.#random.range(5, 9)));
    const again = this.part(
      scene.scenes.reduce((sum, { frames }) => sum + frames, 0),
      'replay',
      { scenes: scene.scenes },
    );
    return [scene, this.part(framesIn(this.#canvas, 4)), again];
  }

  /** Quick cuts with music, logo on air. */
  montage(): ForeignItem {
    const frames = framesIn(this.#canvas, this.#random.range(8, 14));
    const scenes = shotLengths(this.#random, this.#canvas, frames, 0.4, 1.1).map((length) => this.#shot(this.#random, length));
    return { kind: 'montage', id: 'montage', scenes, layers: [music(this.#random, 0.3, true)], logo: true };
  }

  /** A trailer for another programme, no logo, text and music: much like a spot. */
  promo(): ForeignItem {
    const random = this.#random;
    const card = cardScene(random, this.#canvas, ['TONIGHT 20 15', 'do not miss it'], framesIn(this.#canvas, 2.5));
    const shots = shotLengths(random, this.#canvas, framesIn(this.#canvas, random.range(10, 18)), 1, 2.6);
    const scenes = [...shots.map((length) => this.#shot(random, length)), card];
    return {
      kind: 'promo',
      id: `promo-${random.int(1, 1e6)}`,
      scenes,
      layers: [music(random, 0.2, true), readText(random, this.#voice, 14, 1.2)],
      logo: false,
    };
  }

  /** The titles of the programme, the same every time. */
  titles(name: string, logo: boolean): ForeignItem {
    const random = this.#random.fork('titles');
    const shots = shotLengths(random, this.#canvas, framesIn(this.#canvas, random.range(4, 8)), 0.8, 2);
    const scenes = [
      ...shots.map((length) => this.#shot(random, length)),
      cardScene(random, this.#canvas, [name, 'the programme'], framesIn(this.#canvas, 3)),
    ];
    return { kind: 'titles', id: `titles-${name}`, scenes, layers: [music(random, 0.25, true)], logo };
  }

  #shot(random: Random, frames: number): Scene {
    const { films, photos } = this.#stock.programme;
    const canvas = this.#canvas;
    if (this.#genre === 'naive') return plainScene(random, canvas, 'PROGRAMME', frames);
    if (this.#genre === 'documentary' && photos.length > 0) return photoScene(random, canvas, photos, frames);
    if ((this.#genre === 'footage' || this.#genre === 'match') && films.length > 0 && random.chance(0.9))
      return filmScene(random, canvas, films, frames);
    const scene = patternScene(random, canvas, frames);
    if (this.#genre !== 'studio') return scene;
    return drawnOver(scene, `${boxFilter(random)},${textFilter(random, canvas, 'LATEST NEWS', { atY: 0.85, height: 0.07 })}`);
  }

  #sound(random: Random, frames: number): Layer[] {
    const seconds = frames / rateOf(this.#canvas);
    if (this.#genre === 'naive') return [tone(random, 0.15)];
    if (this.#genre === 'match') return [ambience(random, 0.12), readText(random, this.#voice, seconds * 0.7, 0.9)];
    if (this.#genre === 'abstract') return [music(random, 0.22, random.chance(0.4)), ambience(random, 0.01)];
    const voice = random.chance(0.8) ? readText(random, this.#voice, seconds, 1.1) : speechLike(random, 0.4);
    const bed = this.#genre === 'documentary' && random.chance(0.5) ? music(random, 0.05, false) : ambience(random, 0.015);
    return [voice, bed];
  }
}

/** The channel's own ident: its name over a pattern, a jingle, no logo. */
export function identItem(random: Random, canvas: Canvas, name: string): ForeignItem {
  const frames = framesIn(canvas, random.range(2.5, 5));
  return { kind: 'ident', id: 'ident', scenes: [cardScene(random, canvas, [name], frames)], layers: [jingle(random, 0.35)], logo: false };
}

/** A card that names a sponsor. */
export function sponsorItem(random: Random, canvas: Canvas): ForeignItem {
  const frames = framesIn(canvas, random.range(5, 8));
  const scenes = [cardScene(random, canvas, ['brought to you by', 'Miralux'], frames)];
  return { kind: 'sponsor', id: 'sponsor', scenes, layers: [music(random, 0.2, false), readText(random, 'slt', 3, 1.1)], logo: true };
}

/** Black, silent or over a remainder of sound. */
export function separatorItem(canvas: Canvas, frames: number, layers: readonly Layer[] = [], kind: ForeignKind = 'separator'): ForeignItem {
  return { kind, id: kind, scenes: [blackScene(canvas, frames)], layers, logo: false };
}
