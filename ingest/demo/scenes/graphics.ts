import { hsl, linearGradient, radialGradient } from '../engine/colour.ts';
import type { Layer } from '../engine/scene.ts';
import { textSvg, textWidth } from '../engine/stroke-font.ts';
import type { SceneKit } from './scene-kit.ts';

/** Corner of the picture that a channel's logo stands in. */
export type Corner = 'top-left' | 'top-right' | 'bottom-left' | 'bottom-right';

/** How a channel looks. */
export interface ChannelLook {
  name: string;
  hue: number;
  accentHue: number;
  mark: 'disc' | 'hexagon' | 'bars' | 'arrow';
  corner: Corner;
  /** 0 to 1: how opaque the logo is over the programme. */
  logoOpacity: number;
}

/** Box of the logo in drawing units: x, y, width, height. */
export function logoBox(look: ChannelLook): readonly [number, number, number, number] {
  const width = 34 + textWidth(look.name, { size: 13, weight: 2, tracking: 0.6 });
  const x = look.corner.endsWith('left') ? 24 : 616 - width;
  const y = look.corner.startsWith('top') ? 20 : 292;
  return [x, y, width, 26];
}

function markSvg(look: ChannelLook, colour: string): string {
  const accent = hsl(look.accentHue, 88, 58);
  switch (look.mark) {
    case 'disc':
      return `<circle r="12" fill="${colour}"/><path d="M-7 4Q0 -11 8 -3L3 7Z" fill="${accent}"/>`;
    case 'hexagon':
      return `<path d="M0 -13L11.3 -6.5V6.5L0 13L-11.3 6.5V-6.5Z" fill="${colour}"/><circle r="5" fill="${accent}"/>`;
    case 'bars':
      return `<rect x="-12" y="-4" width="6" height="16" rx="2" fill="${colour}"/><rect x="-3" y="-12" width="6" height="24" rx="2" fill="${accent}"/><rect x="6" y="-8" width="6" height="20" rx="2" fill="${colour}"/>`;
    case 'arrow':
      return `<path d="M-12 -11L2 0L-12 11Z" fill="${accent}"/><path d="M-1 -11L13 0L-1 11Z" fill="${colour}"/>`;
  }
}

/** The channel logo in its corner. */
export async function logoLayer(kit: SceneKit, look: ChannelLook): Promise<Layer> {
  const [x, y] = logoBox(look);
  const drawn = (dx: number, colour: string, shade: string): string =>
    `<g transform="translate(${x + 13 + dx} ${y + 13 + dx})">${markSvg(look, colour)}</g>${textSvg(look.name, x + 33 + dx, y + 19.5 + dx, { size: 13, weight: 2, tracking: 0.6, colour: shade })}`;
  const sprite = await kit.atelier.sprite(
    `<g opacity="${look.logoOpacity}"><g opacity=".4">${drawn(1, '#000', '#000')}</g>${drawn(0, '#fff', '#fff')}</g>`,
  );
  return { sprites: [sprite], depth: 0 };
}

/** How far something that stays from `inS` to `outS` is shown: 0 hidden, 1 fully. */
const presence = (tS: number, inS: number, outS: number): number => {
  const rise = 1 - (1 - Math.min(1, Math.max(0, (tS - inS) / 0.4))) ** 3;
  return Math.min(rise, Math.min(1, Math.max(0, (outS - tS) / 0.3)));
};

/** Name and role of somebody in the picture, from `inS` to `outS`. */
export async function lowerThirdLayers(
  kit: SceneKit,
  look: ChannelLook,
  name: string,
  role: string,
  inS: number,
  outS: number,
  raised: boolean,
): Promise<Layer[]> {
  const y = raised ? 262 : 284;
  const width = Math.max(textWidth(name, { size: 15, weight: 1.9 }), textWidth(role, { size: 9.5, weight: 1.3 })) + 46;
  const defs = linearGradient(
    'l',
    [
      [0, hsl(look.hue, 66, 18, 0.96)],
      [0.8, hsl(look.hue, 60, 30, 0.94)],
      [1, hsl(look.hue, 60, 34, 0.8)],
    ],
    1,
    0,
  );
  const plate = await kit.atelier.sprite(
    `<rect x="44" y="${y}" width="${width}" height="27" fill="url(#l)"/><rect x="44" y="${y + 27}" width="${width * 0.86}" height="17" fill="${hsl(look.hue, 16, 94, 0.94)}"/><rect x="38" y="${y}" width="6" height="44" fill="${hsl(look.accentHue, 90, 56)}"/>`,
    undefined,
    { defs },
  );
  const text = await kit.atelier.sprite(
    textSvg(name, 56, y + 20.5, { size: 14, weight: 1.9 }) + textSvg(role, 56, y + 40, { size: 8.6, weight: 1.5, colour: hsl(look.hue, 60, 20) }),
  );
  return [
    { sprites: [plate], depth: 0, pose: (tS) => ({ dx: -(width + 60) * (1 - presence(tS, inS, outS)), opacity: presence(tS, inS, outS) }) },
    { sprites: [text], depth: 0, pose: (tS) => ({ opacity: presence(tS, inS + 0.25, outS) }) },
  ];
}

/** A news ticker along the bottom edge with a scrolling line and a clock that starts at `startMinute` of the day. */
export async function tickerLayers(kit: SceneKit, look: ChannelLook, text: string, startMinute: number, minutes: number): Promise<Layer[]> {
  const style = { size: 9, weight: 1.5, colour: '#ffffff' };
  const width = textWidth(text, style) + 60;
  const bar = await kit.atelier.sprite(
    `<rect x="-2" y="330" width="644" height="32" fill="url(#t)"/><rect x="-2" y="329" width="644" height="2" fill="${hsl(look.accentHue, 88, 56)}"/>`,
    undefined,
    {
      defs: linearGradient('t', [
        [0, hsl(look.hue, 64, 22, 0.97)],
        [1, hsl(look.hue, 70, 12, 0.97)],
      ]),
    },
  );
  const line = await kit.atelier.sprite(textSvg(text, 0, 350, style), { x: 0, y: 330, width, height: 30 });
  const tag = await kit.atelier.sprite(
    `<path d="M-2 331H78L68 362H-2Z" fill="${hsl(look.accentHue, 86, 46)}"/>${textSvg('NEWS', 34, 351, { size: 11, weight: 2.2, anchor: 'middle' })}<path d="M572 331H642V362H562Z" fill="${hsl(look.hue, 70, 8)}"/>`,
  );
  const clock = await Promise.all(
    Array.from({ length: minutes + 1 }, (_, index) => {
      const minute = (startMinute + index) % 1440;
      const shown = `${String(Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}`;
      return kit.atelier.sprite(textSvg(shown, 603, 351, { size: 11, weight: 1.8, anchor: 'middle' }), { x: 560, y: 334, width: 80, height: 24 });
    }),
  );
  const scroll = (tS: number, copy: number): number => 560 + copy * width - ((tS * 50) % width);
  return [
    { sprites: [bar], depth: 0 },
    { sprites: [line], depth: 0, pose: (tS) => ({ dx: scroll(tS, 0) }) },
    { sprites: [line], depth: 0, pose: (tS) => ({ dx: scroll(tS, -1) }) },
    { sprites: [line], depth: 0, pose: (tS) => ({ dx: scroll(tS, 1) }) },
    { sprites: [tag], depth: 0 },
    { sprites: clock, depth: 0, pose: (tS) => ({ sprite: Math.floor(tS / 60) }) },
  ];
}

/** Score and match clock at the top left; the clock runs from `startS`. */
export async function scoreLayers(
  kit: SceneKit,
  look: ChannelLook,
  teams: readonly [string, string],
  score: readonly [number, number],
  startS: number,
  lengthS: number,
): Promise<Layer[]> {
  const x = look.corner === 'top-left' ? 430 : 28;
  const cell = (dx: number, width: number, fill: string): string => `<rect x="${x + dx}" y="22" width="${width}" height="24" fill="${fill}"/>`;
  const plate =
    cell(0, 46, hsl(look.hue, 70, 10, 0.92)) +
    cell(46, 40, hsl(look.hue, 40, 26, 0.94)) +
    cell(86, 44, hsl(look.accentHue, 80, 44, 0.96)) +
    cell(130, 40, hsl(look.hue, 40, 26, 0.94));
  const white = { size: 11, weight: 1.9, anchor: 'middle' as const };
  const text =
    textSvg(teams[0], x + 66, 39.5, white) + textSvg(`${score[0]}-${score[1]}`, x + 108, 39.5, white) + textSvg(teams[1], x + 150, 39.5, white);
  const board = await kit.atelier.sprite(plate + text);
  const clock = await Promise.all(
    Array.from({ length: Math.ceil(lengthS) + 1 }, (_, index) => {
      const second = Math.floor(startS) + index;
      return kit.atelier.sprite(
        textSvg(`${String(Math.floor(second / 60)).padStart(2, '0')}:${String(second % 60).padStart(2, '0')}`, x + 23, 38.5, { ...white, size: 9 }),
        { x: x - 4, y: 20, width: 60, height: 30 },
      );
    }),
  );
  return [
    { sprites: [board], depth: 0 },
    { sprites: clock, depth: 0, pose: (tS) => ({ sprite: Math.min(clock.length - 1, Math.floor(tS)) }) },
  ];
}

/** A title over moving shapes in the channel's colours: titles, idents and promos. */
export async function titleScene(kit: SceneKit, look: ChannelLook, title: string, line: string): Promise<Layer[]> {
  const { atelier, random } = kit;
  const hue = look.hue + random.range(-14, 14);
  const defs = radialGradient(
    'g',
    [
      [0, hsl(hue, 70, 36)],
      [1, hsl(hue + 16, 74, 8)],
    ],
    0.5,
    0.5,
    0.8,
  );
  const layers: Layer[] = [
    {
      sprites: [await atelier.sprite('<rect x="-64" y="-36" width="768" height="432" fill="url(#g)"/>', undefined, { opaque: true, defs })],
      depth: 0.2,
    },
  ];
  for (let index = 0; index < 5; index++) {
    const thick = random.range(30, 90);
    const y = random.range(0, 330);
    const ribbon = await atelier.sprite(
      `<path d="M-300 ${y + 60}L940 ${y - 60}V${y - 60 + thick}L-300 ${y + 60 + thick}Z" fill="${hsl(index % 2 === 0 ? look.accentHue : hue + 20, 80, random.range(40, 62), 0.3)}"/>`,
      { x: -300, y: -120, width: 1240, height: 620 },
    );
    const speed = random.range(30, 110) * (index % 2 === 0 ? 1 : -1);
    layers.push({
      sprites: [ribbon],
      depth: 0.4,
      pose: (tS) => ({ dx: Math.sin(tS * 0.5 + index) * 60 + (speed * tS) / 3, dy: Math.cos(tS * 0.7 + index) * 22 }),
    });
  }
  const size = Math.min(40, 520 / (Math.max(4, title.length) * 0.86));
  const big = await atelier.sprite(
    textSvg(title, 322, 198, { size, weight: 2.3, tracking: 1.2, anchor: 'middle', colour: 'rgba(0,0,0,.4)' }) +
      textSvg(title, 320, 196, { size, weight: 2.3, tracking: 1.2, anchor: 'middle' }),
  );
  const small = await atelier.sprite(
    textSvg(line, 320, 232, { size: 13, weight: 1.5, tracking: 1.6, anchor: 'middle', colour: hsl(look.accentHue, 90, 76) }),
  );
  const mark = await atelier.sprite(`<g transform="translate(320 108) scale(2.5)">${markSvg(look, '#fff')}</g>`);
  const settle = (tS: number, start: number): number => 1 - (1 - Math.min(1, Math.max(0, (tS - start) / 0.7))) ** 3;
  return [
    ...layers,
    { sprites: [mark], depth: 0, pivot: [320, 108], pose: (tS) => ({ scale: 0.3 + 0.7 * settle(tS, 0.1), opacity: settle(tS, 0.1) }) },
    { sprites: [big], depth: 0, pivot: [320, 190], pose: (tS) => ({ scale: 1.35 - 0.35 * settle(tS, 0.2) + tS * 0.008, opacity: settle(tS, 0.2) }) },
    { sprites: [small], depth: 0, pose: (tS) => ({ opacity: settle(tS, 0.9) }) },
  ];
}
