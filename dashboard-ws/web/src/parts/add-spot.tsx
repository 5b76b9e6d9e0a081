import type { JSX } from 'preact';
import { useState } from 'preact/hooks';

import type { LiveSpot } from '../../../../schemas/ws/events.ts';
import { problemOf } from '../api.ts';
import { spotActions } from '../catalogue/catalogue-api.ts';
import { NamesForm } from '../catalogue/names-form.tsx';
import type { Store } from '../live/store.ts';
import { spotHref } from '../routes.ts';
import { Dialog } from './dialog.tsx';

/** A dialog that puts the spot of an airing into the catalogue under a name. */
export function AddSpot({ airing, store, onClose }: { airing: LiveSpot; store: Store; onClose: () => void }): JSX.Element {
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState('');
  const { title, brand, product, category } = airing;
  return (
    <Dialog title="Add to catalogue" onClose={onClose}>
      <p class="dialog__hint">It is recognised from now on, on every channel, within seconds.</p>
      <NamesForm
        names={{ title, brand, product, category }}
        categoryName=""
        submit="Add"
        busy={busy}
        onSubmit={(names) => {
          setBusy(true);
          setProblem('');
          spotActions
            .addFromAiring(airing.airingId, names)
            .then((spot) => {
              store.tell(`“${spot.title}” is in the catalogue.`);
              store.catalogueChanged();
              onClose();
              location.hash = spotHref(spot.spotId);
            })
            .catch((error: unknown) => setProblem(problemOf(error)))
            .finally(() => setBusy(false));
        }}
      />
      {problem !== '' && (
        <p class="problem" role="alert">
          {problem}
        </p>
      )}
    </Dialog>
  );
}
