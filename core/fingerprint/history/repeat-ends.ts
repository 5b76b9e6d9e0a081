import { bitCount } from '../hamming.ts';
import type { StreamMemory } from '../stream-memory.ts';
import type { Alignment } from './alignment.ts';

/** Ends are looked for this far around where the score was highest. */
const searchUs = 450_000;
/** Bits in which unrelated codes differ. */
const unrelatedBits = 16;
/** Pictures that differ by more are a cut, ... */
const cutBits = 14;
/** ... looked for this far around the end that the sound says, whose windows are 0.37 s long. */
const cutSearchUs = 320_000;
/** Lags are known to half a picture: pictures this near to a cut are not compared. */
const marginUs = 20_000;
/** Pictures agree and disagree below and above these. */
const agreeBits = 14;
const disagreeBits = 20;

/** One end of a repeated stretch: `start` is where agreement begins, `end` where it ceases. */
export type Side = 'start' | 'end';

/**
 * Where a repeated stretch begins or ends, running media time in microseconds: where codes that agree give way to codes that do not, and,
 * when the pictures change there too, the first picture of the stretch or the first after it.
 */
export function refineEnd(memory: StreamMemory, alignment: Alignment, side: Side): number {
  const lagUs = side === 'start' ? alignment.startLagUs : alignment.lagUs;
  const soundUs = soundEnd(memory, alignment, side, lagUs);
  return pictureEnd(memory, alignment, side, lagUs, soundUs) ?? Math.round(soundUs);
}

/** The split of the codes around the end that is most likely: before it they differ as in the stretch, after it as unrelated ones do. */
function soundEnd(memory: StreamMemory, alignment: Alignment, side: Side, lagUs: number): number {
  const slot = side === 'start' ? alignment.firstSlot : alignment.lastSlot;
  const reach = Math.round(searchUs / memory.hopUs);
  const middleBits = (32 * (alignment.agreement.bitErrorRate ?? 0.25) + unrelatedBits) / 2;
  const inwards = side === 'start' ? 1 : -1;
  let best = slot;
  let bestSum = Number.NEGATIVE_INFINITY;
  let sum = 0;
  for (let at = slot + inwards * reach; Math.abs(at - slot) <= reach; at -= inwards) {
    const bits = alignment.codeBits(at, lagUs);
    if (bits === undefined) continue;
    sum += middleBits - bits;
    if (sum > bestSum) {
      bestSum = sum;
      best = at;
    }
  }
  return memory.slotUs(best) - (inwards * memory.hopUs) / 2;
}

/** The cut at the end, or undefined when there is none near or pictures do not tell the inside from the outside. */
function pictureEnd(memory: StreamMemory, alignment: Alignment, side: Side, lagUs: number, soundUs: number): number | undefined {
  const last = memory.pictureAt(soundUs + cutSearchUs);
  const first = Math.max(memory.oldestPicture + 1, memory.pictureAt(soundUs - cutSearchUs));
  const inwards = side === 'start' ? 1 : -1;
  let best: number | undefined;
  let bestWorth = 0;
  for (let at = first; at <= last; at += 1) {
    const change = difference(memory, at - 1, at);
    if (change < cutBits) continue;
    const cutUs = memory.pictureUs(at);
    const insideUs = alignment.hashUs(cutUs + inwards * marginUs, inwards, lagUs);
    const outsideUs = alignment.hashUs(cutUs - inwards * marginUs, inwards === 1 ? -1 : 1, lagUs);
    if ((alignment.pictureBits(insideUs, lagUs) ?? 0) > agreeBits || (alignment.pictureBits(outsideUs, lagUs) ?? 64) < disagreeBits) continue;
    const worth = change + 32 - (32 * Math.abs(cutUs - soundUs)) / cutSearchUs;
    if (worth <= bestWorth) continue;
    bestWorth = worth;
    best = cutUs;
  }
  return best;
}

/** Bits that change from one picture to the next; a flat picture is unlike any other. */
function difference(memory: StreamMemory, one: number, other: number): number {
  const flat = (memory.hashHigh(one) | memory.hashLow(one)) === 0;
  const otherFlat = (memory.hashHigh(other) | memory.hashLow(other)) === 0;
  if (flat !== otherFlat) return 32;
  return bitCount(memory.hashHigh(one) ^ memory.hashHigh(other)) + bitCount(memory.hashLow(one) ^ memory.hashLow(other));
}
