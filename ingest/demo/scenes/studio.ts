import { hsl, linearGradient, radialGradient } from '../engine/colour.ts';
import { textSvg } from '../engine/stroke-font.ts';
import type { Layer } from '../engine/scene.ts';
import { createPerson } from './people.ts';
import { bokehSvg, talkerLayers, type SceneBuilder, type SceneKit } from './scene-kit.ts';

/** The glowing wall of a news studio. */
function studioWall(kit: SceneKit): { defs: string; body: string } {
  const { random, hue } = kit;
  const defs =
    linearGradient('wall', [
      [0, hsl(hue, 62, 9)],
      [0.55, hsl(hue, 58, 20)],
      [1, hsl(hue, 60, 11)],
    ]) +
    radialGradient('glow', [
      [0, hsl(hue - 12, 80, 56, 0.75)],
      [1, hsl(hue - 12, 80, 40, 0)],
    ]) +
    linearGradient(
      'panel',
      [
        [0, hsl(hue, 60, 30, 0.9)],
        [1, hsl(hue + 14, 64, 17, 0.9)],
      ],
      1,
      1,
    ) +
    linearGradient(
      'strip',
      [
        [0, hsl(hue - 20, 90, 66, 0)],
        [0.5, hsl(hue - 20, 90, 72, 0.9)],
        [1, hsl(hue - 20, 90, 66, 0)],
      ],
      1,
      0,
    );
  let panels = '';
  for (let index = 0; index < 7; index++) {
    const x = -64 + index * 112;
    panels += `<rect x="${x}" y="-30" width="100" height="262" fill="url(#panel)" opacity="${random.range(0.35, 0.95).toFixed(2)}"/><rect x="${x}" y="-30" width="2" height="262" fill="${hsl(hue - 14, 80, 64, 0.5)}"/>`;
  }
  let lines = '';
  for (let index = 0; index < 5; index++)
    lines += `<rect x="-64" y="${random.range(0, 200).toFixed(0)}" width="768" height="${random.pick([1, 1.5, 2.5])}" fill="url(#strip)" opacity="${random.range(0.3, 0.8).toFixed(2)}"/>`;
  const floor = `<rect x="-64" y="232" width="768" height="170" fill="${hsl(hue, 55, 7)}"/><rect x="-64" y="231" width="768" height="2.4" fill="${hsl(hue - 14, 85, 66, 0.85)}"/>`;
  return {
    defs,
    body: `<rect x="-64" y="-36" width="768" height="432" fill="url(#wall)"/>${panels}<ellipse cx="320" cy="120" rx="330" ry="190" fill="url(#glow)"/>${lines}${floor}`,
  };
}

/** A map of continents in dots on the studio's screen; invented shapes. */
function dotMap(kit: SceneKit, box: readonly [number, number, number, number]): string {
  const { random, hue } = kit;
  const blobs = Array.from({ length: 8 }, () => [random.range(0.05, 0.95), random.range(0.15, 0.85), random.range(0.08, 0.2)] as const);
  let dots = '';
  const [x0, y0, x1, y1] = box;
  for (let row = 0; row < 20; row++) {
    for (let column = 0; column < 42; column++) {
      const u = column / 41;
      const v = row / 19;
      if (!blobs.some(([bx, by, r]) => (u - bx) ** 2 + ((v - by) * 0.6) ** 2 < r * r * (0.7 + 0.3 * Math.sin(column * 1.7 + row)))) continue;
      dots += `<circle cx="${(x0 + u * (x1 - x0)).toFixed(1)}" cy="${(y0 + v * (y1 - y0)).toFixed(1)}" r="2.3"/>`;
    }
  }
  return `<g fill="${hsl(hue - 22, 88, 74, 0.75)}">${dots}</g>`;
}

async function desk(kit: SceneKit): Promise<Layer> {
  const { hue } = kit;
  const defs =
    linearGradient('top', [
      [0, hsl(hue, 20, 78)],
      [1, hsl(hue, 28, 52)],
    ]) +
    linearGradient('front', [
      [0, hsl(hue, 50, 26)],
      [1, hsl(hue, 58, 10)],
    ]);
  const edge = `<path d="M40 330Q320 306 600 330L604 338Q320 313 36 338Z" fill="${hsl(hue - 16, 92, 68)}"/>`;
  const papers = '<path d="M246 322L300 318L306 328L250 332Z" fill="#f2f4f7"/><path d="M390 318l44 3l-2 9l-46 -3Z" fill="#dfe5ec"/>';
  const cup = `<path d="M470 300h18v18q0 6 -9 6t-9 -6Z" fill="${hsl(hue - 16, 70, 56)}"/><ellipse cx="479" cy="300" rx="9" ry="2.6" fill="${hsl(hue, 30, 88)}"/>`;
  const body = `<path d="M-64 350Q320 296 704 350V400H-64Z" fill="url(#front)"/><path d="M20 332Q320 302 620 332L640 344Q320 314 0 344Z" fill="url(#top)"/>${edge}${papers}${cup}`;
  return { sprites: [await kit.atelier.sprite(body, undefined, { defs })], depth: 1 };
}

/** News studio, presenter in the middle or at one side of a screen with a headline picture. */
export const studioScene: SceneBuilder = async (kit) => {
  const wall = studioWall(kit);
  const side = kit.random.chance(0.5);
  const screen = side
    ? `<rect x="330" y="36" width="252" height="150" rx="6" fill="${hsl(kit.hue, 60, 8)}" stroke="${hsl(kit.hue - 16, 70, 60)}" stroke-width="2"/>${dotMap(kit, [342, 48, 570, 174])}`
    : dotMap(kit, [20, 30, 620, 214]);
  const background = await kit.atelier.sprite(wall.body + screen + bokehSvg(kit.random, 10, kit.hue, [-40, -20, 680, 200]), undefined, {
    opaque: true,
    defs: wall.defs,
  });
  const beam = await kit.atelier.sprite(
    '<rect x="-60" y="-36" width="120" height="268" fill="url(#b)" transform="skewX(-16)"/>',
    { x: -160, y: -36, width: 320, height: 300 },
    {
      defs: linearGradient(
        'b',
        [
          [0, hsl(kit.hue - 14, 90, 76, 0)],
          [0.5, hsl(kit.hue - 14, 90, 76, 0.2)],
          [1, hsl(kit.hue - 14, 90, 76, 0)],
        ],
        1,
        0,
      ),
    },
  );
  const talker = await talkerLayers(kit, [side ? 176 : 320, 168], side ? 0.98 : 1.06, createPerson(kit.random));
  return [
    { sprites: [background], depth: 0.5 },
    { sprites: [beam], depth: 0.5, pose: (tS) => ({ dx: ((tS * 46) % 1000) - 180 }) },
    ...talker,
    await desk(kit),
  ];
};

/** Weather: a map with temperatures that appear one by one, and a presenter at the side. */
export const weatherScene: SceneBuilder = async (kit) => {
  const { random, atelier } = kit;
  const defs =
    linearGradient('sea', [
      [0, hsl(204, 60, 34)],
      [1, hsl(214, 66, 20)],
    ]) +
    linearGradient(
      'land',
      [
        [0, hsl(112, 34, 46)],
        [1, hsl(86, 36, 34)],
      ],
      0.4,
      1,
    );
  let coast = 'M60 380';
  for (let step = 0; step <= 16; step++)
    coast += `L${(60 + step * 24 + random.range(-18, 18)).toFixed(0)} ${(300 - 235 * Math.sin((step / 16) * Math.PI) * random.range(0.82, 1)).toFixed(0)}`;
  coast += 'L560 396H60Z';
  const shadow = `<path d="${coast}" fill="rgba(0,10,30,.4)" transform="translate(7 9)" stroke-linejoin="round"/>`;
  const map = `<rect x="-64" y="-36" width="768" height="432" fill="url(#sea)"/>${shadow}<path d="${coast}" fill="url(#land)" stroke="${hsl(80, 40, 74)}" stroke-width="2" stroke-linejoin="round"/>`;
  const layers: Layer[] = [{ sprites: [await atelier.sprite(map, undefined, { opaque: true, defs })], depth: 0.3 }];
  const warmth = random.int(4, 24);
  for (let city = 0; city < 5; city++) {
    const x = 120 + (city % 3) * 120 + random.range(-22, 22);
    const y = 130 + Math.floor(city / 3) * 96 + random.range(-20, 20);
    const sun = '<circle r="13" fill="#ffd34d"/><circle r="18" fill="none" stroke="#ffd34d" stroke-width="3" stroke-dasharray="4 5"/>';
    const cloud =
      '<g fill="#f4f7fb"><circle cx="-8" cy="4" r="9"/><circle cx="4" cy="-2" r="12"/><circle cx="14" cy="5" r="8"/><rect x="-10" y="4" width="26" height="9" rx="4"/></g>';
    const icon = random.pick([sun, cloud, `<g transform="translate(9 -7)">${sun}</g>${cloud}`]);
    const tag = `<g transform="translate(${x} ${y})"><rect x="22" y="-14" width="46" height="28" rx="6" fill="rgba(6,20,48,.78)"/>${icon}</g>${textSvg(`${warmth + random.int(-3, 4)}°`, x + 45, y + 7, { size: 14, weight: 1.7, anchor: 'middle' })}`;
    layers.push({
      sprites: [await atelier.sprite(tag)],
      depth: 0.3,
      pose: (tS) => ({ opacity: Math.min(1, Math.max(0, (tS - 0.5 - city * 0.4) * 4)) }),
    });
  }
  const drift = await atelier.sprite(
    `<g fill="#fff" opacity=".42">${Array.from({ length: 7 }, () => `<ellipse cx="${random.range(-60, 500).toFixed(0)}" cy="${random.range(20, 300).toFixed(0)}" rx="${random.range(40, 90).toFixed(0)}" ry="${random.range(9, 20).toFixed(0)}"/>`).join('')}</g>`,
  );
  layers.push({ sprites: [drift], depth: 0.3, pose: (tS) => ({ dx: tS * 14 - 30 }) });
  return [...layers, ...(await talkerLayers(kit, [526, 170], 1.06))];
};
