import type { ComponentChildren, JSX } from 'preact';
import { useState } from 'preact/hooks';

import type { SpotEvidence } from '../../../../schemas/ws/api.ts';
import type { ApiSpot } from '../../../../schemas/ws/catalogue-api.ts';
import { shortLength } from '../format.ts';
import { useLoaded } from '../live/loaded.ts';
import { Dialog } from '../parts/dialog.tsx';
import { listSpots, loadEvidence } from './catalogue-api.ts';
import { StatusBadge } from './status-badge.tsx';

const shownSpots = 30;

interface ChooseSpotProps {
  title: string;
  hint: string;
  /** Not offered: the spot itself. */
  without: string;
  busy: boolean;
  problem: string;
  onChoose: (spot: ApiSpot) => void;
  onClose: () => void;
  /** More controls above the list. */
  children?: ComponentChildren;
}

/** A dialog in which another spot is looked for and chosen. */
export function ChooseSpot({ title, hint, without, busy, problem, onChoose, onClose, children }: ChooseSpotProps): JSX.Element {
  const [text, setText] = useState('');
  const { value, problem: fault } = useLoaded(text, 0, async () => {
    const { spots } = await listSpots({ status: 'all', text, limit: shownSpots });
    const others = spots.filter(({ spotId, status }) => spotId !== without && status !== 'rejected');
    return { others, evidence: await loadEvidence(others.map(({ spotId }) => spotId)).catch(() => new Map<string, SpotEvidence>()) };
  });
  return (
    <Dialog title={title} onClose={onClose}>
      <p class="dialog__hint">{hint}</p>
      {children}
      <label class="search search--dialog">
        <span class="visually-hidden">Search spots</span>
        <input
          type="search"
          placeholder="Search title, brand, product"
          value={text}
          autofocus
          onInput={(event) => setText(event.currentTarget.value)}
        />
      </label>
      {(problem !== '' || fault !== '') && (
        <p class="problem" role="alert">
          {problem === '' ? fault : problem}
        </p>
      )}
      <ul class="choices">
        {value?.others.map((spot) => (
          <li key={spot.spotId}>
            <button type="button" disabled={busy} onClick={() => onChoose(spot)}>
              <Thumb evidence={value.evidence.get(spot.spotId)} />
              <span class="choices__name">
                {spot.title}
                <small>{[spot.brand, shortLength(spot.durationMs)].filter((part) => part !== '').join(' · ')}</small>
              </span>
              <StatusBadge status={spot.status} />
            </button>
          </li>
        ))}
      </ul>
      {value?.others.length === 0 && <p class="panel__empty">No other spot{text === '' ? '' : ' of this name'}.</p>}
    </Dialog>
  );
}

function Thumb({ evidence }: { evidence: SpotEvidence | undefined }): JSX.Element {
  const url = evidence?.pictures[0];
  return url === undefined ? <span class="thumb" /> : <img class="thumb" src={url} alt="" loading="lazy" />;
}
