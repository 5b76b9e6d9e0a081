import { hsl, linearGradient, noiseFilter, radialGradient } from '../engine/colour.ts';
import type { Layer } from '../engine/scene.ts';
import type { Random } from '../engine/random.ts';
import { bokehSvg, talkerLayers, type SceneBuilder } from './scene-kit.ts';

const full = 'x="-64" y="-36" width="768" height="432"';

function plant(x: number, y: number, size: number, random: Random): string {
  let leaves = '';
  for (let index = 0; index < 9; index++) {
    const angle = -80 + index * 20 + random.range(-8, 8);
    leaves += `<path d="M0 0Q14 -40 0 -86Q-14 -40 0 0Z" transform="rotate(${angle.toFixed(0)}) scale(${random.range(0.7, 1.05).toFixed(2)})" fill="${hsl(random.range(110, 150), 36, random.range(22, 40))}"/>`;
  }
  return `<g transform="translate(${x} ${y}) scale(${size})">${leaves}<path d="M-22 -6H22L16 40H-16Z" fill="${hsl(22, 40, 52)}"/><path d="M-24 -10H24V0H-24Z" fill="${hsl(22, 42, 58)}"/></g>`;
}

function windowSvg(x: number, y: number, width: number, height: number, evening: boolean): string {
  const glass = evening ? 'url(#we)' : 'url(#wd)';
  const hills = `<path d="M${x} ${y + height}V${y + height * 0.66}Q${x + width * 0.3} ${y + height * 0.5} ${x + width * 0.55} ${y + height * 0.7}T${x + width} ${y + height * 0.6}V${y + height}Z" fill="${evening ? '#1b2440' : '#7fa678'}"/>`;
  const frame = `<path d="M${x} ${y}h${width}v${height}h${-width}ZM${x + width / 2} ${y}v${height}M${x} ${y + height * 0.42}h${width}" fill="none" stroke="#f3efe8" stroke-width="6"/>`;
  return `<rect x="${x}" y="${y}" width="${width}" height="${height}" fill="${glass}"/>${hills}${frame}<rect x="${x - 8}" y="${y + height}" width="${width + 16}" height="7" fill="#e8e2d8"/>`;
}

const windowDefs =
  linearGradient('wd', [
    [0, '#8fc3ea'],
    [0.7, '#dff0fa'],
  ]) +
  linearGradient('we', [
    [0, '#1a2350'],
    [0.7, '#e08a5a'],
  ]);

function shelf(random: Random, x: number, y: number, width: number): string {
  let books = '';
  for (let at = x + 4; at < x + width - 10;) {
    const thick = random.range(5, 11);
    const tall = random.range(22, 38);
    if (random.chance(0.82))
      books += `<rect x="${at.toFixed(1)}" y="${(y - tall).toFixed(1)}" width="${thick.toFixed(1)}" height="${tall.toFixed(1)}" fill="${hsl(random.range(0, 360), 34, random.range(28, 60))}"/>`;
    at += thick + 0.8;
  }
  return `${books}<rect x="${x}" y="${y}" width="${width}" height="5" fill="${hsl(28, 38, 34)}"/>`;
}

/** A living room with window, lamp, shelves and sofa; one or two people talk in it. */
export const roomScene: SceneBuilder = async (kit) => {
  const { random, atelier } = kit;
  const evening = random.chance(0.5);
  const hue = random.pick([30, 205, 160, 350, 48]);
  const light = evening ? 0.55 : 1;
  const defs =
    windowDefs +
    linearGradient(
      'wall',
      [
        [0, hsl(hue, 24, 74 * light)],
        [1, hsl(hue, 28, 56 * light)],
      ],
      1,
      0.5,
    ) +
    radialGradient('lamp', [
      [0, hsl(42, 96, 80, 0.75)],
      [1, hsl(38, 90, 60, 0)],
    ]) +
    noiseFilter('n', { fx: 0.8, octaves: 2, seed: random.int(1, 999), gain: 0.7, bias: -0.3, rgb: [0, 0, 0] });
  const flip = random.chance(0.5);
  const picture = `<rect x="300" y="40" width="84" height="60" fill="#f7f3ea" stroke="${hsl(28, 38, 26)}" stroke-width="5"/><circle cx="330" cy="72" r="16" fill="${hsl(hue + 150, 52, 52)}"/><path d="M312 92l24 -28l20 18l10 -8l12 18Z" fill="${hsl(hue + 190, 40, 40)}"/>`;
  const lamp = `<circle cx="486" cy="104" r="150" fill="url(#lamp)" opacity="${evening ? 1 : 0.4}"/><path d="M466 76h40l14 44h-68Z" fill="${hsl(42, 80, evening ? 78 : 84)}"/><rect x="484" y="120" width="5" height="150" fill="#3a322c"/>`;
  const wall = `<rect ${full} fill="url(#wall)"/><rect ${full} filter="url(#n)" opacity=".4"/>${windowSvg(60, 24, 170, 150, evening)}${picture}${lamp}${shelf(random, 540, 90, 120)}${shelf(random, 540, 146, 120)}<rect x="-64" y="270" width="768" height="140" fill="${hsl(28, 36, 34 * light)}"/>`;
  const sofaHue = hue + random.pick([140, 180, 200]);
  const sofa = `<defs>${linearGradient('s', [
    [0, hsl(sofaHue, 30, 44 * light)],
    [1, hsl(sofaHue, 34, 24 * light)],
  ])}</defs><rect x="-20" y="196" width="680" height="120" rx="26" fill="url(#s)"/><rect x="-10" y="270" width="660" height="130" rx="20" fill="${hsl(sofaHue, 32, 34 * light)}"/><path d="M320 204V290" stroke="${hsl(sofaHue, 34, 20 * light)}" stroke-width="3"/><rect x="26" y="216" width="76" height="66" rx="12" transform="rotate(-8 60 250)" fill="${hsl(hue + 20, 60, 62 * light)}"/>`;
  const back = await atelier.sprite(`<g ${flip ? 'transform="translate(640 0) scale(-1 1)"' : ''}>${wall}</g>`, undefined, { opaque: true, defs });
  const layers: Layer[] = [
    { sprites: [back], depth: 0.5 },
    { sprites: [await atelier.sprite(sofa)], depth: 0.9 },
  ];
  if (random.chance(0.55))
    layers.push(
      ...(await talkerLayers(kit, [204, 196], 0.92, undefined, true)),
      ...(await talkerLayers(kit, [440, 200], 0.92, undefined, random.chance(0.4))),
    );
  else layers.push(...(await talkerLayers(kit, [random.pick([230, 320, 400]), 200], 1.2)));
  layers.push({
    sprites: [await atelier.sprite(plant(flip ? 36 : 612, 330, 1.3, random))],
    depth: 1.4,
    pose: (tS) => ({ dx: Math.sin(tS * 1.2) * 1.2 }),
  });
  return layers;
};

/** A kitchen: cupboards, tiles, a steaming pot, somebody cooking and talking. */
export const kitchenScene: SceneBuilder = async (kit) => {
  const { random, atelier } = kit;
  const hue = random.pick([195, 150, 28, 215]);
  const defs =
    windowDefs +
    linearGradient('w', [
      [0, hsl(42, 34, 90)],
      [1, hsl(38, 30, 78)],
    ]) +
    linearGradient('cb', [
      [0, hsl(hue, 26, 56)],
      [1, hsl(hue, 30, 42)],
    ]) +
    linearGradient('ct', [
      [0, '#efe6d8'],
      [1, '#b8a88f'],
    ]);
  let tiles = '';
  for (let row = 0; row < 5; row++)
    for (let column = 0; column < 26; column++)
      tiles += `<rect x="${-64 + column * 30 + (row % 2) * 15}" y="${112 + row * 24}" width="28.6" height="22.6" fill="${hsl(hue + 10, 20, random.range(80, 90))}"/>`;
  const cupboard = (x: number): string =>
    `<rect x="${x}" y="-30" width="96" height="124" rx="3" fill="url(#cb)" stroke="${hsl(hue, 30, 34)}" stroke-width="2"/><rect x="${x + 10}" y="-16" width="76" height="96" rx="3" fill="none" stroke="${hsl(hue, 26, 64)}" stroke-width="2"/><rect x="${x + 82}" y="66" width="4" height="18" rx="2" fill="#d8cfc0"/>`;
  const jars = Array.from(
    { length: 5 },
    (_, index) =>
      `<rect x="${452 + index * 30}" y="${178 - (index % 2) * 8}" width="22" height="${42 + (index % 2) * 8}" rx="4" fill="${hsl(random.range(10, 60), 60, 54)}"/><rect x="${450 + index * 30}" y="${170 - (index % 2) * 8}" width="26" height="9" rx="3" fill="#6c5a48"/>`,
  ).join('');
  const wall = `<rect ${full} fill="url(#w)"/>${tiles}${windowSvg(250, 4, 140, 120, random.chance(0.3))}${cupboard(-50)}${cupboard(50)}${cupboard(148)}${cupboard(430)}${cupboard(530)}${cupboard(630)}${jars}<rect x="-64" y="220" width="768" height="14" fill="#cbbfa9"/>`;
  const counter = `<rect x="-64" y="296" width="768" height="20" fill="url(#ct)"/><rect x="-64" y="316" width="768" height="90" fill="${hsl(hue, 28, 36)}"/><path d="M150 268h110v22q0 10 -10 10h-90q-10 0 -10 -10Z" fill="#9aa3ad"/><path d="M150 268h110v8h-110Z" fill="#c9d0d8"/><rect x="120" y="272" width="30" height="7" rx="3" fill="#4a5058"/>`;
  const veg = `<rect x="400" y="288" width="150" height="10" rx="3" fill="#b98a54"/><circle cx="430" cy="276" r="14" fill="#d9402f"/><circle cx="456" cy="279" r="11" fill="#e4552f"/><path d="M480 288q6 -22 30 -16q16 4 20 16Z" fill="#4e9a42"/><path d="M506 262q-8 -12 -16 -8q4 8 10 12Z" fill="#6bb45a"/><path d="M534 286l40 -8l-2 6l-36 6Z" fill="#c9d0d8"/>`;
  const flip = random.chance(0.5);
  const mirror = (svg: string): string => (flip ? `<g transform="translate(640 0) scale(-1 1)">${svg}</g>` : svg);
  const steam = await atelier.sprite(
    mirror(
      '<g fill="#fff" opacity=".28"><ellipse cx="190" cy="240" rx="12" ry="26"/><ellipse cx="214" cy="222" rx="14" ry="30"/><ellipse cx="200" cy="196" rx="18" ry="26"/></g>',
    ),
  );
  return [
    { sprites: [await atelier.sprite(mirror(wall), undefined, { opaque: true, defs })], depth: 0.5 },
    ...(await talkerLayers(kit, [random.range(300, 360), 176], 1.04)),
    { sprites: [await atelier.sprite(mirror(counter + veg), undefined, { defs })], depth: 1 },
    ...[0, 0.5].map((shift): Layer => ({
      sprites: [steam],
      depth: 1,
      pose: (tS) => ({
        dy: -70 * ((tS * 0.4 + shift) % 1),
        dx: Math.sin(tS * 2 + shift * 9) * 5,
        opacity: Math.sin(Math.PI * ((tS * 0.4 + shift) % 1)),
      }),
    })),
  ];
};

/** A face that fills the picture before a blurred background; dark for drama. */
export const closeUpScene: SceneBuilder = async (kit) => {
  const { random, atelier } = kit;
  const hue = random.pick([215, 28, 260, 170]);
  const dark = random.chance(0.5);
  const defs = radialGradient(
    'g',
    [
      [0, hsl(hue, 40, dark ? 26 : 62)],
      [1, hsl(hue + 12, 46, dark ? 6 : 32)],
    ],
    random.range(0.2, 0.8),
    0.4,
    0.8,
  );
  const shade = linearGradient(
    's',
    [
      [0, 'rgba(0,0,10,.62)'],
      [0.5, 'rgba(0,0,10,.1)'],
      [1, 'rgba(0,0,10,0)'],
    ],
    1,
    0.2,
  );
  const layers: Layer[] = [
    {
      sprites: [
        await atelier.sprite(`<rect ${full} fill="url(#g)"/>${bokehSvg(random, 34, hue + 20, [-60, -30, 700, 360], dark ? 48 : 78)}`, undefined, {
          opaque: true,
          defs,
        }),
      ],
      depth: 0.3,
    },
    ...(await talkerLayers(kit, [random.pick([230, 320, 410]), 262], 1.9)),
  ];
  if (dark) layers.push({ sprites: [await atelier.sprite(`<rect ${full} fill="url(#s)"/>`, undefined, { defs: shade })], depth: 0 });
  return layers;
};
