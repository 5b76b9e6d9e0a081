import type { JSX } from 'preact';
import { useEffect } from 'preact/hooks';

import { useChannelRoute, useStore } from './hooks.ts';
import { onAirOf } from './live/on-air.ts';
import type { Store } from './live/store.ts';
import { Announcer } from './parts/announcer.tsx';
import { BreaksTable } from './parts/breaks-table.tsx';
import { ChannelView } from './parts/channel-view.tsx';
import { ConnectionBanner } from './parts/connection-banner.tsx';
import { Detections } from './parts/detections.tsx';
import { Figures } from './parts/figures.tsx';
import { Masthead } from './parts/masthead.tsx';
import { SpotsTable } from './parts/spots-table.tsx';
import { Empty, Failed, Loading } from './parts/states.tsx';
import { Tile } from './parts/tile.tsx';
import { Timeline } from './parts/timeline.tsx';

/** The whole page: overview of all channels, or one channel. */
export function App({ store, onRetry }: { store: Store; onRetry: () => void }): JSX.Element {
  useStore(store);
  const route = useChannelRoute();
  const nowMs = store.nowMs();
  const channels = [...store.channels.values()].sort((a, b) => a.title.localeCompare(b.title));
  const onBreak = channels.filter((channel) => onAirOf(channel).kind === 'break').length;
  const single = channels.length === 1;
  const stale = store.connection.state !== 'live';
  const open = route === undefined ? undefined : store.channels.get(route);
  useEffect(() => {
    document.title = `${onBreak > 0 ? `● ${onBreak} on break · ` : ''}Sightline`;
  }, [onBreak]);

  return (
    <div class={stale ? 'page page--stale' : 'page'}>
      <a class="skip" href="#main">
        Skip to channels
      </a>
      <Masthead connection={store.connection} nowMs={nowMs} />
      <ConnectionBanner connection={store.connection} onRetry={onRetry} />
      <main id="main" tabIndex={-1}>
        {store.phase === 'loading' && channels.length === 0 && <Loading />}
        {store.phase === 'failed' && channels.length === 0 && <Failed problem={store.problem} />}
        {store.phase === 'ready' && channels.length === 0 && <Empty />}
        {channels.length > 0 && route === undefined && (
          <>
            <Figures store={store} channels={channels} onBreak={onBreak} />
            <section aria-labelledby="channels-title">
              <h2 id="channels-title" class="section-title">
                {single ? 'Channel' : 'Channels'}
              </h2>
              <div class={single ? 'single' : 'tiles'}>
                {channels.map((channel) => (
                  <Tile key={channel.streamId} channel={channel} nowMs={nowMs} stale={stale} />
                ))}
                {single && (
                  <div class="single__side">
                    <BreaksTable channels={channels} nowMs={nowMs} version={store.historyVersion} rows={3} />
                    {channels.map((channel) => (
                      <Detections key={channel.streamId} channel={channel} />
                    ))}
                  </div>
                )}
              </div>
            </section>
            <Timeline channels={channels} nowMs={nowMs} version={store.historyVersion} />
            <div class={single ? 'tables tables--one' : 'tables'}>
              <SpotsTable channels={channels} nowMs={nowMs} version={store.historyVersion} />
              {!single && <BreaksTable channels={channels} nowMs={nowMs} version={store.historyVersion} />}
            </div>
          </>
        )}
        {route !== undefined && channels.length > 0 && <ChannelView channel={open} streamId={route} nowMs={nowMs} stale={stale} />}
      </main>
      <Announcer channels={channels} />
      <footer class="footer">
        <span>Sightline</span>
        <a href="/api/v1/streams">API</a>
        <a href="/metrics">Metrics</a>
        <a href="/readyz">Readiness</a>
      </footer>
    </div>
  );
}
