import { useState } from 'preact/hooks';

import { problemOf } from '../api.ts';
import type { Store } from '../live/store.ts';

/** Changes the catalogue, one thing at a time. */
export interface Action {
  busy: boolean;
  /** Why the last change came to nothing, one sentence; empty when it did not. */
  problem: string;
  /** Runs a change that resolves with the sentence to tell: nothing is shown as done before the server has done it. */
  act: (change: () => Promise<string>) => void;
}

/** @param onDone called after a change that went well */
export function useAction(store: Store, onDone: () => void): Action {
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState('');
  const act = (change: () => Promise<string>): void => {
    setBusy(true);
    setProblem('');
    store.tell('');
    change()
      .then((said) => {
        store.tell(said);
        store.catalogueChanged();
        onDone();
      })
      .catch((error: unknown) => setProblem(problemOf(error)))
      .finally(() => setBusy(false));
  };
  return { busy, problem, act };
}
