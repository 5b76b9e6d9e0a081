import { hsl, linearGradient, radialGradient } from '../engine/colour.ts';
import { qrSvg } from '../engine/qr-code.ts';
import type { Layer } from '../engine/scene.ts';
import { textSvg, textWidth } from '../engine/stroke-font.ts';
import { bokehSvg, type SceneKit } from '../scenes/scene-kit.ts';
import { brandMark, productSvg, type Brand } from './products.ts';

const full = 'x="-64" y="-36" width="768" height="432"';
/** 0 to 1 with a soft landing, from `start` on for `length` seconds. */
const ease = (tS: number, start: number, length: number): number => 1 - (1 - Math.min(1, Math.max(0, (tS - start) / length))) ** 3;

function rays(colour: string): string {
  return Array.from(
    { length: 18 },
    (_, index) =>
      `<path d="M320 180L${320 + 620 * Math.cos((index / 18) * 2 * Math.PI)} ${180 + 620 * Math.sin((index / 18) * 2 * Math.PI)}L${320 + 620 * Math.cos(((index + 0.5) / 18) * 2 * Math.PI)} ${180 + 620 * Math.sin(((index + 0.5) / 18) * 2 * Math.PI)}Z" fill="${colour}"/>`,
  ).join('');
}

async function backdrop(kit: SceneKit, brand: Brand, style: 'dark' | 'bright' | 'rays'): Promise<Layer[]> {
  const { random, atelier } = kit;
  const [inner, outer] = style === 'dark' ? [26, 5] : style === 'bright' ? [94, 72] : [66, 40];
  const hue = style === 'rays' ? brand.accentHue : brand.hue;
  const defs = radialGradient(
    'g',
    [
      [0, hsl(hue, style === 'bright' ? 40 : 74, inner)],
      [1, hsl(hue + 14, style === 'bright' ? 46 : 78, outer)],
    ],
    0.5,
    0.42,
    0.75,
  );
  const floor = linearGradient('f', [
    [0, 'rgba(255,255,255,.0)'],
    [1, `rgba(255,255,255,${style === 'dark' ? 0.1 : 0.4})`],
  ]);
  const pattern =
    style === 'rays' ? rays(hsl(hue, 80, 74, 0.3)) : bokehSvg(random, 22, brand.accentHue, [-60, -30, 700, 300], style === 'dark' ? 56 : 84);
  const still = await atelier.sprite(
    `<rect ${full} fill="url(#g)"/>${pattern}<rect x="-64" y="268" width="768" height="130" fill="url(#f)"/>`,
    undefined,
    { opaque: true, defs: defs + floor },
  );
  const streak = await atelier.sprite(
    '<rect x="0" y="-36" width="110" height="432" fill="url(#s)" transform="skewX(-22)"/>',
    { x: -200, y: -36, width: 360, height: 432 },
    {
      defs: linearGradient(
        's',
        [
          [0, 'rgba(255,255,255,0)'],
          [0.5, `rgba(255,255,255,${style === 'dark' ? 0.2 : 0.34})`],
          [1, 'rgba(255,255,255,0)'],
        ],
        1,
        0,
      ),
    },
  );
  return [
    { sprites: [still], depth: 0.4 },
    { sprites: [streak], depth: 0.4, pose: (tS) => ({ dx: ((tS * 330) % 1150) - 120 }) },
  ];
}

/** A slogan in one or two lines that rises into place. */
export async function sloganLayer(kit: SceneKit, text: string, y: number, colour: string, size = 24, delayS = 0.25): Promise<Layer> {
  const style = { size: Math.min(size, (560 / textWidth(text, { size: 10, weight: 1.9 })) * 10), weight: 1.9, anchor: 'middle' as const };
  const sprite = await kit.atelier.sprite(
    textSvg(text, 321, y + 2, { ...style, colour: 'rgba(0,0,0,.4)' }) + textSvg(text, 320, y, { ...style, colour }),
  );
  return { sprites: [sprite], depth: 0, pose: (tS) => ({ dy: 22 * (1 - ease(tS, delayS, 0.5)), opacity: ease(tS, delayS, 0.4) }) };
}

/** The product alone, coming nearer. */
export async function heroShot(kit: SceneKit, brand: Brand): Promise<Layer[]> {
  const style = kit.random.pick(['dark', 'bright', 'rays'] as const);
  const size = kit.random.range(1.25, 1.6);
  const x = kit.random.pick([200, 320, 430]);
  const product = await kit.atelier.sprite(
    `<g transform="translate(${x} 312) scale(${brand.product === 'car' ? size * 1.1 : size})">${productSvg(brand)}</g>`,
  );
  const start = kit.random.chance(0.5) ? 1 : -1;
  const layers: Layer[] = [
    ...(await backdrop(kit, brand, style)),
    {
      sprites: [product],
      depth: 1,
      pivot: [x, 312],
      pose: (tS) => ({ dx: start * 260 * (1 - ease(tS, 0, 0.55)), dy: Math.sin(tS * 1.7) * 2, scale: 1 + 0.035 * tS }),
    },
  ];
  if (kit.random.chance(0.6)) layers.push(await sloganLayer(kit, brand.slogan, 60, style === 'bright' ? hsl(brand.hue, 74, 26) : '#fff', 22));
  return layers;
}

function burstSvg(text: string, x: number, y: number, radius: number, fill: string): string {
  const points = Array.from({ length: 32 }, (_, index) => {
    const reach = radius * (index % 2 === 0 ? 1 : 0.86);
    return `${(x + reach * Math.cos((index / 16) * Math.PI)).toFixed(1)},${(y + reach * Math.sin((index / 16) * Math.PI)).toFixed(1)}`;
  }).join(' ');
  return `<polygon points="${points}" fill="rgba(0,0,0,.28)" transform="translate(5 6)"/><polygon points="${points}" fill="${fill}"/><polygon points="${points}" fill="none" stroke="#fff" stroke-width="3" transform="translate(${x * 0.1} ${y * 0.1}) scale(.9)"/>${textSvg('ONLY', x, y - radius * 0.3, { size: radius * 0.17, weight: 2, anchor: 'middle' })}${textSvg(text, x, y + radius * 0.3, { size: radius * 0.44, weight: 2.3, anchor: 'middle' })}`;
}

/** Two products and a price in a burst. */
export async function priceShot(kit: SceneKit, brand: Brand): Promise<Layer[]> {
  const left = kit.random.chance(0.5);
  const product = await kit.atelier.sprite(`<g transform="translate(${left ? 430 : 210} 306) scale(1.34)">${productSvg(brand)}</g>`);
  const x = left ? 196 : 452;
  const burst = await kit.atelier.sprite(burstSvg(`€${brand.price}`, x, 172, 92, hsl(kit.random.pick([352, 8, 44]), 86, 47)));
  return [
    ...(await backdrop(kit, brand, kit.random.pick(['bright', 'rays'] as const))),
    { sprites: [product], depth: 1, pose: (tS) => ({ dy: -190 * (1 - ease(tS, 0, 0.4)) }) },
    { sprites: [burst], depth: 0, pivot: [x, 172], pose: (tS) => ({ scale: 0.3 + 0.7 * ease(tS, 0.2, 0.35) + 0.03 * Math.sin(tS * 9) }) },
  ];
}

/** Products that slide by in a row, as in a leaflet. */
export async function rangeShot(kit: SceneKit, brand: Brand): Promise<Layer[]> {
  const row = (['bottle', 'jar', 'box', 'can', 'cup'] as const).map((product, index) => {
    const one = { ...brand, product, hue: brand.hue + index * 52 };
    return kit.atelier.sprite(`<g transform="translate(${96 + index * 140} 296) scale(.92)">${productSvg(one)}</g>`, {
      x: -64,
      y: -36,
      width: 960,
      height: 432,
    });
  });
  const layers = await backdrop(kit, brand, 'bright');
  for (const [index, sprite] of (await Promise.all(row)).entries())
    layers.push({ sprites: [sprite], depth: 1, pose: (tS) => ({ dx: 420 * (1 - ease(tS, index * 0.1, 0.5)) - tS * 22 }) });
  layers.push(await sloganLayer(kit, brand.slogan, 62, hsl(brand.hue, 78, 26)));
  return layers;
}

/** A phone with a QR code to scan. */
export async function qrShot(kit: SceneKit, brand: Brand): Promise<Layer[]> {
  const url = `https://${brand.name.toLowerCase()}.example`;
  const phone = await kit.atelier.sprite(`<g transform="translate(196 326) scale(1.7)">${productSvg({ ...brand, product: 'phone' })}</g>`);
  const code = await kit.atelier.sprite(qrSvg(url, 366, 70, 168));
  const text = await kit.atelier.sprite(textSvg('Scan and save', 450, 276, { size: 17, weight: 1.8, anchor: 'middle' }));
  return [
    ...(await backdrop(kit, brand, 'dark')),
    { sprites: [phone], depth: 1, pose: (tS) => ({ dy: 240 * (1 - ease(tS, 0, 0.6)) + Math.sin(tS * 2) * 2 }) },
    { sprites: [code], depth: 0, pivot: [450, 154], pose: (tS) => ({ scale: 0.4 + 0.6 * ease(tS, 0.3, 0.4), opacity: ease(tS, 0.3, 0.3) }) },
    { sprites: [text], depth: 0, pose: (tS) => ({ opacity: ease(tS, 0.8, 0.4) }) },
  ];
}

/** Brand, slogan and address: the last picture of a spot. */
export async function endCard(kit: SceneKit, brand: Brand, withQr: boolean): Promise<Layer[]> {
  const light = kit.random.chance(0.5);
  const ink = light ? hsl(brand.hue, 76, 28) : '#ffffff';
  const centre = withQr ? 250 : 320;
  const size = Math.min(44, (withQr ? 330 : 460) / (brand.name.length * 0.86));
  const mark = await kit.atelier.sprite(`<g transform="translate(${centre} 112) scale(1.9)">${brandMark(brand, ink)}</g>`);
  const name = await kit.atelier.sprite(
    textSvg(brand.name.toUpperCase(), centre, 214, { size, weight: 2.2, tracking: 1, colour: ink, anchor: 'middle' }),
  );
  const small = await kit.atelier.sprite(
    textSvg(brand.slogan, centre, 250, {
      size: Math.min(16, (withQr ? 340 : 520) / (brand.slogan.length * 0.8)),
      weight: 1.4,
      colour: ink,
      anchor: 'middle',
    }) + textSvg(`${brand.name.toLowerCase()}.example`, centre, 322, { size: 11, weight: 1.3, colour: ink, anchor: 'middle', opacity: 0.8 }),
  );
  const layers: Layer[] = [
    ...(await backdrop(kit, brand, light ? 'bright' : 'dark')),
    { sprites: [mark], depth: 0, pivot: [centre, 112], pose: (tS) => ({ scale: 0.6 + 0.4 * ease(tS, 0, 0.5), opacity: ease(tS, 0, 0.3) }) },
    { sprites: [name], depth: 0, pose: (tS) => ({ dx: -60 * (1 - ease(tS, 0.15, 0.5)), opacity: ease(tS, 0.15, 0.4) }) },
    { sprites: [small], depth: 0, pose: (tS) => ({ opacity: ease(tS, 0.5, 0.5) }) },
  ];
  if (withQr)
    layers.push({
      sprites: [await kit.atelier.sprite(qrSvg(`https://${brand.name.toLowerCase()}.example`, 452, 106, 132))],
      depth: 0,
      pose: (tS) => ({ opacity: ease(tS, 0.4, 0.4) }),
    });
  return layers;
}
