import type { JSX } from 'preact';
import { useEffect } from 'preact/hooks';

import { AsRunPage } from './as-run/as-run-page.tsx';
import { CataloguePage } from './catalogue/catalogue-page.tsx';
import { SpotPage } from './catalogue/spot-page.tsx';
import { useSpotCounts } from './catalogue/use-spot-counts.ts';
import { useStore } from './hooks.ts';
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
import { useRoute } from './routes.ts';

/** The whole page: overview of all channels, one channel, the catalogue, one spot, or the as-run log. */
export function App({ store, onRetry }: { store: Store; onRetry: () => void }): JSX.Element {
  useStore(store);
  useSpotCounts(store);
  const route = useRoute();
  const nowMs = store.nowMs();
  const channels = [...store.channels.values()].sort((a, b) => a.title.localeCompare(b.title));
  const onBreak = channels.filter((channel) => onAirOf(channel).kind === 'break').length;
  const single = channels.length === 1;
  const ofChannels = route.page === 'channels' || route.page === 'channel';
  const stale = store.connection.state !== 'live';
  useEffect(() => {
    document.title = `${onBreak > 0 ? `● ${onBreak} on break · ` : ''}Sightline`;
  }, [onBreak]);

  return (
    <div class={stale ? 'page page--stale' : 'page'}>
      <a class="skip" href="#main">
        Skip to content
      </a>
      <Masthead connection={store.connection} nowMs={nowMs} page={route.page} candidates={store.spotCounts?.candidate ?? 0} />
      <ConnectionBanner connection={store.connection} onRetry={onRetry} />
      <main id="main" tabIndex={-1}>
        {route.page === 'catalogue' && <CataloguePage store={store} />}
        {route.page === 'spot' && <SpotPage spotId={route.spotId} store={store} />}
        {route.page === 'as-run' && <AsRunPage store={store} />}
        {ofChannels && store.phase === 'loading' && channels.length === 0 && <Loading />}
        {ofChannels && store.phase === 'failed' && channels.length === 0 && <Failed problem={store.problem} />}
        {ofChannels && store.phase === 'ready' && channels.length === 0 && <Empty />}
        {channels.length > 0 && route.page === 'channels' && (
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
              <SpotsTable channels={channels} store={store} version={store.historyVersion} />
              {!single && <BreaksTable channels={channels} nowMs={nowMs} version={store.historyVersion} />}
            </div>
          </>
        )}
        {route.page === 'channel' && channels.length > 0 && (
          <ChannelView channel={store.channels.get(route.streamId)} streamId={route.streamId} store={store} nowMs={nowMs} stale={stale} />
        )}
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
