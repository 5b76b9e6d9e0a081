import { useEffect, useRef, useState } from 'preact/hooks';

import { problemOf } from '../api.ts';

/** Something that is fetched: the last good answer stays while it is fetched again or cannot be. */
export interface Loaded<Value> {
  value: Value | undefined;
  /** One sentence, empty when the last attempt went well. */
  problem: string;
  loading: boolean;
  reload: () => void;
}

/** Changes of what is watched within this time are one reload, milliseconds. */
const settleMs = 400;

/**
 * Fetches when `key` changes (old value gone) and when `version` changes (old value shown until the new one is there). An answer that
 * comes after a newer request is dropped.
 */
export function useLoaded<Value>(key: string, version: number, load: () => Promise<Value>): Loaded<Value> {
  const [state, setState] = useState<{ key: string; value: Value | undefined; problem: string; loading: boolean }>();
  const [turn, setTurn] = useState(0);
  const latest = useRef(0);
  const fetched = useRef('');
  useEffect(() => {
    const request = ++latest.current;
    const fetchNow = (): void => {
      fetched.current = key;
      setState((before) => ({ key, value: before?.key === key ? before.value : undefined, problem: '', loading: true }));
      load().then(
        (value) => request === latest.current && setState({ key, value, problem: '', loading: false }),
        (error: unknown) =>
          request === latest.current &&
          setState((before) => ({ key, value: before?.key === key ? before.value : undefined, problem: problemOf(error), loading: false })),
      );
    };
    if (fetched.current !== key) {
      fetchNow();
      return undefined;
    }
    const timer = setTimeout(fetchNow, settleMs);
    return () => clearTimeout(timer);
  }, [key, version, turn]);
  const current = state?.key === key ? state : undefined;
  const reload = (): void => setTurn((before) => before + 1);
  return { value: current?.value, problem: current?.problem ?? '', loading: current?.loading ?? true, reload };
}
