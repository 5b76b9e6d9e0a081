import type { JSX } from 'preact';

import type { LiveState } from '../../../../schemas/ws/events.ts';

const words: Record<LiveState, string> = { provisional: 'Provisional', confirmed: 'Confirmed', final: 'Final', retracted: 'Retracted' };

/** Where a break or spot is in its life. */
export function LifeBadge({ state, open }: { state: LiveState; open: boolean }): JSX.Element {
  return (
    <span class="badges">
      {open && state !== 'retracted' && <span class="badge badge--on-air">On air</span>}
      <span class={`badge badge--${state}`}>{words[state]}</span>
    </span>
  );
}
