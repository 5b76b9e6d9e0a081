import type { FormatParameters } from '../parameters.ts';
import { FormatMemory, type FormatMemoryState, type LookShares } from './format-memory.ts';
import { type LookChange, LookReader } from './look-reader.ts';

/** What is kept of one aspect over a restart: plain JSON. */
export interface FormatAspectState extends FormatMemoryState {
  changed: boolean;
}

/** How long looks are remembered, microseconds: longer than a break. */
const rememberedUs = 1_800_000_000;

/** One aspect of a channel's format: which look is on air, which was when, and what that says. */
export class FormatAspect<Look extends string> {
  readonly #holdS: number;
  readonly #memory: FormatMemory<Look>;
  #reader: LookReader<Look>;
  /** When each look began, oldest first. */
  #stretches: { look: Look; startUs: number }[] = [];
  #changed = false;

  /** @param holdS how long a new look has to be seen before it counts, seconds */
  constructor(parameters: FormatParameters, shares: LookShares<Look>, holdS: number) {
    this.#holdS = holdS;
    this.#memory = new FormatMemory(parameters, shares);
    this.#reader = new LookReader(holdS);
  }

  /** The channel was seen to change its look. */
  get changed(): boolean {
    return this.#changed;
  }

  /** What the look on air says: see {@link FormatAspect.gainOf}. */
  get gain(): number {
    return this.#reader.look === undefined ? 0 : this.gainOf(this.#reader.look);
  }

  /** Log-likelihood ratio of "no programme" against programme by a look; exactly 0 as long as the channel never changed its look. */
  gainOf(look: Look): number {
    return this.#changed ? this.#memory.logRatio(look) : 0;
  }

  /** Adds a sample, PTS order; returns a change when one has become certain. */
  see(ptsUs: number, look: Look | undefined): LookChange<Look> | undefined {
    const before = this.#reader.look;
    const change = this.#reader.add(ptsUs, look);
    if (change !== undefined) {
      this.#changed = true;
      this.#stretches.push({ look: change.to, startUs: change.atUs });
    } else if (before === undefined && this.#reader.look !== undefined) this.#stretches.push({ look: this.#reader.look, startUs: ptsUs });
    while (this.#stretches.length > 1 && this.#stretches[1]!.startUs < ptsUs - rememberedUs) this.#stretches.shift();
    return change;
  }

  /** What was on air between two moments was programme. */
  learnProgramme(startUs: number, endUs: number): void {
    for (const [look, seconds] of this.#secondsIn(startUs, endUs)) this.#memory.addProgramme(look, seconds);
  }

  /** What was on air between two moments had been taken for programme and was a break. */
  takeBackProgramme(startUs: number, endUs: number): void {
    for (const [look, seconds] of this.#secondsIn(startUs, endUs)) this.#memory.takeBackProgramme(look, seconds);
  }

  /** What was on air between two moments was a break. */
  learnSpots(startUs: number, endUs: number): void {
    for (const [look, seconds] of this.#secondsIn(startUs, endUs)) this.#memory.addSpots(look, seconds);
  }

  /**
   * The look that most of a stretch had and that of most of the programme, when they differ; undefined when they are the same, or nothing is
   * known.
   */
  difference(startUs: number, endUs: number): { look: Look; house: Look } | undefined {
    const { house } = this.#memory;
    const look = [...this.#secondsIn(startUs, endUs)].sort((one, other) => other[1] - one[1])[0]?.[0];
    return look === undefined || house === undefined || look === house ? undefined : { look, house };
  }

  /** Media time starts afresh; what was learned stays. */
  newEpoch(): void {
    this.#reader = new LookReader(this.#holdS);
    this.#stretches = [];
  }

  /** What was learned, as JSON. */
  save(): FormatAspectState {
    return { ...this.#memory.save(), changed: this.#changed };
  }

  /** Takes back what {@link FormatAspect.save} gave. */
  restore(state: FormatAspectState): void {
    this.#memory.restore(state);
    this.#changed = state.changed;
  }

  #secondsIn(startUs: number, endUs: number): Map<Look, number> {
    const seconds = new Map<Look, number>();
    for (const [index, { look, startUs: fromUs }] of this.#stretches.entries()) {
      const toUs = this.#stretches[index + 1]?.startUs ?? Infinity;
      const insideUs = Math.min(toUs, endUs) - Math.max(fromUs, startUs);
      if (insideUs > 0) seconds.set(look, (seconds.get(look) ?? 0) + insideUs / 1e6);
    }
    return seconds;
  }
}
