import type { Signals } from '../../schemas/events.generated.ts';

/** A span of media time, microseconds. */
export interface ContentSpan {
  startUs: number;
  endUs: number;
}

/** Share of black pixels from which a picture is black (as ffmpeg's blackdetect, `picture_black_ratio_th`). */
const blackFrom = 0.98;
/** Loudest that silence is: quieter than the noise of an analogue chain. */
const silentDbfs = -60;
/** Sound between two levels of one signal run belongs together. */
const pastLastUs = 1_000;

/**
 * The span without the black and silent pictures at both ends that files of spots are delivered with: from the first picture that is not
 * black, or sound that is not silent, to the end of the last. Where pictures or sound are missing, the other decides alone.
 *
 * @param endUs end of the last picture
 * @returns undefined when all of it is black and silent
 */
export function contentSpan(runs: readonly Signals[], endUs: number): ContentSpan | undefined {
  const pictures = runs.flatMap((run) => run.pictures);
  const shown = pictures.map((picture, at) => ({
    startUs: picture.ptsUs,
    endUs: pictures[at + 1]?.ptsUs ?? Math.max(endUs, picture.ptsUs + pastLastUs),
    empty: picture.blackRatio >= blackFrom,
  }));
  const heard = runs.flatMap((run) =>
    run.sound.map((sound) => ({ startUs: sound.ptsUs, endUs: sound.ptsUs + sound.durationUs, empty: sound.rmsDbfs < silentDbfs })),
  );
  const full = [...shown, ...heard].filter((part) => !part.empty);
  if (full.length === 0) return undefined;
  const firstUs = full.reduce((least, part) => Math.min(least, part.startUs), Infinity);
  const lastUs = full.reduce((most, part) => Math.max(most, part.endUs), -Infinity);
  // Cut at pictures: a spot begins with one.
  const first = shown.findLast((picture) => picture.startUs <= firstUs)?.startUs ?? firstUs;
  const last = shown.find((picture) => picture.endUs >= lastUs)?.endUs ?? Math.min(lastUs, endUs);
  return { startUs: first, endUs: last };
}
