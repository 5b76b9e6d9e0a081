import { useEffect } from 'preact/hooks';

import type { Store } from '../live/store.ts';
import { listSpots } from './catalogue-api.ts';

const settleMs = 800;
const askEveryMs = 30_000;

/** Keeps the store's counts of the catalogue current: after every change that is heard of, and now and then for those that are not. */
export function useSpotCounts(store: Store): void {
  const served = store.serves?.catalogue === true;
  useEffect(() => {
    let current = true;
    const ask = async (): Promise<void> => {
      if (document.hidden || !served) return;
      const counts = await listSpots({ status: 'candidate', text: '', limit: 1 }).then(
        (list) => list.counts,
        () => null,
      );
      if (!current) return;
      store.spotCounts = counts;
      store.changed();
    };
    const first = setTimeout(() => void ask(), store.spotCounts === null ? 0 : settleMs);
    const again = setInterval(() => void ask(), askEveryMs);
    return () => {
      current = false;
      clearTimeout(first);
      clearInterval(again);
    };
  }, [store, store.catalogueVersion, served]);
}
