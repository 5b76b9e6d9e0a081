import { useEffect, useState } from 'preact/hooks';

import type { Store } from './live/store.ts';

/** Renders again when the store changes, and at least every half second so that running times run. */
export function useStore(store: Store): void {
  const [, setTurn] = useState(0);
  useEffect(() => {
    const again = (): void => setTurn((turn) => turn + 1);
    const leave = store.subscribe(again);
    const ticking = setInterval(again, 500);
    return () => {
      leave();
      clearInterval(ticking);
    };
  }, [store]);
}

/** Colours: the stored choice, else the system's; the switch stores. */
export function useTheme(): [theme: 'light' | 'dark', toggle: () => void] {
  const [theme, setTheme] = useState<'light' | 'dark'>(document.documentElement.dataset['theme'] === 'light' ? 'light' : 'dark');
  useEffect(() => {
    const query = matchMedia('(prefers-color-scheme: light)');
    const follow = (): void => {
      if (stored() !== null) return;
      apply(query.matches ? 'light' : 'dark');
      setTheme(query.matches ? 'light' : 'dark');
    };
    query.addEventListener('change', follow);
    return () => query.removeEventListener('change', follow);
  }, []);
  const toggle = (): void => {
    const next = theme === 'dark' ? 'light' : 'dark';
    try {
      localStorage.setItem('sightline-theme', next);
    } catch {
      // The choice then lasts as long as the page.
    }
    apply(next);
    setTheme(next);
  };
  return [theme, toggle];
}

function stored(): string | null {
  try {
    return localStorage.getItem('sightline-theme');
  } catch {
    return null;
  }
}

function apply(theme: 'light' | 'dark'): void {
  document.documentElement.dataset['theme'] = theme;
}
