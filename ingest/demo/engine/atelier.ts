import sharp from 'sharp';
import { findSpans, type Sprite, type SpritePlane } from './picture.ts';

/** A rectangle in drawing units: the visible picture is 640 wide and 360 high, whatever its size in pixels. */
export interface Box {
  x: number;
  y: number;
  width: number;
  height: number;
}

/** The box of a full-size layer: the visible 640x360 and a margin for camera moves. */
export const worldBox: Box = { x: -64, y: -36, width: 768, height: 432 };

/** What part of its world a scene shows: magnified about the centre of the picture and moved; drawing units. */
export interface Framing {
  zoom: number;
  x: number;
  y: number;
}

/** Turns SVG drawings into sprites at the size of the recording. */
export class Atelier {
  /** Picture pixels per drawing unit. */
  readonly scale: number;
  readonly #framing: Framing;

  /** @param widthPx width of the recording in pixels */
  constructor(widthPx: number, framing: Framing = { zoom: 1, x: 0, y: 0 }) {
    this.scale = widthPx / 640;
    this.#framing = framing;
  }

  /** The same drawing table with another framing. */
  framed(framing: Framing): Atelier {
    return new Atelier(this.scale * 640, framing);
  }

  /**
   * Renders SVG (the inside of an svg element, in drawing units) to a sprite trimmed to what can be seen.
   *
   * @param options.opaque drop alpha: for backgrounds that fill their box
   */
  async sprite(body: string, box: Box = worldBox, options: { opaque?: boolean; defs?: string } = {}): Promise<Sprite> {
    const { zoom, x, y } = this.#framing;
    const widthPx = even(box.width * zoom * this.scale);
    const heightPx = even(box.height * zoom * this.scale);
    const head = `<svg xmlns="http://www.w3.org/2000/svg" width="${widthPx}" height="${heightPx}" viewBox="${box.x} ${box.y} ${box.width} ${box.height}" preserveAspectRatio="none">`;
    const svg = `${head}<defs>${options.defs ?? ''}</defs>${body}</svg>`;
    const rgba = await sharp(Buffer.from(svg)).ensureAlpha().raw().toBuffer();
    const left = even((320 + (box.x - 320) * zoom + x) * this.scale);
    const top = even((180 + (box.y - 180) * zoom + y) * this.scale);
    return toSprite(rgba, widthPx, heightPx, left, top, options.opaque === true);
  }
}

const even = (value: number): number => Math.round(value / 2) * 2;

/** The part of an RGBA picture that is not transparent, with even edges. */
function visiblePart(rgba: Uint8Array, width: number, height: number): { left: number; top: number; right: number; bottom: number } {
  let [left, top, right, bottom] = [width, height, 0, 0];
  for (let row = 0; row < height; row++) {
    for (let column = 0; column < width; column++) {
      if (rgba[(row * width + column) * 4 + 3] === 0) continue;
      if (column < left) left = column;
      if (column >= right) right = column + 1;
      if (row < top) top = row;
      bottom = row + 1;
    }
  }
  if (right === 0) return { left: 0, top: 0, right: 2, bottom: 2 };
  return { left: left & ~1, top: top & ~1, right: Math.min(width, (right + 1) & ~1), bottom: Math.min(height, (bottom + 1) & ~1) };
}

function toSprite(rgba: Uint8Array, width: number, height: number, left: number, top: number, opaque: boolean): Sprite {
  const part = opaque ? { left: 0, top: 0, right: width, bottom: height } : visiblePart(rgba, width, height);
  const w = part.right - part.left;
  const h = part.bottom - part.top;
  const start = (part.top * width + part.left) * 4;
  const luma = lumaPlane(rgba, width, start, w, h, opaque);
  const chroma = chromaPlane(rgba, width, start, w / 2, h / 2, opaque);
  return { leftPx: left + part.left, topPx: top + part.top, luma, chroma };
}

// BT.601 limited range, as ffmpeg assumes for untagged standard-definition video.
function lumaPlane(rgba: Uint8Array, stride: number, start: number, w: number, h: number, opaque: boolean): SpritePlane {
  const values = new Uint8Array(w * h);
  const alpha = opaque ? null : new Uint8Array(w * h);
  for (let row = 0; row < h; row++) {
    for (let column = 0; column < w; column++) {
      const at = start + (row * stride + column) * 4;
      const a = opaque ? 255 : (rgba[at + 3] as number);
      const luma = 16 + ((rgba[at] as number) * 65.738 + (rgba[at + 1] as number) * 129.057 + (rgba[at + 2] as number) * 25.064) / 256;
      values[row * w + column] = (luma * a) / 255 + 0.5;
      if (alpha !== null) alpha[row * w + column] = a;
    }
  }
  return { width: w, height: h, values: [values], alpha, spans: findSpans(alpha, w, h) };
}

function chromaPlane(rgba: Uint8Array, stride: number, start: number, w: number, h: number, opaque: boolean): SpritePlane {
  const u = new Uint8Array(w * h);
  const v = new Uint8Array(w * h);
  const alpha = opaque ? null : new Uint8Array(w * h);
  for (let row = 0; row < h; row++) {
    for (let column = 0; column < w; column++) {
      let [r, g, b, cover] = [0, 0, 0, 0];
      for (const offset of [0, 1, stride, stride + 1]) {
        const at = start + (row * 2 * stride + column * 2 + offset) * 4;
        const a = opaque ? 255 : (rgba[at + 3] as number);
        r += (rgba[at] as number) * a;
        g += (rgba[at + 1] as number) * a;
        b += (rgba[at + 2] as number) * a;
        cover += a;
      }
      const index = row * w + column;
      const a = cover / 4;
      if (alpha !== null) alpha[index] = a;
      if (cover === 0) continue;
      [r, g, b] = [r / cover, g / cover, b / cover];
      u[index] = ((128 + (-37.945 * r - 74.494 * g + 112.439 * b) / 256) * a) / 255 + 0.5;
      v[index] = ((128 + (112.439 * r - 94.154 * g - 18.285 * b) / 256) * a) / 255 + 0.5;
    }
  }
  return { width: w, height: h, values: [u, v], alpha, spans: findSpans(alpha, w, h) };
}
