import type { Atelier } from '../engine/atelier.ts';
import type { Layer } from '../engine/scene.ts';
import type { Random } from '../engine/random.ts';
import { createPerson, headSvg, torsoSvg, type Person } from './people.ts';

/** What every scene builder gets: a drawing table and its own random numbers. */
export interface SceneKit {
  atelier: Atelier;
  random: Random;
  /** Colours of the channel or brand: hue in degrees. */
  hue: number;
}

/** Draws a scene's layers, back to front. The first one fills the picture. */
export type SceneBuilder = (kit: SceneKit) => Promise<Layer[]>;

/** Number 0 to 1 that depends on a whole number only: for jumps that must be the same on every machine. */
export function noise(index: number, salt = 0): number {
  const value = Math.sin(index * 127.1 + salt * 311.7) * 43758.5453;
  return value - Math.floor(value);
}

const shutMouth = { mouth: 0, blink: false } as const;

/**
 * Layers of somebody who talks, seen from the front: body and a head that moves, blinks and speaks.
 *
 * @param at chin, drawing units
 * @param size 1 is a head 118 units high
 */
export async function talkerLayers(
  kit: SceneKit,
  at: readonly [number, number],
  size: number,
  person: Person = createPerson(kit.random),
  talks = true,
): Promise<Layer[]> {
  const [x, y] = at;
  const place = (svg: string): string => `<g transform="translate(${x} ${y}) scale(${size})">${svg}</g>`;
  const salt = kit.random.int(1, 999);
  const heads = await Promise.all(
    ([shutMouth, { mouth: 1, blink: false }, { mouth: 2, blink: false }, { mouth: 0, blink: true }] as const).map((expression) =>
      kit.atelier.sprite(place(headSvg(person, expression))),
    ),
  );
  const torso = await kit.atelier.sprite(place(torsoSvg(person)));
  const sway = (tS: number): number => Math.sin(tS * 1.1 + salt) * 2.2 + Math.sin(tS * 2.7 + salt) * 1.1;
  const head = (tS: number): { dx: number; dy: number; sprite: number } => {
    const syllable = Math.floor(tS * 8.2);
    const speaking = talks && noise(Math.floor(tS * 0.9), salt) > 0.18;
    const mouth = speaking ? Math.floor(noise(syllable, salt) * 3) : 0;
    const blink = noise(Math.floor(tS * 7), salt + 5) > 0.965;
    return {
      dx: sway(tS) * size,
      dy: (Math.sin(tS * 3.1 + salt) * 1.4 + (speaking ? noise(syllable, salt + 1) * 1.6 : 0)) * size,
      sprite: blink ? 3 : mouth,
    };
  };
  return [
    { sprites: [torso], depth: 1, pose: (tS) => ({ dx: sway(tS - 0.2) * 0.4 * size, dy: Math.sin(tS * 0.8 + salt) * 0.8 * size }) },
    { sprites: heads, depth: 1, pose: head },
  ];
}

/** Soft out-of-focus lights as SVG circles. */
export function bokehSvg(random: Random, count: number, hue: number, box: readonly [number, number, number, number], lightness = 62): string {
  let svg = '';
  for (let index = 0; index < count; index++) {
    const radius = random.range(6, 26);
    const colour = `hsl(${Math.round(hue + random.range(-26, 26))},70%,${lightness}%)`;
    svg += `<circle cx="${random.range(box[0], box[2]).toFixed(1)}" cy="${random.range(box[1], box[3]).toFixed(1)}" r="${radius.toFixed(1)}" fill="${colour}" opacity="${random.range(0.06, 0.3).toFixed(2)}"/>`;
  }
  return svg;
}
