import { hsl, linearGradient, noiseFilter, radialGradient } from '../engine/colour.ts';
import type { Layer } from '../engine/scene.ts';
import { Random } from '../engine/random.ts';
import { createPerson, figureSvg } from './people.ts';
import { noise, talkerLayers, type SceneBuilder, type SceneKit } from './scene-kit.ts';

const full = 'x="-64" y="-36" width="768" height="432"';

function crowd(random: Random, top: number, bottom: number, step: number): string {
  let svg = '';
  for (let y = top; y < bottom; y += step * 1.15) {
    for (let x = -70; x < 710; x += step) {
      if (random.chance(0.06)) continue;
      const cx = x + random.range(-1, 1) + (Math.round(y / step) % 2) * step * 0.5;
      svg += `<rect x="${(cx - step * 0.36).toFixed(1)}" y="${y.toFixed(1)}" width="${(step * 0.72).toFixed(1)}" height="${(step * 0.8).toFixed(1)}" rx="1.6" fill="${hsl(random.pick([210, 350, 45, 0, 220, 120]) + random.range(-12, 12), random.range(10, 60), random.range(22, 62))}"/><circle cx="${cx.toFixed(1)}" cy="${(y - step * 0.08).toFixed(1)}" r="${(step * 0.22).toFixed(1)}" fill="${hsl(24, 40, random.range(40, 74))}"/>`;
    }
  }
  return svg;
}

function boards(random: Random, y: number, height: number): string {
  let svg = '';
  for (let x = -64, index = 0; x < 704; x += 128, index++) {
    const hue = random.range(0, 360);
    svg += `<rect x="${x}" y="${y}" width="126" height="${height}" fill="${hsl(hue, 62, index % 2 === 0 ? 30 : 46)}"/><circle cx="${x + 24}" cy="${y + height / 2}" r="${height * 0.3}" fill="#fff" opacity=".9"/><rect x="${x + 40}" y="${y + height * 0.32}" width="66" height="${height * 0.36}" rx="3" fill="#fff" opacity=".85"/>`;
  }
  return svg;
}

async function pitch(kit: SceneKit, horizon: number, close: boolean): Promise<Layer[]> {
  const { random, atelier } = kit;
  const green = random.range(100, 126);
  const stripes = Array.from(
    { length: 14 },
    (_, index) => `<path d="M${-260 + index * 88} 410L${60 + index * 38} ${horizon}h19L${-216 + index * 88} 410Z" fill="rgba(255,255,255,.07)"/>`,
  ).join('');
  const lines = close
    ? ''
    : `<g stroke="#fff" stroke-width="2" opacity=".75" fill="none"><path d="M-64 ${horizon + 14}H704M318 ${horizon + 14}L300 410"/><ellipse cx="312" cy="${horizon + 84}" rx="120" ry="36"/><path d="M704 ${horizon + 40}H560L520 ${horizon + 120}H704"/></g>`;
  const defs =
    linearGradient('g', [
      [0, hsl(green, 42, 40)],
      [1, hsl(green + 6, 50, 25)],
    ]) +
    noiseFilter('n', { fx: 0.5, octaves: 2, seed: random.int(1, 999), gain: 1, bias: -0.4, rgb: [0, 0.1, 0] }) +
    linearGradient('st', [
      [0, hsl(220, 24, 10)],
      [1, hsl(220, 20, 22)],
    ]) +
    radialGradient('fl', [
      [0, 'rgba(255,255,240,.85)'],
      [1, 'rgba(255,255,240,0)'],
    ]);
  const lights = [60, 240, 420, 600].map((x) => `<circle cx="${x}" cy="-16" r="70" fill="url(#fl)" opacity=".5"/>`).join('');
  const stands = `<rect ${full} fill="url(#st)"/>${crowd(random, -20, horizon - (close ? 34 : 22), close ? 15 : 8)}${lights}${boards(random, horizon - (close ? 34 : 20), close ? 34 : 20)}`;
  const ground = `<rect x="-64" y="${horizon}" width="768" height="${432 - horizon}" fill="url(#g)"/>${stripes}<rect x="-64" y="${horizon}" width="768" height="${432 - horizon}" filter="url(#n)" opacity=".5"/>${lines}`;
  const wave = await atelier.sprite(crowd(random.fork('wave'), 0, horizon - 36, close ? 30 : 20));
  return [
    { sprites: [await atelier.sprite(stands + ground, undefined, { opaque: true, defs })], depth: 0.8 },
    { sprites: [wave], depth: 0.8, pose: (tS) => ({ dy: noise(Math.floor(tS * 6), 4) * 3 - 3, opacity: 0.35 + 0.2 * Math.sin(tS * 2.2) }) },
  ];
}

/** Who leaves the picture on one side comes back on the other. */
const wrap = (x: number): number => ((((x + 420) % 840) + 840) % 840) - 420;

async function player(kit: SceneKit, footY: number, size: number, kitColours: { shirt: string; shorts: string }, index: number): Promise<Layer[]> {
  const { random, atelier } = kit;
  const person = createPerson(random);
  const direction = random.chance(0.5) ? 1 : -1;
  const box = { x: 320 - 60 * size, y: footY - 112 * size, width: 120 * size, height: 122 * size };
  const figure = (phase: number): string =>
    `<g transform="translate(320 ${footY}) scale(${size * direction} ${size})"><ellipse cx="0" cy="2" rx="24" ry="4" fill="rgba(0,20,0,.34)"/>${figureSvg(person, phase, 44, kitColours)}</g>`;
  const sprites = await Promise.all(Array.from({ length: 6 }, (_, step) => atelier.sprite(figure(step / 6), box)));
  const start = random.range(-290, 290);
  const speed = random.range(34, 60) * size;
  const turn = random.range(0.3, 0.8);
  return [
    {
      sprites,
      depth: 1,
      pose: (tS) => ({
        dx: wrap(start + direction * (tS * speed + 18 * Math.sin(tS * turn + index))),
        dy: Math.sin(tS * turn * 1.4 + index * 2) * 7 * size,
        sprite: Math.floor(tS * 11 + index),
      }),
    },
  ];
}

/** Kits that depend on the channel alone, so that both teams keep theirs from shot to shot. */
const teams = (kit: SceneKit): [{ shirt: string; shorts: string }, { shirt: string; shorts: string }] => {
  const hue = new Random(Math.round(kit.hue)).range(0, 360);
  return [
    { shirt: hsl(hue, 70, 46), shorts: hsl(hue, 60, 22) },
    { shirt: hsl(hue + 170, 18, 92), shorts: hsl(hue + 170, 50, 30) },
  ];
};

/** The whole field from the main camera: crowd, boards, two teams, a ball. */
export const pitchScene: SceneBuilder = async (kit) => {
  const layers = await pitch(kit, 128, false);
  const kits = teams(kit);
  const feet = Array.from({ length: 9 }, () => kit.random.range(176, 340)).sort((a, b) => a - b);
  for (const [index, footY] of feet.entries())
    layers.push(...(await player(kit, footY, 0.36 + (footY - 170) * 0.0013, kits[index % 2 === 0 ? 0 : 1], index)));
  const ball = await kit.atelier.sprite(
    '<ellipse cx="320" cy="266" rx="6" ry="2" fill="rgba(0,20,0,.4)"/><circle cx="320" cy="261" r="4.6" fill="#fdfdfd"/><path d="M318 259l3 -1l2 3l-3 2Z" fill="#23252b"/>',
  );
  layers.push({
    sprites: [ball],
    depth: 1,
    pose: (tS) => ({ dx: 190 * Math.sin(tS * 0.7), dy: 34 * Math.sin(tS * 1.1) - Math.abs(Math.sin(tS * 2.6)) * 16 }),
  });
  return layers;
};

/** Players near the camera, running in front of the boards. */
export const playerScene: SceneBuilder = async (kit) => {
  const layers = await pitch(kit, 196, true);
  const kits = teams(kit);
  const near = [300, 330, 372].map((footY, index) => player(kit, footY, 1.5 + index * 0.3, kits[index % 2 === 0 ? 0 : 1], index));
  for (const part of await Promise.all(near)) layers.push(...part);
  return layers;
};

/** Two commentators before the stands. */
export const commentaryScene: SceneBuilder = async (kit) => {
  const { random, atelier } = kit;
  const layers = await pitch(kit, 214, true);
  const desk = `<defs>${linearGradient('d', [
    [0, hsl(kit.hue, 60, 36)],
    [1, hsl(kit.hue, 66, 14)],
  ])}</defs><path d="M-64 318H704V400H-64Z" fill="url(#d)"/><rect x="-64" y="314" width="768" height="6" fill="${hsl(kit.hue + 30, 90, 66)}"/>`;
  const shade = `<rect ${full} fill="rgba(8,12,26,.42)"/>`;
  layers.push({ sprites: [await atelier.sprite(shade)], depth: 0 });
  layers.push(
    ...(await talkerLayers(kit, [206, 178], 1, createPerson(random), true)),
    ...(await talkerLayers(kit, [440, 180], 1, createPerson(random), random.chance(0.5))),
  );
  layers.push({ sprites: [await atelier.sprite(desk)], depth: 1 });
  return layers;
};
