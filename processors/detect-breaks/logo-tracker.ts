import type { CornerEdges } from '../../schemas/events.generated.ts';
import { LogoLearner } from './logo-learner.ts';
import type { LogoParameters } from './parameters.ts';

/** Names of the corners for people. */
const cornerNames = ['top left', 'top right', 'bottom left', 'bottom right'] as const;
/** Over a corner brighter than this a light logo cannot be seen, so its absence says nothing. */
const brightLuma = 205;
const sampleS = 0.2;
const mostLogos = 6;
/** A logo seen this long is learned for good. */
const matureS = 40;
/** The absence of a logo that was seen so long in all, or that left in a break before, goes on to say something, seconds. */
const provenS = 150;
/** A changed state must hold this many samples before it counts as an edge of the logo (1 s). */
const heldSamples = 5;

/** A learned logo. */
interface Logo {
  corner: number;
  pixels: Uint16Array;
  around: Uint16Array;
  /** Seconds seen in programme, decaying while programme goes on without it. */
  seenS: number;
  /** Seconds known to be gone in programme: a score board comes and goes, a logo does not. */
  missedS: number;
  /** Past breaks through which it stayed on air, and which it left. */
  stayed: number;
  left: number;
  /** Samples of the break that is on, with it and without. */
  inBreak: { present: number; gone: number };
  /** It was away in the last break; whether it left or never was a logo shows when it comes back. */
  awaited: boolean;
}

/** Learned logos as they are kept over a restart: plain JSON. */
export interface LogoState {
  widthPx: number;
  heightPx: number;
  logos: { corner: number; pixels: number[]; seenS: number; missedS: number; stayed: number; left: number }[];
}

/** What one sample says about the logos. */
export interface LogoSample {
  ptsUs: number;
  /** Log-likelihood ratio of "no programme logo" against programme. */
  gain: number;
  /** True or false when a trusted logo is known to be there or gone; undefined when nothing can be said. */
  present: boolean | undefined;
}

/** An edge of logo presence, found {@link heldSamples} after it happened. */
export interface LogoEdge {
  ptsUs: number;
  appeared: boolean;
}

/** Learns the channel's logos and says, sample by sample, whether they are on air. One instance per stream. */
export class LogoTracker {
  readonly #parameters: LogoParameters;
  #learners: LogoLearner[] = [];
  #logos: Logo[] = [];
  #widthPx = 0;
  #heightPx = 0;
  #unanchoredS = 0;
  #spent = 0;
  #stretch = 0;
  #opposite = 0;
  #state: boolean | undefined;
  #changing: { present: boolean; ptsUs: number; samples: number } | undefined;

  constructor(parameters: LogoParameters) {
    this.#parameters = parameters;
  }

  /** Where the most trusted logo stands, for evidence; undefined while none is known. */
  get description(): string | undefined {
    const best = this.#logos.reduce<Logo | undefined>(
      (one, other) => (one === undefined || this.#weight(other) > this.#weight(one) ? other : one),
      undefined,
    );
    return best === undefined || this.#weight(best) < 0.2 ? undefined : (cornerNames[best.corner] ?? '');
  }

  /** What was learned, as JSON. */
  save(): LogoState {
    const logos = this.#logos.map(({ corner, pixels, seenS, missedS, stayed, left }) => ({
      corner,
      pixels: [...pixels],
      seenS,
      missedS,
      stayed,
      left,
    }));
    return { widthPx: this.#widthPx, heightPx: this.#heightPx, logos };
  }

  /** Takes back what {@link LogoTracker.save} gave, before the first sample. */
  restore({ widthPx, heightPx, logos }: LogoState): void {
    this.#fit({ widthPx, heightPx });
    this.#logos = logos.map((logo) => {
      const pixels = Uint16Array.from(logo.pixels);
      return { ...logo, pixels, around: surroundings(pixels, widthPx, heightPx), inBreak: { present: 0, gone: 0 }, awaited: false };
    });
  }

  /** A logo was seen to leave in a break and to come back: its presence means programme. */
  get leaves(): boolean {
    return this.#logos.some(({ left }) => left > 0);
  }

  /** Probability that the channel leaves its logo on air in breaks, by those seen so far: channels do one or the other. */
  get stays(): number {
    const { priorStays, perBreak } = this.#parameters;
    const best = this.#logos.reduce<Logo | undefined>((one, other) => (one === undefined || other.seenS > one.seenS ? other : one), undefined);
    const { stayed, left } = best ?? { stayed: 0, left: 0 };
    const odds = (priorStays / (1 - priorStays)) * perBreak ** (stayed - left);
    return odds / (1 + odds);
  }

  /**
   * Adds a sample.
   *
   * @param hash perceptual hash of the picture
   * @param programme belief that programme is on air, 0 to 1: logos are learned and trusted from programme only
   * @param inBreak a break is open
   */
  add(sample: CornerEdges, hash: Buffer, programme: number, inBreak: boolean): { sample: LogoSample; edge: LogoEdge | undefined } {
    this.#fit(sample);
    const pixels = this.#widthPx * this.#heightPx;
    const corners = cornerNames.map((_, corner) => unpack(sample.edges, corner * Math.ceil(pixels / 8), pixels));
    const seen = this.#look(sample, corners);
    const anchored = this.#isAnchored(seen);
    if (programme > 0.5 && anchored) this.#learn(corners, hash);
    let there = 0;
    let gone = 0;
    let maturity = 0;
    for (const [logo, present] of seen) {
      const others = [...seen].some(([other, on]) => other !== logo && on && this.#weight(other) >= 0.5);
      this.#note(logo, present, anchored || logo.seenS >= matureS ? programme : 0, others);
      if (inBreak) logo.inBreak[present ? 'present' : 'gone'] += 1;
      else if (present && logo.awaited) {
        logo.awaited = false;
        logo.left += 1;
      }
      if (present) there = Math.max(there, this.#weight(logo));
      else {
        gone = Math.max(gone, this.#weight(logo));
        maturity = Math.max(maturity, logo.left > 0 ? 1 : Math.min(1, logo.seenS / provenS));
      }
    }
    // A shape of dozens of pixels is not there by chance, but can be hidden or have been none: what is seen outweighs what is missed.
    const gain = there >= 0.4 * gone ? -there * this.#parameters.presentGain : gone * this.#parameters.absentGain;
    const present = Math.abs(gain) < 0.04 ? undefined : gain < 0;
    return { sample: { ptsUs: sample.ptsUs, gain: this.#limit(gain, maturity), present }, edge: this.#edge(sample.ptsUs, present) };
  }

  /**
   * Tells that a break is over: what stood in its spots must not be taken for a logo, and which logos stay on air in breaks is now known
   * better.
   *
   * @param real the break was settled, not retracted
   */
  breakEnded(real: boolean): void {
    for (const logo of this.#logos) {
      const { present, gone } = logo.inBreak;
      logo.inBreak = { present: 0, gone: 0 };
      if (!real || present + gone < 50) continue;
      if (present > 0.8 * (present + gone)) logo.stayed += 1;
      else if (gone > 0.7 * (present + gone)) logo.awaited = true;
    }
    for (const learner of this.#learners) learner.reset();
  }

  /** Presence of every logo about which the sample says something. */
  #look(sample: CornerEdges, corners: readonly Uint8Array[]): Map<Logo, boolean> {
    const seen = new Map<Logo, boolean>();
    for (const logo of this.#logos) {
      const bright = (sample.lumaMeans[logo.corner] ?? 0) > brightLuma;
      const present = this.#isPresent(logo, corners[logo.corner]!, bright);
      if (present !== undefined) seen.set(logo, present);
    }
    return seen;
  }

  /**
   * False while every well-known logo is away: then what stands in the corners may be an advertiser's, and nothing new is learned or trusted,
   * unless it lasts so long that the channel must have changed its logo.
   */
  #isAnchored(seen: ReadonlyMap<Logo, boolean>): boolean {
    const known = this.#logos.filter((logo) => logo.seenS >= matureS && reliability(logo) > 0.5);
    const anchored = known.length === 0 || known.some((logo) => seen.get(logo) === true);
    this.#unanchoredS = anchored ? 0 : this.#unanchoredS + sampleS;
    return anchored || this.#unanchoredS > this.#parameters.longestAbsenceS;
  }

  #fit(sample: Pick<CornerEdges, 'widthPx' | 'heightPx'>): void {
    if (sample.widthPx === this.#widthPx && sample.heightPx === this.#heightPx) return;
    this.#widthPx = sample.widthPx;
    this.#heightPx = sample.heightPx;
    this.#logos = [];
    this.#learners = cornerNames.map((_, corner) => new LogoLearner(sample.widthPx, sample.heightPx, corner >= 2, this.#parameters));
  }

  #weight(logo: Logo): number {
    const trust = Math.min(1, logo.seenS / this.#parameters.trustS) * reliability(logo);
    // What stays in breaks says nothing, once another logo that is as well known is seen to leave.
    const leaver = this.#logos.some((other) => other !== logo && other.left > 0 && other.seenS >= logo.seenS / 2);
    return leaver ? trust * ((logo.left + 0.5) / (logo.left + logo.stayed + 0.5)) ** 2 : trust;
  }

  #isPresent(logo: Logo, edges: Uint8Array, bright: boolean): boolean | undefined {
    const hit = share(edges, logo.pixels);
    const chance = Math.min(0.9, share(edges, logo.around));
    const score = (hit - chance) / (1 - chance);
    if (score >= this.#parameters.presentScore || hit > 0.92) return true;
    return score > this.#parameters.absentScore || bright ? undefined : false;
  }

  /** @param others another trusted logo is on air now: then the absence of this one has nothing to do with a break */
  #note(logo: Logo, present: boolean, programme: number, others: boolean): void {
    if (present) logo.seenS = Math.min(3600, logo.seenS + sampleS * programme);
    else if (programme > 0.5) {
      logo.seenS *= 1 - (sampleS * programme) / 240;
      if (others) logo.missedS += sampleS * programme;
    }
  }

  #learn(corners: readonly Uint8Array[], hash: Buffer): void {
    for (const [corner, edges] of corners.entries()) this.#adopt(corner, this.#learners[corner]?.add(edges, hash) ?? []);
  }

  #adopt(corner: number, found: readonly Uint16Array[]): void {
    for (const pixels of found) {
      const around = surroundings(pixels, this.#widthPx, this.#heightPx);
      const [same, ...others] = this.#logos.filter((logo) => logo.corner === corner && overlap(logo.pixels, pixels) > 0.4);
      this.#logos = this.#logos.filter((logo) => !others.includes(logo));
      if (same !== undefined) {
        // A logo does not change its shape: once it is well known, later scenes could only spoil it.
        if (same.seenS < matureS && pixels.length >= 0.6 * same.pixels.length) Object.assign(same, { pixels, around });
        continue;
      }
      // It was there in every scene it was learned from, some 2 s each.
      this.#logos.push({ corner, pixels, around, seenS: 5, missedS: 0, stayed: 0, left: 0, inBreak: { present: 0, gone: 0 }, awaited: false });
      if (this.#logos.length <= mostLogos) continue;
      const least = this.#logos.reduce((one, other) => (other.seenS < one.seenS ? other : one));
      this.#logos = this.#logos.filter((logo) => logo !== least);
    }
  }

  /**
   * Bounds what one stretch of presence or absence adds up to: its samples are not independent.
   *
   * @param maturity how well the missing logo is known, 0 to 1: a graphic of one programme is gone with it
   */
  #limit(gain: number, maturity: number): number {
    if (gain === 0) return 0;
    if (Math.sign(gain) !== Math.sign(this.#spent) && this.#spent !== 0) {
      this.#opposite += 1;
      if (this.#opposite < heldSamples) return gain;
      this.#spent = 0;
      this.#stretch = 0;
    }
    this.#opposite = 0;
    const limit = gain < 0 ? this.#parameters.presentLimit : this.#parameters.absentLimit;
    this.#spent += gain;
    this.#stretch += 1;
    if (Math.abs(this.#spent) <= limit) return gain;
    if (gain < 0) return Math.max(gain, -this.#parameters.presentFloor);
    return this.#stretch * sampleS > this.#parameters.longestAbsenceS ? 0 : Math.min(gain, this.#parameters.absentFloor * maturity);
  }

  #edge(ptsUs: number, present: boolean | undefined): LogoEdge | undefined {
    if (present === undefined) return undefined;
    if (this.#state === undefined || present === this.#state) {
      this.#state = present;
      this.#changing = undefined;
      return undefined;
    }
    if (this.#changing?.present !== present) this.#changing = { present, ptsUs, samples: 0 };
    this.#changing.samples += 1;
    if (this.#changing.samples < heldSamples) return undefined;
    this.#state = present;
    const edge = { ptsUs: this.#changing.ptsUs, appeared: present };
    this.#changing = undefined;
    return edge;
  }
}

/** How far a logo is to be believed, 0 to 1, by how often it was missing while another logo was on air. */
function reliability(logo: Logo): number {
  return Math.max(0, 1 - (2.5 * logo.missedS) / (logo.missedS + logo.seenS + 10));
}

function unpack(bits: Buffer, offset: number, pixels: number): Uint8Array {
  const bytes = new Uint8Array(pixels);
  for (let first = 0; first < pixels; first += 8) {
    const eight = bits[offset + (first >> 3)] ?? 0;
    // Most of a picture is no edge.
    if (eight === 0) continue;
    for (let bit = 0; bit < 8 && first + bit < pixels; bit += 1) bytes[first + bit] = (eight >> (7 - bit)) & 1;
  }
  return bytes;
}

function share(edges: Uint8Array, pixels: Uint16Array): number {
  let hits = 0;
  for (let index = 0; index < pixels.length; index += 1) hits += edges[pixels[index]!]!;
  return pixels.length === 0 ? 0 : hits / pixels.length;
}

/** Pixels of the logo's bounding box, four pixels wider, that are not within two pixels of the logo: what the background alone looks like. */
function surroundings(pixels: Uint16Array, widthPx: number, heightPx: number): Uint16Array {
  const near = new Uint8Array(widthPx * heightPx);
  const box = { left: widthPx, right: 0, top: heightPx, bottom: 0 };
  for (const pixel of pixels) {
    const row = Math.floor(pixel / widthPx);
    const column = pixel % widthPx;
    box.left = Math.min(box.left, column);
    box.right = Math.max(box.right, column);
    box.top = Math.min(box.top, row);
    box.bottom = Math.max(box.bottom, row);
    for (let y = Math.max(0, row - 2); y <= Math.min(heightPx - 1, row + 2); y += 1) {
      for (let x = Math.max(0, column - 2); x <= Math.min(widthPx - 1, column + 2); x += 1) near[y * widthPx + x] = 1;
    }
  }
  const around: number[] = [];
  for (let y = Math.max(1, box.top - 6); y <= Math.min(heightPx - 2, box.bottom + 6); y += 1) {
    for (let x = Math.max(1, box.left - 6); x <= Math.min(widthPx - 2, box.right + 6); x += 1)
      if (near[y * widthPx + x] === 0) around.push(y * widthPx + x);
  }
  return Uint16Array.from(around);
}

function overlap(one: Uint16Array, other: Uint16Array): number {
  const set = new Set(one);
  let both = 0;
  for (const pixel of other) if (set.has(pixel)) both += 1;
  return both / Math.min(one.length, other.length);
}
