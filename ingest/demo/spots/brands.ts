import type { Random } from '../engine/random.ts';
import { productKinds, type Brand } from './products.ts';

/** Invented brands of the demo channels. */
export const demoBrands: readonly Brand[] = [
  { name: 'Norda', slogan: 'Slow coffee, quick mornings', hue: 18, accentHue: 42, product: 'cup', price: '3.49', mark: 'ring' },
  { name: 'Velaro', slogan: 'Silent power for open roads', hue: 214, accentHue: 190, product: 'car', price: '199', mark: 'bolt' },
  { name: 'Fjellis', slogan: 'Water as it was', hue: 198, accentHue: 168, product: 'bottle', price: '0.89', mark: 'wave' },
  { name: 'Zitra', slogan: 'Wake up your weekend', hue: 88, accentHue: 46, product: 'can', price: '1.19', mark: 'leaf' },
  { name: 'Lumora', slogan: 'Light that pays back', hue: 262, accentHue: 50, product: 'lamp', price: '7.99', mark: 'bolt' },
  { name: 'Kobi', slogan: 'Your bank in one pocket', hue: 164, accentHue: 90, product: 'phone', price: '0.00', mark: 'cube' },
  { name: 'Strida', slogan: 'Run further than planned', hue: 348, accentHue: 200, product: 'shoe', price: '79.90', mark: 'wave' },
  { name: 'Casa Melo', slogan: 'Summer in a jar', hue: 8, accentHue: 110, product: 'jar', price: '2.29', mark: 'leaf' },
  { name: 'Granika', slogan: 'Good morning, whole grain', hue: 34, accentHue: 210, product: 'box', price: '2.79', mark: 'cube' },
  { name: 'Telvio', slogan: 'All of it. Everywhere', hue: 300, accentHue: 180, product: 'phone', price: '14.99', mark: 'ring' },
];

const heads = [
  'Al',
  'Bren',
  'Cor',
  'Dal',
  'Em',
  'Fen',
  'Gal',
  'Hel',
  'Is',
  'Jun',
  'Kar',
  'Lin',
  'Mor',
  'Nel',
  'Or',
  'Pel',
  'Quin',
  'Ros',
  'Sol',
  'Tam',
  'Ul',
  'Ver',
  'Wen',
  'Yar',
  'Zen',
];
const tails = ['ado', 'eva', 'ika', 'ino', 'ora', 'ulo', 'ette', 'ix', 'ara', 'ello', 'ovo', 'una', 'ida', 'ero'];
const openings = ['More', 'Simply', 'Fresh', 'Bright', 'Your', 'Real', 'Good', 'New', 'Pure', 'Easy'];
const endings = [
  'every day',
  'for less',
  'at home',
  'on the road',
  'for all of us',
  'made simple',
  'since 1962',
  'for the bold',
  'by nature',
  'tonight',
];
const middles = ['comfort', 'flavour', 'energy', 'ideas', 'savings', 'colour', 'taste', 'freedom', 'style', 'moments'];

/** Invents a brand. */
export function inventBrand(random: Random): Brand {
  const hue = random.range(0, 360);
  return {
    name: random.pick(heads) + random.pick(tails),
    slogan: `${random.pick(openings)} ${random.pick(middles)} ${random.pick(endings)}`,
    hue,
    accentHue: hue + random.range(60, 300),
    product: random.pick([...productKinds, 'car' as const]),
    price: `${random.int(0, 29)}.${random.pick(['99', '49', '79', '89', '90'])}`,
    mark: random.pick(['ring', 'leaf', 'bolt', 'wave', 'cube'] as const),
  };
}
