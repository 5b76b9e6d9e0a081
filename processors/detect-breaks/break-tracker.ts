import type { LifeState } from '../../schemas/events.generated.ts';
import { type Belief, isAd, type Stretch } from './break-filter.ts';
import { type Cue, plainCue } from './cue-finder.ts';
import type { LifeParameters } from './parameters.ts';

/** A break as the best path has it. */
export interface BreakShape {
  startUs: number;
  /** undefined while it is on air. */
  endUs: number | undefined;
  start: Cue;
  end: Cue | undefined;
  /** The logo is away in it, so that its return is the end. */
  leavesLogo: boolean;
  /** Spots whose end is known, in order. */
  spots: { startUs: number; endUs: number }[];
}

/** A stretch that is a break whatever the model believes: a confirmed spot of the catalogue is on air, or a trusted splice cue has begun one. */
export interface CertainSpan {
  startUs: number;
  /** undefined while it is on air. */
  endUs: number | undefined;
  /** How certain, 0 to 1. @default 0.98, that of a confirmed spot */
  confidence?: number;
}

/** A change in the life of a break. */
export interface BreakChange {
  /** Start of the break when it was first announced, and how often a break of that start had been retracted before: its identity. */
  announcedStartUs: number;
  attempt: number;
  state: LifeState;
  shape: BreakShape;
  confidence: number;
}

/** Spots this far apart still belong to one break: a promo or ident stands between. */
const longestInsertUs = 35_000_000;
/** A start or end that moves by less than this is no news. */
const sameUs = 5_000;
/** Confidence in a break with a confirmed spot of the catalogue. */
const sureConfidence = 0.98;
/** What is certain and what is believed touch within this, microseconds. */
const touchingUs = 500_000;

interface ActiveBreak {
  announcedStartUs: number;
  attempt: number;
  state: LifeState;
  shape: BreakShape;
  confidence: number;
  /** Media time since when it is believed to be over, without a doubt in between; undefined while it is not. */
  overSinceUs?: number | undefined;
}

/**
 * Turns what the filter believes, tick by tick, into the lives of breaks: announced (`provisional`), `confirmed`, settled (`final`) or
 * `retracted`. Never more than one break is alive at a time.
 */
export class BreakTracker {
  readonly #life: LifeParameters;
  #active: ActiveBreak | undefined;
  #settledUs = Number.NEGATIVE_INFINITY;
  readonly #retracted = new Map<number, number>();

  constructor(life: LifeParameters) {
    this.#life = life;
  }

  /** Nothing that began before this is told: it was, before a restart or by others. */
  startAt(ptsUs: number): void {
    this.#settledUs = ptsUs;
  }

  /** Media time before which nothing is told. */
  get settledUs(): number {
    return this.#settledUs;
  }

  /** The break that is alive. */
  get active(): BreakShape | undefined {
    return this.#active?.shape;
  }

  /**
   * Looks at what is believed; returns what changed, in order.
   *
   * @param belief with everything up to now, in which the latest cues may still be missing
   * @param settled of the moment up to which all cues are known: ends and retractions wait for it
   * @param certain what is known to be ads, in order
   */
  update(belief: Belief, settled: Belief, nowUs: number, certain: readonly CertainSpan[] = []): BreakChange[] {
    const changes: BreakChange[] = [];
    const active = this.#active;
    if (active !== undefined) {
      const sure = this.#shapeOf(active, settled, nowUs, certain);
      const now = this.#shapeOf(active, belief, nowUs, certain);
      if (sure !== undefined) this.#continue(active, sure, settled, nowUs, changes);
      else if (now !== undefined && now.endUs === undefined) this.#continue(active, now, belief, nowUs, changes);
      else if (Math.max(belief.adOdds, settled.adOdds) <= this.#life.retractOdds) this.#retract(changes);
    }
    if (this.#active === undefined) this.#announce(belief, nowUs, certain, changes);
    return changes;
  }

  /** The stream ended at `endUs`: what is alive is settled as it is. */
  flush(belief: Belief, endUs: number, certain: readonly CertainSpan[] = []): BreakChange[] {
    const changes = this.update(belief, belief, endUs, certain);
    const active = this.#active;
    if (active === undefined) return changes;
    const shape = active.shape.endUs === undefined ? closed(active.shape, endUs) : active.shape;
    this.#active = undefined;
    const known = certain.some((span) => span.startUs < (shape.endUs ?? endUs) && (span.endUs ?? endUs) > shape.startUs);
    const credible = known || (shape.endUs ?? endUs) - shape.startUs > this.#life.confirmAloneS * 0.66e6;
    changes.push({ ...active, shape, state: credible ? 'final' : 'retracted', confidence: credible ? Math.max(active.confidence, 0.5) : 0 });
    return changes;
  }

  #continue(active: ActiveBreak, shape: BreakShape, belief: Belief, nowUs: number, changes: BreakChange[]): void {
    const news = !sameShape(active.shape, shape);
    active.shape = shape;
    active.confidence = Math.max(confidenceOf(belief.adOdds), shape.endUs === undefined ? 0 : 0.9);
    const ageS = ((shape.endUs ?? nowUs) - shape.startUs) / 1e6;
    const certain = belief.adOdds >= this.#life.confirmOdds || shape.endUs !== undefined;
    const leastS = shape.spots.length > 0 ? this.#life.confirmAgeS : this.#life.confirmAloneS;
    const confirmed = active.state === 'provisional' && certain && ageS >= leastS;
    if (confirmed) active.state = 'confirmed';
    active.overSinceUs = shape.endUs === undefined || isAdLast(belief) ? undefined : (active.overSinceUs ?? nowUs);
    if (this.#isSettled(active, belief, nowUs)) {
      this.#settledUs = shape.endUs ?? nowUs;
      this.#active = undefined;
      changes.push({ ...active, state: 'final' });
    } else if (news || confirmed) {
      changes.push({ ...active });
    }
  }

  #isSettled({ shape, overSinceUs }: ActiveBreak, belief: Belief, nowUs: number): boolean {
    if (shape.endUs === undefined || overSinceUs === undefined) return false;
    const sinceS = (nowUs - shape.endUs) / 1e6;
    if (belief.state !== 'programme') return sinceS >= longestInsertUs / 1e6;
    // Without a logo that came back, what follows a spot may be another that nobody knows yet.
    const back = shape.leavesLogo && -belief.adOdds >= this.#life.settleOdds;
    // A moment of doubt right before the cue that ends a spot is not enough.
    return back ? sinceS >= 2 : sinceS >= this.#life.settleS && (nowUs - overSinceUs) / 1e6 >= this.#life.heldS;
  }

  #retract(changes: BreakChange[]): void {
    const active = this.#active;
    if (active === undefined) return;
    this.#active = undefined;
    this.#retracted.set(active.announcedStartUs, active.attempt + 1);
    if (this.#retracted.size > 256) this.#retracted.delete(this.#retracted.keys().next().value ?? 0);
    changes.push({ ...active, state: 'retracted', confidence: 0 });
  }

  #announce(belief: Belief, nowUs: number, certain: readonly CertainSpan[], changes: BreakChange[]): void {
    const sureOf = (one: BreakShape): CertainSpan | undefined =>
      certain.find((span) => span.startUs <= (one.endUs ?? nowUs) && (span.endUs ?? nowUs) >= one.startUs);
    const isDue = (one: BreakShape): boolean => one.endUs !== undefined || belief.adOdds >= this.#life.announceOdds || sureOf(one) !== undefined;
    const shape = shapesOf(belief, certain, nowUs, this.#settledUs).find((one) => one.startUs >= this.#settledUs && isDue(one));
    if (shape === undefined) return;
    const sure = sureOf(shape);
    const attempt = this.#retracted.get(shape.startUs) ?? 0;
    const confidence = sure === undefined ? confidenceOf(belief.adOdds) : (sure.confidence ?? sureConfidence);
    this.#active = { announcedStartUs: shape.startUs, attempt, state: 'provisional', shape, confidence };
    changes.push({ ...this.#active });
    this.#continue(this.#active, shape, belief, nowUs, changes);
  }

  #shapeOf(active: ActiveBreak, belief: Belief, nowUs: number, certain: readonly CertainSpan[]): BreakShape | undefined {
    return shapesOf(belief, certain, nowUs, this.#settledUs).find(
      (shape) => shape.startUs >= this.#settledUs && overlaps(shape, active.shape, nowUs),
    );
  }
}

/** Breaks of the best path, extended by what is certain. What would go on with a settled break is not believed, but what is certain in it. */
function shapesOf(belief: Belief, certain: readonly CertainSpan[], nowUs: number, settledUs: number): BreakShape[] {
  const shapes = breaksOf(belief.path).filter(({ startUs }) => startUs >= settledUs);
  for (const span of certain.filter(({ endUs }) => (endUs ?? nowUs) > settledUs)) {
    const near = shapes.find((shape) => shape.startUs <= (span.endUs ?? nowUs) + touchingUs && span.startUs <= (shape.endUs ?? nowUs) + touchingUs);
    if (near === undefined) {
      const start: Cue = { ...plainCue(span.startUs), kind: 'hint' };
      const end: Cue | undefined = span.endUs === undefined ? undefined : { ...plainCue(span.endUs), kind: 'hint' };
      shapes.push({ startUs: span.startUs, endUs: span.endUs, start, end, leavesLogo: false, spots: [] });
      continue;
    }
    if (span.startUs < near.startUs - touchingUs) Object.assign(near, { startUs: span.startUs, start: { ...plainCue(span.startUs), kind: 'hint' } });
    if (near.endUs === undefined) continue;
    if (span.endUs === undefined) Object.assign(near, { endUs: undefined, end: undefined });
    else if (span.endUs > near.endUs + touchingUs) Object.assign(near, { endUs: span.endUs, end: { ...plainCue(span.endUs), kind: 'hint' } });
  }
  return shapes.sort((one, other) => one.startUs - other.startUs);
}

function isAdLast({ path }: Belief): boolean {
  const last = path[path.length - 1];
  return last === undefined || isAd(last.state);
}

/** Groups the spots of a path into breaks. */
function breaksOf(path: readonly Stretch[]): BreakShape[] {
  const shapes: BreakShape[] = [];
  for (const stretch of path) {
    if (!isAd(stretch.state)) continue;
    const open = shapes[shapes.length - 1];
    const spot = stretch.end === undefined ? [] : [{ startUs: stretch.start.afterUs, endUs: stretch.end.beforeUs }];
    if (open?.end !== undefined && stretch.start.afterUs - open.end.beforeUs <= longestInsertUs && !programmeBetween(path, open.end, stretch.start)) {
      open.end = stretch.end;
      open.endUs = stretch.end?.beforeUs;
      open.spots.push(...spot);
    } else {
      shapes.push({
        startUs: stretch.start.afterUs,
        endUs: stretch.end?.beforeUs,
        start: stretch.start,
        end: stretch.end,
        leavesLogo: stretch.state === 'ad',
        spots: spot,
      });
    }
  }
  return shapes;
}

function programmeBetween(path: readonly Stretch[], from: Cue, to: Cue): boolean {
  return path.some((stretch) => stretch.state === 'programme' && stretch.start.afterUs >= from.afterUs && stretch.start.afterUs < to.afterUs);
}

function closed(shape: BreakShape, endUs: number): BreakShape {
  const lastUs = shape.spots[shape.spots.length - 1]?.endUs ?? shape.startUs;
  const spots = endUs - lastUs > 3_000_000 ? [...shape.spots, { startUs: shape.spots.length === 0 ? shape.startUs : lastUs, endUs }] : shape.spots;
  return { ...shape, endUs, spots };
}

function overlaps(one: BreakShape, other: BreakShape, nowUs: number): boolean {
  return one.startUs < (other.endUs ?? nowUs) && other.startUs < (one.endUs ?? nowUs);
}

function sameShape(one: BreakShape, other: BreakShape): boolean {
  const ends = one.endUs === undefined || other.endUs === undefined ? one.endUs === other.endUs : Math.abs(one.endUs - other.endUs) < sameUs;
  return ends && Math.abs(one.startUs - other.startUs) < sameUs;
}

/** Logistic of the log odds, kept off 0 and 1: the model's odds are not calibrated that far out. */
function confidenceOf(odds: number): number {
  return Math.max(0.05, Math.min(0.99, 1 / (1 + Math.exp(-odds / 2))));
}
