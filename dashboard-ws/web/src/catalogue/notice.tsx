import type { JSX } from 'preact';
import { useEffect } from 'preact/hooks';

import type { Store } from '../live/store.ts';

/** What the last action came to, for eyes and for screen readers; forgotten when the catalogue is left. */
export function Notice({ store }: { store: Store }): JSX.Element {
  useEffect(
    () => () => {
      if (!location.hash.startsWith('#/catalogue')) store.notice = '';
    },
    [store],
  );
  return (
    <p class={store.notice === '' ? 'visually-hidden' : 'done'} role="status" aria-live="polite" data-testid="notice">
      {store.notice}
    </p>
  );
}
