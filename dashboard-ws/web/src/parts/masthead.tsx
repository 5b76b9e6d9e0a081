import type { ComponentChildren, JSX } from 'preact';

import { timeOfDay, utc } from '../format.ts';
import { useTheme } from '../hooks.ts';
import type { ConnectionView } from '../live/store.ts';
import type { Route } from '../routes.ts';

const words: Record<ConnectionView['state'], string> = {
  connecting: 'Connecting',
  live: 'Live',
  reconnecting: 'Reconnecting',
  refused: 'Disconnected',
};

interface MastheadProps {
  connection: ConnectionView;
  nowMs: number;
  page: Route['page'];
  /** Spots of the catalogue that wait for a person. */
  candidates: number;
}

/** Name, pages, connection, clock and colours. */
export function Masthead({ connection, nowMs, page, candidates }: MastheadProps): JSX.Element {
  const [theme, toggleTheme] = useTheme();
  return (
    <header class="masthead">
      <h1 class="wordmark">
        <a href="#/" aria-label="Sightline, overview">
          <svg viewBox="0 0 32 32" width="26" height="26" aria-hidden="true">
            <path d="M4 22h24" class="wordmark__break" />
            <path d="M4 12h11M21 12h7" class="wordmark__line" />
          </svg>
          <span>Sightline</span>
        </a>
      </h1>
      <nav class="pages" aria-label="Pages">
        <PageLink href="#/" current={page === 'channels' || page === 'channel'}>
          Channels
        </PageLink>
        <PageLink href="#/catalogue" current={page === 'catalogue' || page === 'spot'}>
          Catalogue
          {candidates > 0 && (
            <span class="pages__count" title={`${candidates} ${candidates === 1 ? 'spot waits' : 'spots wait'} for you`}>
              {candidates}
              <span class="visually-hidden"> {candidates === 1 ? 'candidate' : 'candidates'}</span>
            </span>
          )}
        </PageLink>
        <PageLink href="#/as-run" current={page === 'as-run'}>
          As-run
        </PageLink>
      </nav>
      <div class="masthead__right">
        <span class={`link link--${connection.state}`} data-testid="connection" role="status">
          <span class="link__dot" aria-hidden="true" />
          {words[connection.state]}
        </span>
        <time class="clock" title={utc(nowMs)} dateTime={new Date(nowMs).toISOString()}>
          {timeOfDay(nowMs)}
        </time>
        <button type="button" class="icon-button" onClick={toggleTheme} aria-label={theme === 'dark' ? 'Use light colours' : 'Use dark colours'}>
          <svg viewBox="0 0 24 24" width="18" height="18" aria-hidden="true">
            {theme === 'dark' ? (
              <path d="M12 4V2m0 20v-2M4 12H2m20 0h-2M6.3 6.3 4.9 4.9m14.2 14.2-1.4-1.4M6.3 17.7l-1.4 1.4M19.1 4.9l-1.4 1.4M16 12a4 4 0 1 1-8 0 4 4 0 0 1 8 0Z" />
            ) : (
              <path d="M20 14.5A8.5 8.5 0 0 1 9.5 4 8.5 8.5 0 1 0 20 14.5Z" />
            )}
          </svg>
        </button>
      </div>
    </header>
  );
}

function PageLink({ href, current, children }: { href: string; current: boolean; children: ComponentChildren }): JSX.Element {
  return (
    <a href={href} class="pages__link" {...(current ? { 'aria-current': 'page' as const } : {})}>
      {children}
    </a>
  );
}
