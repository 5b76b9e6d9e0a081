import type { JSX } from 'preact';

import type { SpotEvidence } from '../../../../schemas/ws/api.ts';
import type { ApiSpotDetail } from '../../../../schemas/ws/catalogue-api.ts';
import { dayAndTime, shortLength } from '../format.ts';
import type { Store } from '../live/store.ts';
import { KeyPictures } from './key-pictures.tsx';
import { airingsText } from './spot-row.tsx';

/** Clip and key pictures of a spot, and where they come from. */
export function SpotEvidencePanel({ evidence, spot, store }: { evidence: SpotEvidence | undefined; spot: ApiSpotDetail; store: Store }): JSX.Element {
  return (
    <section class="panel evidence-panel" aria-label="Pictures and clip">
      {evidence === undefined ? (
        <div class="strip strip--none strip--large">
          <span>Pictures and a clip are made when it airs on a channel of this installation.</span>
        </div>
      ) : (
        <>
          <video
            class="clip"
            controls
            preload="metadata"
            playsInline
            src={evidence.clip}
            poster={evidence.pictures[0]}
            aria-label={`Clip of ${spot.title}`}
          />
          <KeyPictures evidence={evidence} title={spot.title} count={5} />
        </>
      )}
      <p class="spot__facts">
        <span>{shortLength(spot.durationMs)}</span>
        <span>{airingsText(spot.airings)}</span>
        {evidence !== undefined && (
          <span>
            clip of {store.channels.get(evidence.streamId)?.title ?? evidence.streamId}, {dayAndTime(evidence.eventTimeMs)}
            {evidence.clipMs < evidence.durationMs * 0.95 ? ` (only ${shortLength(evidence.clipMs)} was recorded)` : ''}
          </span>
        )}
        {spot.origin !== '' && <span>from {spot.origin}</span>}
      </p>
    </section>
  );
}
