/** A YUV 4:2:0 picture (BT.601, limited range) in one buffer, as `-f rawvideo -pix_fmt yuv420p` wants it. Width and height are even. */
export interface Picture {
  readonly widthPx: number;
  readonly heightPx: number;
  /** Y, then U, then V. */
  readonly bytes: Uint8Array;
  readonly y: Uint8Array;
  readonly u: Uint8Array;
  readonly v: Uint8Array;
}

/** One plane of a sprite, premultiplied by its alpha. */
export interface SpritePlane {
  readonly width: number;
  readonly height: number;
  /** Premultiplied values, one array per component that shares this alpha (luma: 1, chroma: 2). */
  readonly values: readonly Uint8Array[];
  /** 0 to 255, or null when every pixel is opaque. */
  readonly alpha: Uint8Array | null;
  /** Four numbers a row: where the visible part starts and ends, and where its longest fully opaque run starts and ends. */
  readonly spans: Int32Array;
}

/** Finds {@link SpritePlane.spans}. */
export function findSpans(alpha: Uint8Array | null, width: number, height: number): Int32Array {
  const spans = new Int32Array(height * 4);
  for (let row = 0; row < height; row++) {
    if (alpha === null) {
      spans.set([0, width, 0, width], row * 4);
      continue;
    }
    let [seen, seenEnd, solid, solidEnd, run] = [width, 0, 0, 0, 0];
    for (let column = 0; column < width; column++) {
      const a = alpha[row * width + column] as number;
      if (a > 0) {
        if (seen === width) seen = column;
        seenEnd = column + 1;
      }
      run = a === 255 ? run + 1 : 0;
      if (run > solidEnd - solid) [solid, solidEnd] = [column + 1 - run, column + 1];
    }
    spans.set([seen, Math.max(seen, seenEnd), solid, solidEnd], row * 4);
  }
  return spans;
}

/** A picture part with alpha, trimmed to what can be seen. */
export interface Sprite {
  /** Where the trimmed part stands in the drawing it came from, in pixels; even numbers. */
  readonly leftPx: number;
  readonly topPx: number;
  readonly luma: SpritePlane;
  readonly chroma: SpritePlane;
}

/** Creates a black picture. */
export function createPicture(widthPx: number, heightPx: number): Picture {
  const size = widthPx * heightPx;
  const bytes = new Uint8Array((size * 3) / 2);
  const picture = { widthPx, heightPx, bytes, y: bytes.subarray(0, size), u: bytes.subarray(size, size * 1.25), v: bytes.subarray(size * 1.25) };
  fillBlack(picture);
  return picture;
}

/** Makes the whole picture black (Y 16, U and V 128). */
export function fillBlack(picture: Picture): void {
  picture.y.fill(16);
  picture.u.fill(128);
  picture.v.fill(128);
}

/** Mixes `over` into `picture`: weight 0 keeps it, 1 replaces it. */
export function mixPicture(picture: Picture, over: Picture, weight: number): void {
  const share = Math.round(weight * 256);
  const a = picture.bytes;
  const b = over.bytes;
  for (let index = 0; index < a.length; index++) {
    const value = a[index] as number;
    a[index] = value + ((((b[index] as number) - value) * share) >> 8);
  }
}

/** Fades towards black: level 1 keeps the picture, 0 makes it black. */
export function fadePicture(picture: Picture, level: number): void {
  if (level >= 1) return;
  if (level <= 0) return fillBlack(picture);
  const share = Math.round(level * 256);
  const { y, u, v } = picture;
  for (let index = 0; index < y.length; index++) y[index] = 16 + ((((y[index] as number) - 16) * share) >> 8);
  for (const plane of [u, v])
    for (let index = 0; index < plane.length; index++) plane[index] = 128 + ((((plane[index] as number) - 128) * share) >> 8);
}

/** Black bars above and below: `share` of the height each. */
export function letterbox(picture: Picture, share: number): void {
  const rows = Math.round((picture.heightPx * share) / 2) * 2;
  const { widthPx: w, heightPx: h, y, u, v } = picture;
  y.fill(16, 0, rows * w);
  y.fill(16, (h - rows) * w);
  const chromaRows = (rows / 2) * (w / 2);
  for (const plane of [u, v]) {
    plane.fill(128, 0, chromaRows);
    plane.fill(128, plane.length - chromaRows);
  }
}

/** Adds luma noise from a tile (values around 0) that is read from `offset` on; the tile must be longer than the offset. */
export function addGrain(picture: Picture, tile: Int8Array, offset: number): void {
  const { y } = picture;
  const span = tile.length;
  let position = offset % span;
  for (let start = 0; start < y.length;) {
    const count = Math.min(y.length - start, span - position);
    addRun(y, start, tile, position, count);
    start += count;
    position = 0;
  }
}

function addRun(y: Uint8Array, start: number, tile: Int8Array, position: number, count: number): void {
  for (let index = 0; index < count; index++) y[start + index] = (y[start + index] as number) + (tile[position + index] as number);
}
