import type { JSX } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';

import { type OnAir, onAirOf } from '../live/on-air.ts';
import type { Channel } from '../live/store.ts';

/** Tells screen readers when a break begins and ends. */
export function Announcer({ channels }: { channels: Channel[] }): JSX.Element {
  const before = useRef(new Map<string, OnAir['kind']>());
  const [text, setText] = useState('');
  const now = channels.map((channel) => ({ channel, kind: onAirOf(channel).kind }));
  const key = now.map(({ channel, kind }) => `${channel.streamId}=${kind}`).join();
  useEffect(() => {
    const news: string[] = [];
    for (const { channel, kind } of now) {
      const was = before.current.get(channel.streamId);
      before.current.set(channel.streamId, kind);
      if (was === undefined || was === kind) continue;
      if (kind === 'break') news.push(`${channel.title}: ad break started.`);
      else if (was === 'break' && kind === 'programme') news.push(`${channel.title}: back to programme.`);
    }
    if (news.length > 0) setText(news.join(' '));
  }, [key]);
  return (
    <p class="visually-hidden" role="status" aria-live="polite">
      {text}
    </p>
  );
}
