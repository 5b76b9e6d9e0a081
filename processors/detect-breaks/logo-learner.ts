import { hammingDistance } from '../detect-shots/hamming.ts';
import type { LogoParameters } from './parameters.ts';

/** Steady edges of one scene in one corner: one byte a pixel, and the hash of a picture of that scene. */
interface SceneMap {
  pixels: Uint8Array;
  hash: Buffer;
}

/** A piece that spans this share of the region is a border (letterbox, pillarbox, ticker band), not a logo. */
const borderShare = 0.85;
/** Share of the scenes in which a logo's pixels must be edges: light pictures hide them now and then. */
const leastShare = 0.7;
/** Pieces whose bounding boxes are this close, pixels, belong to one logo. */
const groupedColumns = 8;
const groupedRows = 5;
/** Pieces centred in the outermost rows (share of the picture's height) belong to a ticker: logos keep to the title-safe area (SMPTE ST 2046-1). */
const tickerShare = 0.1;

/** For learning from very few scenes: their hash distance, bits of 64, and the fewest pixels of a logo. */
const earlyBits = 20;
const earlyPixels = 60;

interface Box {
  left: number;
  right: number;
  top: number;
  bottom: number;
}

/**
 * Learns what could be a channel logo in one corner: the pixels that are edges in (nearly) all of several scenes that look different. A slide
 * or a studio wall is one scene however long it stays, so it is never learned; bars and bands span the region and are left out.
 */
export class LogoLearner {
  readonly #widthPx: number;
  readonly #heightPx: number;
  readonly #parameters: LogoParameters;
  readonly #atBottom: boolean;
  readonly #counts: Uint8Array;
  #samples = 0;
  #hash: Buffer | undefined;
  #scenes: SceneMap[] = [];
  /** In how many of the scenes each pixel is an edge. */
  readonly #sums: Uint8Array;

  /** @param atBottom the corner is at the bottom of the picture, of which it takes 30 % of the height */
  constructor(widthPx: number, heightPx: number, atBottom: boolean, parameters: LogoParameters) {
    this.#widthPx = widthPx;
    this.#heightPx = heightPx;
    this.#atBottom = atBottom;
    this.#parameters = parameters;
    this.#counts = new Uint8Array(widthPx * heightPx);
    this.#sums = new Uint8Array(widthPx * heightPx);
  }

  /**
   * Adds one sample of the corner. Returns the logos (pixels of each, ascending indices, row-major) whenever a scene ended that leaves
   * any.
   *
   * @param edges one byte a pixel, 1 on an edge
   * @param hash perceptual hash of the whole picture
   */
  add(edges: Uint8Array, hash: Buffer): Uint16Array[] {
    const changed = this.#hash !== undefined && hammingDistance(this.#hash, hash) >= this.#parameters.newSceneBits;
    const found = changed ? this.#endScene() : [];
    if (changed || this.#hash === undefined || this.#samples >= 200) {
      this.#counts.fill(0);
      this.#samples = 0;
      this.#hash = hash;
    }
    addTo(this.#counts, edges);
    this.#samples += 1;
    // A scene that has stood for 2 s counts while it is still on: on a cold start there may be no third one before the first break.
    return found.length === 0 && this.#samples === 10 ? this.#early() : found;
  }

  /** Forgets every scene, after a break for example: what stood in spots must not be taken for a logo. */
  reset(): void {
    this.#scenes = [];
    this.#sums.fill(0);
    this.#hash = undefined;
    this.#samples = 0;
  }

  #endScene(): Uint16Array[] {
    if (this.#samples < 3 || this.#hash === undefined) return [];
    const pixels = this.#current();
    const same = this.#scenes.find((scene) => hammingDistance(scene.hash, this.#hash!) < this.#parameters.newSceneBits);
    // A scene that comes back is still one scene, and its latest look the one that counts.
    const left = same ?? (this.#scenes.length >= this.#parameters.scenes ? this.#scenes.shift() : undefined);
    if (left !== undefined) takeFrom(this.#sums, left.pixels);
    addTo(this.#sums, pixels);
    if (same !== undefined) {
      same.pixels = pixels;
      return [];
    }
    this.#scenes.push({ pixels, hash: this.#hash });
    return this.#scenes.length < this.#parameters.leastScenes ? [] : this.#candidates();
  }

  /** Steady edges of the scene that is on. */
  #current(): Uint8Array {
    return atLeast(this.#counts, Math.ceil(this.#samples * this.#parameters.sceneShare));
  }

  /**
   * Looks for a logo in only two to four scenes, which must look very different and share next to nothing but a few large, dense pieces.
   * Two views of one set share far more than that.
   */
  #early(): Uint16Array[] {
    const mask = this.#current();
    const unlike = this.#scenes.filter((scene) => hammingDistance(scene.hash, this.#hash!) >= earlyBits).slice(-3);
    if (unlike.length === 0) return [];
    let chance = share(mask);
    for (const { pixels } of unlike) {
      chance *= share(pixels);
      for (let pixel = 0; pixel < mask.length; pixel += 1) mask[pixel]! &= pixels[pixel]!;
    }
    const logos = this.#logos(mask).filter((logo) => logo.length >= earlyPixels);
    const kept = logos.reduce((sum, logo) => sum + logo.length, 0);
    const rest = sumOf(mask) - kept;
    return rest > 2 * chance * mask.length + 60 ? [] : logos;
  }

  #candidates(): Uint16Array[] {
    const sums = this.#sums;
    const scenes = this.#scenes.length;
    const least = leastCount(scenes, sumOf(sums) / (scenes * sums.length), this.#parameters.chancePixels / sums.length);
    if (least === undefined) return [];
    return this.#logos(atLeast(sums, least));
  }

  /** Groups connected pieces (within two pixels) that are large enough and no borders into logos. */
  #logos(mask: Uint8Array): Uint16Array[] {
    const seen = new Uint8Array(mask.length);
    const groups: { box: Box; pixels: number[] }[] = [];
    for (let start = 0; start < mask.length; start += 1) {
      if (mask[start] === 0 || seen[start] === 1) continue;
      const pixels = this.#flood(mask, seen, start);
      const box = this.#boxOf(pixels);
      if (pixels.length < this.#parameters.leastPiece || this.#isBorder(box) || this.#isTicker(box)) continue;
      const near = groups.filter((group) => areNear(group.box, box));
      for (const group of near) {
        pixels.push(...group.pixels);
        groups.splice(groups.indexOf(group), 1);
      }
      groups.push({ box: this.#boxOf(pixels), pixels });
    }
    const logos = groups.filter(({ box, pixels }) => pixels.length >= this.#parameters.leastPixels && !this.#isBorder(box));
    return logos.map(({ pixels }) => Uint16Array.from(pixels.sort((one, other) => one - other)));
  }

  #flood(mask: Uint8Array, seen: Uint8Array, start: number): number[] {
    const piece = [start];
    seen[start] = 1;
    for (let at = 0; at < piece.length; at += 1) {
      const row = Math.floor(piece[at]! / this.#widthPx);
      const column = piece[at]! % this.#widthPx;
      for (let y = Math.max(0, row - 2); y <= Math.min(this.#heightPx - 1, row + 2); y += 1) {
        for (let x = Math.max(0, column - 2); x <= Math.min(this.#widthPx - 1, column + 2); x += 1) {
          const pixel = y * this.#widthPx + x;
          if (mask[pixel] === 0 || seen[pixel] === 1) continue;
          seen[pixel] = 1;
          piece.push(pixel);
        }
      }
    }
    return piece;
  }

  #boxOf(pixels: readonly number[]): Box {
    const box = { left: this.#widthPx, right: 0, top: this.#heightPx, bottom: 0 };
    for (const pixel of pixels) {
      const column = pixel % this.#widthPx;
      const row = Math.floor(pixel / this.#widthPx);
      box.left = Math.min(box.left, column);
      box.right = Math.max(box.right, column);
      box.top = Math.min(box.top, row);
      box.bottom = Math.max(box.bottom, row);
    }
    return box;
  }

  #isBorder(box: Box): boolean {
    return box.right - box.left + 1 >= borderShare * this.#widthPx || box.bottom - box.top + 1 >= borderShare * this.#heightPx;
  }

  #isTicker(box: Box): boolean {
    const outermost = (tickerShare / 0.3) * this.#heightPx;
    const centre = (box.top + box.bottom) / 2;
    return this.#atBottom ? centre > this.#heightPx - outermost : centre < outermost / 2;
  }
}

/** Adds each value to its sum. */
function addTo(sums: Uint8Array, values: Uint8Array): void {
  for (let pixel = 0; pixel < values.length; pixel += 1) sums[pixel]! += values[pixel]!;
}

/** Takes each value from its sum. */
function takeFrom(sums: Uint8Array, values: Uint8Array): void {
  for (let pixel = 0; pixel < values.length; pixel += 1) sums[pixel]! -= values[pixel]!;
}

/** 1 where a value is at least so much, 0 elsewhere. */
function atLeast(values: Uint8Array, least: number): Uint8Array {
  const mask = new Uint8Array(values.length);
  for (let pixel = 0; pixel < values.length; pixel += 1) if (values[pixel]! >= least) mask[pixel] = 1;
  return mask;
}

function sumOf(values: Uint8Array): number {
  let sum = 0;
  for (let pixel = 0; pixel < values.length; pixel += 1) sum += values[pixel]!;
  return sum;
}

function share(pixels: Uint8Array): number {
  return sumOf(pixels) / pixels.length;
}

function areNear(one: Box, other: Box): boolean {
  const columns = Math.max(one.left, other.left) - Math.min(one.right, other.right);
  const rows = Math.max(one.top, other.top) - Math.min(one.bottom, other.bottom);
  return columns <= groupedColumns && rows <= groupedRows;
}

/**
 * Fewest of `scenes` in which a pixel must be an edge so that by chance (binomial, `density` each) no more than a share `allowed` of the
 * pixels is; at least {@link leastShare} of them. undefined when even an edge in every scene would not tell.
 */
function leastCount(scenes: number, density: number, allowed: number): number | undefined {
  let tail = 0;
  let least: number | undefined;
  let term = density ** scenes;
  for (let count = scenes; count >= scenes * leastShare; count -= 1) {
    tail += term;
    if (tail > allowed) break;
    least = count;
    // binomial(scenes, count - 1) from binomial(scenes, count)
    term *= (count / (scenes - count + 1)) * ((1 - density) / density);
  }
  return least;
}
