import type { Picture, Sprite, SpritePlane } from './picture.ts';

/** Where and how a sprite is drawn. */
export interface Placement {
  /** Left and top edge of the sprite in picture pixels; fractions move it smoothly when `smooth` is set. */
  xPx: number;
  yPx: number;
  /** Magnification. @default 1 */
  scale?: number;
  /** 0 to 1. @default 1 */
  opacity?: number;
}

/** Draws a sprite over a picture; parts outside the picture are cut off. Unscaled sprites stand on whole pixels. */
export function drawSprite(picture: Picture, sprite: Sprite, at: Placement): void {
  const opacity = Math.round((at.opacity ?? 1) * 256);
  if (opacity <= 0) return;
  const scale = at.scale ?? 1;
  const { widthPx: w, heightPx: h } = picture;
  if (Math.abs(scale - 1) > 1e-4) {
    drawScaled([picture.y], w, h, sprite.luma, at.xPx, at.yPx, scale, opacity);
    drawScaled([picture.u, picture.v], w / 2, h / 2, sprite.chroma, at.xPx / 2, at.yPx / 2, scale, opacity);
    return;
  }
  const x = Math.round(at.xPx);
  const y = Math.round(at.yPx);
  drawWhole([picture.y], w, h, sprite.luma, x, y, opacity);
  drawWhole([picture.u, picture.v], w / 2, h / 2, sprite.chroma, x >> 1, y >> 1, opacity);
}

const clamp = (value: number, low: number, high: number): number => (value < low ? low : value > high ? high : value);

function drawWhole(targets: readonly Uint8Array[], w: number, h: number, plane: SpritePlane, x: number, y: number, opacity: number): void {
  const { alpha, spans } = plane;
  const bottom = Math.min(h, y + plane.height);
  for (let row = Math.max(0, y); row < bottom; row++) {
    const line = row - y;
    const seen = clamp((spans[line * 4] as number) + x, 0, w);
    const seenEnd = clamp((spans[line * 4 + 1] as number) + x, 0, w);
    if (seenEnd <= seen) continue;
    const solid = clamp((spans[line * 4 + 2] as number) + x, seen, seenEnd);
    const solidEnd = clamp((spans[line * 4 + 3] as number) + x, seen, seenEnd);
    const source = line * plane.width - x;
    const target = row * w;
    for (let part = 0; part < targets.length; part++) {
      const to = targets[part] as Uint8Array;
      const from = plane.values[part] as Uint8Array;
      if (opacity < 256) {
        blendRow(to, target + seen, from, alpha, source + seen, seenEnd - seen, opacity);
        continue;
      }
      if (solid > seen) blendRow(to, target + seen, from, alpha, source + seen, solid - seen, 256);
      if (solidEnd > solid) copyRow(to, target + solid, from, source + solid, solidEnd - solid);
      if (seenEnd > solidEnd) blendRow(to, target + solidEnd, from, alpha, source + solidEnd, seenEnd - solidEnd, 256);
    }
  }
}

function copyRow(to: Uint8Array, target: number, from: Uint8Array, source: number, count: number): void {
  // The call of `set` costs as much as copying about a hundred bytes.
  if (count > 96) to.set(from.subarray(source, source + count), target);
  else for (let index = 0; index < count; index++) to[target + index] = from[source + index] as number;
}

function blendRow(to: Uint8Array, target: number, from: Uint8Array, alpha: Uint8Array | null, source: number, count: number, opacity: number): void {
  for (let index = 0; index < count; index++) {
    const a = alpha === null ? 255 : (alpha[source + index] as number);
    if (a === 0) continue;
    const keep = 65536 - (a + (a >> 7)) * opacity;
    to[target + index] = ((from[source + index] as number) * opacity * 256 + (to[target + index] as number) * keep + 32768) >> 16;
  }
}

/** Source column (whole part) and weight of its right neighbour (0 to 256) for each target column. */
function columns(first: number, count: number, origin: number, step: number, width: number): { at: Int32Array; weight: Int32Array } {
  const at = new Int32Array(count);
  const weight = new Int32Array(count);
  for (let index = 0; index < count; index++) {
    const position = clamp((first + index + 0.5 - origin) * step - 0.5, 0, width - 1);
    const whole = Math.min(width - 2, Math.floor(position));
    at[index] = whole;
    weight[index] = Math.round((position - whole) * 256);
  }
  return { at, weight };
}

function drawScaled(
  targets: readonly Uint8Array[],
  w: number,
  h: number,
  plane: SpritePlane,
  x: number,
  y: number,
  scale: number,
  opacity: number,
): void {
  if (plane.width < 2 || plane.height < 2) return;
  const left = Math.max(0, Math.round(x));
  const right = Math.min(w, Math.round(x + plane.width * scale));
  const top = Math.max(0, Math.round(y));
  const bottom = Math.min(h, Math.round(y + plane.height * scale));
  if (right <= left || bottom <= top) return;
  const { at, weight } = columns(left, right - left, x, 1 / scale, plane.width);
  const { spans } = plane;
  for (let row = top; row < bottom; row++) {
    const position = clamp((row + 0.5 - y) / scale - 0.5, 0, plane.height - 1);
    const whole = Math.min(plane.height - 2, Math.floor(position));
    const [a, b] = [whole * 4, whole * 4 + 4];
    // Spans of the two source rows, in target columns counted from `left`, one pixel wider or narrower to be safe.
    const outward = (span: number, margin: number): number => clamp(Math.round(x + (span + margin) * scale) - left, 0, at.length);
    const seen = outward(Math.min(spans[a] as number, spans[b] as number), -2);
    const seenEnd = outward(Math.max(spans[a + 1] as number, spans[b + 1] as number), 2);
    const solid = clamp(outward(Math.max(spans[a + 2] as number, spans[b + 2] as number), 2), seen, seenEnd);
    const solidEnd = clamp(outward(Math.min(spans[a + 3] as number, spans[b + 3] as number), -2), solid, seenEnd);
    for (let part = 0; part < targets.length; part++) {
      const line: Line = {
        to: targets[part] as Uint8Array,
        target: row * w + left,
        from: plane.values[part] as Uint8Array,
        source: whole * plane.width,
        stride: plane.width,
        at,
        weight,
        down: Math.round((position - whole) * 256),
      };
      if (opacity < 256) blendLine(line, plane.alpha, opacity, seen, seenEnd);
      else if (plane.alpha === null) copyLine(line, 0, at.length);
      else {
        blendLine(line, plane.alpha, 256, seen, solid);
        copyLine(line, solid, solidEnd);
        blendLine(line, plane.alpha, 256, solidEnd, seenEnd);
      }
    }
  }
}

interface Line {
  to: Uint8Array;
  target: number;
  from: Uint8Array;
  source: number;
  stride: number;
  at: Int32Array;
  weight: Int32Array;
  down: number;
}

function copyLine({ to, target, from, source, stride, at, weight, down }: Line, first: number, end: number): void {
  const up = 256 - down;
  for (let index = first; index < end; index++) {
    const a = source + (at[index] as number);
    const b = a + stride;
    const across = weight[index] as number;
    const left = (from[a] as number) * up + (from[b] as number) * down;
    const right = (from[a + 1] as number) * up + (from[b + 1] as number) * down;
    to[target + index] = (left * (256 - across) + right * across + 32768) >> 16;
  }
}

function blendLine(
  { to, target, from, source, stride, at, weight, down }: Line,
  alpha: Uint8Array | null,
  opacity: number,
  first: number,
  end: number,
): void {
  const up = 256 - down;
  for (let index = first; index < end; index++) {
    const a = source + (at[index] as number);
    const b = a + stride;
    const across = weight[index] as number;
    const inward = 256 - across;
    let cover = 255;
    if (alpha !== null) {
      const alphaLeft = (alpha[a] as number) * up + (alpha[b] as number) * down;
      const alphaRight = (alpha[a + 1] as number) * up + (alpha[b + 1] as number) * down;
      cover = (alphaLeft * inward + alphaRight * across) >> 16;
      if (cover === 0) continue;
    }
    const left = (from[a] as number) * up + (from[b] as number) * down;
    const right = (from[a + 1] as number) * up + (from[b + 1] as number) * down;
    const value = (left * inward + right * across) >> 16;
    const keep = 65536 - (cover + (cover >> 7)) * opacity;
    to[target + index] = (value * opacity * 256 + (to[target + index] as number) * keep + 32768) >> 16;
  }
}
