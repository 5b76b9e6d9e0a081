import { Random } from '../../../ingest/demo/engine/random.ts';
import { rateFraction } from '../broadcast-plan.ts';
import { type Canvas, framesIn } from './canvas.ts';
import { type ChannelFormat, type ForeignItem, type ForeignKind, framesOf } from './items.ts';
import { type Genre, ForeignProgramme, genres, identItem, separatorItem, sponsorItem } from './programme.ts';
import { ambience } from './sounds.ts';
import { designSpot } from './spots.ts';
import type { Stock } from './stock.ts';

/** How breaks are separated, what hides them, and whether there is a logo at all. */
export const foreignStyles = ['black-silence', 'hard-cut', 'mixed', 'logo-stays', 'ticker-noise', 'no-logo'] as const;

/** One of {@link foreignStyles}. */
export type ForeignStyle = (typeof foreignStyles)[number];

/** What a composed recording shall be like. */
export interface ForeignOrder {
  /** Programme and running order. 1 to 99 for tuning, 100 and more for reporting. */
  seed: number;
  /** Logo, spots, rate of repetition: recordings of one channel share them. @default the seed */
  channel?: number;
  /** At least 120. */
  durationS: number;
  widthPx: number;
  heightPx: number;
  rateFps: number;
  style: ForeignStyle;
  decoys: boolean;
  /** Of all programmes; without it two kinds alternate. */
  genre?: Genre;
  /** What programme looks or sounds like, and nothing else does. @default as everything else, sound the same on both sides */
  format?: ChannelFormat;
}

/** A channel's mark. */
export interface ForeignLook {
  name: string;
  mark: 'text' | 'box' | 'picture' | 'none';
  corner: 'top-left' | 'top-right' | 'bottom-left' | 'bottom-right';
  opacity: number;
}

/** A planned recording. */
export interface ForeignPlan {
  canvas: Canvas;
  look: ForeignLook;
  ticker: boolean;
  /** Amplitude of the noise under everything; 0 for none. */
  noiseFloor: number;
  crf: number;
  format?: ChannelFormat;
  items: readonly ForeignItem[];
}

type Boundary = 'cut' | 'black-silence' | 'black-only' | 'silence-only';

const boundaries: Record<ForeignStyle, readonly Boundary[]> = {
  'black-silence': ['black-silence'],
  'hard-cut': ['cut'],
  mixed: ['cut', 'cut', 'black-silence', 'black-only', 'silence-only'],
  'logo-stays': ['cut'],
  'ticker-noise': ['black-silence'],
  'no-logo': ['black-silence', 'black-silence', 'cut', 'silence-only'],
};

/** Plans a recording; the same order and stock give the same plan. */
export function planForeign(order: ForeignOrder, stock: Stock): ForeignPlan {
  const channel = new Random(order.channel ?? order.seed).fork(`foreign channel ${order.style}`);
  const canvas: Canvas = { widthPx: order.widthPx, heightPx: order.heightPx, rate: rateFraction(order.rateFps) };
  const look: ForeignLook = {
    name: channel.pick(['TV 9', 'Kanal B', 'ORBIT', 'rtx', 'Uno Due', 'FIVE STAR']),
    mark: order.style === 'no-logo' ? 'none' : channel.pick(['text', 'text', 'box', 'picture'] as const),
    corner: channel.pick(['top-right', 'top-left', 'top-right', 'bottom-right', 'bottom-left'] as const),
    opacity: channel.range(0.45, 1),
  };
  const ticker = order.style === 'ticker-noise';
  const noiseFloor = ticker ? channel.range(0.004, 0.012) : channel.pick([0, 0, 0.0005]);
  const items = new RunningOrder(order, canvas, stock, look, channel).items();
  const { format } = order;
  const plan = { canvas, look, ticker, noiseFloor, crf: channel.int(22, 29), items };
  return format === undefined
    ? plan
    : { ...plan, format, items: items.map((item) => (ofProgramme.includes(item.kind) ? { ...item, format } : item)) };
}

/** Kinds that come from the programme itself; idents, promos and sponsor cards are made like spots. */
const ofProgramme: readonly ForeignKind[] = ['programme', 'titles', 'montage', 'replay', 'silence'];

/** Puts programme, decoys and breaks in a row. */
class RunningOrder {
  readonly #random: Random;
  readonly #spots = new Map<string, ForeignItem>();
  readonly #aired: string[] = [];
  readonly #wholeSeconds: boolean;
  readonly #titlesLogo: boolean;
  readonly #ident: ForeignItem;
  readonly #sponsor: ForeignItem;

  constructor(
    private readonly order: ForeignOrder,
    private readonly canvas: Canvas,
    private readonly stock: Stock,
    look: ForeignLook,
    private readonly channel: Random,
  ) {
    this.#random = new Random(order.seed).fork(`foreign order ${order.style}`);
    this.#wholeSeconds = channel.chance(0.5);
    this.#titlesLogo = channel.chance(0.75);
    this.#ident = identItem(channel.fork('ident'), canvas, look.name);
    this.#sponsor = sponsorItem(channel.fork('sponsor'), canvas);
  }

  items(): ForeignItem[] {
    const random = this.#random;
    const count = Math.max(1, Math.round(this.order.durationS / 190));
    const turnS = this.order.durationS / (count + 0.6);
    const pair = this.order.genre === undefined ? random.shuffle(genres.slice(0, 5)).slice(0, 2) : [this.order.genre];
    const programmes = pair.map((genre) => new ForeignProgramme(random.fork(genre), this.canvas, this.stock, genre));
    const items: ForeignItem[] = [];
    for (let turn = 0; turn < count; turn++) {
      const breakS = Math.min(180, turnS * random.range(0.28, 0.5));
      items.push(...this.#programme(programmes[turn % programmes.length]!, (turnS - breakS) * random.range(0.85, 1.15), turn));
      items.push(...this.#break(breakS));
    }
    items.push(...this.#programme(programmes[count % programmes.length]!, turnS * 0.6, count));
    return items;
  }

  #programme(programme: ForeignProgramme, seconds: number, turn: number): ForeignItem[] {
    const random = this.#random;
    const items: ForeignItem[] = [];
    let left = framesIn(this.canvas, seconds);
    const push = (more: readonly ForeignItem[]): void => {
      items.push(...more);
      left -= more.reduce((sum, item) => sum + framesOf(item), 0);
    };
    if (this.order.decoys && turn > 0 && random.chance(0.2)) push([this.#ident]);
    if (this.order.decoys && (turn === 0 || random.chance(0.5))) push([programme.titles('EVENING LIGHT', this.#titlesLogo)]);
    while (left > framesIn(this.canvas, 40)) {
      push([programme.part(framesIn(this.canvas, random.range(18, 34)))]);
      if (this.order.decoys) push(this.#decoy(programme));
    }
    push([programme.part(Math.max(left, framesIn(this.canvas, 8)))]);
    return items;
  }

  #decoy(programme: ForeignProgramme): ForeignItem[] {
    const random = this.#random;
    const { canvas } = this;
    const black = (shortest: number, longest: number): ForeignItem =>
      separatorItem(canvas, framesIn(canvas, random.range(shortest, longest)), [], 'fade-to-black');
    const kind = random.pick(['fade', 'silence', 'promo', 'montage', 'replay', 'glitch', 'sponsor', 'none'] as const);
    if (kind === 'fade') return [programme.part(framesIn(canvas, 9), 'programme', { fadeOutS: 1 }), black(0.4, 2)];
    if (kind === 'silence') return [programme.part(framesIn(canvas, random.range(1.5, 5)), 'silence', { layers: [] })];
    if (kind === 'promo') return [programme.promo()];
    if (kind === 'montage') return [programme.montage()];
    if (kind === 'replay') return programme.replay();
    if (kind === 'sponsor') return [this.#sponsor];
    if (kind === 'glitch') return [{ ...separatorItem(canvas, random.int(2, 6), [ambience(random, 0.06)], 'black-glitch'), logo: true }];
    return [];
  }

  #break(aboutS: number): ForeignItem[] {
    const random = this.#random;
    const items: ForeignItem[] = [];
    const taken = new Set<string>();
    const boundary = (): Boundary => random.pick(boundaries[this.order.style]);
    this.#separate(items, boundary());
    for (let leftS = aboutS; leftS > 6 || taken.size < 2;) {
      const spot = this.#spot(taken);
      taken.add(spot.id);
      items.push({ ...spot, logo: this.order.style === 'logo-stays' });
      leftS -= framesOf(spot) / (this.canvas.rate[0] / this.canvas.rate[1]);
      this.#separate(items, boundary());
    }
    return items;
  }

  /** Ends the last item the way of the boundary. */
  #separate(items: ForeignItem[], boundary: Boundary): void {
    const last = items.at(-1);
    if (boundary === 'silence-only' && last !== undefined) items[items.length - 1] = { ...last, silentTailS: 0.3 };
    if (boundary === 'cut' || boundary === 'silence-only') return;
    const frames = this.#random.int(4, 20);
    items.push(separatorItem(this.canvas, frames, boundary === 'black-only' ? [ambience(this.#random, 0.03)] : []));
  }

  /** The channel's next spot: about four in ten have aired before. Spots of other days of the channel count as new ones. */
  #spot(taken: ReadonlySet<string>): ForeignItem {
    const again = this.#aired.filter((id) => !taken.has(id));
    const id = again.length > 0 && (taken.size === 1 || this.#random.chance(0.35)) ? this.#random.pick(again) : this.#unaired();
    const spot = this.#spots.get(id) ?? this.#design(id);
    this.#spots.set(id, spot);
    this.#aired.push(id);
    return spot;
  }

  #unaired(): string {
    const ids = Array.from({ length: 24 }, (_, index) => `c${this.order.channel ?? this.order.seed}-spot-${index + 1}`);
    const left = ids.filter((id) => !this.#aired.includes(id));
    return this.#random.pick(left.length > 0 ? left : ids);
  }

  #design(id: string): ForeignItem {
    const random = this.channel.fork(id);
    const lengthS = random.pick([10, 15, 20, 20, 30, 30, 7, 12, 25, 40]);
    const frames = framesIn(this.canvas, lengthS) + (this.#wholeSeconds ? 0 : random.int(-4, 4));
    return designSpot(random, { canvas: this.canvas, stock: this.stock, naive: this.order.genre === 'naive' }, id, frames);
  }
}
