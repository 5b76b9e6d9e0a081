/** A labelled or found stretch, seconds. */
export interface ScoredSpan {
  startS: number;
  endS: number;
}

/** How well found breaks agree with the truth of one recording or of several. */
export interface BreakScore {
  /** Seconds (of 0.1 s steps) that are ad in both, only found, only true. */
  bothS: number;
  falseS: number;
  missedS: number;
  programmeS: number;
  /** |found - true| of the start and of the end of every true break that was found, seconds. */
  errorsS: number[];
}

/** Scores the breaks found in a recording of `durationS`. A true break counts as found when half of it is covered by one found break. */
export function scoreBreaks(truth: readonly ScoredSpan[], found: readonly ScoredSpan[], durationS: number): BreakScore {
  const score: BreakScore = { bothS: 0, falseS: 0, missedS: 0, programmeS: 0, errorsS: [] };
  const stepS = 0.1;
  for (let atS = stepS / 2; atS < durationS; atS += stepS) {
    const real = inside(truth, atS);
    const said = inside(found, atS);
    if (real && said) score.bothS += stepS;
    else if (said) score.falseS += stepS;
    else if (real) score.missedS += stepS;
    if (!real) score.programmeS += stepS;
  }
  for (const span of truth) {
    const match = found.find((one) => Math.min(one.endS, span.endS) - Math.max(one.startS, span.startS) > 0.5 * (span.endS - span.startS));
    if (match !== undefined) score.errorsS.push(Math.abs(match.startS - span.startS), Math.abs(match.endS - span.endS));
  }
  return score;
}

/** Per-second F1 of a score; 1 when there was nothing to find and nothing was found. */
export function f1(score: BreakScore): number {
  const all = 2 * score.bothS + score.falseS + score.missedS;
  return all === 0 ? 1 : (2 * score.bothS) / all;
}

/** Adds scores up. */
export function addScores(scores: readonly BreakScore[]): BreakScore {
  const sum = (of: (score: BreakScore) => number): number => scores.reduce((total, score) => total + of(score), 0);
  return {
    bothS: sum((score) => score.bothS),
    falseS: sum((score) => score.falseS),
    missedS: sum((score) => score.missedS),
    programmeS: sum((score) => score.programmeS),
    errorsS: scores.flatMap(({ errorsS }) => errorsS),
  };
}

/** The value below which a share of `values` lies; NaN for none. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((one, other) => one - other);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN;
}

function inside(spans: readonly ScoredSpan[], atS: number): boolean {
  return spans.some(({ startS, endS }) => atS >= startS && atS < endS);
}
