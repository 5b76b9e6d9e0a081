import type { BarLook, SoundLook } from './format/format-looks.ts';

/**
 * Every number of the break model in one place. The model is an explicit-duration hidden Markov model over {programme, plain, ad}: `plain`
 * is programme without its logo (titles, idents, promos). Scores are natural logarithms of likelihood ratios against programme, hazards
 * are per second. Values were set by hand from what they mean, or fitted, and then looked at on tuning recordings only
 * (docs/measurements/breaks.md).
 */
export interface BreakParameters {
  cue: CueParameters;
  sound: SoundChangeParameters;
  seam: SeamParameters;
  scene: SceneParameters;
  soundMemory: SoundMemoryParameters;
  logo: LogoParameters;
  known: KnownParameters;
  content: ContentParameters;
  format: FormatParameters;
  duration: DurationParameters;
  transition: TransitionParameters;
  life: LifeParameters;
}

/** What may be a boundary. */
export interface CueParameters {
  /** Shortest black or uniform run that is a separator, seconds; shorter ones are glitches. */
  leastBlackS: number;
  /** Shortest silence that counts, seconds. */
  leastSilenceS: number;
  /** Sound at or under this level is silence whatever the programme does, dBFS. */
  silenceDbfs: number;
  /** Sound this far under the running median of the programme can be silence over a noise floor, dB. */
  silenceDropDb: number;
  /** ... when it is also within this distance of the quietest of the last minute, dB. */
  floorMarginDb: number;
  /** A black run and a silence this close belong to one cue, seconds. */
  joinS: number;
  /** log of (share of ad boundaries that look so) / (rate in programme x one second), by what the cue holds. */
  gain: Readonly<Record<CueKind, number>>;
  /** log of (rate inside spots) / (rate in programme): what a cue costs that a spot passes over. */
  passed: Readonly<Record<CueKind, number>>;
  /** Most that all cues within a spot cost it together. */
  mostPassed: number;
}

/** What a cue holds. */
export type CueKind = 'black+silence' | 'black' | 'silence+cut' | 'silence' | 'uniform' | 'cut' | 'dissolve' | 'logo' | 'hint';

/**
 * How the sound changes at a cue (see sound-change.ts): weights of a logistic regression of cuts between spots against cuts within programme,
 * without the share of the two.
 */
export interface SoundChangeParameters {
  base: number;
  /** Per dB that the sound dips at a cut, as far as `mostDipDb`. */
  perDipDb: number;
  mostDipDb: number;
  /** Per unit of correlation of the spectra right before and after. */
  perAlike: number;
  /** Per standard deviation by which the spectrum moves. */
  perShift: number;
  /** Bounds of the sum: one witness never decides alone. */
  least: number;
  most: number;
  /** Share of it that speaks against a spot that passes over the cue, and the most of that. */
  passedShare: number;
  mostPassed: number;
  /** Share of it that counts where black or silence separates the two sides. */
  separatorShare: number;
}

/** How the sound tells a seam from a cut within one thing (see seam-test.ts): weights of a logistic regression; discovery has its own, for spots. */
export interface SeamParameters {
  /** Sound looked at on either side, at most, seconds. */
  spanS: number;
  base: number;
  /** Per nat a window of the generalised likelihood ratio. */
  perNat: number;
  /** What a short side costs, as its few windows are explained well by anything: times the inverse of its length, per second. */
  perShortSide: number;
  /** Per unit of what SoundChange says of the step at the cue. */
  perStep: number;
  /** Limit of the sum, either way, where it is weighed against lengths. */
  most: number;
}

/** Pictures that come back (see scene-memory.ts). */
export interface SceneParameters {
  /** Distance of the perceptual hashes, bits of 64, up to which two pictures show one scene, and from which a shot has ended. */
  sameShotBits: number;
  otherShotBits: number;
  /** A shot is known when it is this old and programme still believed, seconds; and forgotten after `memoryS`. */
  knownAfterS: number;
  memoryS: number;
  /** Fewest known shots before anything is said. */
  leastKnown: number;
  /** Share of the shots of spots that were seen in programme. */
  adFamiliar: number;
  /** Expected share of the shots of programme that were seen before, worth so many shots; and over how many it is learned. */
  priorFamiliar: number;
  priorShots: number;
  learnShots: number;
  /** Most that new shots in a row may say for a break. */
  mostUnseen: number;
}

/** Sound that comes back (see sound-memory.ts). */
export interface SoundMemoryParameters {
  /** A second is known when it is this old and programme still believed, seconds; so many seconds are remembered. */
  knownAfterS: number;
  memoryS: number;
  /** Fewest seconds of programme that must be known before anything is said. */
  leastKnownS: number;
  /** Share of what a second says that counts: neighbours say nearly the same. */
  weight: number;
  /** How far spots are from everything in programme, with its spread, dB; for how many seconds of the channel's own breaks that counts. */
  strangeDb: number;
  spreadDb: number;
  expectedWorthS: number;
  /** Least exponent of the density of ranks in breaks that is expected: no channel is told apart so well that more could be said. */
  leastExponent: number;
  /** Most that strange seconds in a row may say for a break. */
  mostStrange: number;
  /** Textures nearer than this sound the same, dB. */
  sameDb: number;
}

/** Learning and using channel logos. */
export interface LogoParameters {
  /** Share of a scene's samples in which a pixel must be an edge to count as one of the scene. */
  sceneShare: number;
  /** Scenes kept for learning. */
  scenes: number;
  /** Edge pixels of a corner that may survive by chance; busy corners need more scenes for that. */
  chancePixels: number;
  /** Fewest scenes from which a logo may be learned, however clean the corner is. */
  leastScenes: number;
  /** Perceptual-hash distance, bits of 64, from which the picture counts as another scene. */
  newSceneBits: number;
  /** Fewest edge pixels (of 96x54) of a logo, and the fewest of one connected piece. */
  leastPixels: number;
  leastPiece: number;
  /** Corrected hit share from which the logo is there, and under which it is gone. */
  presentScore: number;
  absentScore: number;
  /** Seconds on air in programme until a logo is trusted in full. */
  trustS: number;
  /** Per sample (0.2 s), full trust: against ad and plain while present, for them while absent. */
  presentGain: number;
  absentGain: number;
  /** What one stretch of presence or absence adds up to at the full rate; after that each sample adds the floor. */
  presentLimit: number;
  absentLimit: number;
  presentFloor: number;
  absentFloor: number;
  /** After this many seconds of absence it says nothing more: the channel's logo may have changed. */
  longestAbsenceS: number;
  /** Share of channels that leave their logo on air in breaks, and by how much each break seen changes the odds. */
  priorStays: number;
  perBreak: number;
}

/** What the catalogue's spots say when they are recognised (see spot-watch.ts). */
export interface KnownParameters {
  /** Log-likelihood ratios of ad against programme while a spot of this status is on air; that of a rejected one is negative. */
  confirmed: number;
  candidate: number;
  rejected: number;
  /** A candidate says that when this many seconds of it agree, and less before: idents and jingles are over by then. */
  candidateS: number;
  /** ... of a start or end at the spot's own. */
  edge: number;
  /** A cue this near to the spot's own edge is meant by it, seconds. */
  edgeToleranceS: number;
}

/** Witnesses of what is shown and heard. */
export interface ContentParameters {
  /** Weight of the ad-ness classifier's log-odds (see ad-ness/): its seconds are not independent. */
  adNess: number;
}

/** Bars and sound layout (see format/): what programme of this channel looks like, and what another look says. */
export interface FormatParameters {
  /** A new look counts when it was seen this long, seconds. */
  barsHoldS: number;
  soundHoldS: number;
  /** Programme and spots are remembered over so many seconds, with forgetting. */
  learnS: number;
  /** Least programme before anything is said, seconds. */
  leastProgrammeS: number;
  /** The shares below are worth so many seconds of programme and of spots. */
  priorProgrammeS: number;
  priorSpotsS: number;
  /** Expected shares of the looks. */
  bars: Readonly<Record<'programme' | 'spots', Readonly<Record<BarLook, number>>>>;
  sound: Readonly<Record<'programme' | 'spots', Readonly<Record<SoundLook, number>>>>;
  /** Most that one change says, and more for each break (three at the most) that was seen to look otherwise. */
  unproven: number;
  perBreak: number;
  /** It is said over so many seconds. */
  speakS: number;
  /** Share of the step in log-likelihood that a change adds to a cue this near, seconds, and the most of it: unproven, and more for each such break. */
  edgeShare: number;
  mostEdge: number;
  edgePerBreak: number;
  /** ... in full from a look that was there this long, seconds: what flickers is no edge. */
  settledS: number;
  edgeToleranceS: number;
}

/** Lengths of spots and breaks. */
export interface DurationParameters {
  /** Usual spot lengths, seconds, with their share. */
  peaks: readonly (readonly [seconds: number, share: number])[];
  /** Deviation of an airing from its usual length, seconds; and share and deviation of those that are cut to the picture. */
  peakDeviationS: number;
  exactShare: number;
  exactDeviationS: number;
  /** Share of spots of no usual length, spread evenly over [leastSpotS, longestSpotS]. */
  otherShare: number;
  /** The shares above are worth so many spots of the channel itself, whose lengths are learned. */
  learnSpots: number;
  leastSpotS: number;
  longestSpotS: number;
  /** Mean length of a plain stretch, seconds. */
  plainMeanS: number;
  /** A break shorter than `shortBreakS` costs up to `shortBreakCost`; one longer than `longBreakS` costs `longBreakCost` a minute. */
  shortBreakS: number;
  fullBreakS: number;
  shortBreakCost: number;
  longBreakS: number;
  longBreakCostPerMinute: number;
  /** A break of one spot costs this. */
  loneSpotCost: number;
}

/** Transitions, as logarithms; from programme they are hazards per second. */
export interface TransitionParameters {
  programmeToAd: number;
  programmeToPlain: number;
  adToAd: number;
  adToProgramme: number;
  adToPlain: number;
  plainToAd: number;
  plainToProgramme: number;
  /** At the first picture ever seen. */
  startInAd: number;
  startInPlain: number;
}

/** When a break is announced and when it is settled. */
export interface LifeParameters {
  /** Log odds of ad against the rest from which a break is announced, confirmed. */
  announceOdds: number;
  confirmOdds: number;
  /** Log odds of ad against the rest under which an announced break is taken back. */
  retractOdds: number;
  /** Least age of a break when it is confirmed, seconds: with a spot whose end is known, and without. */
  confirmAgeS: number;
  confirmAloneS: number;
  /** Log odds of not-ad from which an ended break is settled at once; below, after `settleS`. */
  settleOdds: number;
  settleS: number;
  /** ... and after so many seconds in which programme was believed without a doubt. */
  heldS: number;
  /** The boundary after a spot must be this old before the spot is reported, seconds. */
  spotLagS: number;
}

/** The shipped parameters. */
export const defaultParameters: BreakParameters = {
  cue: {
    leastBlackS: 0.11,
    leastSilenceS: 0.12,
    silenceDbfs: -58,
    silenceDropDb: 22,
    floorMarginDb: 6,
    joinS: 0.3,
    gain: {
      'black+silence': 5.2,
      black: 2.8,
      'silence+cut': 3.2,
      silence: -1.5,
      uniform: 3,
      cut: 0.9,
      dissolve: -1.5,
      logo: -0.5,
      hint: -0.5,
    },
    passed: {
      'black+silence': -2,
      black: 0,
      'silence+cut': -1.5,
      silence: -0.7,
      uniform: 0,
      cut: 0.05,
      dissolve: 0,
      logo: 0,
      hint: 0,
    },
    mostPassed: 4,
  },
  sound: {
    base: 0.4,
    perDipDb: 0.05,
    mostDipDb: 25,
    perAlike: -5.6,
    perShift: 3.6,
    least: -2.5,
    most: 3.2,
    passedShare: 0.4,
    mostPassed: 1,
    separatorShare: 0.3,
  },
  // Fitted to 243 boundaries and 2274 cuts in programme of the tuning recordings; left out, each kind of material is ranked with an AUC of 0.85 to 0.98.
  seam: { spanS: 6, base: -2.75, perNat: 1, perShortSide: 0, perStep: 0.4, most: 3.2 },
  scene: {
    sameShotBits: 13,
    otherShotBits: 14,
    knownAfterS: 25,
    memoryS: 900,
    leastKnown: 3,
    adFamiliar: 0.03,
    priorFamiliar: 0.3,
    priorShots: 8,
    learnShots: 60,
    mostUnseen: 4,
  },
  soundMemory: {
    knownAfterS: 25,
    memoryS: 900,
    leastKnownS: 30,
    weight: 0.25,
    strangeDb: 7,
    spreadDb: 1,
    expectedWorthS: 120,
    leastExponent: 0.15,
    mostStrange: 5,
    sameDb: 2.5,
  },
  logo: {
    sceneShare: 0.8,
    scenes: 24,
    chancePixels: 2,
    leastScenes: 3,
    newSceneBits: 14,
    leastPixels: 24,
    leastPiece: 8,
    presentScore: 0.5,
    absentScore: 0.25,
    trustS: 12,
    presentGain: 0.5,
    absentGain: 0.4,
    presentLimit: 9,
    absentLimit: 10,
    presentFloor: 0.3,
    absentFloor: 0.12,
    longestAbsenceS: 420,
    priorStays: 0.15,
    perBreak: 6,
  },
  known: {
    confirmed: 16,
    candidate: 9,
    rejected: -12,
    candidateS: 8,
    edge: 4,
    edgeToleranceS: 0.15,
  },
  content: {
    adNess: 0.5,
  },
  format: {
    barsHoldS: 1.4,
    soundHoldS: 1.2,
    learnS: 600,
    leastProgrammeS: 20,
    priorProgrammeS: 20,
    priorSpotsS: 60,
    bars: {
      programme: { full: 0.8, letterbox: 0.12, pillarbox: 0.06, window: 0.02 },
      spots: { full: 0.85, letterbox: 0.1, pillarbox: 0.03, window: 0.02 },
    },
    sound: {
      programme: { mono: 0.25, stereo: 0.6, surround: 0.15 },
      spots: { mono: 0.15, stereo: 0.75, surround: 0.1 },
    },
    unproven: 4,
    perBreak: 1,
    speakS: 2,
    settledS: 8,
    edgeShare: 0.6,
    mostEdge: 1.5,
    edgePerBreak: 0.75,
    edgeToleranceS: 0.5,
  },
  duration: {
    peaks: [
      [5, 0.05],
      [6, 0.02],
      [7, 0.02],
      [8, 0.02],
      [10, 0.18],
      [12, 0.03],
      [15, 0.2],
      [20, 0.2],
      [25, 0.05],
      [30, 0.17],
      [40, 0.02],
      [45, 0.01],
      [60, 0.008],
    ],
    peakDeviationS: 0.1,
    exactShare: 0.4,
    exactDeviationS: 0.025,
    otherShare: 0.2,
    learnSpots: 40,
    leastSpotS: 3.5,
    longestSpotS: 65,
    plainMeanS: 25,
    shortBreakS: 14,
    fullBreakS: 26,
    shortBreakCost: 7,
    longBreakS: 420,
    longBreakCostPerMinute: 2,
    loneSpotCost: 4,
  },
  transition: {
    programmeToAd: Math.log(1 / 700),
    programmeToPlain: Math.log(1 / 1500),
    adToAd: Math.log(0.74),
    adToProgramme: Math.log(0.2),
    adToPlain: Math.log(0.06),
    plainToAd: Math.log(0.3),
    plainToProgramme: Math.log(0.7),
    startInAd: Math.log(0.1),
    startInPlain: Math.log(0.1),
  },
  life: {
    announceOdds: 0.7,
    confirmOdds: 3,
    retractOdds: -1.5,
    confirmAgeS: 10,
    confirmAloneS: 30,
    settleOdds: 5,
    settleS: 20,
    heldS: 5,
    spotLagS: 2,
  },
};
