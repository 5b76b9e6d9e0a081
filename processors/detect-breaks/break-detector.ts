import type { LifeState, Signals } from '../../schemas/events.generated.ts';
import { AdNess } from './ad-ness/ad-ness.ts';
import { AiringBook, type SpotNews } from './airing-book.ts';
import { type Belief, BreakFilter, type Hint, isAd } from './break-filter.ts';
import { type BreakChange, type BreakShape, BreakTracker, type CertainSpan } from './break-tracker.ts';
import { type Cue, CueFinder, plainCue } from './cue-finder.ts';
import { DurationModel } from './duration-model.ts';
import { EvidenceLine } from './evidence-line.ts';
import { breakEvidence } from './evidence-text.ts';
import { type FormatState, FormatWitness } from './format/format-witness.ts';
import { LogoWatch } from './logo-watch.ts';
import type { LogoState } from './logo-tracker.ts';
import { tickUs } from './media-ticks.ts';
import type { BreakParameters } from './parameters.ts';
import { SceneMemory, type SceneState } from './scene-memory.ts';
import { SeamTest } from './seam-test.ts';
import { SoundChange } from './sound-change.ts';
import { PromisedBreaks } from './splice/promised-breaks.ts';
import type { SplicePoint } from './splice/splice-witness.ts';
import { SoundMemory, type SoundMemoryState } from './sound-memory.ts';
import type { Sighting } from './spot-watch.ts';

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

/** What a detector has learned of its channel, as JSON. */
export interface DetectorState {
  /** Nothing that began before this is open: everything was told. */
  epoch: number;
  settledUs: number;
  /** Media time at which the epoch was first read; absent in states of earlier versions. */
  beganUs?: number;
  logo: LogoState;
  scenes: SceneState;
  /** Absent in states of earlier versions. */
  format?: FormatState;
  sounds?: SoundMemoryState;
  lengths: [tenthsOfSeconds: number, count: number][];
}

/** A restart reads again from at most this much before what was settled (the lead of a replay and a run of signals), microseconds. */
const restartLeadUs = 40_000_000;

/** What other witnesses say about a tick. */
export interface Testimony {
  /** Sightings that are new or have changed. */
  sightings: readonly Sighting[];
  /** What splice cues say, when it is new, has changed or was withdrawn. */
  splices: readonly SplicePoint[];
  /** Evidence for ads (positive) or programme at media times. */
  evidence: readonly { ptsUs: number; gain: number }[];
}

/** Cues wait this long for the logo, whose edges are found late, and for each other. */
const cueDelayUs = 2_000_000;
/** A logo edge this close to another cue is that cue's. */
const nearUs = 900_000;
/** A cut this near to the splice point of a trusted channel is the one that is meant: half a second is what playouts are late by. */
const promisedCueUs = 500_000;
/** What the filter remembers: two of the longest spots. */
const memoryUs = 240_000_000;
/** Settled breaks that are remembered. */
const mostEnded = 16;
/** How long what was believed is remembered, microseconds. */
const beliefsUs = 600_000_000;
/** A tick is read when this much more has been: the run it came in, and the margin of MediaTicks. */
const readAheadUs = 200_000;

/** Finds breaks and spots in one stream, tick by tick (see MediaTicks), from its signals and from what other witnesses say. Holds no clock and sends nothing. */
export class BreakDetector {
  readonly #parameters: BreakParameters;
  readonly #durations: DurationModel;
  readonly #logo: LogoWatch;
  readonly #scenes: SceneMemory;
  readonly #format: FormatWitness;
  readonly #sounds: SoundMemory;
  readonly #adNess = new AdNess();
  readonly #promised = new PromisedBreaks();
  readonly #given = new Map<string, number>();
  #sound: SoundChange;
  #seams: SeamTest;
  /** Cues that the filter has, of which more sound is to be heard. */
  #unheard: Cue[] = [];
  #cues: CueFinder;
  #filter: BreakFilter | undefined;
  #tracker: BreakTracker;
  #book = new AiringBook();
  #queue: Cue[] = [];
  #fresh: Cue[] = [];
  #beliefs = new EvidenceLine();
  /** Breaks that were settled lately. */
  #ended: BreakShape[] = [];
  #sightings: Sighting[] = [];
  #announced: string | undefined;
  #lastSharpUs = Number.NEGATIVE_INFINITY;
  #adOdds = -6;
  #readUs = Number.NEGATIVE_INFINITY;
  #beganUs = 0;
  #restored: DetectorState | undefined;

  constructor(parameters: BreakParameters) {
    this.#parameters = parameters;
    this.#durations = new DurationModel(parameters.duration);
    this.#logo = new LogoWatch(parameters.logo);
    this.#scenes = new SceneMemory(parameters.scene);
    this.#format = new FormatWitness(parameters.format);
    this.#sounds = new SoundMemory(parameters.soundMemory);
    this.#sound = new SoundChange(parameters.sound);
    this.#seams = new SeamTest(parameters.seam);
    this.#cues = new CueFinder(parameters.cue);
    this.#tracker = new BreakTracker(parameters.life);
  }

  /** Takes back what {@link BreakDetector.save} gave, before the first tick. */
  restore(state: DetectorState): void {
    this.#restored = state;
    this.#logo.restore(state.logo);
    this.#scenes.restore(state.scenes);
    if (state.format !== undefined) this.#format.restore(state.format);
    if (state.sounds !== undefined) this.#sounds.restore(state.sounds);
    this.#durations.restore(state.lengths);
  }

  /** What was learned so far; call it while the detector is quiet. */
  save(epoch: number): DetectorState {
    const settledUs = Math.round(Math.max(0, this.#readUs - cueDelayUs));
    return {
      epoch,
      settledUs,
      beganUs: this.#beganUs,
      logo: this.#logo.save(),
      scenes: this.#scenes.save(),
      format: this.#format.save(),
      sounds: this.#sounds.save(),
      lengths: this.#durations.save(),
    };
  }

  /** True while no break is open and nothing that was read lately could be the start of one. */
  get quiet(): boolean {
    if (this.#tracker.active !== undefined || this.#adOdds > -3 || this.#logo.gone) return false;
    return this.#queue.every((cue) => cue.kind === 'cut') && this.#sightings.every((one) => one.over);
  }

  /**
   * Mean belief, 0 to 1, that there were ads in a span: as it was held then, or better known by now. undefined when nothing is known: without a
   * logo that leaves in breaks, unknown spots look like programme.
   */
  adShare(startUs: number, endUs: number): number | undefined {
    if (this.#filter === undefined || endUs <= startUs) return undefined;
    const held = (this.#beliefs.before(endUs) - this.#beliefs.before(startUs)) / ((endUs - startUs) / tickUs);
    const known = [...this.#ended, ...(this.#tracker.active === undefined ? [] : [this.#tracker.active])];
    const coveredUs = known.reduce((sum, one) => sum + Math.max(0, Math.min(one.endUs ?? endUs, endUs) - Math.max(one.startUs, startUs)), 0);
    const share = Math.min(1, Math.max(held, coveredUs / (endUs - startUs)));
    return share >= 0.5 || this.#logo.leaves ? share : undefined;
  }

  /** Whether the logo leaves in breaks: what is believed then rests on more than lengths and repeats. */
  get leavesLogo(): boolean {
    return this.#logo.leaves;
  }

  /** Start of the break that is alive, media time in microseconds. */
  get activeSinceUs(): number | undefined {
    return this.#tracker.active?.startUs;
  }

  /** Media time up to which everything was told: no break that begins earlier is told any more. */
  get settledUs(): number {
    return this.#tracker.settledUs;
  }

  /** A break up to here was told by others: what is told from now on begins no earlier. */
  passOver(untilUs: number): void {
    this.#tracker.startAt(Math.max(untilUs, this.#tracker.settledUs));
  }

  /** Names an airing of the past, for a break that holds it and is alive or found later; says nothing for a break. */
  nameEarlier(sighting: Sighting): void {
    this.#sightings.push(sighting);
  }

  /** Cues that became known with the last tick, without logo edges, in order. */
  get freshCues(): readonly Cue[] {
    return this.#fresh;
  }

  /** Adds a tick; returns what became known, in order. */
  add(tick: Signals, testimony: Testimony): (BreakNews | SpotNews)[] {
    const filter = (this.#filter ??= this.#begin(tick));
    this.#readUs = this.#lastUs(tick);
    const nowUs = tick.endUs;
    this.#sound.remember(tick);
    this.#seams.remember(tick);
    this.#watchPictures(tick, filter);
    const programme = this.#tracker.active === undefined ? 1 / (1 + Math.exp(this.#adOdds)) : 0;
    for (const { ptsUs, gain } of this.#sounds.add(tick, programme)) filter.observeContent(ptsUs, gain);
    for (const { ptsUs, logOdds } of this.#adNess.add(tick)) this.#judge(filter, ptsUs, logOdds);
    this.#fresh = this.#cues.add(tick);
    this.#queue.push(...this.#fresh);
    this.#hear(testimony, filter);
    this.#deliver(filter, nowUs - cueDelayUs);
    this.#hearOut(filter, nowUs);
    const belief = filter.belief(nowUs);
    this.#adOdds = belief.adOdds;
    this.#beliefs.add(tick.ptsUs, 1 / (1 + Math.exp(-belief.adOdds)));
    this.#beliefs.forget(nowUs - beliefsUs);
    const settled = this.#tracker.active === undefined ? belief : filter.belief(nowUs - cueDelayUs);
    return this.#advance(belief, settled, nowUs);
  }

  /** The stream or its epoch ended: settles what is open. What was learned stays. */
  flush(): (BreakNews | SpotNews)[] {
    const news: (BreakNews | SpotNews)[] = [];
    const filter = this.#filter;
    if (filter !== undefined) {
      this.#fresh = this.#cues.flush();
      this.#queue.push(...this.#fresh);
      this.#deliver(filter, Number.POSITIVE_INFINITY);
      const endUs = this.#readUs;
      for (const sighting of this.#sightings) Object.assign(sighting, { over: true, endUs: Math.min(endUs, sighting.endUs) });
      const belief = filter.belief(endUs);
      const changes = this.#tracker.flush(belief, endUs, this.#certain(belief));
      for (const change of changes) news.push(...this.#report(change, endUs, endUs));
    }
    this.#forgetEpoch();
    return news;
  }

  #begin(tick: Signals): BreakFilter {
    const restored = this.#restored;
    // What begins where the epoch began, or far before what was settled, is a recording read anew, not a restart: everything is told again,
    // under the same ids.
    const goesOn = restored?.epoch === tick.epoch && tick.ptsUs !== restored.beganUs && tick.ptsUs >= restored.settledUs - restartLeadUs;
    this.#beganUs = goesOn ? (restored.beganUs ?? tick.ptsUs) : tick.ptsUs;
    if (goesOn) this.#tracker.startAt(restored.settledUs);
    this.#restored = undefined;
    const filter = new BreakFilter(this.#parameters, this.#durations, tick.pictures[0]?.ptsUs ?? tick.ptsUs, goesOn);
    return filter;
  }

  #forgetEpoch(): void {
    this.#cues = new CueFinder(this.#parameters.cue);
    this.#sound = new SoundChange(this.#parameters.sound);
    this.#seams.newEpoch();
    this.#unheard = [];
    this.#filter = undefined;
    this.#tracker = new BreakTracker(this.#parameters.life);
    this.#book = new AiringBook();
    this.#logo.newEpoch();
    this.#scenes.newEpoch();
    this.#format.newEpoch();
    this.#promised.clear();
    this.#sounds.newEpoch();
    this.#adNess.newEpoch();
    this.#given.clear();
    this.#queue = [];
    this.#fresh = [];
    this.#beliefs = new EvidenceLine();
    this.#ended = [];
    this.#sightings = [];
    this.#announced = undefined;
    this.#lastSharpUs = Number.NEGATIVE_INFINITY;
    this.#adOdds = -6;
  }

  #advance(belief: Belief, settled: Belief, nowUs: number): (BreakNews | SpotNews)[] {
    const knownUpToUs = nowUs + readAheadUs;
    const changes = this.#tracker.update(belief, settled, nowUs, [...this.#certain(belief), ...this.#promisedSpans(nowUs)]);
    const news = changes.flatMap((change) => this.#report(change, nowUs, knownUpToUs));
    const active = this.#tracker.active;
    if (active !== undefined && this.#announced !== undefined) {
      news.push(...this.#book.update(this.#announced, this.#ripe(active, nowUs), this.#sightingsOf(active, nowUs), 'provisional', knownUpToUs));
    }
    this.#filter?.forget(Math.min(nowUs - memoryUs, (active?.startUs ?? Infinity) - 10_000_000));
    this.#sightings = this.#sightings.filter(({ endUs }) => endUs > Math.min(nowUs - memoryUs, active?.startUs ?? Infinity));
    return news;
  }

  #lastUs(tick: Signals): number {
    const picture = tick.pictures[tick.pictures.length - 1];
    const previous = tick.pictures[tick.pictures.length - 2];
    if (picture !== undefined) return picture.ptsUs + (previous === undefined ? 0 : picture.ptsUs - previous.ptsUs);
    const block = tick.sound[tick.sound.length - 1];
    return block === undefined ? this.#readUs : Math.max(this.#readUs, block.ptsUs + block.durationUs);
  }

  #watchPictures(tick: Signals, filter: BreakFilter): void {
    const inBreak = this.#tracker.active !== undefined;
    const programme = 1 / (1 + Math.exp(this.#adOdds));
    for (const picture of tick.pictures) {
      const gain = this.#scenes.add(picture, inBreak ? 0 : programme);
      if (gain < 0 && this.#isSighted(picture.ptsUs)) this.#scenes.recant(picture.ptsUs, picture.ptsUs + 1);
      else if (gain !== 0) filter.observeContent(picture.ptsUs, gain);
    }
    for (const { sample, edge } of this.#logo.add(tick, programme, inBreak)) {
      filter.observeLogo(sample.ptsUs, sample.gain);
      if (edge !== undefined) this.#queue.push({ ...plainCue(edge.ptsUs), kind: 'logo' });
    }
    filter.expectBranded(this.#logo.stays);
    const formatGain = this.#format.add(tick, programme, inBreak);
    if (formatGain !== 0) filter.observeContent(tick.ptsUs, formatGain);
  }

  #isSighted(ptsUs: number): boolean {
    return this.#sightings.some((one) => one.spot.status !== 'rejected' && one.startUs <= ptsUs && ptsUs < one.endUs);
  }

  #judge(filter: BreakFilter, ptsUs: number, logOdds: number): void {
    const gain = logOdds * this.#parameters.content.adNess;
    if (gain !== 0) filter.observeContent(ptsUs, gain);
  }

  /** Hands the filter what other witnesses say. */
  #hear({ sightings, splices, evidence }: Testimony, filter: BreakFilter): void {
    for (const { ptsUs, gain } of evidence) filter.observeContent(ptsUs, gain);
    this.#promised.hear(splices);
    for (const point of splices) {
      const hint = hintOf(point);
      if (point.withdrawn) filter.withdraw(hint.about);
      else filter.hint(hint);
    }
    for (const sighting of sightings) this.#see(sighting, filter);
  }

  #see(sighting: Sighting, filter: BreakFilter): void {
    const { known } = this.#parameters;
    const { key, spot, startUs, endUs, withdrawn, confidence } = sighting;
    const id = `${key} ${startUs}`;
    const given = this.#given.get(id) ?? 0;
    // Whatever else a candidate was made of, it says no more than the stretch that agrees with it.
    const share = spot.status === 'candidate' ? Math.min(1, sighting.agreesUs / (known.candidateS * 1e6)) : 1;
    const due = withdrawn ? 0 : known[spot.status] * confidence * share;
    const more = due - given;
    if (Math.abs(more) > 1) {
      filter.observeContent(startUs + 1000, more);
      this.#given.set(id, due);
    }
    this.#sightings = [...this.#sightings.filter((one) => one !== sighting), ...(withdrawn ? [] : [sighting])];
    if (spot.status === 'rejected') return;
    if (withdrawn) {
      for (const side of ['start', 'end']) filter.withdraw(`${side} of ${id}`);
      return;
    }
    for (const memory of [this.#scenes, this.#sounds]) {
      for (const { ptsUs, gain } of memory.recant(startUs, endUs)) filter.observeContent(ptsUs, -gain);
    }
    const edge = { toleranceUs: known.edgeToleranceS * 1e6, startGain: known.edge, endGain: known.edge };
    filter.hint({ ...edge, atUs: startUs, about: `start of ${id}` });
    filter.hint({ ...edge, atUs: endUs, about: `end of ${id}` });
    this.#snap(sighting, filter);
  }

  /** A start that was projected is where a cue was seen, when there was one. */
  #snap(sighting: Sighting, filter: BreakFilter): void {
    const cue = filter.cueNear(sighting.startUs, this.#parameters.known.edgeToleranceS * 1e6);
    sighting.shownStartUs = cue?.afterUs ?? sighting.startUs;
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
      const heard = { ...cue, soundGain: this.#sound.gain(cue.beforeUs, cue.afterUs, cue.dipDb), ...this.#format.gainsAt(cue) };
      if (!redundant) filter.addCue(heard);
      if (cue.kind === 'cut' || cue.kind === 'silence+cut') this.#unheard.push(heard);
      if (cue.kind !== 'logo') this.#lastSharpUs = cue.afterUs;
    }
    this.#queue = this.#queue.filter((cue) => cue.afterUs >= untilUs);
    filter.advance(untilUs);
  }

  /** Tells the filter how the sound changes at a cue once seconds after it were heard. */
  #hearOut(filter: BreakFilter, nowUs: number): void {
    const { spanS } = this.#parameters.seam;
    const heard = this.#unheard.filter(({ afterUs }) => afterUs + spanS * 1e6 + readAheadUs <= nowUs);
    if (heard.length === 0) return;
    this.#unheard = this.#unheard.filter((cue) => !heard.includes(cue));
    for (const cue of heard) {
      const gain = this.#seams.gain(cue, { startUs: Number.NEGATIVE_INFINITY, endUs: Number.POSITIVE_INFINITY });
      if (gain !== 0) filter.revise(cue.afterUs, gain);
    }
  }

  /** What is sure is ads, whatever else is believed; candidates that were played out only where the model believes it too. */
  #certain({ path }: Belief): CertainSpan[] {
    const isBelieved = ({ startUs, endUs }: Sighting): boolean => {
      const middleUs = (startUs + endUs) / 2;
      return path.some(({ state, start, end }) => isAd(state) && start.afterUs <= middleUs && middleUs < (end?.beforeUs ?? Infinity));
    };
    return this.#sightings
      .filter((one) => one.sure || (one.spot.status === 'candidate' && one.over && isBelieved(one)))
      .map(({ shownStartUs, endUs, over }) => ({ startUs: shownStartUs, endUs: over ? endUs : undefined }));
  }

  /** Breaks that a trusted splice cue has begun; whether they are any shows within the promise's patience. */
  #promisedSpans(nowUs: number): CertainSpan[] {
    return this.#promised.at(nowUs).map(({ startUs, toleranceUs, trust }) => {
      const cue = this.#filter?.cueNear(startUs, Math.min(toleranceUs, promisedCueUs));
      return { startUs: cue?.afterUs ?? startUs, endUs: undefined, confidence: trust };
    });
  }

  #sightingsOf({ startUs, endUs }: BreakShape, nowUs: number): Sighting[] {
    return this.#sightings
      .filter((one) => one.spot.status !== 'rejected' && one.startUs < (endUs ?? nowUs + 1) && one.endUs > startUs)
      .sort((one, other) => one.startUs - other.startUs);
  }

  /** Spots whose ends will not move any more. */
  #ripe(shape: BreakShape, nowUs: number): BreakShape['spots'] {
    return shape.spots.filter((spot) => spot.endUs <= nowUs - this.#parameters.life.spotLagS * 1e6);
  }

  #report(change: BreakChange, nowUs: number, knownUpToUs: number): (BreakNews | SpotNews)[] {
    const { shape, state, confidence, announcedStartUs, attempt } = change;
    const breakKey = `${announcedStartUs}:${attempt}`;
    const over = state === 'final' || state === 'retracted';
    this.#announced = over ? undefined : breakKey;
    const sightings = this.#sightingsOf(shape, nowUs);
    const spots = this.#book.update(breakKey, over ? shape.spots : this.#ripe(shape, nowUs), sightings, state, knownUpToUs);
    const recognised = sightings.map(({ evidence }) => evidence);
    const why = breakEvidence(shape, this.#logo.facts(shape.startUs, shape.endUs ?? nowUs), [
      ...this.#format.lines(shape.startUs, shape.endUs ?? nowUs),
      ...recognised,
      ...this.#promised.lines(shape.startUs, shape.endUs),
    ]);
    const news: BreakNews = {
      kind: 'break',
      breakKey,
      startUs: shape.startUs,
      endUs: shape.endUs ?? null,
      state,
      confidence,
      evidence: state === 'retracted' ? ['what followed does not look like a break'] : why,
      knownUpToUs,
    };
    if (over) this.#breakEnded(shape, state === 'final', nowUs);
    return state === 'provisional' ? [news, ...spots] : [...spots, news];
  }

  #breakEnded(shape: BreakShape, real: boolean, nowUs: number): void {
    this.#logo.breakEnded(real);
    if (!real) return;
    this.#ended = [...this.#ended, shape].slice(-mostEnded);
    this.#scenes.forget(shape.startUs, shape.endUs ?? nowUs);
    this.#format.breakEnded(shape.startUs, shape.endUs ?? nowUs);
    this.#sounds.breakEnded(shape.startUs, shape.endUs ?? nowUs);
    this.#durations.learn(shape.spots.map((spot) => (spot.endUs - spot.startUs) / 1e6));
  }
}

/** A splice point as the filter takes it. */
function hintOf({ cueId, side, atUs, toleranceUs, logLikelihood }: SplicePoint): Hint {
  const about = `splice ${cueId} ${side}`;
  return { atUs, toleranceUs, startGain: side === 'start' ? logLikelihood : 0, endGain: side === 'end' ? logLikelihood : 0, about };
}
