import { describe, expect, test } from 'vitest';
import { Atelier } from './atelier.ts';
import { drawSprite } from './draw-sprite.ts';
import { addGrain, createPicture, fadePicture, letterbox, type Picture } from './picture.ts';

const box = { x: 0, y: 0, width: 64, height: 64 };
const white = '<rect width="64" height="64" fill="#fff"/>';
const lumaAt = (picture: Picture, x: number, y: number): number => picture.y[y * picture.widthPx + x] as number;

describe('drawing sprites', () => {
  test('an opaque sprite replaces what is under it and nothing beside it', async () => {
    const sprite = await new Atelier(640).sprite(white, box, { opaque: true });
    const picture = createPicture(160, 90);
    drawSprite(picture, sprite, { xPx: 10, yPx: 6 });
    expect(lumaAt(picture, 10, 6)).toBe(235);
    expect(lumaAt(picture, 73, 69)).toBe(235);
    expect(lumaAt(picture, 9, 6)).toBe(16);
    expect(lumaAt(picture, 74, 69)).toBe(16);
  });

  test('a sprite of half opacity mixes both', async () => {
    const sprite = await new Atelier(640).sprite('<rect width="64" height="64" fill="#fff" opacity=".5"/>', box);
    const picture = createPicture(160, 90);
    drawSprite(picture, sprite, { xPx: 0, yPx: 0 });
    expect(lumaAt(picture, 20, 20)).toBeGreaterThan(123);
    expect(lumaAt(picture, 20, 20)).toBeLessThan(128);
  });

  test('a scaled sprite covers the scaled area and keeps its colour', async () => {
    const sprite = await new Atelier(640).sprite(white, box, { opaque: true });
    const picture = createPicture(160, 90);
    drawSprite(picture, sprite, { xPx: 0, yPx: 0, scale: 1.25 });
    expect(lumaAt(picture, 79, 79)).toBe(235);
    expect(lumaAt(picture, 81, 40)).toBe(16);
    expect(picture.u[10 * 80 + 10]).toBe(128);
  });

  test.each([
    [-1000, 0],
    [1000, 0],
    [-63, -63],
    [159, 89],
    [0, 4000],
  ])('a sprite at %i, %i is cut off at the edges', async (xPx, yPx) => {
    const sprite = await new Atelier(640).sprite('<circle cx="32" cy="32" r="30" fill="#fff"/>', box);
    const picture = createPicture(160, 90);
    for (const scale of [1, 1.3, 0.7]) drawSprite(picture, sprite, { xPx, yPx, scale });
    expect(picture.bytes).toHaveLength((160 * 90 * 3) / 2);
  });
});

describe('picture effects', () => {
  test('a fade of level 0 is black and level 1 changes nothing', () => {
    const picture = createPicture(16, 8);
    picture.bytes.fill(200);
    fadePicture(picture, 1);
    expect(picture.bytes.every((value) => value === 200)).toBe(true);
    fadePicture(picture, 0);
    expect([...picture.y].every((value) => value === 16) && [...picture.u].every((value) => value === 128)).toBe(true);
  });

  test('a letterbox blackens its share of rows above and below', () => {
    const picture = createPicture(16, 40);
    picture.y.fill(200);
    letterbox(picture, 0.1);
    expect([0, 3, 4, 35, 36].map((row) => lumaAt(picture, 8, row))).toEqual([16, 16, 200, 200, 16]);
  });

  test('grain repeats its tile over the whole picture from any offset', () => {
    const picture = createPicture(16, 4);
    addGrain(picture, Int8Array.from([1, -1, 2]), 1);
    expect([...picture.y.slice(0, 6)]).toEqual([15, 18, 17, 15, 18, 17]);
  });
});
