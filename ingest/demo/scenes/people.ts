import { hsl } from '../engine/colour.ts';
import type { Random } from '../engine/random.ts';

/** How somebody looks; the same person can be drawn in several scenes. */
export interface Person {
  skin: readonly [number, number, number];
  hairHue: number;
  hairLight: number;
  hairStyle: 'short' | 'long' | 'bun' | 'bald';
  beard: boolean;
  glasses: boolean;
  jacketHue: number;
  jacketLight: number;
  jacketSaturation: number;
  shirtLight: number;
  tie: boolean;
}

/** Invents a person. */
export function createPerson(random: Random): Person {
  const tone = random.next();
  const woman = random.chance(0.5);
  return {
    skin: [22 + 6 * random.next(), 42 + 14 * random.next(), 76 - 44 * tone * tone],
    hairHue: random.range(18, 42),
    hairLight: random.pick([9, 14, 20, 30, 46, 66]),
    hairStyle: woman ? random.pick(['long', 'bun', 'long'] as const) : random.pick(['short', 'short', 'bald'] as const),
    beard: !woman && random.chance(0.45),
    glasses: random.chance(0.3),
    jacketHue: random.pick([215, 225, 350, 160, 280, 30, 200]),
    jacketLight: random.range(16, 40),
    jacketSaturation: random.range(12, 55),
    shirtLight: random.range(78, 95),
    tie: !woman && random.chance(0.5),
  };
}

const skinColour = (person: Person, shift = 0): string => hsl(person.skin[0], person.skin[1], person.skin[2] + shift);
const hairColour = (person: Person, shift = 0): string => hsl(person.hairHue, 34, person.hairLight + shift);

/** The body of a bust in its own coordinates: chin at (0, 0), shoulders at y 42, cut at y 190. */
export function torsoSvg(person: Person): string {
  const jacket = (shift: number): string => hsl(person.jacketHue, person.jacketSaturation, person.jacketLight + shift);
  const gradient = `<linearGradient id="tj" x1="0" y1="0" x2="1" y2=".4"><stop offset="0" stop-color="${jacket(9)}"/><stop offset=".55" stop-color="${jacket(0)}"/><stop offset="1" stop-color="${jacket(-9)}"/></linearGradient>`;
  const cloth = hsl(person.jacketHue + 20, 14, person.shirtLight);
  const shirt = `<path d="M-30 12H30L34 190H-34Z" fill="${cloth}"/>`;
  const neck = `<path d="M-17 -24V16Q-12 34 0 44Q12 34 17 16V-24Z" fill="${skinColour(person, -9)}"/>`;
  const collar = `<path d="M-20 10L0 46L-14 60L-32 18ZM20 10L0 46L14 60L32 18Z" fill="${cloth}" stroke="rgba(0,0,0,.16)" stroke-width="1"/>`;
  const tie = person.tie ? `<path d="M-6 42L6 42L4 52L9 120L0 134L-9 120L-4 52Z" fill="${hsl(person.jacketHue + 140, 52, 34)}"/>` : '';
  const left = '<path d="M-24 14L-30 22Q-84 34 -92 72L-104 190H-6Q-14 90 -24 14Z" fill="url(#tj)"/>';
  const right = '<path d="M24 14L30 22Q84 34 92 72L104 190H6Q14 90 24 14Z" fill="url(#tj)"/>';
  const lapels = `<path d="M-25 16L-38 46L-24 54L-8 110Q-16 60 -25 16ZM25 16L38 46L24 54L8 110Q16 60 25 16Z" fill="${jacket(-6)}"/>`;
  const folds = `<path d="M-74 190L-66 96M74 190L66 96" stroke="${jacket(-12)}" stroke-width="3" opacity=".6" fill="none"/>`;
  return `<defs>${gradient}</defs>${shirt}${neck}${tie}${collar}${left}${right}${lapels}${folds}`;
}

const mouths = [
  (dark: string) => `<path d="M-11 -17Q0 -13 11 -17" stroke="${dark}" stroke-width="2.6" stroke-linecap="round" fill="none"/>`,
  (dark: string) =>
    `<path d="M-10 -18Q0 -20 10 -18Q6 -11 0 -11T-10 -18Z" fill="${dark}"/><path d="M-7 -17.6Q0 -19 7 -17.6L6 -16H-6Z" fill="#f3ece6"/>`,
  (dark: string) => `<path d="M-9 -19Q0 -22 9 -19Q10 -7 0 -7T-9 -19Z" fill="${dark}"/><path d="M-7 -18.6Q0 -20.6 7 -18.6L6 -16H-6Z" fill="#f3ece6"/>`,
] as const;

/** How a face is drawn: mouth 0 (closed) to 2 (open), eyes open or shut. */
export interface Expression {
  mouth: 0 | 1 | 2;
  blink: boolean;
}

function hairBack(person: Person): string {
  if (person.hairStyle === 'long')
    return `<path d="M-46 -60Q-52 -118 0 -120Q52 -118 46 -60Q50 -10 40 26L-40 26Q-50 -10 -46 -60Z" fill="${hairColour(person, -4)}"/>`;
  if (person.hairStyle === 'bun') return `<circle cx="0" cy="-116" r="19" fill="${hairColour(person, -4)}"/>`;
  return '';
}

function hairFront(person: Person): string {
  const fill = hairColour(person);
  if (person.hairStyle === 'bald') return `<path d="M-40 -62Q-44 -84 -34 -96Q-38 -74 -37 -58ZM40 -62Q44 -84 34 -96Q38 -74 37 -58Z" fill="${fill}"/>`;
  if (person.hairStyle === 'short')
    return `<path d="M-41 -56Q-48 -116 -4 -119Q46 -120 41 -56Q36 -86 20 -92Q-14 -84 -30 -94Q-38 -80 -41 -56Z" fill="${fill}"/>`;
  return `<path d="M-43 -46Q-52 -116 0 -119Q52 -116 43 -46Q38 -82 10 -98Q-16 -76 -35 -74Q-40 -62 -43 -46Z" fill="${fill}"/>`;
}

/** A head from the front: chin at (0, 0), top at y -118. */
export function headSvg(person: Person, expression: Expression): string {
  const dark = hsl(person.skin[0] - 12, 45, Math.max(10, person.skin[2] * 0.34));
  const face = `<radialGradient id="hf" cx=".42" cy=".4" r=".75"><stop offset="0" stop-color="${skinColour(person, 6)}"/><stop offset=".6" stop-color="${skinColour(person)}"/><stop offset="1" stop-color="${skinColour(person, -13)}"/></radialGradient>`;
  const ears = `<ellipse cx="-39" cy="-52" rx="7" ry="12" fill="${skinColour(person, -7)}"/><ellipse cx="39" cy="-52" rx="7" ry="12" fill="${skinColour(person, -9)}"/>`;
  const skull = '<path d="M-39 -62Q-40 -108 0 -110Q40 -108 39 -62Q39 -18 17 -3Q0 6 -17 -3Q-39 -18 -39 -62Z" fill="url(#hf)"/>';
  const beard = person.beard
    ? `<path d="M-38 -48Q-36 -14 -17 -2Q0 7 17 -2Q36 -14 38 -48Q30 -26 12 -27Q0 -24 -12 -27Q-30 -26 -38 -48Z" fill="${hairColour(person, -1)}" opacity=".9"/>`
    : '';
  const eye = (x: number): string =>
    expression.blink
      ? `<path d="M${x - 7} -58Q${x} -54 ${x + 7} -58" stroke="${dark}" stroke-width="2.2" fill="none"/>`
      : `<ellipse cx="${x}" cy="-58" rx="7.4" ry="4.6" fill="#f6f1ec"/><circle cx="${x}" cy="-58" r="4" fill="${hsl(person.hairHue + 10, 30, 22)}"/><circle cx="${x + 1.3}" cy="-59.4" r="1.2" fill="#fff"/><path d="M${x - 8} -60Q${x} -66 ${x + 8} -60" stroke="${dark}" stroke-width="1.8" fill="none"/>`;
  const brows = `<path d="M-26 -71Q-17 -76 -9 -71M9 -71Q17 -76 26 -71" stroke="${hairColour(person, -3)}" stroke-width="3.4" stroke-linecap="round" fill="none"/>`;
  const nose = `<path d="M-1 -56Q-6 -40 -7 -36Q0 -31 7 -36" stroke="${skinColour(person, -18)}" stroke-width="2.4" stroke-linecap="round" fill="none"/>`;
  const cheeks = `<ellipse cx="-24" cy="-36" rx="9" ry="6" fill="${hsl(8, 60, 55, 0.16)}"/><ellipse cx="24" cy="-36" rx="9" ry="6" fill="${hsl(8, 60, 55, 0.16)}"/>`;
  const frame = `stroke="#20242c" stroke-width="2.4" fill="rgba(255,255,255,.10)"`;
  const glasses = person.glasses
    ? `<rect x="-30" y="-67" width="25" height="19" rx="7" ${frame}/><rect x="5" y="-67" width="25" height="19" rx="7" ${frame}/><path d="M-5 -60Q0 -63 5 -60" ${frame}/>`
    : '';
  const mouth = (mouths[expression.mouth] ?? mouths[0])(expression.mouth === 0 ? hsl(6, 42, Math.max(22, person.skin[2] * 0.55)) : hsl(355, 45, 18));
  return `<defs>${face}</defs>${hairBack(person)}${ears}${skull}${cheeks}${beard}${nose}${mouth}${eye(-17)}${eye(17)}${brows}${hairFront(person)}${glasses}`;
}

/**
 * A full figure from the side, feet at (0, 0) and 100 units high, at a phase 0 to 1 of its step.
 *
 * @param stride leg swing in degrees: about 24 walks, 46 runs, 0 stands
 */
export function figureSvg(person: Person, phase: number, stride: number, kit?: { shirt: string; shorts: string }): string {
  const swing = Math.sin(phase * 2 * Math.PI);
  const bounce = Math.abs(Math.cos(phase * 2 * Math.PI)) * stride * 0.05;
  const hip: [number, number] = [0, -48 - bounce];
  const turn = (degrees: number, length: number, from: readonly [number, number]): [number, number] => {
    const angle = (degrees * Math.PI) / 180;
    return [from[0] + Math.sin(angle) * length, from[1] + Math.cos(angle) * length];
  };
  const limb = (points: readonly (readonly [number, number])[], width: number, colour: string): string =>
    `<path d="M${points.map(([x, y]) => `${x.toFixed(1)} ${y.toFixed(1)}`).join('L')}" stroke="${colour}" stroke-width="${width}" stroke-linecap="round" stroke-linejoin="round" fill="none"/>`;
  const leg = (side: 1 | -1, colour: string, skin: string): string => {
    const thigh = side * swing * stride;
    const bend = stride * 0.9 * Math.max(0, side * Math.cos(phase * 2 * Math.PI));
    const knee = turn(thigh, 24, hip);
    const foot = turn(thigh - bend, 23, knee);
    const toe: [number, number] = [foot[0] + 6, foot[1] + 1];
    const upper = limb([hip, knee], 10, colour);
    return (kit === undefined ? limb([knee, foot], 8, colour) : limb([knee, foot], 6.5, skin)) + upper + limb([foot, toe], 5, '#1c1c22');
  };
  const shoulder: [number, number] = [hip[0] + stride * 0.08, hip[1] - 32];
  const cloth = kit?.shirt ?? hsl(person.jacketHue, person.jacketSaturation, person.jacketLight + 6);
  const darker = kit?.shirt ?? hsl(person.jacketHue, person.jacketSaturation, person.jacketLight - 5);
  const legs = kit?.shorts ?? hsl(person.jacketHue + 30, 18, 22);
  const arm = (side: 1 | -1, colour: string): string => {
    const elbow = turn(side * swing * stride * 0.9, 16, shoulder);
    const hand = turn(side * swing * stride * 0.9 + stride * 0.9, 14, elbow);
    return (
      limb([shoulder, elbow], 7.5, colour) +
      limb([elbow, hand], 6, kit === undefined ? colour : skinColour(person)) +
      `<circle cx="${hand[0].toFixed(1)}" cy="${hand[1].toFixed(1)}" r="3.6" fill="${skinColour(person)}"/>`
    );
  };
  const body = limb([[hip[0], hip[1] - 2], shoulder], 19, cloth);
  const headY = shoulder[1] - 15;
  const headX = shoulder[0] + 1.5;
  const head = `<circle cx="${headX}" cy="${headY}" r="8.6" fill="${skinColour(person)}"/><path d="M${headX - 9} ${headY + 2}A9 9 0 0 1 ${headX + 7} ${headY - 6}Q${headX} ${headY - 3} ${headX - 4} ${headY + 3}Z" fill="${hairColour(person)}"/>`;
  return arm(-1, darker) + leg(-1, legs, skinColour(person, -8)) + leg(1, legs, skinColour(person)) + body + head + arm(1, cloth);
}
