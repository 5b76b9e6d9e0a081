import type { Signals } from '../../schemas/events.generated.ts';
import type { SoundMemoryParameters } from './parameters.ts';
import { soundWindows } from './sound-bands.ts';
import { Texture } from './texture.ts';

/** Length of a texture, microseconds. */
const textureUs = 1_000_000;
/** Fewest windows of `soundBands` of which a texture is made. */
const leastWindows = 6;
/** A texture whose loudest band is under this is silence and says nothing, dBFS. */
const leastDbfs = -72;
/** Textures that are kept over a restart; the newest are read again after it. */
const mostSaved = 300;
const readAgain = 45;
/** Seconds whose word can be taken back. */
const mostTold = 300;

/** What is kept over a restart: plain JSON. */
export interface SoundMemoryState {
  /** Textures of programme, base64, oldest first. */
  textures: string[];
  /** Their distances to what else is known of programme, dB; null where nothing was. */
  nearestDb: (number | null)[];
  /** Seconds of breaks that were settled, and the sum of their -log p. */
  breakS: number;
  surprise: number;
}

/** A second of programme. */
interface Known {
  ptsUs: number;
  texture: Texture;
  /** Distance to the nearest other one that was heard at another time, dB. */
  nearestDb: number;
}

/** A second that was judged. */
interface Told {
  ptsUs: number;
  texture: Texture;
  /** Share of programme that is as far from the rest of it; 1 = usual. */
  p: number;
  gain: number;
}

/**
 * Remembers how the programme sounds and says, second by second, whether it still does. Voices, rooms and beds of a programme come back, also
 * after a break; what is heard in a spot was hardly ever heard before. A second is judged by its rank: `p` is the share of the known seconds that
 * are as far from the rest of the known as it is (conformal anomaly detection by nearest neighbours, Laxhammar and Falkman 2010). Under
 * programme p is uniform, in spots it is small, with density a p^(a-1): the family by which Sellke, Bayarri and Berger ("Calibration of p values
 * for testing precise null hypotheses", 2001) turn ranks into likelihood ratios. `a` is learned from the channel's own breaks: where programme and spots sound alike it goes to 1, and nothing is said.
 */
export class SoundMemory {
  readonly #parameters: SoundMemoryParameters;
  /** Textures of programme, oldest first. */
  #known: Known[] = [];
  /** Seconds that are not old enough to be known. */
  #waiting: Known[] = [];
  /** The last seconds judged, for taking back and for learning. */
  #told: Told[] = [];
  #breakS = 0;
  #surprise = 0;
  #windows: Uint8Array[] = [];
  #startUs = Number.NaN;
  /** What strange seconds have said in a row. */
  #strange = 0;

  constructor(parameters: SoundMemoryParameters) {
    this.#parameters = parameters;
  }

  /**
   * Adds what was heard.
   *
   * @param programme belief that programme is on air, 0 to 1
   * @returns log-likelihood ratios of "no programme" against programme, at the middle of every second that ended
   */
  add(run: Signals, programme: number): { ptsUs: number; gain: number }[] {
    if (run.soundBandsStartUs < 0) return [];
    const found: { ptsUs: number; gain: number }[] = [];
    for (const { ptsUs, bytes } of soundWindows(run)) {
      if (Number.isNaN(this.#startUs) || ptsUs < this.#startUs || ptsUs >= this.#startUs + 2 * textureUs) this.#open(ptsUs);
      else if (ptsUs >= this.#startUs + textureUs) {
        const told = this.#judge();
        if (told !== undefined && told.gain !== 0) found.push({ ptsUs: told.ptsUs, gain: told.gain });
        this.#open(this.#startUs + textureUs);
      }
      this.#windows.push(bytes);
    }
    this.#admit(programme);
    return found;
  }

  /**
   * A spot was on air in a span: that it sounded known says that it aired before, unnoticed, and nothing for programme. Forgets what sounds like it.
   *
   * @returns what it had said for programme, to be taken back; nothing a second time
   */
  recant(startUs: number, endUs: number): { ptsUs: number; gain: number }[] {
    this.#waiting = this.#waiting.filter(({ ptsUs }) => ptsUs < startUs || ptsUs >= endUs);
    const inside = this.#told.filter(({ ptsUs, gain }) => ptsUs >= startUs && ptsUs < endUs && gain < 0);
    if (inside.length === 0) return [];
    const { sameDb } = this.#parameters;
    this.#known = this.#known.filter((known) => !inside.some(({ texture }) => texture.distanceDb(known.texture) < sameDb));
    const said = inside.map(({ ptsUs, gain }) => ({ ptsUs, gain }));
    for (const told of inside) told.gain = 0;
    return said;
  }

  /** A break was settled: forgets what was heard in it, and learns how strange it sounded. */
  breakEnded(startUs: number, endUs: number): void {
    const inside = ({ ptsUs }: { ptsUs: number }): boolean => ptsUs >= startUs && ptsUs < endUs;
    for (const { p } of this.#told.filter(inside)) {
      this.#breakS += 1;
      this.#surprise -= Math.log(p);
    }
    this.#known = this.#known.filter((one) => !inside(one));
    this.#waiting = this.#waiting.filter((one) => !inside(one));
    this.#told = this.#told.filter((one) => !inside(one));
  }

  /** A new epoch: media time starts afresh; how programme sounds stays known. */
  newEpoch(): void {
    this.#known = this.#known.map((known) => ({ ...known, ptsUs: Number.NEGATIVE_INFINITY }));
    this.#waiting = [];
    this.#told = [];
    this.#startUs = Number.NaN;
    this.#windows = [];
    this.#strange = 0;
  }

  /** What is known, as JSON. */
  save(): SoundMemoryState {
    const kept = this.#known.slice(0, -readAgain).slice(-mostSaved);
    return {
      textures: kept.map(({ texture }) => texture.toBase64()),
      nearestDb: kept.map(({ nearestDb }) => (Number.isFinite(nearestDb) ? Math.round(nearestDb * 100) / 100 : null)),
      breakS: this.#breakS,
      surprise: Math.round(this.#surprise * 100) / 100,
    };
  }

  /** Takes back what {@link SoundMemory.save} gave, before the first run. */
  restore({ textures, nearestDb, breakS, surprise }: SoundMemoryState): void {
    this.#known = textures.map((text, index) => ({
      ptsUs: Number.NEGATIVE_INFINITY,
      texture: Texture.fromBase64(text),
      nearestDb: nearestDb[index] ?? Number.POSITIVE_INFINITY,
    }));
    this.#breakS = breakS;
    this.#surprise = surprise;
  }

  #open(startUs: number): void {
    this.#startUs = startUs;
    this.#windows = [];
  }

  #judge(): Told | undefined {
    if (this.#windows.length < leastWindows) return undefined;
    const texture = Texture.of(this.#windows);
    if (texture.loudestDbfs < leastDbfs) return undefined;
    const ptsUs = this.#startUs + textureUs / 2;
    this.#waiting.push({ ptsUs, texture, nearestDb: Number.POSITIVE_INFINITY });
    const compared = this.#known.filter(({ nearestDb }) => nearestDb < Number.POSITIVE_INFINITY);
    const { leastKnownS, weight, mostStrange } = this.#parameters;
    if (compared.length < leastKnownS) return undefined;
    const distanceDb = this.#known.reduce((least, known) => texture.nearer(known.texture, least), Number.POSITIVE_INFINITY);
    const p = (1 + compared.filter(({ nearestDb }) => nearestDb >= distanceDb).length) / (1 + compared.length);
    const exponent = this.#exponent(compared);
    const gain = Math.min(weight * (Math.log(exponent) + (exponent - 1) * Math.log(p)), mostStrange - this.#strange);
    this.#strange = Math.max(0, this.#strange + gain);
    const told: Told = { ptsUs, texture, p, gain };
    this.#told.push(told);
    if (this.#told.length > mostTold) this.#told.shift();
    return told;
  }

  /**
   * `a` of the density of p in breaks: its likeliest value, where what is expected counts as so many seconds. Expected is what p would be of
   * sound as far from programme as spots usually are: 1, which says nothing, where programme is as far from itself.
   */
  #exponent(compared: readonly Known[]): number {
    const { strangeDb, spreadDb, leastExponent, expectedWorthS } = this.#parameters;
    const p = compared.reduce((sum, { nearestDb }) => sum + 1 / (1 + Math.exp((strangeDb - nearestDb) / spreadDb)), 0) / compared.length;
    const expected = Math.max(leastExponent, Math.min(1, p / (1 - p)));
    return Math.min(1, (expectedWorthS + this.#breakS) / (expectedWorthS / expected + this.#surprise));
  }

  /** Seconds become known when they are older than a spot is long and programme is still believed. */
  #admit(programme: number): void {
    const { knownAfterS, memoryS } = this.#parameters;
    const nowUs = this.#startUs;
    while (this.#waiting.length > 0 && this.#waiting[0]!.ptsUs < nowUs - knownAfterS * 1e6) {
      const second = this.#waiting.shift()!;
      if (programme > 0.5) this.#know(second);
    }
    while (this.#known.length > memoryS) this.#known.shift();
  }

  /** Compares a second with all others but its neighbours in time, which are the same moment of the programme. */
  #know(second: Known): void {
    for (const other of this.#known) {
      if (Math.abs(other.ptsUs - second.ptsUs) < this.#parameters.knownAfterS * 1e6) continue;
      const distanceDb = second.texture.distanceDb(other.texture);
      other.nearestDb = Math.min(other.nearestDb, distanceDb);
      second.nearestDb = Math.min(second.nearestDb, distanceDb);
    }
    this.#known.push(second);
  }
}
