import type { JSX } from 'preact';

import { percent, runningTime } from '../format.ts';
import type { OnAir } from '../live/on-air.ts';
import type { Channel } from '../live/store.ts';
import { identifiedText } from './spots-table.tsx';

/** PROGRAMME or AD BREAK with its running time: the one thing that must be read from across the room. */
export function OnAirBar({ channel, onAir }: { channel: Channel; onAir: OnAir }): JSX.Element {
  const running = onAir.runningMs === null ? '' : runningTime(onAir.runningMs);
  if (onAir.kind === 'break') {
    const spot = [...channel.spots.values()]
      .filter((item) => item.breakId === onAir.openBreak?.breakId && item.state !== 'retracted')
      .sort((a, b) => b.ptsUs - a.ptsUs)[0];
    const { confidence = 0, state = 'provisional' } = onAir.openBreak ?? {};
    return (
      <div class="on-air on-air--break" data-testid="on-air">
        <span class="on-air__word">AD BREAK</span>
        <span class="on-air__time">{running}</span>
        <span class="on-air__note">
          {spot === undefined ? '' : `${spot.title === '' ? `Spot ${Math.max(1, spot.position)}` : spot.title} · `}
          {spot !== undefined && spot.title !== '' && identifiedText(spot) !== '' ? `${identifiedText(spot)} · ` : ''}
          {state === 'provisional' ? 'provisional · ' : ''}
          {percent(confidence)}
        </span>
      </div>
    );
  }
  const off = onAir.kind === 'off';
  return (
    <div class={off ? 'on-air on-air--off' : 'on-air on-air--programme'} data-testid="on-air">
      <span class="on-air__word">{off ? 'OFF AIR' : 'PROGRAMME'}</span>
      <span class="on-air__time">{off ? '' : running}</span>
    </div>
  );
}
