import { Random } from '../../ingest/demo/engine/random.ts';
import { itemFrames, type BroadcastPlan, type ItemKind, type PlanItem } from '../../ingest/demo/plan.ts';
import { genres, Programme } from '../../ingest/demo/programme.ts';
import type { ChannelLook } from '../../ingest/demo/scenes/graphics.ts';
import { inventBrand } from '../../ingest/demo/spots/brands.ts';
import { designSpot, spotStyles } from '../../ingest/demo/spots/spot-design.ts';
import { boundaryItems, withBoundary, type Boundary } from './boundaries.ts';
import { decoyItems, identItem } from './decoys.ts';

/** How breaks are separated and what hides them. */
export type BroadcastStyle = 'black-silence' | 'hard-cut' | 'mixed' | 'logo-stays' | 'ticker-noise';

/** All styles. */
export const broadcastStyles: readonly BroadcastStyle[] = ['black-silence', 'hard-cut', 'mixed', 'logo-stays', 'ticker-noise'];

/** What a broadcast shall be like. */
export interface BroadcastOrder {
  /** 1 to 99 for tuning, 100 and more for reporting: nothing may be tuned on the latter. */
  seed: number;
  /** At least 80. */
  durationS: number;
  /** @default 320 */
  widthPx?: number;
  /** @default 180 */
  heightPx?: number;
  /** 25 and 29.97 (30000/1001) are the usual ones. @default 25 */
  rateFps?: number;
  style: BroadcastStyle;
  /** Add what looks like ads or boundaries and is neither. */
  decoys: boolean;
  /** Programme is a film with bars above and below. @default false */
  letterbox?: boolean;
}

/** A programme that can be cut into parts, drawn or recorded. */
export type ProgrammeParts = Pick<Programme, 'part'>;

/** Things that both drawn and composed broadcasts use while they are planned. */
export interface Planning {
  random: Random;
  order: BroadcastOrder;
  rateFps: number;
  look: ChannelLook;
  ticker: boolean;
}

const names = ['Kanal 4', 'TELE UNO', 'Nordic', 'Plus 7', 'CITY TV', 'Aurora', 'Channel K', 'Vista', 'MAX 2', 'Prisma'];

function inventLook(random: Random): ChannelLook {
  const hue = random.range(0, 360);
  return {
    name: random.pick(names),
    hue,
    accentHue: hue + random.range(90, 270),
    mark: random.pick(['disc', 'hexagon', 'bars', 'arrow'] as const),
    corner: random.pick(['top-right', 'top-left', 'top-right', 'bottom-right'] as const),
    logoOpacity: random.range(0.5, 0.92),
  };
}

/** The exact fraction of a rate: 29.97 and 59.94 are 30000/1001 and 60000/1001. */
export function rateFraction(rateFps: number): [number, number] {
  const ntsc = Math.round(rateFps * 1.001);
  if (Math.abs((ntsc * 1000) / 1001 - rateFps) < 0.005 && Math.abs(rateFps - Math.round(rateFps)) > 0.001) return [ntsc * 1000, 1001];
  return Number.isInteger(rateFps) ? [rateFps, 1] : [Math.round(rateFps * 1000), 1000];
}

/** Boundary kinds of a style, drawn anew for each boundary. */
function boundaryOf(random: Random, style: BroadcastStyle): Boundary {
  if (style === 'hard-cut' || style === 'logo-stays') return 'cut';
  if (style === 'mixed') return random.pick(['cut', 'cut', 'black-silence', 'black-only', 'silence-only'] as const);
  return 'black-silence';
}

/** Lengths in seconds of the spots of a break that lasts about `aboutS`. */
function spotLengths(random: Random, aboutS: number): number[] {
  const lengths: number[] = [];
  for (let left = aboutS; left > 6;) {
    const length = random.pick(left > 60 ? [10, 15, 20, 20, 30] : [10, 10, 15, 20]);
    lengths.push(length);
    left -= length;
  }
  return lengths.length > 1 ? lengths : [10, 15];
}

/** Makes spots: about two slots in five air a spot that aired before, and at least one of every later break does. */
export class SpotPool {
  readonly #planning: Planning;
  readonly #make: (id: string, frames: number) => PlanItem;
  readonly #spots: PlanItem[] = [];

  constructor(planning: Planning, make: (id: string, frames: number) => PlanItem) {
    this.#planning = planning;
    this.#make = make;
  }

  /** A spot of about the length that is not among `taken`. */
  next(lengthS: number, taken: ReadonlySet<string>): PlanItem {
    const { random, rateFps } = this.#planning;
    const known = this.#spots.filter((spot) => !taken.has(spot.id));
    const again = known.length > 0 && (taken.size === 1 || random.chance(0.35));
    if (again) return random.pick(known);
    // Real spots are seldom whole seconds long.
    const frames = Math.round(lengthS * rateFps) + random.int(-3, 3);
    const spot = this.#make(`spot-${this.#spots.length + 1}`, frames);
    this.#spots.push(spot);
    return spot;
  }
}

/** The items of one break, boundaries included. */
function breakItems(planning: Planning, pool: SpotPool, aboutS: number): PlanItem[] {
  const { random, order, ticker } = planning;
  const items: PlanItem[] = [];
  const taken = new Set<string>();
  const logo = order.style === 'logo-stays';
  let boundary = boundaryOf(random, order.style);
  items.push(...boundaryItems(planning, boundary));
  for (const lengthS of spotLengths(random, aboutS)) {
    const spot = pool.next(lengthS, taken);
    taken.add(spot.id);
    boundary = boundaryOf(random, order.style);
    items.push(withBoundary({ ...spot, logo, ticker }, boundary), ...boundaryItems(planning, boundary));
  }
  return items;
}

/**
 * Seconds of programme and of the break after it when `leftS` are left of a broadcast of `durationS`; no break when 14 s of programme would not
 * fit behind it.
 */
function nextTurn(random: Random, durationS: number, leftS: number, first: boolean): { programmeS: number; breakS: number } {
  const typical = Math.min(420, Math.max(28, durationS / 5));
  const breakS = Math.min(180, Math.max(28, typical * 0.55)) * random.range(0.8, 1.2);
  // Spots and separators may make a break this much longer than planned.
  const slackS = breakS > 60 ? 45 : 24;
  const room = leftS - breakS - slackS - 14;
  const wanted = typical * random.range(0.7, 1.25);
  // The first break comes in any case.
  const programmeS = first ? Math.max(8, Math.min(wanted, room)) : wanted;
  return programmeS > room && !first ? { programmeS: leftS, breakS: 0 } : { programmeS, breakS };
}

/** Begins the plan of a broadcast: channel, format, noise. */
export function beginPlan(order: BroadcastOrder): { planning: Planning; plan: Omit<BroadcastPlan, 'items'> } {
  if (order.durationS < 80) throw new RangeError('A broadcast needs at least 80 seconds to hold a break.');
  const { widthPx = 320, heightPx = 180, rateFps = 25 } = order;
  const random = new Random(order.seed).fork(`${order.style} ${order.decoys}`);
  const rate = rateFraction(rateFps);
  const look = inventLook(random.fork('look'));
  const ticker = order.style === 'ticker-noise';
  const plan = {
    seed: order.seed,
    format: { widthPx, heightPx, rate, crf: random.int(23, 28), preset: 'superfast' as const },
    look,
    tickerText:
      'Storm warning lifted along the coast  ·  Council votes on new tram line  ·  Museum night draws record crowd  ·  Bees return to the old quarry  ·  ',
    clockMinute: random.int(0, 1439),
    noiseFloor: ticker ? random.range(0.003, 0.006) : random.range(0.00004, 0.0012),
    grain: random.range(1, 3),
  };
  return { planning: { random, order, rateFps: rate[0] / rate[1], look, ticker }, plan };
}

/** Puts programme, decoys and breaks in a row of exactly the length that was ordered. */
export function runningOrder(planning: Planning, pool: SpotPool, nextProgramme: (index: number) => ProgrammeParts): PlanItem[] {
  const { random, order, rateFps, ticker } = planning;
  const items: PlanItem[] = [];
  let left = Math.round(order.durationS * rateFps);
  const push = (more: readonly PlanItem[]): void => {
    items.push(...more);
    left -= more.reduce((sum, item) => sum + itemFrames(item), 0);
  };
  const turns = random.fork('rhythm');
  for (let index = 0; left > 0; index++) {
    const { programmeS, breakS } = nextTurn(turns, order.durationS, left / rateFps, index === 0);
    const programme = nextProgramme(index);
    let frames = breakS === 0 ? left : Math.round(programmeS * rateFps);
    if (order.decoys) {
      const decoys = decoyItems(planning, programme, frames - Math.round(12 * rateFps));
      push(decoys);
      frames -= decoys.reduce((sum, item) => sum + itemFrames(item), 0);
    }
    push([programme.part(frames, { ticker })]);
    if (breakS > 0) push(breakItems(planning, pool, breakS));
    // Many channels say their name between the break and the programme.
    if (breakS > 0 && order.decoys && random.chance(0.25)) push([identItem(planning)]);
  }
  return items;
}

/** Kinds that come from the programme itself: idents and promos are made like spots. */
const ofProgramme: readonly ItemKind[] = ['programme', 'titles', 'decoy'];

/** Gives the items of programme the bars that were ordered. */
export function formatted({ letterbox }: BroadcastOrder, items: readonly PlanItem[]): PlanItem[] {
  return items.map((item) => (letterbox === true && ofProgramme.includes(item.kind) ? { ...item, letterbox: 0.128 } : item));
}

/** Plans a broadcast of drawn pictures. */
export function planBroadcast(order: BroadcastOrder): BroadcastPlan {
  const { planning, plan } = beginPlan(order);
  const { random, rateFps, look } = planning;
  const pool = new SpotPool(planning, (id, frames) => {
    const own = random.fork(id);
    return designSpot({ id, seed: order.seed, brand: inventBrand(own), style: own.pick(spotStyles), frames, rateFps });
  });
  const variety = 2 + Math.floor(order.durationS / 400);
  const kinds = random.shuffle(genres);
  const programmes = new Map<number, Programme>();
  const nextProgramme = (index: number): Programme => {
    // A programme goes on after a break more often than it ends with it.
    const number = Math.floor(index / 2);
    const genre = kinds[number % kinds.length] ?? 'talk';
    const programme =
      programmes.get(number) ??
      new Programme(random.fork(`programme ${number}`), { id: `programme-${number + 1}`, genre, rateFps, hue: look.hue, variety });
    programmes.set(number, programme);
    return programme;
  };
  return { ...plan, items: formatted(order, runningOrder(planning, pool, nextProgramme)) };
}
