import { type CueKind, defaultParameters, type DurationParameters, type SeamParameters, type SoundChangeParameters } from '../parameters.ts';

/**
 * What makes a repeated stretch a spot. Scores are natural logarithms of likelihood ratios, spot against anything else that repeats; set by
 * hand and checked on tuning recordings of both generators (docs/measurements/discovery.md).
 */
export interface DiscoveryParameters {
  /** Lengths of spots; see {@link DurationParameters}. */
  duration: DurationParameters;
  /** How the sound changes from one spot to the next; see {@link SoundChangeParameters}. */
  sound: SoundChangeParameters;
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
  /** Bit error rate of sound that is asked for when there are no pictures. */
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
  /** What the change of the sound at a cut counts inside a stretch; see {@link SeamParameters}. */
  seam: SeamParameters;
  /** Score of an end at which nothing ends. */
  noEnd: number;
  /** A stretch divided at a bare cut, where no other repeat ends. */
  unfirm: number;
  /** What a repeated stretch is to begin with: on channels with breaks spots repeat more than everything else together. */
  prior: number;
  /** Sound and pictures are alike, but not surely the same. */
  unsure: number;
  /** Mean length of what else repeats (idents, titles, promos), seconds: exponential; lengths of spots are set against it, up to these limits. */
  otherMeanS: number;
  leastLength: number;
  mostLength: number;
  /** Neighbours on both sides: break is a break or another repeat, programme what is believed to be one, and neither is not known. */
  neighbours: Record<'both breaks' | 'break and programme' | 'break' | 'programme' | 'both programme' | 'unknown', number>;
  /** What the neighbours at the earlier airing count, as a share of those now. */
  thenShare: number;
  /** Shorter than 7 s and not between breaks: an ident or a jingle. */
  shortAtEdge: number;
  /** Shorter than 13 s, and at both airings after a break and before programme. */
  titles: number;
  /** No cut inside 8 s and more: a title card. */
  onePicture: number;
  /** Score from which it is a spot; while what follows may still become known, for so many seconds, a higher one is asked for. */
  leastScore: number;
  hastyScore: number;
  neighbourS: number;
}

/** Values in use. */
export const defaultDiscovery: DiscoveryParameters = {
  duration: defaultParameters.duration,
  sound: defaultParameters.sound,
  cueReachS: 0.6,
  settleS: 2.6,
  patienceS: 40,
  leastSpotS: 4.5,
  longestSpotS: 62,
  rerunS: 120,
  replayGapS: 20,
  surePictureBits: 8,
  samePictureBits: 14,
  silentPictureBits: 8,
  blindErrorRate: 0.25,
  split: {
    'black+silence': 3,
    black: 1.5,
    'silence+cut': 1.5,
    silence: -1,
    uniform: 0.5,
    cut: -2.5,
    dissolve: -3,
    logo: -1,
    hint: -1,
  },
  splitAtOtherEnd: 4,
  end: { 'black+silence': 0.3, black: 0.3, 'silence+cut': 0.3, silence: -1, uniform: 0.3, cut: 0, dissolve: -0.7, logo: -1, hint: -1 },
  dipDb: 15,
  dip: 0.3,
  // Fitted to 95 seams and 1377 other cuts of the spots of the tuning recordings; a fit to either generator alone ranks the other's with an AUC of 0.9995.
  seam: { spanS: 20, base: 1.4, perNat: 7.5, perShortSide: 41, perStep: 1.5, most: 6 },
  noEnd: -3,
  unfirm: -1,
  prior: 1.4,
  unsure: -1,
  otherMeanS: 12,
  leastLength: -2,
  mostLength: 2.5,
  neighbours: { 'both breaks': 2.5, 'break and programme': -0.7, break: 0.5, programme: -0.4, 'both programme': -1.2, unknown: 0 },
  thenShare: 0.7,
  shortAtEdge: -4,
  titles: -1.5,
  onePicture: -1.5,
  leastScore: 2.3,
  hastyScore: 2.8,
  neighbourS: 12,
};
