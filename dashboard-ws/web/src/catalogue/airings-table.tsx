import type { JSX } from 'preact';

import type { ApiSpotDetail } from '../../../../schemas/ws/catalogue-api.ts';
import { dayAndTime, percent, shortLength, timeOfDay, utc } from '../format.ts';
import type { Store } from '../live/store.ts';
import { channelHref } from '../routes.ts';
import { TableHead } from '../parts/table-head.tsx';

interface AiringsTableProps {
  spot: ApiSpotDetail;
  store: Store;
  busy: boolean;
  /** Takes one airing out of the spot. */
  onSplit: (airingId: string) => void;
}

/** Where and when a spot aired, newest first. */
export function AiringsTable({ spot, store, busy, onSplit }: AiringsTableProps): JSX.Element {
  const airings = spot.airingList;
  return (
    <section class="panel" aria-labelledby="airings-title">
      <div class="panel__head">
        <h3 id="airings-title" class="section-title">
          Airings
        </h3>
        <span class="panel__count">{spot.airings}</span>
      </div>
      {airings.length === 0 ? (
        <p class="panel__empty">
          {spot.airings === 0 ? 'It has not aired since it is in the catalogue.' : 'Its last airing is longer ago than the catalogue remembers.'}
        </p>
      ) : (
        <table class="table table--airings">
          <TableHead
            columns={[
              { name: 'Time' },
              { name: 'Channel' },
              { name: 'Break' },
              { name: 'Length', number: true },
              { name: 'Confidence', number: true },
              { name: 'Change', unseen: true },
            ]}
          />
          <tbody>
            {airings.map((airing) => (
              <tr key={airing.airingId} data-airing={airing.airingId}>
                <td class="cell--time" title={utc(airing.eventTimeMs)}>
                  {dayAndTime(airing.eventTimeMs)}
                </td>
                <td class="cell--channel">
                  <a href={channelHref(airing.streamId)}>{store.channels.get(airing.streamId)?.title ?? airing.streamId}</a>
                </td>
                <td title={airing.breakId === '' ? 'Not in a break' : `Break ${airing.breakId}`}>
                  {airing.breakId === '' ? '–' : airing.position > 0 ? `No. ${airing.position}` : 'yes'}
                </td>
                <td class="number">{airing.endUs === null ? 'on air' : shortLength((airing.endUs - airing.ptsUs) / 1000)}</td>
                <td class="number">{percent(airing.confidence)}</td>
                <td class="number">
                  <button
                    type="button"
                    class="button button--small"
                    disabled={busy || airings.length < 2}
                    aria-label={`Split out the airing of ${timeOfDay(airing.eventTimeMs)}`}
                    title={airings.length < 2 ? 'The only airing cannot be split out' : 'This airing shows another advertisement'}
                    onClick={() => onSplit(airing.airingId)}
                  >
                    Split out
                  </button>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </section>
  );
}
