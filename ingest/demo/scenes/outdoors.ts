import { hsl, linearGradient, noiseFilter, radialGradient } from '../engine/colour.ts';
import type { Random } from '../engine/random.ts';
import type { Layer } from '../engine/scene.ts';
import { createPerson, figureSvg } from './people.ts';
import { noise, type SceneBuilder, type SceneKit } from './scene-kit.ts';

/** Light of an hour: hues and lightness of the sky from above to the horizon, and how light the land is (0 to 1). */
interface Hour {
  top: readonly [number, number, number];
  low: readonly [number, number, number];
  sun: string;
  light: number;
}

const hours: readonly Hour[] = [
  { top: [212, 62, 46], low: [200, 55, 82], sun: '#fffbe8', light: 1 },
  { top: [222, 45, 38], low: [26, 82, 72], sun: '#ffe2a8', light: 0.72 },
  { top: [250, 38, 30], low: [12, 80, 62], sun: '#ffc48a', light: 0.52 },
  { top: [226, 50, 9], low: [218, 44, 24], sun: '#f2f4ff', light: 0.28 },
];

const full = 'x="-64" y="-36" width="768" height="432"';

async function sky(kit: SceneKit, hour: Hour): Promise<Layer[]> {
  const { random, atelier } = kit;
  const sunX = random.range(90, 550);
  const sunY = random.range(40, 130);
  const defs =
    linearGradient('sky', [
      [0, hsl(...hour.top)],
      [0.75, hsl(...hour.low)],
      [1, hsl(...hour.low)],
    ]) +
    radialGradient('sun', [
      [0, hour.sun],
      [0.12, hour.sun],
      [0.16, hsl(hour.low[0], 90, 84, 0.42)],
      [1, hsl(hour.low[0], 90, 80, 0)],
    ]);
  const back = `<rect ${full} fill="url(#sky)"/><circle cx="${sunX}" cy="${sunY}" r="150" fill="url(#sun)"/>`;
  const stars =
    hour.light < 0.3
      ? Array.from(
          { length: 70 },
          () =>
            `<circle cx="${random.range(-60, 700).toFixed(0)}" cy="${random.range(-30, 190).toFixed(0)}" r="${random.range(0.5, 1.3).toFixed(1)}" fill="#fff" opacity="${random.range(0.3, 0.9).toFixed(2)}"/>`,
        ).join('')
      : '';
  const white = hour.light > 0.6 ? 1 : 0.55 + hour.light * 0.4;
  const clouds = await atelier.sprite(
    `<rect x="-140" y="-36" width="920" height="220" filter="url(#c)" mask="url(#m)"/>`,
    { x: -140, y: -36, width: 920, height: 220 },
    {
      defs:
        noiseFilter('c', { fx: 0.006, fy: 0.016, octaves: 4, seed: random.int(1, 999), gain: 3.4, bias: -1.6, rgb: [white, white * 0.98, white] }) +
        linearGradient('mg', [
          [0, '#fff'],
          [1, '#000'],
        ]) +
        '<mask id="m"><rect x="-140" y="-36" width="920" height="220" fill="url(#mg)"/></mask>',
    },
  );
  return [
    { sprites: [await atelier.sprite(back + stars, undefined, { opaque: true, defs })], depth: 0.1 },
    { sprites: [clouds], depth: 0.15, pose: (tS) => ({ dx: tS * 5 - 20 }) },
  ];
}

function ridge(random: Random, base: number, height: number, rough: number): string {
  let path = `M-80 420L-80 ${base}`;
  const phase = random.range(0, 9);
  for (let x = -80; x <= 720; x += 16) {
    const swell = Math.sin(x * 0.009 + phase) * 0.5 + Math.sin(x * 0.021 + phase * 2) * 0.3 + Math.sin(x * 0.05 + phase * 3) * 0.14;
    path += `L${x} ${(base - height * (0.5 + swell * 0.6) - random.range(0, rough)).toFixed(1)}`;
  }
  return `${path}L720 420Z`;
}

async function hill(
  kit: SceneKit,
  options: { base: number; height: number; rough: number; colours: readonly [string, string]; depth: number; grass?: boolean; trees?: number },
): Promise<Layer> {
  const { random } = kit;
  const path = ridge(random, options.base, options.height, options.rough);
  const defs =
    linearGradient('h', [
      [0, options.colours[0]],
      [1, options.colours[1]],
    ]) +
    noiseFilter('n', {
      fx: 0.03,
      fy: options.grass === true ? 0.22 : 0.05,
      octaves: 3,
      seed: random.int(1, 999),
      gain: 1.5,
      bias: -0.62,
      rgb: [0, 0.05, 0.02],
    }) +
    `<clipPath id="p"><path d="${path}"/></clipPath>`;
  let trees = '';
  for (let index = 0; index < (options.trees ?? 0); index++) {
    const x = random.range(-70, 710);
    const size = random.range(14, 30);
    const y = options.base - options.height * 0.3 + random.range(0, 40);
    trees += `<path d="M${x} ${y - size}L${x + size * 0.36} ${y}H${x - size * 0.36}ZM${x} ${y - size * 1.5}L${x + size * 0.28} ${y - size * 0.45}H${x - size * 0.28}Z" fill="${options.colours[1]}"/>`;
  }
  const body = `${trees}<path d="${path}" fill="url(#h)"/><g clip-path="url(#p)"><rect ${full} filter="url(#n)" opacity=".55"/></g>`;
  return { sprites: [await kit.atelier.sprite(body, undefined, { defs })], depth: options.depth };
}

/** Mountains, hills and meadow at some hour of the day; somebody may walk through it. */
export const landscapeScene: SceneBuilder = async (kit) => {
  const { random } = kit;
  const hour = random.pick(hours.slice(0, 3));
  const tint = random.range(80, 130);
  const l = hour.light;
  const layers = await sky(kit, hour);
  layers.push(
    await hill(kit, {
      base: 232,
      height: random.range(90, 150),
      rough: 26,
      colours: [hsl(hour.low[0] + 8, 28, 30 + 34 * l), hsl(218, 26, 24 + 30 * l)],
      depth: 0.3,
    }),
  );
  layers.push(
    await hill(kit, {
      base: 262,
      height: 74,
      rough: 6,
      colours: [hsl(tint + 22, 26, 16 + 22 * l), hsl(tint + 30, 30, 10 + 14 * l)],
      depth: 0.55,
      trees: 26,
    }),
  );
  layers.push(
    await hill(kit, { base: 316, height: 64, rough: 2, colours: [hsl(tint - 8, 40, 18 + 24 * l), hsl(tint, 44, 8 + 14 * l)], depth: 1, grass: true }),
  );
  if (random.chance(0.6)) layers.push(await walker(kit, 322, 0.9, random.chance(0.5) ? 1 : -1));
  return layers;
};

/** Sea, waves that move against each other, a boat. */
export const seaScene: SceneBuilder = async (kit) => {
  const { random, atelier } = kit;
  const hour = random.pick(hours.slice(0, 3));
  const layers = await sky(kit, hour);
  layers.push(
    await hill(kit, {
      base: 214,
      height: 60,
      rough: 12,
      colours: [hsl(210, 26, 26 + 30 * hour.light), hsl(206, 30, 22 + 26 * hour.light)],
      depth: 0.3,
    }),
  );
  const water = random.range(188, 208);
  for (let index = 0; index < 5; index++) {
    const y = 200 + index * 36;
    let path = `M-120 420L-120 ${y}`;
    for (let x = -120; x < 760; x += 40) path += `q10 ${-5 - index * 1.6} 20 0t20 0`;
    const defs =
      linearGradient('w', [
        [0, hsl(water, 52, 26 + 32 * hour.light - index * 4)],
        [1, hsl(water + 10, 60, 14 + 16 * hour.light)],
      ]) + noiseFilter('n', { fx: 0.012, fy: 0.16, octaves: 3, seed: random.int(1, 999), gain: 2.6, bias: -1.4, rgb: [1, 1, 1] });
    const body = `<path d="${path}L760 420Z" fill="url(#w)"/><rect x="-120" y="${y + 6}" width="880" height="60" filter="url(#n)" opacity="${0.2 + index * 0.05}"/>`;
    const phase = random.range(0, 6);
    layers.push({
      sprites: [await atelier.sprite(body, { x: -120, y: 150, width: 880, height: 270 }, { defs })],
      depth: 0.35 + index * 0.15,
      pose: (tS) => ({ dx: Math.sin(tS * 0.8 + phase) * 18 * (index % 2 === 0 ? 1 : -1), dy: Math.sin(tS * 1.3 + phase) * (1 + index) }),
    });
    if (index === 1 && random.chance(0.75)) layers.push(await sailing(kit));
  }
  return layers;
};

async function sailing({ random, atelier }: SceneKit): Promise<Layer> {
  const size = random.range(0.55, 1.25);
  const direction = random.pick([-1, 1]);
  const sprite = await atelier.sprite(
    `<g transform="translate(105 254) scale(${direction * size} ${size}) translate(-105 -254)">${boat(random)}</g>`,
    {
      x: 0,
      y: 100,
      width: 210,
      height: 160,
    },
  );
  const start = random.range(30, 380);
  return { sprites: [sprite], depth: 0.5, pose: (tS) => ({ dx: start + direction * tS * 14, dy: Math.sin(tS * 1.6) * 2.4 }) };
}

const boat = (random: Random): string =>
  `<path d="M60 236H150L138 254H76Z" fill="${hsl(random.range(0, 360), 45, 34)}"/><path d="M60 236H150L148 240H63Z" fill="#eef"/><path d="M104 148V234H60Q92 204 104 148Z" fill="#f4f1e8"/><path d="M109 160Q134 196 140 232H109Z" fill="${hsl(random.range(0, 40), 70, 60)}"/><rect x="104" y="144" width="3" height="94" fill="#4a3a2c"/>`;

async function walker(kit: SceneKit, footY: number, size: number, direction: 1 | -1): Promise<Layer> {
  const person = createPerson(kit.random);
  const sprites = await Promise.all(
    Array.from({ length: 8 }, (_, index) =>
      kit.atelier.sprite(`<g transform="translate(320 ${footY}) scale(${size * direction} ${size})">${figureSvg(person, index / 8, 24)}</g>`, {
        x: 240,
        y: footY - 130 * size,
        width: 160,
        height: 140 * size,
      }),
    ),
  );
  const start = kit.random.range(-140, 140) - direction * 120;
  const speed = kit.random.range(30, 46) * size;
  return { sprites, depth: 1, pose: (tS) => ({ dx: start + direction * tS * speed, sprite: Math.floor(tS * 9) }) };
}

function houses(random: Random, base: number, light: number, hue: number, near: boolean): string {
  let svg = '';
  for (let x = -80; x < 720;) {
    const width = random.range(near ? 74 : 44, near ? 120 : 80);
    const height = random.range(near ? 120 : 110, near ? 200 : 230);
    const wall = hsl(hue + random.range(-24, 24), near ? 22 : 18, (near ? 14 : 22) + 30 * light + random.range(-4, 6));
    svg += `<rect x="${x.toFixed(0)}" y="${(base - height).toFixed(0)}" width="${width.toFixed(0)}" height="${height + 40}" fill="${wall}"/><rect x="${x.toFixed(0)}" y="${(base - height).toFixed(0)}" width="${width.toFixed(0)}" height="4" fill="rgba(255,255,255,.14)"/>`;
    const step = near ? 20 : 14;
    for (let wy = base - height + 14; wy < base - (near ? 44 : 10); wy += step * 1.3) {
      for (let wx = x + 9; wx < x + width - 12; wx += step) {
        const lit = random.chance(light < 0.6 ? 0.45 : 0.08);
        svg += `<rect x="${wx.toFixed(0)}" y="${wy.toFixed(0)}" width="${step * 0.5}" height="${step * 0.72}" fill="${lit ? hsl(random.range(36, 50), 90, 68) : hsl(212, 30, 10 + 40 * light)}"/>`;
      }
    }
    if (near)
      svg += `<rect x="${(x + 6).toFixed(0)}" y="${base - 34}" width="${(width - 12).toFixed(0)}" height="34" fill="${hsl(random.range(0, 360), 40, 22 + 30 * light)}"/><rect x="${(x + 6).toFixed(0)}" y="${base - 42}" width="${(width - 12).toFixed(0)}" height="9" fill="${hsl(random.range(0, 360), 60, 46)}"/>`;
    x += width + random.range(0, near ? 10 : 4);
  }
  return svg;
}

function carSvg(hue: number): string {
  const paint = linearGradient('cp', [
    [0, hsl(hue, 70, 62)],
    [0.6, hsl(hue, 72, 42)],
    [1, hsl(hue, 72, 26)],
  ]);
  const wheel = (x: number): string => `<circle cx="${x}" cy="-9" r="10" fill="#15161a"/><circle cx="${x}" cy="-9" r="5" fill="#aeb4bf"/>`;
  return `<defs>${paint}</defs><ellipse cx="0" cy="1" rx="62" ry="4" fill="rgba(0,0,0,.35)"/><path d="M-60 -12Q-60 -26 -44 -28L-28 -30Q-16 -48 6 -48Q28 -48 38 -31Q60 -28 60 -14V-9H-60Z" fill="url(#cp)"/><path d="M-22 -31Q-13 -43 3 -43V-31ZM8 -43Q24 -43 31 -31H8Z" fill="#1d2a3a"/><path d="M56 -24h5v6h-6Z" fill="#fff3c4"/><path d="M-60 -24h4v6h-4Z" fill="#ff5a4d"/>${wheel(-34)}${wheel(36)}`;
}

/** A street with houses, cars in both directions and people on the pavement. */
export const streetScene: SceneBuilder = async (kit) => {
  const { random, atelier } = kit;
  const hour = random.pick(hours);
  const l = hour.light;
  const layers = await sky(kit, hour);
  const hue = random.range(10, 40);
  layers.push({ sprites: [await atelier.sprite(houses(random, 250, l * 0.9, 216, false))], depth: 0.4 });
  layers.push({ sprites: [await atelier.sprite(houses(random, 266, l, hue, true))], depth: 0.8 });
  const defs =
    linearGradient('road', [
      [0, hsl(220, 6, 14 + 20 * l)],
      [1, hsl(220, 8, 8 + 14 * l)],
    ]) + noiseFilter('n', { fx: 0.3, octaves: 2, seed: random.int(1, 999), gain: 0.8, bias: -0.34, rgb: [0, 0, 0] });
  const marks = Array.from(
    { length: 9 },
    (_, index) => `<rect x="${-64 + index * 92}" y="334" width="48" height="4" fill="rgba(255,255,255,.6)"/>`,
  ).join('');
  layers.push({
    sprites: [
      await atelier.sprite(
        `<rect x="-64" y="264" width="768" height="30" fill="${hsl(30, 8, 22 + 40 * l)}"/><rect x="-64" y="292" width="768" height="4" fill="${hsl(30, 6, 16 + 30 * l)}"/><rect x="-64" y="296" width="768" height="110" fill="url(#road)"/><rect x="-64" y="264" width="768" height="132" filter="url(#n)" opacity=".5"/>${marks}`,
        undefined,
        { defs },
      ),
    ],
    depth: 1,
  });
  for (const direction of [1, -1] as const) layers.push(await walker(kit, 284, 0.62, direction));
  for (const [y, direction] of [
    [322, 1],
    [358, -1],
  ] as const) {
    const sprite = await atelier.sprite(
      `<g transform="translate(320 ${y}) scale(${direction * (y / 330)} ${y / 330})">${carSvg(random.range(0, 360))}</g>`,
      { x: 230, y: y - 70, width: 180, height: 80 },
    );
    const speed = random.range(90, 170);
    const start = random.range(0, 500);
    layers.push({
      sprites: [sprite],
      depth: 1,
      pose: (tS) => ({ dx: direction * (((start + tS * speed) % 940) - 470), dy: noise(Math.floor(tS * 12), y) * 1.2 }),
    });
  }
  return layers;
};
