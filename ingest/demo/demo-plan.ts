import { Random } from './engine/random.ts';
import { itemFrames, planFrames, type BroadcastPlan, type PlanItem, type RecordingFormat } from './plan.ts';
import { Programme } from './programme.ts';
import type { ChannelLook } from './scenes/graphics.ts';
import { createVoice } from './sound/voice.ts';
import { demoBrands } from './spots/brands.ts';
import { designSpot, type SpotStyle } from './spots/spot-design.ts';

/** The demo channels: one of news, magazines and travel, one of sport. */
export type DemoChannel = 'news' | 'sport';

const format: RecordingFormat = { widthPx: 640, heightPx: 360, rate: [25, 1], crf: 24, preset: 'superfast' };
const rateFps = 25;

const looks: Readonly<Record<DemoChannel, ChannelLook>> = {
  news: { name: 'Meridian', hue: 218, accentHue: 36, mark: 'disc', corner: 'top-right', logoOpacity: 0.82 },
  sport: { name: 'ARENA 1', hue: 152, accentHue: 76, mark: 'arrow', corner: 'top-right', logoOpacity: 0.8 },
};

/** Style and length in seconds of the spot of each brand in `demoBrands`. */
const spotOrders: readonly (readonly [SpotStyle, number])[] = [
  ['lifestyle', 10],
  ['cinema', 12],
  ['product', 8],
  ['retail', 8],
  ['product', 10],
  ['app', 10],
  ['cinema', 9],
  ['lifestyle', 10],
  ['retail', 7],
  ['app', 8],
];

function spot(index: number): PlanItem {
  const brand = demoBrands[index];
  const order = spotOrders[index];
  if (brand === undefined || order === undefined) throw new RangeError(`There is no demo spot ${index}.`);
  const id = brand.name.toLowerCase().replaceAll(' ', '-');
  return designSpot({ id, seed: 2026, brand, style: order[0], frames: order[1] * rateFps, rateFps });
}

/** Black and silent frames between two items. */
export function separator(frames: number, ticker = false): PlanItem {
  const black = {
    frames,
    scene: { kind: 'black' as const },
    camera: { kind: 'still' as const, amount: 0 },
    graphics: [],
    dissolveFrames: 0,
    sceneStartS: 0,
  };
  return { kind: 'separator', id: 'black', shots: [black], sound: null, logo: false, ticker, letterbox: 0, fadeInFrames: 0, fadeOutFrames: 0 };
}

function titles(look: ChannelLook, title: string, line: string, frames: number, seed: number): PlanItem {
  const random = new Random(seed);
  return {
    kind: 'titles',
    id: title.toLowerCase().replaceAll(' ', '-'),
    shots: [
      {
        frames,
        scene: { kind: 'title', seed, hue: look.hue, look, title, line },
        camera: { kind: 'still', amount: 0 },
        graphics: [],
        dissolveFrames: 0,
        sceneStartS: 0,
      },
    ],
    sound: {
      seed: random.int(1, 1e9),
      speech: [{ voice: createVoice(random), gain: 0.5 }],
      music: { style: 'news', gain: 0.8 },
      ambience: 0.002,
      ambienceTone: 0.8,
      ambienceSwell: 0,
      fadeInS: 0.02,
      fadeOutS: 0.5,
    },
    logo: true,
    ticker: false,
    letterbox: 0,
    fadeInFrames: 0,
    fadeOutFrames: 0,
  };
}

function newsItems(random: Random, look: ChannelLook): PlanItem[] {
  const make = (id: string, genre: 'news' | 'cooking' | 'travel'): Programme => new Programme(random.fork(id), { id, genre, rateFps, hue: look.hue });
  const news = make('evening-news', 'news');
  const cooking = make('open-kitchen', 'cooking');
  const travel = make('far-and-near', 'travel');
  const black = (): PlanItem => separator(12);
  return [
    // The first break is the plainest: a viewer who has just started sees it open within seconds, before the logo is known for sure.
    news.part(14 * rateFps, { ticker: true }),
    ...[black(), spot(0), black(), spot(3), black(), spot(5), black(), spot(1), black()],
    news.part(34 * rateFps, { ticker: true }),
    titles(look, 'OPEN KITCHEN', 'WITH FRIENDS', 4 * rateFps, 11),
    cooking.part(16 * rateFps),
    ...[spot(2), spot(0), spot(7), spot(4)],
    cooking.part(24 * rateFps, { fadeOutFrames: 14 }),
    travel.part(26 * rateFps, { fadeInFrames: 14 }),
    ...[spot(6), spot(3), black(), spot(9), black(), spot(5)],
    travel.part(30 * rateFps),
    titles(look, 'EVENING NEWS', 'MERIDIAN', 4 * rateFps, 12),
    news.part(10 * rateFps, { ticker: true }),
  ];
}

function sportItems(random: Random, look: ChannelLook): PlanItem[] {
  const match = new Programme(random.fork('match'), { id: 'match-day', genre: 'sport', rateFps, hue: look.hue });
  const talk = new Programme(random.fork('talk'), { id: 'third-half', genre: 'talk', rateFps, hue: look.hue });
  const black = (): PlanItem => separator(10);
  return [
    match.part(27 * rateFps),
    ...[spot(6), spot(3), spot(1)],
    match.part(44 * rateFps),
    ...[black(), spot(8), black(), spot(6), black(), spot(2), black()],
    titles(look, 'THIRD HALF', 'TALK AND GOALS', 4 * rateFps, 13),
    talk.part(38 * rateFps),
    ...[spot(9), black(), spot(3), spot(4)],
    match.part(22 * rateFps),
  ];
}

const headlines: Readonly<Record<DemoChannel, string>> = {
  news: 'Harbour tunnel opens to cyclists on Sunday  ·  Orchestra finds a lost score in its own archive  ·  Record harvest for mountain pears  ·  Ferries run every ten minutes this weekend  ·  City library stays open until midnight  ·  ',
  sport: '',
};

/** AAC frames of 1024 samples at 48 kHz and pictures at 25 fps meet every 8 pictures. */
const seamFrames = 8;

/** Makes the last shot longer until the items end where an AAC frame does. */
function alignEnd(items: readonly PlanItem[]): PlanItem[] {
  const frames = items.reduce((sum, item) => sum + itemFrames(item), 0);
  const missing = (seamFrames - (frames % seamFrames)) % seamFrames;
  const last = items.at(-1);
  const shot = last?.shots.at(-1);
  if (last === undefined || shot === undefined) return [...items];
  return [...items.slice(0, -1), { ...last, shots: [...last.shots.slice(0, -1), { ...shot, frames: shot.frames + missing }] }];
}

/**
 * Running order of a demo channel in two parts to be played one after the other and then again: the first, of one and a half minutes, is rendered first
 * and can be played while the second is rendered. Programme with logo, three breaks (black and silence; hard cuts; mixed), spots that air
 * twice. The news channel's first break begins 14 s after the start. Parts end where pictures and AAC frames meet, so that nothing gapes.
 */
export function demoParts(channel: DemoChannel): [BroadcastPlan, BroadcastPlan] {
  const look = looks[channel];
  const seed = channel === 'news' ? 7 : 8;
  const random = new Random(seed);
  const items = channel === 'news' ? newsItems(random, look) : sportItems(random, look);
  // The first part ends with the programme after the first break: long enough to render the rest meanwhile, also on a busy machine.
  const firstSpot = items.findIndex((item) => item.kind === 'spot');
  const back = items.findIndex((item, index) => index > firstSpot && item.kind === 'programme');
  const split = items.findIndex((item, index) => index > back && item.kind !== 'programme');
  const whole = { seed, format, look, tickerText: headlines[channel], clockMinute: 19 * 60 + 58, noiseFloor: 0.0002, grain: 1.6 };
  const first = { ...whole, items: alignEnd(items.slice(0, split)) };
  return [first, { ...whole, seed: seed + 100, items: alignEnd(items.slice(split)), firstFrame: planFrames(first) }];
}

/** The whole running order of a demo channel, see {@link demoParts}. */
export function demoPlan(channel: DemoChannel): BroadcastPlan {
  const [first, second] = demoParts(channel);
  return { ...first, items: [...first.items, ...second.items] };
}
