import { soundFormat } from './analysis-format.ts';

/** Sums of squares of a stretch of sound, by where it stands between the loudspeakers. */
export interface SpreadSums {
  /** Half the sum of left and right: what both have in common. */
  front: number;
  /** Half their difference: 0 when they are the same. */
  side: number;
  /** The centre channel, which mono sound and surround sound have and stereo has not. */
  centre: number;
  /** Samples of each. */
  samples: number;
}

/** One packet of sound, mixed down. */
export interface MixedSound {
  /** Mono. */
  samples: Int16Array;
  spread: SpreadSums;
}

/** A channel that was not heard for this long has gone: the stream has changed from surround to stereo, or to mono. */
const goneAfterSamples = 10 * soundFormat.rateHz;
/**
 * Weights of the fronts (surrounds are in them) and of the centre of surround sound: those of ffmpeg's own way from 5.1 to mono
 * (ITU-R BS.775, -3 dB each, scaled so that nothing clips).
 */
const surround = { front: Math.SQRT1_2, centre: 0.5 } as const;

/**
 * Mixes left, right and centre to the mono that everything else is measured on, and says how wide the sound stood. ffmpeg brings every
 * layout to these three without a second decoder: mono comes as centre alone, stereo as left and right alone, surround as all. What each of
 * them gives is the mono that ffmpeg would make of it. One instance per stream.
 */
export class SoundMixdown {
  #sinceFronts = Number.POSITIVE_INFINITY;
  #sinceCentre = Number.POSITIVE_INFINITY;

  /** @param interleaved left, right, centre; signed 16 bit. Read before it returns, and not kept */
  mix(interleaved: Int16Array): MixedSound {
    const count = Math.floor(interleaved.length / soundFormat.channels);
    const spread = sumsOf(interleaved, count);
    const fronts = spread.front + spread.side > 0;
    this.#sinceFronts = fronts ? 0 : this.#sinceFronts + count;
    this.#sinceCentre = spread.centre > 0 ? 0 : this.#sinceCentre + count;
    const hasFronts = this.#sinceFronts < goneAfterSamples;
    const hasCentre = this.#sinceCentre < goneAfterSamples;
    const frontGain = hasCentre ? (hasFronts ? surround.front : 0) : 1;
    const centreGain = hasCentre ? (hasFronts ? surround.centre : 1) : 0;
    const samples = new Int16Array(count);
    for (let index = 0; index < count; index += 1) {
      const at = index * soundFormat.channels;
      const sum = ((interleaved[at]! + interleaved[at + 1]!) / 2) * frontGain + interleaved[at + 2]! * centreGain;
      samples[index] = Math.max(-32_768, Math.min(32_767, Math.round(sum)));
    }
    return { samples, spread };
  }
}

function sumsOf(interleaved: Int16Array, count: number): SpreadSums {
  let front = 0;
  let side = 0;
  let centre = 0;
  for (let at = 0; at < count * soundFormat.channels; at += soundFormat.channels) {
    const left = interleaved[at]!;
    const right = interleaved[at + 1]!;
    const middle = interleaved[at + 2]!;
    front += (left + right) * (left + right);
    side += (left - right) * (left - right);
    centre += middle * middle;
  }
  return { front: front / 4, side: side / 4, centre, samples: count };
}
