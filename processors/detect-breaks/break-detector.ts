import type { LifeState, Signals } from '../../schemas/events.generated.ts';
import { BreakFilter } from './break-filter.ts';
import { type BreakChange, type BreakShape, BreakTracker } from './break-tracker.ts';
import { type Cue, CueFinder, plainCue } from './cue-finder.ts';
import { type LogoFacts, breakEvidence } from './evidence-text.ts';
import { type LogoSample, LogoTracker } from './logo-tracker.ts';
import { MediaTicks, type Tick } from './media-ticks.ts';
import type { BreakParameters } from './parameters.ts';
import { SceneMemory } from './scene-memory.ts';
import { SoundChange } from './sound-change.ts';
import { type Identity, SpotHistory } from './spot-history.ts';

/** News about a break. */
export interface BreakNews {
  kind: 'break';
  /** Identity of the break within its epoch: its start when first announced and the number of earlier, retracted tries. */
  breakKey: string;
  startUs: number;
  endUs: number | null;
  state: LifeState;
  confidence: number;
  evidence: string[];
  knownUpToUs: number;
}

/** News about an airing of a spot. */
export interface SpotNews {
  kind: 'spot';
  /** Identity of the break it is in. */
  breakKey: string;
  startUs: number;
  endUs: number;
  state: LifeState;
  identity: Identity;
  position: number;
  confidence: number;
  evidence: string[];
  knownUpToUs: number;
}

interface Airing {
  startUs: number;
  endUs: number;
  identity: Identity;
  position: number;
}

/** Cues wait this long for the logo, whose edges are found late, and for each other. */
const cueDelayUs = 2_000_000;
/** A logo edge this close to another cue is that cue's. */
const nearUs = 900_000;
/** What the filter remembers: two of the longest spots. */
const memoryUs = 240_000_000;
const logoMemory = 9000;

/** Finds breaks and spots in one stream's signals, whatever the length of the runs they come in. Holds no clock and sends nothing. */
export class BreakDetector {
  readonly #parameters: BreakParameters;
  readonly #logo: LogoTracker;
  readonly #sound: SoundChange;
  readonly #scenes: SceneMemory;
  readonly #history = new SpotHistory();
  #ticks = new MediaTicks();
  #cues: CueFinder;
  #filter: BreakFilter | undefined;
  #tracker: BreakTracker;
  #queue: Cue[] = [];
  #hashes: { ptsUs: number; hash: Buffer }[] = [];
  #samples: LogoSample[] = [];
  #airings = new Map<number, Airing>();
  #announced: string | undefined;
  #lastSharpUs = Number.NEGATIVE_INFINITY;
  #adOdds = -6;
  #readUs = Number.NEGATIVE_INFINITY;

  constructor(parameters: BreakParameters) {
    this.#parameters = parameters;
    this.#logo = new LogoTracker(parameters.logo);
    this.#sound = new SoundChange(parameters.sound);
    this.#scenes = new SceneMemory(parameters.scene);
    this.#cues = new CueFinder(parameters.cue);
    this.#tracker = new BreakTracker(parameters.life);
  }

  /** Adds a run of signals; returns what became known, in order. */
  add(run: Signals): (BreakNews | SpotNews)[] {
    this.#history.remember(run);
    this.#sound.remember(run);
    return this.#ticks.add(run).flatMap((tick) => this.#step(tick));
  }

  /** The stream or its epoch ended: settles what is open. What was learned about logos and spots stays. */
  flush(): (BreakNews | SpotNews)[] {
    const news = this.#ticks.flush().flatMap((tick) => this.#step(tick));
    const filter = this.#filter;
    if (filter !== undefined) {
      this.#queue.push(...this.#cues.flush());
      this.#deliver(filter, Number.POSITIVE_INFINITY);
      const endUs = this.#readUs;
      for (const change of this.#tracker.flush(filter.belief(endUs), endUs)) news.push(...this.#report(change, endUs));
    }
    this.#ticks = new MediaTicks();
    this.#cues = new CueFinder(this.#parameters.cue);
    this.#filter = undefined;
    this.#tracker = new BreakTracker(this.#parameters.life);
    this.#history.newEpoch();
    this.#scenes.newEpoch();
    this.#queue = [];
    this.#hashes = [];
    this.#samples = [];
    this.#airings = new Map();
    this.#announced = undefined;
    this.#lastSharpUs = Number.NEGATIVE_INFINITY;
    this.#adOdds = -6;
    return news;
  }

  /** True while no break is open and nothing that was read lately could be the start of one. */
  get quiet(): boolean {
    if (this.#tracker.active !== undefined || this.#adOdds > -3) return false;
    return this.#queue.every((cue) => cue.kind === 'cut') && this.#samples[this.#samples.length - 1]?.present !== false;
  }

  #step(tick: Tick): (BreakNews | SpotNews)[] {
    const filter = (this.#filter ??= new BreakFilter(this.#parameters, tick.pictures[0]?.ptsUs ?? tick.fromUs));
    this.#readUs = this.#lastUs(tick);
    this.#watchLogo(tick, filter);
    this.#queue.push(...this.#cues.add(tick));
    this.#deliver(filter, tick.toUs - cueDelayUs);
    const belief = filter.belief(tick.toUs);
    this.#adOdds = belief.adOdds;
    const settled = this.#tracker.active === undefined ? belief : filter.belief(tick.toUs - cueDelayUs);
    const news = this.#tracker.update(belief, settled, tick.toUs).flatMap((change) => this.#report(change, tick.toUs));
    const active = this.#tracker.active;
    if (active !== undefined && this.#announced !== undefined) news.push(...this.#reportSpots(active, this.#announced, 'provisional', tick.toUs));
    filter.forget(Math.min(tick.toUs - memoryUs, (active?.startUs ?? Infinity) - 10_000_000));
    return news;
  }

  #lastUs(tick: Tick): number {
    const picture = tick.pictures[tick.pictures.length - 1];
    const previous = tick.pictures[tick.pictures.length - 2];
    if (picture !== undefined) return picture.ptsUs + (previous === undefined ? 0 : picture.ptsUs - previous.ptsUs);
    const block = tick.sound[tick.sound.length - 1];
    return block === undefined ? this.#readUs : Math.max(this.#readUs, block.ptsUs + block.durationUs);
  }

  #watchLogo(tick: Tick, filter: BreakFilter): void {
    for (const picture of tick.pictures) this.#hashes.push({ ptsUs: picture.ptsUs, hash: picture.perceptualHash });
    if (this.#hashes.length > 128) this.#hashes = this.#hashes.slice(-64);
    const programme = 1 / (1 + Math.exp(this.#adOdds));
    for (const picture of tick.pictures) {
      const gain = this.#scenes.add(picture, this.#tracker.active === undefined ? programme : 0);
      if (gain !== 0) filter.observeContent(picture.ptsUs, gain);
    }
    for (const corners of tick.corners) {
      const picture = this.#hashes.findLast(({ ptsUs }) => ptsUs <= corners.ptsUs) ?? this.#hashes[0];
      if (picture === undefined) continue;
      const { sample, edge } = this.#logo.add(corners, picture.hash, programme, this.#tracker.active !== undefined);
      filter.observeLogo(sample.ptsUs, sample.gain);
      this.#samples.push(sample);
      if (edge !== undefined) this.#queue.push({ ...plainCue(edge.ptsUs), kind: 'logo' });
    }
    filter.expectBranded(this.#logo.stays);
    if (this.#samples.length > logoMemory) this.#samples = this.#samples.slice(-logoMemory / 2);
  }

  /** Hands the filter the cues before `untilUs`; a logo edge only where nothing sharper is near. */
  #deliver(filter: BreakFilter, untilUs: number): void {
    this.#queue.sort((one, other) => one.afterUs - other.afterUs);
    const sharp = this.#queue.filter((cue) => cue.kind !== 'logo');
    for (const cue of this.#queue) {
      if (cue.afterUs >= untilUs) break;
      const redundant =
        cue.kind === 'logo' &&
        (sharp.some((one) => Math.abs(one.afterUs - cue.afterUs) < nearUs) || Math.abs(cue.afterUs - this.#lastSharpUs) < nearUs);
      if (!redundant) filter.addCue({ ...cue, soundGain: this.#sound.gain(cue.beforeUs, cue.afterUs, cue.dipDb) });
      if (cue.kind !== 'logo') this.#lastSharpUs = cue.afterUs;
    }
    this.#queue = this.#queue.filter((cue) => cue.afterUs >= untilUs);
  }

  #report(change: BreakChange, nowUs: number): (BreakNews | SpotNews)[] {
    const { shape, state, confidence } = change;
    const breakKey = `${change.announcedStartUs}:${change.attempt}`;
    const over = state === 'final' || state === 'retracted';
    this.#announced = over ? undefined : breakKey;
    const spots = this.#reportSpots(state === 'retracted' ? { ...shape, spots: [] } : shape, breakKey, state, nowUs);
    const repeats = [...this.#airings.values()]
      .filter(({ identity }) => identity.errorRate !== undefined)
      .map((airing) => repeatText(airing.identity));
    const news: BreakNews = {
      kind: 'break',
      breakKey,
      startUs: shape.startUs,
      endUs: shape.endUs ?? null,
      state,
      confidence,
      evidence: state === 'retracted' ? ['what followed does not look like a break'] : breakEvidence(shape, this.#logoFacts(shape, nowUs), repeats),
      knownUpToUs: nowUs,
    };
    if (over) {
      this.#airings = new Map();
      this.#logo.breakEnded(state === 'final');
      if (state === 'final') this.#scenes.forget(shape.startUs, shape.endUs ?? nowUs);
    }
    return state === 'provisional' ? [news, ...spots] : [...spots, news];
  }

  /** Brings what was said about spots up to date with `shape`. */
  #reportSpots(shape: BreakShape, breakKey: string, state: LifeState, nowUs: number): SpotNews[] {
    const news: SpotNews[] = [];
    const over = state === 'final' || state === 'retracted';
    const lagUs = over ? 0 : this.#parameters.life.spotLagS * 1e6;
    const ripe = shape.spots.filter((spot) => spot.endUs <= nowUs - lagUs);
    const say = (airing: Airing, spotState: LifeState): void => {
      news.push({
        kind: 'spot',
        breakKey,
        ...airing,
        state: spotState,
        confidence: spotState === 'retracted' ? 0 : spotConfidence(airing),
        evidence: this.#spotEvidence(airing, spotState),
        knownUpToUs: nowUs,
      });
    };
    for (const airing of [...this.#airings.values()]) {
      if (ripe.some((spot) => spot.startUs === airing.startUs)) continue;
      this.#airings.delete(airing.startUs);
      this.#history.withdraw(String(airing.startUs));
      say(airing, 'retracted');
    }
    ripe.forEach((spot, index) => {
      const told = this.#airings.get(spot.startUs);
      if (told?.endUs === spot.endUs && told.position === index + 1 && !over) return;
      const identity = told?.endUs === spot.endUs ? told.identity : this.#history.identify(String(spot.startUs), spot.startUs, spot.endUs);
      const airing = { startUs: spot.startUs, endUs: spot.endUs, identity, position: index + 1 };
      this.#airings.set(spot.startUs, airing);
      say(airing, over ? 'final' : told === undefined ? 'provisional' : 'confirmed');
    });
    return news;
  }

  #spotEvidence(airing: Airing, state: LifeState): string[] {
    if (state === 'retracted') return ['the break was cut into spots differently'];
    const lengthS = (airing.endUs - airing.startUs) / 1e6;
    return [`${lengthS.toFixed(2)} s between cues`, ...(airing.identity.errorRate === undefined ? [] : [repeatText(airing.identity)])];
  }

  #logoFacts(shape: BreakShape, nowUs: number): LogoFacts {
    const endUs = shape.endUs ?? nowUs;
    const inside = this.#samples.filter(({ ptsUs }) => ptsUs >= shape.startUs && ptsUs < endUs);
    return {
      place: this.#logo.description,
      goneS: inside.filter(({ present }) => present === false).length / 5,
      presentS: inside.filter(({ present }) => present === true).length / 5,
      returned: this.#samples.some(({ ptsUs, present }) => ptsUs >= endUs && present === true),
    };
  }
}

function repeatText(identity: Identity): string {
  return `${identity.spotId} airing ${identity.airing}, ${Math.round((1 - (identity.errorRate ?? 0)) * 100)} % of the sound bits agree`;
}

function spotConfidence(airing: Airing): number {
  const lengthS = (airing.endUs - airing.startUs) / 1e6;
  const usual = Math.abs(lengthS - 5 * Math.round(lengthS / 5)) < 0.3;
  return airing.identity.errorRate === undefined ? (usual ? 0.85 : 0.7) : 0.97;
}
