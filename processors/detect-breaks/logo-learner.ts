import { hammingDistance } from '../detect-shots/hamming.ts';
import type { LogoParameters } from './parameters.ts';

/** Steady edges of one scene in one corner: one byte a pixel, and the hash of a picture of that scene. */
interface SceneMap {
  pixels: Uint8Array;
  hash: Buffer;
}

/** A piece that spans this share of the region is a border (letterbox, pillarbox, ticker band), not a logo. */
const borderShare = 0.85;

/**
 * Learns what could be a channel logo in one corner: the pixels that are edges in (nearly) all of several scenes that look different. A slide
 * or a studio wall is one scene however long it stays, so it is never learned; bars and bands span the region and are left out.
 */
export class LogoLearner {
  readonly #widthPx: number;
  readonly #heightPx: number;
  readonly #parameters: LogoParameters;
  readonly #counts: Uint8Array;
  #samples = 0;
  #hash: Buffer | undefined;
  #scenes: SceneMap[] = [];

  constructor(widthPx: number, heightPx: number, parameters: LogoParameters) {
    this.#widthPx = widthPx;
    this.#heightPx = heightPx;
    this.#parameters = parameters;
    this.#counts = new Uint8Array(widthPx * heightPx);
  }

  /**
   * Adds one sample of the corner. Returns the pixels of a logo (ascending indices, row-major) whenever a scene ended that leaves one.
   *
   * @param edges one byte a pixel, 1 on an edge
   * @param hash perceptual hash of the whole picture
   */
  add(edges: Uint8Array, hash: Buffer): Uint16Array | undefined {
    const changed = this.#hash !== undefined && hammingDistance(this.#hash, hash) >= this.#parameters.newSceneBits;
    const found = changed ? this.#endScene() : undefined;
    if (changed || this.#hash === undefined || this.#samples >= 200) {
      this.#counts.fill(0);
      this.#samples = 0;
      this.#hash = hash;
    }
    for (let pixel = 0; pixel < edges.length; pixel += 1) this.#counts[pixel]! += edges[pixel]!;
    this.#samples += 1;
    return found;
  }

  /** Forgets every scene, after a break for example: what stood in spots must not be taken for a logo. */
  reset(): void {
    this.#scenes = [];
    this.#hash = undefined;
    this.#samples = 0;
  }

  #endScene(): Uint16Array | undefined {
    if (this.#samples < 3 || this.#hash === undefined) return undefined;
    const least = Math.ceil(this.#samples * this.#parameters.sceneShare);
    const pixels = this.#counts.map((count) => (count >= least ? 1 : 0));
    const same = this.#scenes.find((scene) => hammingDistance(scene.hash, this.#hash!) < this.#parameters.newSceneBits);
    // A scene that comes back is still one scene: a second look only takes edges away.
    if (same !== undefined) {
      same.pixels = same.pixels.map((pixel, index) => pixel & pixels[index]!);
      return undefined;
    }
    this.#scenes.push({ pixels, hash: this.#hash });
    if (this.#scenes.length > this.#parameters.scenes) this.#scenes.shift();
    return this.#scenes.length < this.#parameters.leastScenes ? undefined : this.#candidate();
  }

  #candidate(): Uint16Array | undefined {
    const sums = new Uint8Array(this.#counts.length);
    let edges = 0;
    for (const { pixels } of this.#scenes) {
      for (let pixel = 0; pixel < sums.length; pixel += 1) {
        sums[pixel]! += pixels[pixel]!;
        edges += pixels[pixel]!;
      }
    }
    const scenes = this.#scenes.length;
    const least = leastCount(scenes, edges / (scenes * sums.length), this.#parameters.chancePixels / sums.length);
    if (least === undefined) return undefined;
    return this.#pieces(sums.map((sum) => (sum >= least ? 1 : 0)));
  }

  /** Keeps connected pieces (within two pixels) that are large enough and no borders. */
  #pieces(mask: Uint8Array): Uint16Array | undefined {
    const seen = new Uint8Array(mask.length);
    const kept: number[] = [];
    for (let start = 0; start < mask.length; start += 1) {
      if (mask[start] === 0 || seen[start] === 1) continue;
      const piece = this.#flood(mask, seen, start);
      if (piece.length >= this.#parameters.leastPiece && !this.#isBorder(piece)) kept.push(...piece);
    }
    return kept.length < this.#parameters.leastPixels || this.#isBorder(kept) ? undefined : Uint16Array.from(kept.sort((one, other) => one - other));
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

  #isBorder(piece: readonly number[]): boolean {
    let left = this.#widthPx;
    let right = 0;
    let top = this.#heightPx;
    let bottom = 0;
    for (const pixel of piece) {
      const column = pixel % this.#widthPx;
      const row = Math.floor(pixel / this.#widthPx);
      left = Math.min(left, column);
      right = Math.max(right, column);
      top = Math.min(top, row);
      bottom = Math.max(bottom, row);
    }
    return right - left + 1 >= borderShare * this.#widthPx || bottom - top + 1 >= borderShare * this.#heightPx;
  }
}

/**
 * Fewest of `scenes` in which a pixel must be an edge so that by chance (binomial, `density` each) no more than a share `allowed` of the
 * pixels is; at least four in five. undefined when even an edge in every scene would not tell.
 */
function leastCount(scenes: number, density: number, allowed: number): number | undefined {
  let tail = 0;
  let least: number | undefined;
  let term = density ** scenes;
  for (let count = scenes; count >= scenes * 0.8; count -= 1) {
    tail += term;
    if (tail > allowed) break;
    least = count;
    // binomial(scenes, count - 1) from binomial(scenes, count)
    term *= (count / (scenes - count + 1)) * ((1 - density) / density);
  }
  return least;
}
