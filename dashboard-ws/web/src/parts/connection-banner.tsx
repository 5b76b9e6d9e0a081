import type { JSX } from 'preact';

import type { ConnectionView } from '../live/store.ts';

/** Says that what is shown is old, and when the next attempt comes. */
export function ConnectionBanner({ connection, onRetry }: { connection: ConnectionView; onRetry: () => void }): JSX.Element | null {
  if (connection.state === 'live' || connection.state === 'connecting') return null;
  const waitS = Math.max(0, Math.ceil((connection.retryAtMs - Date.now()) / 1000));
  const text =
    connection.state === 'refused'
      ? `The server closed the connection and asks not to reconnect (${connection.reason}).`
      : `Connection lost. Reconnecting ${waitS > 0 ? `in ${waitS} s` : 'now'}; what you see may be old.`;
  return (
    <div class="banner" role="alert" data-testid="banner">
      <span>{text}</span>
      <button type="button" class="button" onClick={onRetry}>
        {connection.state === 'refused' ? 'Try again' : 'Reconnect now'}
      </button>
    </div>
  );
}
