import type { JSX } from 'preact';
import { useMemo, useState } from 'preact/hooks';

import type { LiveSpot } from '../../../../schemas/ws/events.ts';
import { percent, shortId, shortLength } from '../format.ts';
import { isSpotOnAir, mediaNowUs } from '../live/on-air.ts';
import type { Channel, Store } from '../live/store.ts';
import { spotHref } from '../routes.ts';
import { AddSpot } from './add-spot.tsx';
import { FamiliarityBadge, familiarityOf } from './familiarity-badge.tsx';
import { Time } from './time.tsx';
import { TableHead } from './table-head.tsx';

const firstRows = 12;

/** Later than this is no recognition on air but a relabelling, milliseconds. */
const longestIdentificationMs = 60_000;

/** Airings, newest first; one that is new can be put into the catalogue. */
export function SpotsTable({ channels, store, version }: { channels: Channel[]; store: Store; version: number }): JSX.Element {
  const [all, setAll] = useState(false);
  const [adding, setAdding] = useState<LiveSpot>();
  const rows = useMemo(
    () =>
      channels
        .flatMap((channel) => [...channel.spots.values()].filter((spot) => spot.state !== 'retracted').map((spot) => ({ channel, spot })))
        .sort((a, b) => b.spot.eventTimeMs - a.spot.eventTimeMs),
    [channels.length, version],
  );
  const shown = all ? rows : rows.slice(0, firstRows);
  return (
    <section class="panel" aria-labelledby="spots-title">
      <div class="panel__head">
        <h2 id="spots-title" class="section-title">
          Spots
        </h2>
        <span class="panel__count">{rows.length}</span>
      </div>
      {rows.length === 0 ? (
        <p class="panel__empty">No spot in the last hour.</p>
      ) : (
        <table class="table table--spots">
          <TableHead
            columns={[
              { name: 'Time' },
              channels.length > 1 && { name: 'Channel' },
              { name: 'Spot' },
              { name: 'Length', number: true },
              { name: 'Airing', number: true },
              { name: 'Confidence', number: true },
              { name: 'Catalogue' },
            ]}
          />
          <tbody>
            {shown.map(({ channel, spot }) => (
              <SpotRow
                key={spot.airingId}
                channel={channel}
                spot={spot}
                withChannel={channels.length > 1}
                onAdd={store.spotCounts === null ? undefined : setAdding}
              />
            ))}
          </tbody>
        </table>
      )}
      {rows.length > firstRows && (
        <button type="button" class="button panel__more" onClick={() => setAll(!all)} aria-expanded={all}>
          {all ? 'Show fewer' : `Show all ${rows.length}`}
        </button>
      )}
      {adding !== undefined && <AddSpot airing={adding} store={store} onClose={() => setAdding(undefined)} />}
    </section>
  );
}

interface SpotRowProps {
  channel: Channel;
  spot: LiveSpot;
  withChannel: boolean;
  /** Undefined where there is no catalogue. */
  onAdd: ((spot: LiveSpot) => void) | undefined;
}

function SpotRow({ channel, spot, withChannel, onAdd }: SpotRowProps): JSX.Element {
  const familiarity = familiarityOf(spot);
  const name = spot.title === '' ? shortId(spot.spotId) : spot.title;
  const open = isSpotOnAir(channel, spot);
  const lengthMs = open ? (mediaNowUs(channel) - spot.ptsUs) / 1000 : spot.endUs === null ? null : (spot.endUs - spot.ptsUs) / 1000;
  return (
    <tr data-spot={spot.spotId} class={open ? 'row--on-air' : ''}>
      <td class="cell--time">
        <Time ms={spot.eventTimeMs} />
      </td>
      {withChannel && <td class="cell--channel">{channel.title}</td>}
      <td class="cell--name">
        <span class="swatch" style={{ background: spotColour(spot.spotId) }} aria-hidden="true" />
        <span class={spot.title === '' ? 'mono' : ''} title={spot.spotId}>
          {familiarity === 'new' || onAdd === undefined ? name : <a href={spotHref(spot.spotId)}>{name}</a>}
        </span>
        <small class="cell__note">{[spot.brand, identifiedText(spot)].filter((part) => part !== '').join(' · ')}</small>
      </td>
      <td class="number" data-label="Length">
        {lengthMs === null ? '–' : shortLength(lengthMs)}
      </td>
      <td class="number" data-label="Airing">
        {spot.airing > 1 ? `${spot.airing}×` : '1st'}
      </td>
      <td class="number" data-label="" title="Confidence">
        {percent(spot.confidence)}
      </td>
      <td data-label="Catalogue">
        {open && <span class="badge badge--on-air">On air</span>} <FamiliarityBadge familiarity={familiarity} />{' '}
        {familiarity === 'new' && onAdd !== undefined && spot.endUs !== null && (
          <button type="button" class="button button--small" aria-label={`Add to catalogue: ${name}`} onClick={() => onAdd(spot)}>
            Add to catalogue
          </button>
        )}
      </td>
    </tr>
  );
}

/** "identified after 1.8 s"; empty when it was not, or when it was told only later. */
export function identifiedText({ identifiedAfterMs }: Pick<LiveSpot, 'identifiedAfterMs'>): string {
  return identifiedAfterMs === null || identifiedAfterMs > longestIdentificationMs ? '' : `identified after ${shortLength(identifiedAfterMs)}`;
}

/** A steady colour per spot, so that two airings of one are seen to be one. */
export function spotColour(spotId: string): string {
  // FNV-1a, so that ids that differ in their last digit differ in colour; hues from teal to pink, because amber means a break.
  let value = 0x811c9dc5;
  for (let index = 0; index < spotId.length; index += 1) value = Math.imul(value ^ spotId.charCodeAt(index), 0x01000193) >>> 0;
  return `hsl(${155 + ((value >>> 8) % 185)} ${42 + (value % 3) * 8}% ${50 + ((value >>> 4) % 3) * 6}%)`;
}
