import type { JSX } from 'preact';

import type { SpotEvidence } from '../../../../schemas/ws/api.ts';
import type { ApiSpot } from '../../../../schemas/ws/catalogue-api.ts';
import { dayAndTime, shortLength } from '../format.ts';
import { spotHref } from '../routes.ts';
import { KeyPictures } from './key-pictures.tsx';
import { StatusBadge } from './status-badge.tsx';

/** One spot in the list: its pictures, its names, how often it aired. */
export function SpotRow({ spot, evidence }: { spot: ApiSpot; evidence: SpotEvidence | undefined }): JSX.Element {
  const names = [spot.brand, spot.product].filter((name) => name !== '').join(' · ');
  return (
    <li class="spot" data-spot={spot.spotId}>
      <a class="spot__strip" href={spotHref(spot.spotId)} tabIndex={-1} aria-hidden="true">
        <KeyPictures evidence={evidence} title={spot.title} />
      </a>
      <div class="spot__body">
        <div class="spot__head">
          <h3 class="spot__title">
            <a href={spotHref(spot.spotId)}>{spot.title}</a>
          </h3>
          <StatusBadge status={spot.status} />
        </div>
        <p class="spot__names">
          {names === '' ? 'No brand yet' : names}
          {spot.category !== '' && <span> · {spot.categoryName === '' ? spot.category : spot.categoryName}</span>}
        </p>
        <p class="spot__facts">
          <span>{shortLength(spot.durationMs)}</span>
          <span>{airingsText(spot.airings)}</span>
          {spot.lastAiredMs !== null && <span>last {dayAndTime(spot.lastAiredMs)}</span>}
          {spot.relation !== null && <span>{spot.relation === 'cut-down' ? 'a cut-down' : 'a version'}</span>}
        </p>
      </div>
    </li>
  );
}

/** "aired once", "12 airings". */
export function airingsText(airings: number): string {
  if (airings === 0) return 'not aired yet';
  return airings === 1 ? 'aired once' : `${airings} airings`;
}
