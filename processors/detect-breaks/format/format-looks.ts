import type { PictureSignals, SoundSpread } from '../../../schemas/events.generated.ts';

/** How the picture fills the frame: whole, bars above and below, bars left and right, bars all round. */
export const barLooks = ['full', 'letterbox', 'pillarbox', 'window'] as const;

/** How the sound stands between the loudspeakers: a centre (or the same on both sides), left and right, left and right with a centre. */
export const soundLooks = ['mono', 'stereo', 'surround'] as const;

/** One of {@link barLooks}. */
export type BarLook = (typeof barLooks)[number];

/** One of {@link soundLooks}. */
export type SoundLook = (typeof soundLooks)[number];

/** Bars narrower than this share are an edge that was not cropped: 1.85:1 in 16:9 (4 %) is full, 2:1 (11 %) and 14:9 at the sides (12.5 %) are not. */
const leastBars = 0.06;

/** Sound quieter than this says nothing about its layout, dBFS. */
const leastDbfs = -55;
/** A side this far under the front is coding noise: mono. From `stereo` on it is stereo; between the two nothing is said. */
const sideDb = { mono: -38, stereo: -28 } as const;
/** A centre this far under the fronts, or fronts this far under a centre, are not there. */
const absentDb = -45;

/** Look of a picture; undefined when it is too dark to tell. */
export function barLookOf({ letterboxRatio, pillarboxRatio }: PictureSignals): BarLook | undefined {
  if (letterboxRatio < 0 || pillarboxRatio < 0) return undefined;
  const above = letterboxRatio >= leastBars;
  if (pillarboxRatio >= leastBars) return above ? 'window' : 'pillarbox';
  return above ? 'letterbox' : 'full';
}

/** Look of 0.2 s of sound; undefined when it is too quiet, or neither mono nor stereo for certain. */
export function soundLookOf({ frontDbfs, sideDbfs, centreDbfs }: SoundSpread): SoundLook | undefined {
  const frontsDbfs = Math.max(frontDbfs, sideDbfs);
  if (Math.max(frontsDbfs, centreDbfs) < leastDbfs) return undefined;
  if (frontsDbfs < centreDbfs + absentDb) return 'mono';
  if (centreDbfs > frontsDbfs + absentDb) return 'surround';
  if (sideDbfs < frontDbfs + sideDb.mono) return 'mono';
  return sideDbfs > frontDbfs + sideDb.stereo ? 'stereo' : undefined;
}

/** A look in words, for the evidence of a break. */
export function lookText(look: BarLook | SoundLook): string {
  return (
    { full: 'a full picture', letterbox: 'bars above and below', pillarbox: 'bars at the sides', window: 'bars all round' }[look as BarLook] ??
    `${look} sound`
  );
}
