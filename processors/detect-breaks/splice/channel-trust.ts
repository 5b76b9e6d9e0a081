/** Which boundary of a break a splice cue is about. */
export type SpliceSide = 'out' | 'in';

/** What was learned about the cues of one side; plain JSON. */
export interface SideRecord {
  /** Cues that a boundary was seen for, older ones counted less. */
  matched: number;
  /** Cues that none was seen for, older ones counted less. */
  unmatched: number;
  /** Seen boundary minus splice point of the last matches, microseconds, oldest first. */
  errorsUs: number[];
}

/** Everything learned about a channel; plain JSON, survives restarts. */
export interface TrustState {
  out: SideRecord;
  in: SideRecord;
  /** Breaks that had a cue, and breaks that had none, older ones counted less. */
  coverage: { cued: number; uncued: number };
}

/**
 * Weight that a result keeps when the next one comes: half of what a channel is trusted for is its last 23 cues, about a day of breaks, so a
 * playout that is repaired (or broken) shows within a day.
 */
const forgetting = 0.97;
/** Prior of the Beta distribution: a channel nobody has listened to is right four times out of five, and two cues can change that. */
const prior = { matched: 4, unmatched: 1 };
/** Matches that an offset is the median of. */
const keptErrors = 25;
/** Below this many matches the offset is taken to be zero. */
const minErrors = 3;
/** A sample's deviation from its median times this estimates the standard deviation of a normal distribution (Rousseeuw and Croux 1993). */
const madToDeviation = 1.4826;

/** A channel nobody has listened to. */
export function freshTrust(): TrustState {
  const side = (): SideRecord => ({ matched: 0, unmatched: 0, errorsUs: [] });
  return { out: side(), in: side(), coverage: { cued: 0, uncued: 0 } };
}

/**
 * How far the splice cues of one channel are to be believed: the mean of a Beta-Bernoulli posterior with forgetting (the discounted Beta
 * of reputation systems, Jøsang and Ismail 2002), separately for the two sides, and the offset that its cues have to the seen boundaries.
 */
export class ChannelTrust {
  readonly #state: TrustState;

  constructor(state: TrustState = freshTrust()) {
    this.#state = structuredClone(state);
  }

  /** Probability that a boundary will be seen where a cue of this side says, 0 to 1. */
  trust(side: SpliceSide): number {
    const { matched, unmatched } = this.#state[side];
    return (matched + prior.matched) / (matched + unmatched + prior.matched + prior.unmatched);
  }

  /** Median of seen boundary minus splice point, microseconds; 0 until three were matched. */
  offsetUs(side: SpliceSide): number {
    const { errorsUs } = this.#state[side];
    return errorsUs.length < minErrors ? 0 : median(errorsUs);
  }

  /** Standard deviation of the boundaries around the offset, microseconds; 0 until three were matched. */
  spreadUs(side: SpliceSide): number {
    const { errorsUs } = this.#state[side];
    if (errorsUs.length < minErrors) return 0;
    const centre = median(errorsUs);
    return madToDeviation * median(errorsUs.map((error) => Math.abs(error - centre)));
  }

  /** Share of breaks that had a cue, 0 to 1; undefined until a break was seen. Says nothing about trust. */
  get coverage(): number | undefined {
    const { cued, uncued } = this.#state.coverage;
    return cued + uncued === 0 ? undefined : cued / (cued + uncued);
  }

  /** A cue was settled. @param errorUs seen boundary minus splice point; undefined when none was seen */
  settle(side: SpliceSide, errorUs: number | undefined): void {
    const record = this.#state[side];
    record.matched = record.matched * forgetting + (errorUs === undefined ? 0 : 1);
    record.unmatched = record.unmatched * forgetting + (errorUs === undefined ? 1 : 0);
    if (errorUs !== undefined) record.errorsUs = [...record.errorsUs, errorUs].slice(-keptErrors);
  }

  /** A break is over. @param cued whether a cue announced its start */
  countBreak(cued: boolean): void {
    const { coverage } = this.#state;
    coverage.cued = coverage.cued * forgetting + (cued ? 1 : 0);
    coverage.uncued = coverage.uncued * forgetting + (cued ? 0 : 1);
  }

  /** What was learned, to be handed to the constructor after a restart. */
  save(): TrustState {
    return structuredClone(this.#state);
  }
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((one, other) => one - other);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? 0;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? 0) + upper) / 2;
}
