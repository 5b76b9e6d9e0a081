import { useEffect, useState } from 'preact/hooks';

/** What the address behind `#` asks for. */
export type Route =
  { page: 'channels' } | { page: 'channel'; streamId: string } | { page: 'catalogue' } | { page: 'spot'; spotId: string } | { page: 'as-run' };

/** The route of an address such as `#/catalogue/acme-30`; anything unknown is the overview. */
export function routeOf(hash: string): Route {
  const [, page = '', ...rest] = hash.split('/');
  const id = decoded(rest.join('/'));
  if (page === 'channels' && id !== undefined && id !== '') return { page: 'channel', streamId: id };
  if (page === 'catalogue') return id === undefined || id === '' ? { page: 'catalogue' } : { page: 'spot', spotId: id };
  if (page === 'as-run') return { page: 'as-run' };
  return { page: 'channels' };
}

/** The route in the address, followed as it changes. */
export function useRoute(): Route {
  const [hash, setHash] = useState(location.hash);
  useEffect(() => {
    const changed = (): void => setHash(location.hash);
    addEventListener('hashchange', changed);
    return () => removeEventListener('hashchange', changed);
  }, []);
  return routeOf(hash);
}

/** Address of a channel's own view. */
export function channelHref(streamId: string): string {
  return `#/channels/${encodeURIComponent(streamId)}`;
}

/** Address of a spot of the catalogue. */
export function spotHref(spotId: string): string {
  return `#/catalogue/${encodeURIComponent(spotId)}`;
}

function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}
