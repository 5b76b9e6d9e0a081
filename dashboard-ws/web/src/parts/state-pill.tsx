import type { JSX } from 'preact';

import type { LiveStatus } from '../../../../schemas/ws/events.ts';

const words: Record<LiveStatus['state'], string> = {
  connecting: 'Connecting',
  live: 'Live',
  stalled: 'Stalled',
  reconnecting: 'Reconnecting',
  failed: 'Failed',
  ended: 'Ended',
};

/** State of a stream as a small label. */
export function StatePill({ status }: { status: LiveStatus | null }): JSX.Element {
  const state = status?.state ?? 'connecting';
  return (
    <span class={`pill pill--${state}`} data-testid="stream-state">
      <span class="pill__dot" aria-hidden="true" />
      {words[state]}
    </span>
  );
}
