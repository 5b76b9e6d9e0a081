import type { BreakShape } from './break-tracker.ts';
import type { Cue } from './cue-finder.ts';

/** A cue in words: "black 0.24 s and silence 0.30 s". */
export function cueText(cue: Cue): string {
  const parts: string[] = [];
  if (cue.blackS > 0) parts.push(`${cue.kind === 'uniform' ? 'one colour' : 'black'} ${cue.blackS.toFixed(2)} s`);
  if (cue.silenceS > 0) parts.push(`silence ${cue.silenceS.toFixed(2)} s`);
  if (cue.kind === 'silence+cut' || cue.kind === 'cut') parts.push('hard cut');
  if (cue.dipDb >= 15) parts.push('a breath in the sound');
  if (cue.kind === 'dissolve') parts.push('dissolve');
  if (cue.kind === 'logo') parts.push('logo change');
  if (cue.kind === 'hint')
    parts.push(cue.startGain >= cue.endGain ? 'the start of a known spot or a splice cue' : 'the end of a known spot or a splice cue');
  if (cue.soundGain >= 1) parts.push('a change of sound');
  return parts.join(' and ');
}

/** What was known about the logo during a break. */
export interface LogoFacts {
  /** Where the logo stands, e.g. "top right"; undefined when none is known. */
  place: string | undefined;
  /** Seconds of the break in which it was known to be gone, and to be there. */
  goneS: number;
  presentS: number;
  /** The logo was seen again after the end. */
  returned: boolean;
}

/** Why a break is believed to be one, a fact a line. */
export function breakEvidence(shape: BreakShape, logo: LogoFacts, repeats: readonly string[]): string[] {
  const lines = [`starts with ${cueText(shape.start)}`];
  if (logo.place !== undefined && logo.goneS >= 0.4) lines.push(`logo (${logo.place}) gone ${logo.goneS.toFixed(1)} s`);
  else if (logo.place !== undefined && logo.presentS > 5) lines.push(`logo (${logo.place}) stays`);
  if (shape.spots.length > 0) {
    const lengths = shape.spots.map((spot) => ((spot.endUs - spot.startUs) / 1e6).toFixed(1));
    lines.push(`${shape.spots.length === 1 ? 'one spot' : `${shape.spots.length} spots`} of ${lengths.join(', ')} s`);
  }
  lines.push(...repeats);
  if (shape.end !== undefined) lines.push(`ends with ${cueText(shape.end)}${logo.returned ? ', logo back' : ''}`);
  return lines;
}
