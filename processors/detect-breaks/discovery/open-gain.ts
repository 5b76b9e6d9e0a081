import type { Repeat } from '../../../core/fingerprint/spot-print.ts';
import type { Cue } from '../cue-finder.ts';
import type { DiscoveryParameters } from './discovery-parameters.ts';
import { isReplay, refusalOf } from './spot-judge.ts';

/** What speaks for an ad when sound and pictures of some seconds were on air before; natural logarithms of likelihood ratios, set by hand. */
const repeatsGain = 1;
const sureGain = 0.8;
const startsAtCueGain = 0.7;
const startsAnywhereGain = -1.5;
/** Idents and jingles are over by now, which grows to this. */
const lengthGain = 1.5;
const lengthFromS = 3;
const lengthToS = 9;
/** A whole break that airs again, and from here on more likely a rerun. */
const longS = 75;
const longCostPerS = 0.08;
const replayGain = -2;
const least = -3;
const most = 4;

/**
 * What a repeat says for an ad so far, log likelihood ratio of ad against programme; undefined when it says nothing: only its sound repeats, or
 * it has been over for so long that it was judged.
 */
export function openGain(repeat: Repeat, cues: readonly Cue[], nowUs: number, parameters: DiscoveryParameters): number | undefined {
  if (repeat.over && nowUs > repeat.endUs + parameters.patienceS * 1e6) return undefined;
  const seconds = (repeat.endUs - repeat.startUs) / 1e6;
  // Music goes round in loops within a spot too: only what is also seen again is a replay.
  const seenAgain = repeat.confidence > 0 && (repeat.hashBits ?? 64) <= parameters.samePictureBits;
  if (isReplay(repeat, parameters)) return seenAgain ? replayGain : undefined;
  if (refusalOf(repeat, parameters) !== undefined) return undefined;
  const reachUs = parameters.cueReachS * 1e6;
  const atCue = cues.some(({ beforeUs, afterUs }) => repeat.startUs > beforeUs - reachUs && repeat.startUs < afterUs + reachUs);
  const sure = (repeat.hashBits ?? 64) <= parameters.surePictureBits;
  const grown = Math.max(0, Math.min(1, (seconds - lengthFromS) / (lengthToS - lengthFromS)));
  const gain =
    repeatsGain +
    (sure ? sureGain : 0) +
    (atCue ? startsAtCueGain : startsAnywhereGain) +
    lengthGain * grown -
    longCostPerS * Math.max(0, seconds - longS);
  return Math.max(least, Math.min(most, gain * repeat.confidence));
}
