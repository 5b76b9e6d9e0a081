import type { JSX } from 'preact';

import type { LiveSpot } from '../../../../schemas/ws/events.ts';

/** How well the spot of an airing is known. */
export type Familiarity = 'known' | 'candidate' | 'new';

const words: Record<Familiarity, [word: string, hint: string]> = {
  known: ['Known', 'Confirmed in the catalogue'],
  candidate: ['Candidate', 'It aired before and waits in the catalogue for a person'],
  new: ['New', 'Seen for the first time'],
};

/** See {@link Familiarity}. */
export function familiarityOf({ known, identifiedBy }: Pick<LiveSpot, 'known' | 'identifiedBy'>): Familiarity {
  if (known) return 'known';
  return identifiedBy === 'nothing' ? 'new' : 'candidate';
}

/** How well the spot of an airing is known, as a label. */
export function FamiliarityBadge({ familiarity }: { familiarity: Familiarity }): JSX.Element {
  const [word, hint] = words[familiarity];
  return (
    <span class={`badge badge--${familiarity}`} title={hint}>
      {word}
    </span>
  );
}
