import type { FormatParameters } from '../parameters.ts';

/** What is kept of one aspect over a restart: plain JSON. */
export interface FormatMemoryState {
  /** Seconds of programme, and of spots, with each look. */
  programme: Record<string, number>;
  spots: Record<string, number>;
}

/** Expected shares of the looks, in programme and in spots. */
export interface LookShares<Look extends string> {
  programme: Readonly<Record<Look, number>>;
  spots: Readonly<Record<Look, number>>;
}

/**
 * Learns how much of a channel's programme, and of its spots, has each look of one aspect (bars, sound layout), and weighs a look by that. Of
 * a channel that always looks the same it says exactly nothing.
 */
export class FormatMemory<Look extends string> {
  readonly #parameters: FormatParameters;
  readonly #shares: LookShares<Look>;
  #programme = new Map<Look, number>();
  #spots = new Map<Look, number>();

  constructor(parameters: FormatParameters, shares: LookShares<Look>) {
    this.#parameters = parameters;
    this.#shares = shares;
  }

  /** The look that most of the programme has; undefined before any was learned. */
  get house(): Look | undefined {
    return [...this.#programme].sort((one, other) => other[1] - one[1])[0]?.[0];
  }

  /** Programme went on for so many seconds with a look; older seconds count less. */
  addProgramme(look: Look, seconds: number): void {
    const keep = Math.exp(-seconds / this.#parameters.learnS);
    for (const [known, sum] of this.#programme) this.#programme.set(known, sum * keep);
    this.#programme.set(look, (this.#programme.get(look) ?? 0) + seconds);
  }

  /** What was taken for programme for so many seconds was none. */
  takeBackProgramme(look: Look, seconds: number): void {
    this.#programme.set(look, Math.max(0, (this.#programme.get(look) ?? 0) - seconds));
  }

  /** So many seconds of a settled break had a look. */
  addSpots(look: Look, seconds: number): void {
    const keep = Math.exp(-seconds / this.#parameters.learnS);
    for (const [known, sum] of this.#spots) this.#spots.set(known, sum * keep);
    this.#spots.set(look, (this.#spots.get(look) ?? 0) + seconds);
  }

  /**
   * Log-likelihood ratio of "no programme" against programme while a look is on air: the share of spots that have it over the share of programme. 0
   * until enough programme was learned.
   */
  logRatio(look: Look): number {
    const { leastProgrammeS, priorProgrammeS, priorSpotsS } = this.#parameters;
    const programmeS = total(this.#programme);
    if (programmeS < leastProgrammeS) return 0;
    const { programme, spots } = this.#shares;
    const inProgramme = ((this.#programme.get(look) ?? 0) + programme[look] * priorProgrammeS) / (programmeS + priorProgrammeS);
    const inSpots = ((this.#spots.get(look) ?? 0) + spots[look] * priorSpotsS) / (total(this.#spots) + priorSpotsS);
    return Math.log(inSpots / inProgramme);
  }

  /** What was learned, as JSON. */
  save(): FormatMemoryState {
    return { programme: Object.fromEntries(this.#programme), spots: Object.fromEntries(this.#spots) };
  }

  /** Takes back what {@link FormatMemory.save} gave; looks that are unknown by now are left out. */
  restore({ programme, spots }: FormatMemoryState): void {
    const known = Object.keys(this.#shares.programme) as Look[];
    const read = (sums: Record<string, number>): Map<Look, number> =>
      new Map(known.flatMap((look) => (sums[look] === undefined ? [] : [[look, sums[look]]])));
    this.#programme = read(programme);
    this.#spots = read(spots);
  }
}

function total(seconds: ReadonlyMap<string, number>): number {
  return [...seconds.values()].reduce((sum, one) => sum + one, 0);
}
