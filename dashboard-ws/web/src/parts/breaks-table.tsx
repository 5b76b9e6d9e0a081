import type { JSX } from 'preact';
import { useMemo, useState } from 'preact/hooks';

import type { LiveBreak } from '../../../../schemas/ws/events.ts';
import { percent, runningTime } from '../format.ts';
import { mediaNowUs } from '../live/on-air.ts';
import type { Channel } from '../live/store.ts';
import { BreakLife } from './break-life.tsx';
import { LifeBadge } from './life-badge.tsx';
import { Time } from './time.tsx';

const firstRows = 8;

interface BreaksTableProps {
  channels: Channel[];
  nowMs: number;
  version: number;
  /** Rows shown before somebody asks for all. */
  rows?: number;
  /** The evidence of every break as a list, not in a line. */
  full?: boolean;
}

/** Breaks, newest first, with the evidence for each. */
export function BreaksTable({ channels, version, rows: most = firstRows, full = false }: BreaksTableProps): JSX.Element {
  const [all, setAll] = useState(false);
  const rows = useMemo(
    () =>
      channels
        .flatMap((channel) => [...channel.breaks.values()].map((item) => ({ channel, item })))
        .sort((a, b) => b.item.eventTimeMs - a.item.eventTimeMs),
    [channels.length, version],
  );
  const shown = all ? rows : rows.slice(0, most);
  return (
    <section class="panel" aria-labelledby="breaks-title">
      <div class="panel__head">
        <h2 id="breaks-title" class="section-title">
          Breaks
        </h2>
        <span class="panel__count">{rows.filter(({ item }) => item.state !== 'retracted').length}</span>
      </div>
      {rows.length === 0 && <p class="panel__empty">No break in the last hour.</p>}
      <ul class="breaks">
        {shown.map(({ channel, item }) => (
          <BreakRow key={item.breakId} channel={channel} item={item} withChannel={channels.length > 1} full={full} />
        ))}
      </ul>
      {rows.length > most && (
        <button type="button" class="button panel__more" onClick={() => setAll(!all)} aria-expanded={all}>
          {all ? 'Show fewer' : `Show all ${rows.length}`}
        </button>
      )}
    </section>
  );
}

interface BreakRowProps {
  channel: Channel;
  item: LiveBreak;
  withChannel: boolean;
  full: boolean;
}

function BreakRow({ channel, item, withChannel, full }: BreakRowProps): JSX.Element {
  const open = item.endUs === null && item.state !== 'final' && item.state !== 'retracted' && item.epoch === channel.epoch;
  const lengthMs = ((item.endUs ?? (open ? mediaNowUs(channel) : item.knownUpToUs)) - item.ptsUs) / 1000;
  const spots = [...channel.spots.values()].filter((spot) => spot.breakId === item.breakId && spot.state !== 'retracted').length;
  return (
    <li class={`break break--${item.state}${open ? ' break--open' : ''}`} data-break={item.breakId}>
      <div class="break__head">
        <span class="break__time">
          <Time ms={item.eventTimeMs} />
        </span>
        {withChannel && <span class="break__channel">{channel.title}</span>}
        <span class="break__length">{runningTime(lengthMs)}</span>
        <LifeBadge state={item.state} open={open} />
      </div>
      <p class="break__facts">
        {spots === 0 ? '' : `${spots} ${spots === 1 ? 'spot' : 'spots'} · `}
        {item.state === 'retracted' ? 'taken back' : `${percent(item.confidence)} confidence`}
      </p>
      {item.evidence.length > 0 && (
        <ul class={full || open ? 'evidence' : 'evidence evidence--line'} aria-label="Evidence">
          {item.evidence.map((text, index) => (
            <li key={index}>{text}</li>
          ))}
        </ul>
      )}
      {full && <BreakLife item={item} />}
    </li>
  );
}
