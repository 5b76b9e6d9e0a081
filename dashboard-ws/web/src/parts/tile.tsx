import type { JSX } from 'preact';

import { latency, rate, timeOfDay } from '../format.ts';
import { channelHref } from '../routes.ts';
import { onAirOf } from '../live/on-air.ts';
import type { Channel } from '../live/store.ts';
import { LevelMeter } from './level-meter.tsx';
import { OnAirBar } from './on-air-bar.tsx';
import { Picture } from './picture.tsx';
import { StatePill } from './state-pill.tsx';

/** Age from which a tile says how old its picture is, milliseconds. */
const oldPictureMs = 4000;

/** One channel on the overview. */
export function Tile({ channel, nowMs, stale }: { channel: Channel; nowMs: number; stale: boolean }): JSX.Element {
  const onAir = onAirOf(channel);
  const { status, frame } = channel;
  const labels = channel.detections?.detections.length ?? 0;
  return (
    <article class={`tile tile--${onAir.kind}${stale ? ' tile--stale' : ''}`} aria-label={channel.title} data-testid={`tile-${channel.streamId}`}>
      <a class="tile__link" href={channelHref(channel.streamId)} aria-label={`${channel.title}: details`}>
        <Picture frame={frame} detections={channel.detections} alt={`Live picture of ${channel.title}`} />
        {stale && frame !== null && <span class="tile__stale">As of {timeOfDay(frame.eventTimeMs)}</span>}
      </a>
      <OnAirBar channel={channel} onAir={onAir} />
      <div class="tile__body">
        <div class="tile__head">
          <h3 class="tile__title">
            <a href={channelHref(channel.streamId)}>{channel.title}</a>
          </h3>
          <StatePill status={status} />
        </div>
        {status !== null && status.message !== '' && status.state !== 'live' && <p class="tile__message">{status.message}</p>}
        <LevelMeter signals={channel.signals.at(-1)} />
        <p class="tile__facts">
          {status !== null && <span>{sourceFacts(channel)}</span>}
          <span>{labels === 1 ? '1 detection' : `${labels} detections`}</span>
          {frame !== null && nowMs - frame.eventTimeMs > oldPictureMs && <span>picture {latency(nowMs - frame.eventTimeMs)} old</span>}
        </p>
      </div>
    </article>
  );
}

/** Kind, size and rate of the source in one line. */
export function sourceFacts(channel: Channel): string {
  const { status } = channel;
  if (status === null) return '';
  const size = status.widthPx > 0 ? `${status.widthPx}×${status.heightPx}` : '';
  const fps = status.rateFps > 0 ? `${rate(status.rateFps)} fps` : '';
  return [status.sourceKind.toUpperCase(), size, fps].filter((part) => part !== '').join(' · ');
}
