import { useEffect, useRef, useState } from 'preact/hooks';

import { problemOf } from '../api.ts';

/** Something that is fetched: the last good answer stays while it is fetched again or cannot be. */
export interface Loaded<Value> {
  value: Value | undefined;
  /** One sentence, empty when the last attempt went well. */
  problem: string;
}

/** Changes of what is watched within this time are one reload, milliseconds. */
const settleMs = 400;

/**
 * Fetches when `key` changes (old value gone) and when `version` changes (old value shown until the new one is there). Answers may come out
 * of order on a slow line: one that is older than what is shown is dropped, so that news that come faster than answers starve nobody.
 */
export function useLoaded<Value>(key: string, version: number, load: () => Promise<Value>): Loaded<Value> {
  const [state, setState] = useState<Loaded<Value> & { key: string }>();
  const wanted = useRef(key);
  wanted.current = key;
  const asked = useRef({ key: '', count: 0 });
  const shown = useRef(0);
  useEffect(() => {
    const fetchNow = (): void => {
      asked.current = { key, count: asked.current.count + 1 };
      const { count } = asked.current;
      const settle = (value: Value | undefined, problem: string): void => {
        if (wanted.current !== key || count < shown.current) return;
        shown.current = count;
        setState((before) => ({ key, value: value ?? (before?.key === key ? before.value : undefined), problem }));
      };
      load().then(
        (value) => settle(value, ''),
        (error: unknown) => settle(undefined, problemOf(error)),
      );
    };
    if (asked.current.key !== key) {
      fetchNow();
      return undefined;
    }
    const timer = setTimeout(fetchNow, settleMs);
    return () => clearTimeout(timer);
  }, [key, version]);
  return state?.key === key ? state : { value: undefined, problem: '' };
}
