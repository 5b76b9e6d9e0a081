import { type Span, lengthS, overlapS } from './spans.ts';
import type { LabelledSpan } from './truth.ts';

/** An airing as an analysis found it. */
export interface FoundAiring extends Span {
  spotId: string;
  title: string;
  /** It was recognised as a confirmed spot of the catalogue. */
  known: boolean;
  /** 1 for the first airing that was seen; more: it was recognised as seen before. */
  airing: number;
  /** Media time that had been read when it was named, seconds. */
  identifiedS: number;
}

/** A confirmed spot of the catalogue with which an analysis started. */
export interface KnownSpot {
  spotId: string;
  title: string;
}

/** How well the spots of one recording, or of several together, were found. Times in seconds; docs/evaluation.md defines the figures. */
export interface SpotScore {
  /** True airings, and those of them that were found with both ends within {@link exactS}. */
  trueAirings: number;
  foundAirings: number;
  exact: number;
  /** True airings of spots of the catalogue, and those that were found as that spot. */
  knownAirings: number;
  knownFound: number;
  /** Airings that were reported as spots of the catalogue, and those that are not that spot. */
  knownSaid: number;
  knownWrong: number;
  /** From the true start of a known spot to the event that named it. */
  identifiedAfterS: number[];
  /** True airings of other spots that had aired before, and those that were found under the id of the earlier airing. */
  laterAirings: number;
  laterFound: number;
  /** Airings that were reported under the id of an earlier one, and those that are not the same spot. */
  laterSaid: number;
  laterWrong: number;
  /** |found - true| of both ends of every later airing that was found. */
  laterErrorsS: number[];
}

/** An airing is exact, and so are its ends, within this much: five pictures at 25 a second. */
export const exactS = 0.2;

/** Nothing scored yet. */
function emptySpotScore(): SpotScore {
  const counts = { trueAirings: 0, foundAirings: 0, exact: 0, knownAirings: 0, knownFound: 0, knownSaid: 0, knownWrong: 0 };
  return { ...counts, laterAirings: 0, laterFound: 0, laterSaid: 0, laterWrong: 0, identifiedAfterS: [], laterErrorsS: [] };
}

/** Adds the scores of several recordings up. */
export function addSpotScores(scores: readonly SpotScore[]): SpotScore {
  const sum = emptySpotScore();
  for (const score of scores) {
    for (const key of Object.keys(sum) as (keyof SpotScore)[]) {
      if (key === 'identifiedAfterS' || key === 'laterErrorsS') sum[key].push(...score[key]);
      else sum[key] += score[key];
    }
  }
  return sum;
}

/** The true airing with what was found for it. */
export interface MatchedAiring {
  truth: LabelledSpan;
  found: FoundAiring | undefined;
}

/** For every true airing the found one that shares most with it, and more than half of the longer of the two; none is used twice. */
export function matchAirings(truth: readonly LabelledSpan[], found: readonly FoundAiring[]): MatchedAiring[] {
  const alike = (span: Span, one: Span): number => overlapS(span, one) / Math.max(lengthS(span), lengthS(one));
  return truth.map((span) => {
    const best = [...found].sort((one, other) => alike(span, other) - alike(span, one))[0];
    // More than half of the longer can be shared with one span only, as true spans do not overlap.
    return { truth: span, found: best !== undefined && alike(span, best) > 0.5 ? best : undefined };
  });
}

/**
 * Scores the airings of recordings, one after the other: what aired in one is known in the next.
 *
 * Labels and spot ids are brought together by what they have in common. When labels are ids or titles of spots of the catalogue, they mean those
 * spots. Any other label means the spot id under which its first airing was found.
 */
export class SpotScorer {
  /** Spots of the catalogue that a label means. */
  readonly #meant: ReadonlyMap<string, ReadonlySet<string>>;
  /** Label of the earlier airings found, by spot id. */
  readonly #labelOf = new Map<string, string>();
  /** Spot id of the first airing found, by label. */
  readonly #spotOf = new Map<string, string>();
  readonly #aired = new Set<string>();

  /**
   * @param known the confirmed spots of the catalogue with which the analysis started
   * @param labels every label of the recordings to come
   */
  constructor(known: readonly KnownSpot[], labels: Iterable<string>) {
    const meant = [...new Set(labels)].map((label) => [label, meantBy(label, known)] as const);
    this.#meant = new Map(meant.filter(([, ids]) => ids.size > 0));
  }

  /** Scores the next recording; `matches` and `found` as {@link matchAirings} has them. */
  score(matches: readonly MatchedAiring[], found: readonly FoundAiring[]): SpotScore {
    const score = emptySpotScore();
    score.trueAirings = matches.length;
    score.foundAirings = found.length;
    const truthOf = new Map(matches.flatMap(({ truth, found: one }) => (one === undefined ? [] : [[one, truth] as const])));
    for (const match of matches) this.#scoreTrue(match, score);
    for (const one of [...found].sort((a, b) => a.startS - b.startS)) {
      if (one.known) this.#scoreKnown(one, truthOf.get(one), score);
      else this.#scoreLater(one, truthOf.get(one), score);
    }
    return score;
  }

  /** True when the airing was found as the spot that its label means. */
  isRight({ truth, found }: MatchedAiring): boolean {
    if (found === undefined) return false;
    return this.#meant.get(truth.id)?.has(found.spotId) ?? this.#spotOf.get(truth.id) === found.spotId;
  }

  #scoreTrue(match: MatchedAiring, score: SpotScore): void {
    const { truth, found } = match;
    const errors = found === undefined ? [] : [Math.abs(found.startS - truth.startS), Math.abs(found.endS - truth.endS)];
    if (found !== undefined && errors.every((errorS) => errorS <= exactS)) score.exact += 1;
    if (this.#meant.has(truth.id)) {
      score.knownAirings += 1;
      if (this.isRight(match)) score.knownFound += 1;
      return;
    }
    const before = this.#aired.has(truth.id);
    this.#aired.add(truth.id);
    if (found !== undefined && !this.#spotOf.has(truth.id)) this.#spotOf.set(truth.id, found.spotId);
    if (!before || found?.known === true) return;
    score.laterAirings += 1;
    if (!this.isRight(match)) return;
    score.laterFound += 1;
    score.laterErrorsS.push(...errors);
  }

  /** An airing that was reported as a spot of the catalogue. Labels that name no spot of it can only be the same for all airings of one. */
  #scoreKnown(found: FoundAiring, truth: LabelledSpan | undefined, score: SpotScore): void {
    score.knownSaid += 1;
    const first = this.#labelOf.get(found.spotId) ?? truth?.id;
    if (first !== undefined) this.#labelOf.set(found.spotId, first);
    const right = truth !== undefined && (this.#meant.size > 0 ? this.#meant.get(truth.id)?.has(found.spotId) === true : first === truth.id);
    if (right) score.identifiedAfterS.push(Math.max(0, found.identifiedS - truth.startS));
    else score.knownWrong += 1;
  }

  /** An airing that was reported under the id of one that was found before in these recordings. */
  #scoreLater(found: FoundAiring, truth: LabelledSpan | undefined, score: SpotScore): void {
    const first = this.#labelOf.get(found.spotId);
    this.#labelOf.set(found.spotId, first ?? truth?.id ?? nothing);
    if (first === undefined) return;
    score.laterSaid += 1;
    if (first !== truth?.id) score.laterWrong += 1;
  }
}

function meantBy(label: string, known: readonly KnownSpot[]): Set<string> {
  const named = normalised(label);
  return new Set(known.filter(({ spotId, title }) => spotId === label || (named !== '' && normalised(title) === named)).map(({ spotId }) => spotId));
}

/** Stands for "no spot is on air here in truth"; no label can be that. */
const nothing = '\0';

/** Titles are compared without regard to case, spaces and punctuation. */
function normalised(text: string): string {
  return text
    .normalize('NFKC')
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}]+/gu, ' ')
    .trim();
}
