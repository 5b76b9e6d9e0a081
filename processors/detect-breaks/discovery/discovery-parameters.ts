import { type CueKind, defaultParameters, type DurationParameters } from '../parameters.ts';

/**
 * What makes a repeated stretch a spot. Scores are natural logarithms of likelihood ratios, spot against anything else that repeats; set by
 * hand and checked on generated broadcasts of seeds 11 and 12 (docs/measurements/discovery.md).
 */
export interface DiscoveryParameters {
  /** Lengths of spots; see {@link DurationParameters}. */
  duration: DurationParameters;
  /** A cue belongs to an end of a repeated stretch within this, seconds: the codes' window is 0.37 s long and separators repeat too. */
  cueReachS: number;
  /** A stretch is judged this long after its end, when its cues are known, and for good after the second time, when its neighbours are, seconds. */
  settleS: number;
  patienceS: number;
  /** Shortest and longest spot, seconds; what repeats for longer than the last is a rerun. */
  leastSpotS: number;
  longestSpotS: number;
  rerunS: number;
  /** What follows its earlier airing within this is a replay, seconds. */
  replayGapS: number;
  /** Mean distance of pictures, bits of 64: surely the same, still the same; asked for when there is no sound. */
  surePictureBits: number;
  samePictureBits: number;
  silentPictureBits: number;
  /** Bit error rates of sound: surely the same; asked for when there are no pictures. */
  sureErrorRate: number;
  blindErrorRate: number;
  /** Score for a cue inside a stretch to be where one spot gives way to the next. */
  split: Record<CueKind, number>;
  /** ... when another repeat begins or ends there too. */
  splitAtOtherEnd: number;
  /** Score of a cue at an end of the stretch. */
  end: Record<CueKind, number>;
  /** A cut in a breath of the sound this deep, dB, and its score beside that of the cut. */
  dipDb: number;
  dip: number;
  /** Score of an end at which nothing ends. */
  noEnd: number;
  /** A stretch divided at a bare cut, where no other repeat ends. */
  unfirm: number;
  /** Sound and pictures surely the same. */
  sure: number;
  /** Length: a usual one (within 0.25 s), and any other. */
  usualLength: number;
  otherLength: number;
  /** A neighbour that is a break or repeats as well, and one that is programme. */
  breakNeighbour: number;
  programmeNeighbour: number;
  /** Shorter than 7 s with programme on a side: an ident or a jingle. */
  shortAtEdge: number;
  /** No cut inside 8 s and more: a title card. */
  onePicture: number;
  /** Score from which it is a spot. */
  leastScore: number;
}

/** Values in use. */
export const defaultDiscovery: DiscoveryParameters = {
  duration: defaultParameters.duration,
  cueReachS: 0.6,
  settleS: 2.5,
  patienceS: 40,
  leastSpotS: 4.5,
  longestSpotS: 62,
  rerunS: 120,
  replayGapS: 20,
  surePictureBits: 8,
  samePictureBits: 14,
  silentPictureBits: 8,
  sureErrorRate: 0.2,
  blindErrorRate: 0.25,
  split: {
    'black+silence': 3,
    black: 1.5,
    'silence+cut': 1.5,
    silence: -1,
    uniform: 0.5,
    cut: -1.2,
    dissolve: -2.5,
    logo: -1,
    hint: -1,
  },
  splitAtOtherEnd: 4,
  end: { 'black+silence': 1, black: 0.7, 'silence+cut': 0.8, silence: -1, uniform: 0.5, cut: 0, dissolve: -0.7, logo: -1, hint: -1 },
  dipDb: 15,
  dip: 0.8,
  noEnd: -3,
  unfirm: -1,
  sure: 1,
  usualLength: 2,
  otherLength: -1.5,
  breakNeighbour: 1.5,
  programmeNeighbour: -1,
  shortAtEdge: -4,
  onePicture: -1.5,
  leastScore: 1.5,
};
