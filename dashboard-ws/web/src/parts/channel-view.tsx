import type { JSX } from 'preact';
import { useEffect, useRef } from 'preact/hooks';

import { latency, rate } from '../format.ts';
import { onAirOf } from '../live/on-air.ts';
import type { Channel, Store } from '../live/store.ts';
import { BreaksTable } from './breaks-table.tsx';
import { Detections } from './detections.tsx';
import { LevelMeter } from './level-meter.tsx';
import { OnAirBar } from './on-air-bar.tsx';
import { Picture } from './picture.tsx';
import { SplicePanel } from './splice-panel.tsx';
import { SpotsTable } from './spots-table.tsx';
import { StatePill } from './state-pill.tsx';
import { sourceFacts } from './tile.tsx';
import { Time } from './time.tsx';
import { Timeline } from './timeline.tsx';

/** Everything about one channel. */
export function ChannelView({
  channel,
  streamId,
  store,
  nowMs,
  stale,
}: {
  channel: Channel | undefined;
  streamId: string;
  store: Store;
  nowMs: number;
  stale: boolean;
}): JSX.Element {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    heading.current?.focus();
    scrollTo(0, 0);
    const back = (event: KeyboardEvent): void => {
      if (event.key === 'Escape' && document.activeElement?.closest('.track, dialog, input') === null) location.hash = '#/';
    };
    addEventListener('keydown', back);
    return () => removeEventListener('keydown', back);
  }, [streamId]);
  return (
    <>
      <nav class="crumbs" aria-label="Breadcrumb">
        <a href="#/">Channels</a>
        <span aria-hidden="true">/</span>
        <h2 tabIndex={-1} ref={heading}>
          {channel?.title ?? streamId}
        </h2>
        {channel !== undefined && <StatePill status={channel.status} />}
      </nav>
      {channel === undefined ? (
        <div class="message">
          <p>Nothing has been heard of this channel.</p>
          <p>
            <a href="#/">Back to all channels</a>
          </p>
        </div>
      ) : (
        <Details channel={channel} store={store} nowMs={nowMs} stale={stale} />
      )}
    </>
  );
}

function Details({ channel, store, nowMs, stale }: { channel: Channel; store: Store; nowMs: number; stale: boolean }): JSX.Element {
  const onAir = onAirOf(channel);
  return (
    <>
      <div class="detail">
        <article class={`tile tile--large tile--${onAir.kind}${stale ? ' tile--stale' : ''}`} aria-label={channel.title}>
          <Picture frame={channel.frame} detections={channel.detections} alt={`Live picture of ${channel.title}`} />
          <OnAirBar channel={channel} onAir={onAir} />
          <div class="tile__body">
            <LevelMeter signals={channel.signals.at(-1)} />
            <p class="tile__facts">
              <span>{sourceFacts(channel)}</span>
              <span>
                {channel.status?.hasVideo === false ? 'no picture' : 'picture'}, {channel.status?.hasAudio === false ? 'no sound' : 'sound'}
              </span>
            </p>
          </div>
        </article>
        <div class="detail__side">
          <Facts channel={channel} nowMs={nowMs} />
          <Detections channel={channel} />
          <SplicePanel channel={channel} version={channel.historyVersion} />
          <StatusLog channel={channel} />
        </div>
      </div>
      <Timeline channels={[channel]} nowMs={nowMs} version={channel.historyVersion} />
      <div class="tables">
        <SpotsTable channels={[channel]} store={store} version={channel.historyVersion} />
        <BreaksTable channels={[channel]} nowMs={nowMs} version={channel.historyVersion} full />
      </div>
    </>
  );
}

function Facts({ channel, nowMs }: { channel: Channel; nowMs: number }): JSX.Element {
  const { status, frame } = channel;
  const dropped = Object.entries(status?.drops ?? {}).map(([reason, count]) => `${count} ${reason}`);
  const facts: [string, string][] = [
    ['Stream id', channel.streamId],
    ['Source', status?.sourceKind ?? '–'],
    ['Picture', status === null || status.widthPx === 0 ? '–' : `${status.widthPx} × ${status.heightPx}`],
    ['Rate', status === null ? '–' : `${rate(status.rateFps)} fps`],
    ['Last frame', frame === null ? '–' : `${latency(Math.max(0, nowMs - frame.eventTimeMs))} ago`],
    ['Epoch', String(Math.max(0, channel.epoch))],
    ['Dropped', dropped.length === 0 ? 'none' : dropped.join(', ')],
  ];
  return (
    <section class="panel" aria-labelledby="facts-title">
      <h3 id="facts-title" class="section-title">
        Source
      </h3>
      {status !== null && status.message !== '' && <p class="tile__message">{status.message}</p>}
      <dl class="facts">
        {facts.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}

function StatusLog({ channel }: { channel: Channel }): JSX.Element {
  const entries = [...channel.statuses].reverse().slice(0, 20);
  return (
    <section class="panel" aria-labelledby="log-title">
      <h3 id="log-title" class="section-title">
        Status log
      </h3>
      {entries.length === 0 && <p class="panel__empty">No change seen yet.</p>}
      <ol class="log">
        {entries.map((status) => (
          <li key={`${status.epoch}/${status.state}/${status.eventTimeMs}`}>
            <Time ms={status.eventTimeMs} />
            <StatePill status={status} />
            <span class="log__text">{status.message}</span>
          </li>
        ))}
      </ol>
    </section>
  );
}
