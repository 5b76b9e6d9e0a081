import type { JSX } from 'preact';
import { useEffect, useRef } from 'preact/hooks';

import type { SpotEvidence } from '../../../../schemas/ws/api.ts';
import { useLoaded } from '../live/loaded.ts';
import type { Store } from '../live/store.ts';
import { isMissing, loadEvidence, loadSpot } from './catalogue-api.ts';
import { Notice } from './notice.tsx';
import { SpotDetails } from './spot-details.tsx';
import { StatusBadge } from './status-badge.tsx';

/** Everything about one spot of the catalogue, and what a person can do to it. */
export function SpotPage({ spotId, store }: { spotId: string; store: Store }): JSX.Element {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    heading.current?.focus({ preventScroll: true });
    scrollTo(0, 0);
    const back = (event: KeyboardEvent): void => {
      const typing = document.activeElement?.closest('input, select, dialog, video') != null;
      if (event.key === 'Escape' && !typing) location.hash = '#/catalogue';
    };
    addEventListener('keydown', back);
    return () => removeEventListener('keydown', back);
  }, [spotId]);
  const { value, problem } = useLoaded(spotId, store.catalogueVersion, async () => {
    const spot = await loadSpot(spotId).catch((error: unknown) => {
      if (isMissing(error)) return undefined;
      throw error;
    });
    if (spot === undefined) return 'gone' as const;
    // The evidence of a spot that was merged away stays under its own id.
    const evidence = await loadEvidence([spot.spotId, spotId]).catch(() => new Map<string, SpotEvidence>());
    return { spot, evidence: evidence.get(spot.spotId) ?? evidence.get(spotId) };
  });
  return (
    <>
      <nav class="crumbs" aria-label="Breadcrumb">
        <a href="#/catalogue">Catalogue</a>
        <span aria-hidden="true">/</span>
        <h2 tabIndex={-1} ref={heading}>
          {value === undefined || value === 'gone' ? 'Spot' : value.spot.title}
        </h2>
        {value !== undefined && value !== 'gone' && <StatusBadge status={value.spot.status} />}
      </nav>
      <Notice store={store} />
      {problem !== '' && (
        <p class="problem" role="alert">
          {problem}
        </p>
      )}
      {value === 'gone' && (
        <div class="message">
          <p>There is no such spot in the catalogue; it may have been removed.</p>
          <p>
            <a href="#/catalogue">Back to the catalogue</a>
          </p>
        </div>
      )}
      {value !== undefined && value !== 'gone' && <SpotDetails key={value.spot.spotId} {...value} store={store} />}
    </>
  );
}
