import type { JSX } from 'preact';

import type { ApiSpotDetail } from '../../../../schemas/ws/catalogue-api.ts';
import { shortLength } from '../format.ts';
import { spotHref } from '../routes.ts';
import { StatusBadge } from './status-badge.tsx';

const relatedWords: Record<ApiSpotDetail['related'][number]['relation'], string> = {
  same: 'shows the same pictures and sound',
  'cut-down': 'looks like a cut-down of this',
  longer: 'looks like a longer version of this',
};

interface RelativesProps {
  spot: ApiSpotDetail;
  busy: boolean;
  onMerge: (into: string) => void;
  onLink: (spotId: string, parentId: string) => void;
  onUnlink: () => void;
}

/** Versions and cut-downs of a spot, and what its prints say may be one. */
export function Relatives({ spot, busy, onMerge, onLink, onUnlink }: RelativesProps): JSX.Element | null {
  const { parentId, children } = spot;
  const linked = new Set([parentId, ...children.map(({ spotId }) => spotId)]);
  const proposals = spot.related.filter(({ spotId }) => !linked.has(spotId));
  if (parentId === null && children.length === 0 && proposals.length === 0) return null;
  return (
    <section class="panel" aria-labelledby="relatives-title">
      <h3 id="relatives-title" class="section-title">
        Versions
      </h3>
      <ul class="relatives">
        {parentId !== null && (
          <li>
            <span>
              {spot.relation === 'cut-down' ? 'A cut-down of ' : 'A version of '}
              <a href={spotHref(parentId)}>its longer spot</a>
            </span>
            <button type="button" class="button button--small" disabled={busy} onClick={onUnlink}>
              Unlink
            </button>
          </li>
        )}
        {children.map((child) => (
          <li key={child.spotId}>
            <span>
              <a href={spotHref(child.spotId)}>{child.title}</a>, {child.relation === 'cut-down' ? 'cut-down' : 'version'},{' '}
              {shortLength(child.durationMs)}
            </span>
            <StatusBadge status={child.status} />
          </li>
        ))}
        {proposals.map((other) => (
          <li key={other.spotId}>
            <span>
              <a href={spotHref(other.spotId)}>{other.title}</a> {relatedWords[other.relation]} ({shortLength(other.overlapMs)} in common)
            </span>
            {other.relation === 'same' && (
              <button type="button" class="button button--small" disabled={busy} onClick={() => onMerge(other.spotId)}>
                Merge into it
              </button>
            )}
            {other.relation === 'cut-down' && (
              <button type="button" class="button button--small" disabled={busy} onClick={() => onLink(other.spotId, spot.spotId)}>
                Link it as a cut-down
              </button>
            )}
            {other.relation === 'longer' && (
              <button type="button" class="button button--small" disabled={busy} onClick={() => onLink(spot.spotId, other.spotId)}>
                Link as its cut-down
              </button>
            )}
          </li>
        ))}
      </ul>
    </section>
  );
}
