/**
 * A small single-stroke alphabet, so that generated pictures carry text on machines without any font. Units: cap height 10, baseline at
 * y = 10, x-height 6.6, descenders to 13; drawn with round pens. Each glyph is [width, SVG path].
 */
const bowl = 'C4.6 4.6 3.7 3.4 2.3 3.4S0 4.7 0 6.7S.9 10 2.3 10S4.6 8.8 4.6 6.7';
const arch = 'M0 6.2C0 4.4 .9 3.4 2.2 3.4S4.3 4.3 4.3 6V10';
const glyphs: Readonly<Record<string, readonly [number, string]>> = {
  A: [6.2, 'M0 10L3.1 0L6.2 10M1.1 6.6H5.1'],
  B: [5.4, 'M0 4.8H2.8a2.6 2.6 0 0 1 0 5.2H0V0H2.6a2.4 2.4 0 0 1 0 4.8'],
  C: [6, 'M6 2.4C5.4 .8 4.5 0 3.3 0C1.2 0 0 2 0 5S1.2 10 3.3 10C4.5 10 5.4 9.2 6 7.6'],
  D: [5.8, 'M0 0V10H2.3C4.6 10 5.8 8 5.8 5S4.6 0 2.3 0Z'],
  E: [4.7, 'M4.7 0H0V10H4.7M0 4.9H4.1'],
  F: [4.6, 'M4.6 0H0V10M0 5H4'],
  G: [6.1, 'M5.9 2.2C5.3 .8 4.5 0 3.3 0C1.2 0 0 2 0 5S1.2 10 3.3 10C5 10 6.1 9 6.1 7.3V5.4H3.7'],
  H: [5.6, 'M0 0V10M5.6 0V10M0 4.9H5.6'],
  I: [0.01, 'M0 0V10'],
  J: [4, 'M4 0V7.2C4 9 3.2 10 1.9 10C.8 10 .2 9.4 0 8.3'],
  K: [5.4, 'M0 0V10M5.2 0L0 5.8M1.9 4L5.4 10'],
  L: [4.4, 'M0 0V10H4.4'],
  M: [7, 'M0 10V0L3.5 6.4L7 0V10'],
  N: [5.8, 'M0 10V0L5.8 10V0'],
  O: [6.6, 'M3.3 0C1.2 0 0 2 0 5S1.2 10 3.3 10S6.6 8 6.6 5S5.4 0 3.3 0Z'],
  P: [5.4, 'M0 10V0H2.7a2.75 2.75 0 0 1 0 5.5H0'],
  Q: [6.6, 'M3.3 0C1.2 0 0 2 0 5S1.2 10 3.3 10S6.6 8 6.6 5S5.4 0 3.3 0ZM4.2 7.4L6.6 10.6'],
  R: [5.4, 'M0 10V0H2.7a2.7 2.7 0 0 1 0 5.4H0M2.8 5.4L5.4 10'],
  S: [5.2, 'M5 2C4.6 .7 3.7 0 2.5 0C1 0 .1 1 .1 2.4C.1 5.6 5.2 4.2 5.2 7.5C5.2 9 4.2 10 2.6 10C1.2 10 .3 9.2 0 7.8'],
  T: [5.6, 'M0 0H5.6M2.8 0V10'],
  U: [5.6, 'M0 0V6.6C0 8.8 1 10 2.8 10S5.6 8.8 5.6 6.6V0'],
  V: [6, 'M0 0L3 10L6 0'],
  W: [8.6, 'M0 0L2.1 10L4.3 1.2L6.5 10L8.6 0'],
  X: [5.6, 'M0 0L5.6 10M5.6 0L0 10'],
  Y: [5.8, 'M0 0L2.9 5.2V10M5.8 0L2.9 5.2'],
  Z: [5.2, 'M0 0H5.2L0 10H5.2'],
  a: [4.6, `M4.6 3.5V10M4.6 6.7${bowl}`],
  b: [4.6, 'M0 0V10M0 6.7C0 4.6 .9 3.4 2.3 3.4S4.6 4.7 4.6 6.7S3.7 10 2.3 10S0 8.8 0 6.7'],
  c: [4.2, 'M4.2 4.8C3.8 3.9 3.1 3.4 2.3 3.4C.9 3.4 0 4.7 0 6.7S.9 10 2.3 10C3.1 10 3.8 9.5 4.2 8.6'],
  d: [4.6, `M4.6 0V10M4.6 6.7${bowl}`],
  e: [4.5, 'M0 6.5H4.5C4.5 4.5 3.7 3.4 2.3 3.4C.9 3.4 0 4.7 0 6.7S.9 10 2.4 10C3.3 10 4 9.5 4.3 8.7'],
  f: [3, 'M3 .2C1.8 -.2 1.1 .5 1.1 2V10M0 3.6H2.7'],
  g: [4.6, `M4.6 3.5V10.4C4.6 12.2 3.8 13 2.3 13C1.3 13 .6 12.6 .2 11.9M4.6 6.7${bowl}`],
  h: [4.3, `M0 0V10${arch}`],
  i: [0.01, 'M0 3.6V10M0 .9V1'],
  j: [1.2, 'M1.2 3.5V11.2C1.2 12.5 .8 13 0 13M1.2 .9V1'],
  k: [4.2, 'M0 0V10M4 3.5L0 7.3M1.5 6L4.2 10'],
  l: [0.01, 'M0 0V10'],
  m: [7, 'M0 3.5V10M0 6C0 4.3 .8 3.4 1.8 3.4S3.5 4.2 3.5 5.8V10M3.5 6C3.5 4.3 4.3 3.4 5.3 3.4S7 4.2 7 5.8V10'],
  n: [4.3, `M0 3.5V10${arch}`],
  o: [4.8, 'M2.4 3.4C.9 3.4 0 4.7 0 6.7S.9 10 2.4 10S4.8 8.7 4.8 6.7S3.9 3.4 2.4 3.4Z'],
  p: [4.6, 'M0 3.5V13M0 6.7C0 4.6 .9 3.4 2.3 3.4S4.6 4.7 4.6 6.7S3.7 10 2.3 10S0 8.8 0 6.7'],
  q: [4.6, `M4.6 3.5V13M4.6 6.7${bowl}`],
  r: [2.7, 'M0 3.5V10M0 6.3C0 4.5 .9 3.4 2.7 3.5'],
  s: [3.8, 'M3.6 4.7C3.3 3.9 2.7 3.4 1.9 3.4C.9 3.4 .2 4.1 .2 5C.2 7.2 3.8 6 3.8 8.2C3.8 9.3 3 10 1.9 10C1 10 .3 9.5 0 8.6'],
  t: [2.9, 'M1 1.4V8.3C1 9.6 1.7 10.2 2.9 9.9M0 3.6H2.7'],
  u: [4.3, 'M0 3.5V7.2C0 9 .8 10 2.1 10S4.3 9 4.3 7.2M4.3 3.5V10'],
  v: [4.4, 'M0 3.5L2.2 10L4.4 3.5'],
  w: [6.6, 'M0 3.5L1.7 10L3.3 4.5L4.9 10L6.6 3.5'],
  x: [4.2, 'M0 3.5L4.2 10M4.2 3.5L0 10'],
  y: [4.4, 'M0 3.5L2.2 9.8M4.4 3.5L1.6 11.6C1.2 12.7 .7 13 0 12.9'],
  z: [4, 'M0 3.5H4L0 10H4'],
  '0': [5, 'M2.5 0C.9 0 0 2 0 5S.9 10 2.5 10S5 8 5 5S4.1 0 2.5 0Z'],
  '1': [5, 'M1 1.8L3 0V10'],
  '2': [5, 'M.2 2.3C.4 .9 1.3 0 2.6 0C4 0 4.9 1 4.9 2.5C4.9 4.6 2.5 6 0 10H5'],
  '3': [5, 'M.2 1.8C.6 .7 1.4 0 2.5 0C3.9 0 4.8 1 4.8 2.4C4.8 3.9 3.8 4.8 2 4.8C3.9 4.8 5 5.7 5 7.4C5 9 4 10 2.5 10C1.2 10 .3 9.3 0 8'],
  '4': [5, 'M3.9 10V0L0 7.2H5'],
  '5': [5, 'M4.6 0H.9L.5 4.6C1 4 1.7 3.7 2.5 3.7C4 3.7 5 4.9 5 6.8C5 8.8 4 10 2.4 10C1.2 10 .3 9.3 0 8.1'],
  '6': [5, 'M4.6 1.6C4.2 .6 3.5 0 2.6 0C.9 0 0 2.2 0 5.6C0 8.6 .9 10 2.5 10C4 10 5 8.8 5 6.9C5 5 4 3.9 2.6 3.9C1.2 3.9 .2 4.9 0 6.6'],
  '7': [5, 'M0 0H5L1.8 10'],
  '8': [5, 'M2.5 4.7C1.1 4.7 .3 3.8 .3 2.4S1.1 0 2.5 0S4.7 1 4.7 2.4S3.9 4.7 2.5 4.7C.9 4.7 0 5.8 0 7.4S.9 10 2.5 10S5 9 5 7.4S4.1 4.7 2.5 4.7Z'],
  '9': [5, 'M.4 8.4C.8 9.4 1.5 10 2.4 10C4.1 10 5 7.8 5 4.4C5 1.4 4.1 0 2.5 0C1 0 0 1.2 0 3.1C0 5 1 6.1 2.4 6.1C3.8 6.1 4.8 5.1 5 3.4'],
  '.': [0.01, 'M0 9.9V10'],
  ',': [0.6, 'M.6 9.7L0 11.6'],
  ':': [0.01, 'M0 4.4V4.5M0 9.4V9.5'],
  '!': [0.01, 'M0 0V6.8M0 9.9V10'],
  '?': [4.4, 'M0 2.2C.3 .8 1.1 0 2.2 0C3.5 0 4.4 .9 4.4 2.3C4.4 4.3 2.2 4.6 2.2 7M2.2 9.9V10'],
  '-': [3, 'M0 6H3'],
  '+': [4.4, 'M0 6H4.4M2.2 3.8V8.2'],
  '/': [3.6, 'M3.6 0L0 10.6'],
  '%': [
    7,
    'M5.8 0L1.2 10M1.5 .4C.5 .4 0 1.2 0 2.3S.5 4.2 1.5 4.2S3 3.4 3 2.3S2.5 .4 1.5 .4ZM5.5 5.8C4.5 5.8 4 6.6 4 7.7S4.5 9.6 5.5 9.6S7 8.8 7 7.7S6.5 5.8 5.5 5.8Z',
  ],
  '&': [6, 'M6 10L1.6 3.6C.6 2 1.2 0 2.7 0S4.6 2.6 3.2 3.7L1.6 4.8C-.6 6.4 -.3 10 2.4 10C4.4 10 5.6 8.4 5.8 6'],
  "'": [0.01, 'M0 0V2'],
  '·': [0.01, 'M0 5.4V5.5'],
  '€': [5.6, 'M5.6 2C5 .7 4.3 0 3.3 0C1.6 0 .9 2 .9 5S1.6 10 3.3 10C4.3 10 5 9.3 5.6 8M0 4H4M0 6H4'],
  '(': [1.6, 'M1.6 0C0 2.6 0 8.4 1.6 11'],
  ')': [1.6, 'M0 0C1.6 2.6 1.6 8.4 0 11'],
  '°': [2.4, 'M1.2 0C.5 0 0 .5 0 1.2S.5 2.4 1.2 2.4S2.4 1.9 2.4 1.2S1.9 0 1.2 0Z'],
};
const spaceWidth = 2.6;

/** How a line of text is drawn. */
export interface TextStyle {
  /** Height of a capital letter in user units. */
  size: number;
  /** Stroke width in glyph units (cap height 10): 1 is light, 1.4 regular, 2 bold. @default 1.4 */
  weight?: number;
  /** SVG colour. @default '#fff' */
  colour?: string;
  /** Extra space between letters in glyph units. @default 0 */
  tracking?: number;
  /** Where `x` stands. @default 'start' */
  anchor?: 'start' | 'middle' | 'end';
  /** 0 to 1. @default 1 */
  opacity?: number;
}

function layOut(text: string, weight: number, tracking: number): { width: number; body: string } {
  let x = weight / 2;
  let body = '';
  for (const letter of text) {
    const glyph = glyphs[letter] ?? glyphs[letter.toUpperCase()];
    if (glyph === undefined) {
      x += spaceWidth + tracking + weight;
      continue;
    }
    body += `<path transform="translate(${x.toFixed(2)} 0)" d="${glyph[1]}"/>`;
    x += glyph[0] + 1.25 + weight + tracking;
  }
  return { width: Math.max(0, x - 1.25 - weight / 2 - tracking), body };
}

/** Width of a line in user units. */
export function textWidth(text: string, style: TextStyle): number {
  return (layOut(text, style.weight ?? 1.4, style.tracking ?? 0).width * style.size) / 10;
}

/** A line of text as SVG; `y` is the baseline. Letters that the alphabet lacks become spaces. */
export function textSvg(text: string, x: number, y: number, style: TextStyle): string {
  const weight = style.weight ?? 1.4;
  const { width, body } = layOut(text, weight, style.tracking ?? 0);
  const scale = style.size / 10;
  const shift = style.anchor === 'middle' ? (width * scale) / 2 : style.anchor === 'end' ? width * scale : 0;
  const place = `translate(${(x - shift).toFixed(2)} ${(y - style.size).toFixed(2)}) scale(${scale.toFixed(4)})`;
  const pen = `fill="none" stroke="${style.colour ?? '#fff'}" stroke-width="${weight}" stroke-linecap="round" stroke-linejoin="round"`;
  return `<g transform="${place}" ${pen} opacity="${style.opacity ?? 1}">${body}</g>`;
}
