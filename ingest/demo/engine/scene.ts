import type { Atelier } from './atelier.ts';
import { drawSprite } from './draw-sprite.ts';
import { createPicture, fillBlack, type Picture, type Sprite } from './picture.ts';

/** Where an animated layer is at a moment, relative to where it was drawn; drawing units. */
export interface Pose {
  dx?: number;
  dy?: number;
  /** Index into the layer's sprites. */
  sprite?: number;
  /** 0 to 1. */
  opacity?: number;
  /** Magnification about `pivot`. */
  scale?: number;
}

/** One layer of a scene. */
export interface Layer {
  /** One drawing, or several that `pose` chooses from. */
  sprites: readonly Sprite[];
  /** How much the camera moves it: 0 stands still (sky, graphics), 1 moves fully. */
  depth: number;
  /** Without it the layer never changes by itself. `tS` is seconds since the scene began. */
  pose?: (tS: number) => Pose;
  /** Fixed point of `Pose.scale`, drawing units. @default the centre of the picture */
  pivot?: readonly [number, number];
}

/** Camera at a moment: offset in drawing units and zoom (1 and more). */
export interface View {
  x: number;
  y: number;
  zoom: number;
}

const pivotOf = (layer: Layer): readonly [number, number] => layer.pivot ?? [320, 180];

/** Draws layers that a camera does not move: logos, captions, tickers. */
export function drawOverlay(picture: Picture, layers: readonly Layer[], tS: number, unit: number): void {
  for (const layer of layers) drawLayer(picture, layer, tS, { x: 0, y: 0, zoom: 1 }, unit);
}

function drawLayer(picture: Picture, layer: Layer, tS: number, view: View, unit: number): void {
  const pose = layer.pose?.(tS) ?? {};
  const sprite = layer.sprites[(pose.sprite ?? 0) % layer.sprites.length];
  if (sprite === undefined || pose.opacity === 0) return;
  const zoom = 1 + (view.zoom - 1) * layer.depth;
  const own = pose.scale ?? 1;
  const [pivotX, pivotY] = pivotOf(layer);
  const place = (start: number, pivot: number, move: number, centre: number, camera: number): number => {
    const inScene = pivot + (start / unit - pivot) * own + move;
    return (centre + (inScene - centre) * zoom - camera * layer.depth) * unit;
  };
  drawSprite(picture, sprite, {
    xPx: place(sprite.leftPx, pivotX, pose.dx ?? 0, 320, view.x),
    yPx: place(sprite.topPx, pivotY, pose.dy ?? 0, 180, view.y),
    scale: zoom * own,
    opacity: pose.opacity ?? 1,
  });
}

/** Something that can draw itself for any moment and camera. */
export interface Drawable {
  /** Draws over the whole picture; `tS` is seconds since the scene began. */
  draw(picture: Picture, tS: number, view: View): void;
}

/** Layers from back to front; draws itself for a moment and a camera. */
export class Scene implements Drawable {
  readonly #layers: readonly Layer[];
  readonly #unit: number;
  /** Leading layers that do not change, already drawn together, for a camera that stands still. */
  #still: Picture | undefined;

  constructor(atelier: Atelier, layers: readonly Layer[]) {
    this.#layers = layers;
    this.#unit = atelier.scale;
  }

  /** Draws the scene; the first layer should fill the picture, for nothing is cleared before. */
  draw(picture: Picture, tS: number, view: View): void {
    if (this.#layers.length === 0) return fillBlack(picture);
    let first = 0;
    if (view.x === 0 && view.y === 0 && view.zoom === 1) {
      first = this.#layers.findIndex((layer) => layer.pose !== undefined);
      if (first < 0) first = this.#layers.length;
      this.#still ??= this.#drawStill(picture, first);
      picture.bytes.set(this.#still.bytes);
    }
    for (const layer of this.#layers.slice(first)) drawLayer(picture, layer, tS, view, this.#unit);
  }

  #drawStill(like: Picture, count: number): Picture {
    const picture = createPicture(like.widthPx, like.heightPx);
    for (const layer of this.#layers.slice(0, count)) drawLayer(picture, layer, 0, { x: 0, y: 0, zoom: 1 }, this.#unit);
    return picture;
  }
}
