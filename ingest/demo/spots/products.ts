import { hsl, linearGradient } from '../engine/colour.ts';
import { textSvg } from '../engine/stroke-font.ts';

/** What a spot sells. */
export type ProductKind = 'bottle' | 'can' | 'box' | 'phone' | 'cup' | 'jar' | 'shoe' | 'lamp' | 'car';

/** All kinds that stand on a table. */
export const productKinds: readonly ProductKind[] = ['bottle', 'can', 'box', 'phone', 'cup', 'jar', 'shoe', 'lamp'];

/** Look of a brand. */
export interface Brand {
  name: string;
  slogan: string;
  hue: number;
  /** Second hue for contrast. */
  accentHue: number;
  product: ProductKind;
  /** Price shown in bursts, for example `1.99`. */
  price: string;
  mark: 'ring' | 'leaf' | 'bolt' | 'wave' | 'cube';
}

/** The sign of a brand, 40 units across around (0, 0). */
export function brandMark(brand: Brand, colour: string): string {
  switch (brand.mark) {
    case 'ring':
      return `<circle r="15" fill="none" stroke="${colour}" stroke-width="7"/><circle cx="11" cy="-11" r="6" fill="${hsl(brand.accentHue, 85, 58)}"/>`;
    case 'leaf':
      return `<path d="M-16 16Q-20 -18 18 -18Q20 16 -16 16Z" fill="${colour}"/><path d="M-16 16Q-4 -2 10 -10" stroke="${hsl(brand.accentHue, 80, 40)}" stroke-width="3" fill="none"/>`;
    case 'bolt':
      return `<circle r="20" fill="${colour}"/><path d="M4 -15L-9 3H0L-4 15L9 -3H0Z" fill="${hsl(brand.accentHue, 90, 46)}"/>`;
    case 'wave':
      return `<path d="M-20 -4Q-10 -16 0 -4T20 -4V4Q10 16 0 4T-20 4Z" fill="${colour}"/><path d="M-20 12Q-10 0 0 12T20 12" stroke="${hsl(brand.accentHue, 80, 56)}" stroke-width="4" fill="none"/>`;
    case 'cube':
      return `<path d="M0 -20L18 -10V10L0 20L-18 10V-10Z" fill="${colour}"/><path d="M0 0L18 -10M0 0L-18 -10M0 0V20" stroke="${hsl(brand.accentHue, 80, 46)}" stroke-width="3"/>`;
  }
}

/** A product around x = 0 standing on y = 0, about 150 units high. */
export function productSvg(brand: Brand): string {
  const { hue, accentHue } = brand;
  const body = linearGradient(
    'pb',
    [
      [0, hsl(hue, 62, 28)],
      [0.28, hsl(hue, 72, 62)],
      [0.5, hsl(hue, 70, 46)],
      [1, hsl(hue, 66, 20)],
    ],
    1,
    0,
  );
  const metal = linearGradient(
    'pm',
    [
      [0, '#8d949e'],
      [0.3, '#f6f8fa'],
      [0.6, '#b9c0c8'],
      [1, '#6b727c'],
    ],
    1,
    0,
  );
  const shadow = '<ellipse cx="0" cy="0" rx="62" ry="8" fill="rgba(0,0,0,.32)"/>';
  const label = (y: number, width: number, size: number): string =>
    textSvg(brand.name.toUpperCase(), 0, y, {
      size: Math.min(size, (width / Math.max(3, brand.name.length)) * 1.12),
      weight: 2,
      colour: '#fff',
      anchor: 'middle',
    });
  const accent = hsl(accentHue, 82, 56);
  const shapes: Record<ProductKind, () => string> = {
    bottle: () =>
      `<path d="M-12 -158H12V-122Q30 -108 30 -86V-8Q30 0 22 0H-22Q-30 0 -30 -8V-86Q-30 -108 -12 -122Z" fill="url(#pb)"/><rect x="-14" y="-170" width="28" height="16" rx="4" fill="${accent}"/><rect x="-30" y="-80" width="60" height="46" fill="${hsl(hue, 60, 18, 0.85)}"/><rect x="-30" y="-80" width="60" height="4" fill="${accent}"/>${label(-50, 54, 13)}<path d="M-21 -104V-12" stroke="#fff" stroke-width="5" opacity=".35" stroke-linecap="round"/>`,
    can: () =>
      `<rect x="-36" y="-132" width="72" height="132" rx="9" fill="url(#pb)"/><ellipse cx="0" cy="-130" rx="33" ry="7" fill="url(#pm)"/><path d="M-36 -84L36 -108V-52L-36 -28Z" fill="${accent}" opacity=".9"/>${label(-60, 64, 15)}`,
    box: () =>
      `<path d="M-56 -122H34V0H-56Z" fill="url(#pb)"/><path d="M34 -122L56 -134V-12L34 0Z" fill="${hsl(hue, 60, 18)}"/><path d="M-56 -122L-34 -134H56L34 -122Z" fill="${hsl(hue, 60, 66)}"/><circle cx="-11" cy="-48" r="28" fill="${accent}"/>${label(-88, 78, 15)}`,
    phone: () =>
      `<rect x="-38" y="-160" width="76" height="156" rx="12" fill="#14171d" stroke="#565c68" stroke-width="2"/><rect x="-33" y="-153" width="66" height="142" rx="8" fill="url(#pb)"/><g transform="translate(0 -106)">${brandMark(brand, '#fff')}</g><rect x="-24" y="-74" width="48" height="12" rx="6" fill="rgba(255,255,255,.85)"/><rect x="-24" y="-56" width="48" height="12" rx="6" fill="rgba(255,255,255,.4)"/><rect x="-24" y="-34" width="48" height="14" rx="7" fill="${accent}"/>`,
    cup: () =>
      `<path d="M38 -74q34 0 30 24t-40 20" fill="none" stroke="${hsl(hue, 50, 60)}" stroke-width="10"/><path d="M-46 -92H46L36 -12Q34 0 22 0H-22Q-34 0 -36 -12Z" fill="url(#pb)"/><ellipse cx="0" cy="-92" rx="46" ry="10" fill="${hsl(hue, 40, 78)}"/><ellipse cx="0" cy="-90" rx="39" ry="7" fill="#3a2113"/>${label(-38, 60, 13)}`,
    jar: () =>
      `<rect x="-40" y="-104" width="80" height="104" rx="14" fill="url(#pb)"/><rect x="-42" y="-122" width="84" height="22" rx="6" fill="url(#pm)"/><rect x="-40" y="-76" width="80" height="46" fill="#fff6e6"/>${textSvg(brand.name.toUpperCase(), 0, -46, { size: Math.min(15, 74 / Math.max(3, brand.name.length)), weight: 2, colour: hsl(hue, 70, 28), anchor: 'middle' })}`,
    shoe: () =>
      `<path d="M-84 -62Q-70 -54 -52 -66L-30 -86Q-8 -46 40 -40Q84 -36 86 -14L84 -8H-86Q-92 -40 -84 -62Z" fill="url(#pb)"/><path d="M-88 -10H88Q88 2 76 2H-76Q-88 2 -88 -10Z" fill="#f4f5f7"/><path d="M-60 -26Q-10 -14 34 -38" stroke="${accent}" stroke-width="9" fill="none" stroke-linecap="round"/><path d="M-24 -74l16 -8M-14 -62l17 -8M-2 -53l17 -8" stroke="#fff" stroke-width="4"/>`,
    lamp: () =>
      `<circle cx="0" cy="-98" r="70" fill="${hsl(48, 96, 70, 0.22)}"/><path d="M-34 -104a34 34 0 1 1 68 0q0 20 -16 36v16h-36v-16q-16 -16 -16 -36Z" fill="${hsl(48, 96, 74)}"/><rect x="-18" y="-52" width="36" height="30" rx="5" fill="url(#pm)"/><path d="M-10 -22H10L5 -12H-5Z" fill="#565c68"/><path d="M-12 -72l7 -28l5 16l5 -16l7 28" stroke="${hsl(30, 95, 52)}" stroke-width="3" fill="none"/>`,
    car: () =>
      `<path d="M-120 -24Q-122 -52 -88 -56L-58 -60Q-32 -96 14 -96Q60 -96 80 -62Q120 -56 120 -28V-18H-120Z" fill="url(#pb)"/><path d="M-46 -62Q-28 -86 6 -86V-62ZM16 -86Q50 -86 64 -62H16Z" fill="#182230"/><path d="M108 -46h12v10h-12Z" fill="#fff3c4"/><circle cx="-70" cy="-18" r="20" fill="#15161a"/><circle cx="-70" cy="-18" r="11" fill="url(#pm)"/><circle cx="74" cy="-18" r="20" fill="#15161a"/><circle cx="74" cy="-18" r="11" fill="url(#pm)"/>`,
  };
  return `<defs>${body}${metal}</defs>${shadow}${shapes[brand.product]()}`;
}
